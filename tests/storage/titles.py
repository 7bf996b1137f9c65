"""What a desk holds, read anew from its file."""

from pathlib import Path

from supportdesk.domain.query import TicketQuery
from supportdesk.services.desk import Desk


def titles(path: Path) -> list[str]:
    with Desk(path, "eve") as desk:
        return [ticket.title for ticket in desk.tickets.stream(TicketQuery())]
