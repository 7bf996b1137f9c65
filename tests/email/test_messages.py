"""The mails that requesters read."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from supportdesk.domain.ticket import Priority, Status, Ticket
from supportdesk.email import messages

AT = datetime(2026, 11, 20, tzinfo=UTC)
TICKET = Ticket(
    12, "id", "Lamp is dark", Priority.HIGH, Status.NEW, "rita@example.com", AT, AT, 1, "Dark.\n\nStill dark."
)


def test_a_new_ticket_is_confirmed_with_its_number_and_what_was_written():
    subject, text = messages.ticket_created(TICKET)
    assert subject == "Support Ticket Created: Lamp is dark"
    assert "#12" in text
    assert "Priority: high\nStatus:   new\n" in text
    assert "> Dark.\n>\n> Still dark.\n" in text


@pytest.mark.parametrize("status", Status)
def test_a_new_status_is_told_with_the_old_one_and_what_it_means(status):
    subject, text = messages.status_update(replace(TICKET, status=status), Status.NEW)
    assert subject == "Support Ticket Updated: Lamp is dark"
    assert f'ticket #12 "Lamp is dark" was new and is now {status}.' in text
    assert messages._STATUS_LINES[status] in text


def test_a_long_title_is_cut_in_the_subject_only():
    ticket = replace(TICKET, title="x" * 500)
    for subject, text in (messages.ticket_created(ticket), messages.status_update(ticket, Status.NEW)):
        assert len(subject) == messages.SUBJECT_LIMIT
        assert subject.endswith("x…")
        assert ticket.title in text
