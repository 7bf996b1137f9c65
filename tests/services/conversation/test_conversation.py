"""Answering people: replies leave as mail, notes never do, and nobody answers over what they have not read."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import MessageKind, new_reply
from supportdesk.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from supportdesk.domain.preference import PreferenceChange
from supportdesk.domain.ticket import Status
from supportdesk.services.agents import AgentChange
from supportdesk.services.conversation.service import Unseen
from tests.hostile import HOSTILE_STRINGS
from tests.services.mail.services import Service


@pytest.fixture
def service() -> Service:
    return Service()


def mails(desk):
    return [(each.recipient_email, each.content) for each in desk.mail.page() if each.notification_type == "reply"]


def test_a_reply_is_a_message_a_mail_and_a_line_of_history(desk, filed):
    ticket = filed()
    replied = desk.conversation.reply("1", new_reply("Have you plugged it in?"))
    first, second = desk.conversation.messages("1")
    assert (first.kind, first.author, first.text) == (MessageKind.REQUESTER, ticket.contact_email, ticket.description)
    assert (second.kind, second.author, second.to) == (MessageKind.REPLY, "ann", (ticket.contact_email,))
    assert second.id == replied.message.id
    assert mails(desk) == [(ticket.contact_email, "Have you plugged it in?")]
    assert desk.journal.after(1)[0].summary == "replied: Have you plugged it in?"


def test_a_reply_that_resolves_the_ticket_sends_one_mail(desk, filed):
    filed()
    replied = desk.conversation.reply("1", new_reply("It is fixed."), status=Status.RESOLVED)
    assert replied.ticket.status is Status.RESOLVED
    assert sorted(each.notification_type for each in desk.mail.page()) == ["reply", "ticket_created"]


def test_who_answers_a_ticket_that_nobody_owns_owns_it_until_that_is_undone(desk, colleague, filed):
    filed()
    assert desk.conversation.reply("1", new_reply("Hello."), take=False).ticket.owner == ""
    assert desk.conversation.reply("1", new_reply("Hello."), status=Status.IN_PROGRESS).ticket.owner == "ann"
    assert colleague.conversation.reply("1", new_reply("And from me.")).ticket.owner == "ann"
    colleague.journal.undo()
    desk.journal.undo()
    ticket = desk.tickets.get("1")
    assert (ticket.owner, ticket.status) == ("", Status.NEW)


def test_preferences_about_notifications_do_not_stop_a_reply(desk, filed):
    ticket = filed()
    desk.preferences.set(ticket.contact_email, PreferenceChange(email_notifications=False))
    desk.conversation.reply("1", new_reply("Hello."))
    assert [each.status for each in desk.mail.page() if each.notification_type == "reply"] == ["pending"]


def test_everybody_who_takes_part_is_answered_once(desk, filed):
    filed()
    desk.conversation.reply("1", new_reply("Hi", to=["rita@example.com", "RITA@example.com"], cc=["sam@example.com"]))
    again = desk.conversation.reply("1", new_reply("And again"), to_all=True).message
    assert (again.to, again.cc) == (("rita@example.com",), ("sam@example.com",))
    assert [to for to, _ in mails(desk)].count("sam@example.com") == 2


def test_no_note_is_ever_mailed(desk, filed, sql):
    filed()
    desk.conversation.note("1", "She is angry.\nBcc: eve@example.com")
    assert desk.conversation.messages("1")[-1].is_internal
    assert mails(desk) == []
    assert not [each for each in desk.mail.page() if "angry" in each.content + each.subject]
    with pytest.raises(Exception, match="(?i)check constraint|CHECK"):
        sql("UPDATE messages SET to_addresses = '[\"eve@example.com\"]'")


def test_a_note_can_be_corrected_and_removed_by_its_author_for_ten_minutes(desk, colleague, filed, clock):
    filed()
    note = desk.conversation.note("1", "Call bakc.")
    with pytest.raises(NotAllowed, match="the note is ann's"):
        colleague.conversation.correct_note(note.id, "x")
    desk.conversation.correct_note(note.id, "Call back.")
    [_, corrected] = desk.conversation.messages("1")
    assert (corrected.text, corrected.edited_at) == ("Call back.", clock.at)
    assert desk.journal.after(0)[-1].before["text"] == "Call bakc."
    clock.at += timedelta(minutes=11)
    with pytest.raises(NotAllowed, match="10 minutes"):
        desk.conversation.remove_note(note.id)


def test_a_reply_is_held_back_when_somebody_added_what_its_author_has_not_seen(desk, colleague, filed):
    ticket = filed()
    seen = desk.conversation.reply("1", new_reply("One"), seen=ticket.id).message.id
    colleague.conversation.note("1", "I am on it.")
    with pytest.raises(Conflict, match="bob has added to #1 what you have not seen"):
        desk.conversation.reply("1", new_reply("Two"), seen=seen)
    assert [message.text for message in desk.conversation.messages("1")][1:] == ["One", "I am on it."]


def test_undo_takes_back_a_reply_that_has_not_left_and_passes_over_one_that_has(desk, filed, service, path, clock):
    filed()
    desk.conversation.reply("1", new_reply("Oops"))
    desk.journal.undo()
    assert len(desk.conversation.messages("1")) == 1
    assert [each.status for each in desk.mail.page() if each.notification_type == "reply"] == ["withdrawn"]
    desk.conversation.note("1", "later")
    desk.conversation.reply("1", new_reply("Sent"))
    desk.mail.deliver()
    undone = desk.journal.undo()
    assert [entry.kind for entry in undone.passed_over] == ["ticket.updated", "ticket.replied"]
    assert [message.text for message in desk.conversation.messages("1")][1:] == ["Sent"]


def test_undo_of_a_note_its_correction_and_its_removal(desk, filed):
    filed()
    note = desk.conversation.note("1", "one")
    desk.conversation.correct_note(note.id, "two")
    desk.journal.undo()
    assert desk.conversation.messages("1")[-1].text == "one"
    desk.conversation.remove_note(note.id)
    desk.journal.undo()
    assert desk.conversation.messages("1")[-1].text == "one"
    assert desk.conversation.messages("1")[-1].id == note.id


def test_a_reply_that_sets_the_status_is_undone_as_one(desk, filed):
    filed()
    desk.conversation.reply("1", new_reply("Fixed."), status=Status.RESOLVED)
    desk.journal.undo()
    assert desk.tickets.get("1").status is Status.NEW
    assert len(desk.conversation.messages("1")) == 1


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (["not an address"], "to: 'not an address'"),
        (["a@example.com\nBcc: eve@example.com"], "to: "),
        ([f"a{n}@x.org" for n in range(51)], "51 addresses"),
    ],
)
def test_a_reply_to_what_is_no_address_is_refused_and_nothing_is_saved(desk, filed, to, words):
    filed()
    with pytest.raises(InvalidValue, match=words):
        desk.conversation.reply("1", new_reply("Hi", to=to))
    assert len(desk.conversation.messages("1")) == 1


def test_hostile_texts_are_replies_and_notes_like_any_other(desk, filed):
    filed()
    said = 1
    for text in HOSTILE_STRINGS:
        try:
            desk.conversation.note("1", text)
            desk.conversation.reply("1", new_reply(text))
        except InvalidValue:
            continue
        said += 2
    assert len(desk.conversation.messages("1")) == said > 200


class TestCannedReplies:
    def test_variables_are_filled_from_the_ticket(self, desk, filed):
        ticket = filed("Lamp is dark")
        desk.canned_replies.save("Hello", "Dear {{requester}}, about {{ title }} (#{{number}}): {{agent}}")
        assert desk.canned_replies.fill("hello", ticket) == "Dear rita@example.com, about Lamp is dark (#1): ann"

    def test_an_unknown_variable_is_refused_when_it_is_saved(self, desk):
        with pytest.raises(InvalidValue, match="a variable can be number, title"):
            desk.canned_replies.save("x", "Dear {{name}}")

    def test_a_variable_as_other_programs_write_it_is_refused_too(self, desk):
        with pytest.raises(
            InvalidValue, match=r"'\{ agent\}' is not allowed; a variable has two braces: \{\{agent\}\}"
        ):
            desk.canned_replies.save("x", "Your { agent}")
        assert desk.canned_replies.save("x", "{ and {{number}} and {product}").text

    def test_the_agent_is_named_as_requesters_see_them(self, desk, filed):
        ticket = filed()
        desk.canned_replies.save("Bye", "Yours, {{agent}}")
        desk.agents.set("ann", AgentChange(display_name="Ann Teller"))
        assert desk.canned_replies.fill("Bye", ticket) == "Yours, Ann Teller"

    def test_an_unknown_name_is_said_with_those_that_exist(self, desk, filed):
        ticket = filed()
        desk.canned_replies.save("One", "text")
        with pytest.raises(NotFound, match="there are: One"):
            desk.canned_replies.fill("two", ticket)
        desk.canned_replies.delete("ONE")
        assert desk.canned_replies.list() == []


def test_everything_unseen_is_named_when_a_reply_is_held_back(desk, colleague, filed):
    filed()
    seen = desk.conversation.messages("1")[-1].id
    added = [colleague.conversation.note("1", text).id for text in ("One.", "Two.")]
    with pytest.raises(Unseen, match=r"bob has added to #1 what you have not seen \(2 messages\)") as caught:
        desk.conversation.reply("1", new_reply("Hello."), seen=seen)
    assert [message.id for message in caught.value.messages] == added


def test_a_reply_to_all_has_a_bound(desk, filed):
    filed()
    for block in range(3):
        some = [f"p{block}-{number}@example.com" for number in range(40)]
        desk.conversation.reply("1", new_reply("Hi", to=["rita@example.com"], cc=some))
    with pytest.raises(NotAllowed, match="121 people take part in #1, and a reply can go to 100; name its recipients"):
        desk.conversation.reply("1", new_reply("Hello, everybody"), to_all=True)
    assert desk.conversation.messages("1")[-1].text == "Hi"
