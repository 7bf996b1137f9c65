"""The suppression list: no mail of any kind goes to what is on it."""

import pytest

from supportdesk.domain.conversation import new_reply
from supportdesk.domain.errors import InvalidValue, NotFound


def test_no_kind_of_mail_goes_to_a_suppressed_address(desk, filed):
    desk.suppressions.add("RITA@example.com", "the mailbox does not exist")
    filed(contact_email="rita@example.com")
    desk.conversation.reply("1", new_reply("Hello?"))
    mails = desk.mail.page()
    assert {(each.notification_type, each.status) for each in mails} == {("ticket_created", "held"), ("reply", "held")}
    assert {each.reason for each in mails} == {"its address is suppressed: the mailbox does not exist"}


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
