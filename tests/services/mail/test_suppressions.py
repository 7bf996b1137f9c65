"""The suppression list: no mail of any kind goes to what is on it."""

import pytest

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import InvalidValue, NotFound
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.email.provider import Refused
from tests.services.mail.services import Service, failing


def test_no_kind_of_mail_goes_to_a_suppressed_address(desk, filed):
    desk.suppressions.add("RITA@example.com", "the mailbox does not exist")
    filed(contact_email="rita@example.com")
    desk.conversation.reply("1", new_reply("Hello?"))
    mails = desk.mail.page()
    assert {(each.notification_type, each.status) for each in mails} == {("ticket_created", "held"), ("reply", "held")}
    assert {each.reason for each in mails} == {"its address is suppressed: the mailbox does not exist"}


def test_mail_queued_before_its_address_was_suppressed_does_not_leave(desk, filed, served):
    filed(contact_email="rita@example.com")
    desk.preferences.set("kim@example.com", PreferenceChange(notification_frequency=Frequency.DAILY))
    filed(contact_email="kim@example.com")
    filed(contact_email="omar@example.com")
    desk.suppressions.add("Rita@example.com", "bounced")
    desk.suppressions.add("kim@example.com", "bounced")
    service = Service()
    sender = served(service)
    assert sender.mail.deliver().sent == 1
    assert [mail.recipient for mail in service.sent] == ["omar@example.com"]
    assert [(each.status, each.reason) for each in desk.mail.page()][-1] == (
        "held",
        "its address is suppressed: bounced",
    )


def test_suppressed_mail_does_not_keep_the_rest_waiting(desk, filed, served):
    for number in range(60):
        filed(contact_email=f"gone{number}@example.com")
        desk.suppressions.add(f"gone{number}@example.com", "bounced")
    filed(contact_email="omar@example.com")
    assert served(Service()).mail.deliver().sent == 1


def test_a_retry_to_a_suppressed_address_does_not_leave(desk, filed, served):
    filed()
    served(Service(failing(Refused("550 no such mailbox")))).mail.deliver()
    desk.suppressions.add("rita@example.com", "bounced")
    desk.mail.retry(desk.mail.page()[0].id)
    service = Service()
    served(service).mail.deliver()
    assert service.seen == []
    assert desk.mail.page()[0].status == "held"


def test_an_address_that_is_taken_off_the_list_gets_mail_again(desk, filed):
    desk.suppressions.add("rita@example.com")
    desk.suppressions.remove("Rita@Example.com")
    filed(contact_email="rita@example.com")
    assert [each.status for each in desk.mail.page()] == ["pending"]
    with pytest.raises(NotFound, match="is not suppressed"):
        desk.suppressions.remove("rita@example.com")


def test_both_can_be_undone(desk):
    desk.suppressions.add("rita@example.com", "why")
    desk.journal.undo()
    assert desk.suppressions.list() == []
    desk.suppressions.add("rita@example.com", "why")
    desk.suppressions.remove("rita@example.com")
    desk.journal.undo()
    assert [(each.address, each.reason) for each in desk.suppressions.list()] == [("rita@example.com", "why")]


def test_what_is_no_address_is_refused(desk):
    with pytest.raises(InvalidValue, match="address: 'nobody'"):
        desk.suppressions.add("nobody")
