"""After its change, a command delivers its own mail at once, where no hold lets it wait for an undo."""

from contextlib import ExitStack

from supportdesk.domain.ticket import new_ticket
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE, locked_desk
from tests.services.mail.services import Service, failing

LAMP = new_ticket("Lamp is dark", "It does not shine.", "rita@example.com", "medium")


def test_only_mail_of_the_change_itself_is_delivered(desk, filed, served):
    filed("Door is stuck")
    service = Service()
    sender = served(service)
    errors = []
    with sender.deliver_afterwards(errors.append):
        sender.tickets.create(LAMP)
    assert [mail.subject for mail in service.sent] == [sender.mail.page()[0].subject]
    assert [message.status for message in sender.mail.page()] == ["sent", "pending"]
    assert errors == []


def test_mail_on_hold_is_left_to_wait(path, clock):
    service = Service()
    with Desk(path, "ann", now=clock, mail=MailSettings(hold=10), open_provider=lambda: service) as desk:
        with desk.deliver_afterwards(lambda error: None):
            desk.tickets.create(LAMP)
        assert service.sent == []
        assert desk.mail.page()[0].status == "pending"


def test_a_desk_that_is_locked_afterwards_is_reported_and_the_change_is_saved(path, clock, sql):
    errors = []
    with (
        Desk(path, "ann", now=clock, mail=AT_ONCE, busy_seconds=0.05) as desk,
        ExitStack() as locked,
        desk.deliver_afterwards(errors.append),
    ):
        desk.tickets.create(LAMP)
        locked.enter_context(locked_desk(path))
    assert [error.code for error in errors] == ["unavailable"]
    assert sql("SELECT status FROM notifications") == [("pending",)]


def test_a_service_that_fails_is_no_failure_of_the_change(served):
    sender = served(Service(failing(RuntimeError("bug"))))
    errors = []
    with sender.deliver_afterwards(errors.append):
        sender.tickets.create(LAMP)
    assert errors == []
    assert sender.mail.page()[0].status == "unknown"
