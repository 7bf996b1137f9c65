"""What the tests of import and export share."""

from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Ticket
from supportdesk.services.desk import Desk

HEADER = "title,description,contact_email,priority,status"
GOOD = "Lamp is dark,It does not shine,ann@example.com,high,new"
AN_ID = "0e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e90"
ANOTHER_ID = "1e7d1a52-3c5f-4f0b-9a6e-2b8f4c1d7e91"
MANY_LINES = "b\n" * 600_000


def all_of(desk: Desk) -> list[Ticket]:
    return list(desk.tickets.stream(TicketQuery()))
