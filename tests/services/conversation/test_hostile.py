"""Hostile values in every field of a conversation: kept cleaned, or refused in one line; nothing else happens."""

from contextlib import suppress

import pytest

from supportdesk.domain.actions import parse_actions
from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import DeskError, InvalidValue
from supportdesk.services.agents import AgentChange
from tests.hostile import HOSTILE_STRINGS
from tests.services.mail.services import Service

RECIPIENTS = (
    "a@example.com, b@example.com",
    "a@example.com; b@example.com",
    "friends: a@example.com, b@example.com;",
    "undisclosed-recipients:;",
    "a@example.com\nBcc: eve@example.com",
    "a@example.com\r\n\r\nbody",
    "a@example.com\0",
    '"a@b"@',
    "@example.com",
    "a@",
    "a" * 300 + "@example.com",
    "<a@example.com> <b@example.com>",
    '"Rita, the <first>" <rita@example.org>',
    "",
    " ",
)


@pytest.mark.parametrize("address", RECIPIENTS)
def test_what_is_not_one_address_gets_no_reply(desk, filed, address):
    filed()
    for values in ({"to": [address]}, {"cc": [address]}):
        with pytest.raises(InvalidValue) as caught:
            desk.conversation.reply("1", new_reply("Hello.", **values))
        assert "\n" not in caught.value.message
    assert len(desk.conversation.messages("1")) == 1
    assert [each.notification_type for each in desk.mail.page()] == ["ticket_created"]


@pytest.mark.parametrize("typed", ["Rita <rita@example.org>", '"Rita, first" <rita@example.org>', " rita@example.org "])
def test_a_name_around_an_address_is_left_out(desk, filed, typed):
    filed()
    assert desk.conversation.reply("1", new_reply("Hello.", to=[typed])).message.to == ("rita@example.org",)


def test_a_hundred_recipients_get_one_mail_each_and_more_are_refused(served, filed):
    filed()
    service = Service()
    desk = served(service, sender="Desk <help@example.com>")
    some = [f"p{number}@example.com" for number in range(100)]
    desk.conversation.reply("1", new_reply("Hello.", to=some[:50], cc=some[50:]))
    desk.mail.deliver()
    assert sorted(mail.recipient for mail in service.sent if "Hello." in mail.text) == sorted(some)
    with pytest.raises(InvalidValue, match="up to 50"):
        new_reply("Hello.", to=[*some])


def test_a_reply_of_a_megabyte_is_refused_in_a_sentence(desk, filed):
    filed()
    for call in (lambda: new_reply("x" * 1_000_000), lambda: desk.conversation.note("1", "x" * 1_000_000)):
        with pytest.raises(InvalidValue, match="1,000,000 characters are too many; it can have up to 100,000"):
            call()


def test_hostile_references_tags_names_and_ids_are_refused_in_one_line(desk, filed):
    filed()
    filed()
    seq = desk.journal.last_seq()
    calls = (
        lambda text: desk.relations.merge([text], "1"),
        lambda text: desk.relations.merge(["1"], text),
        lambda text: desk.relations.unmerge([text]),
        lambda text: desk.relations.link([text], "1"),
        lambda text: desk.tickets.snooze(["1"], text),
        lambda text: desk.tickets.hand_over(text),
        lambda text: desk.tickets.hand_over("ann", text),
        lambda text: desk.tags.rename(text, "x"),
        lambda text: desk.macros.delete(text),
        lambda text: desk.conversation.find_message("1", text),
        lambda text: desk.conversation.correct_note(text, "x"),
        lambda text: desk.conversation.remove_note(text),
        lambda text: desk.canned_replies.fill(text, desk.tickets.get("1")),
        lambda text: desk.bulk.run(["1"], parse_actions({"owner": text, "status": "resolved"})),
        lambda text: desk.bulk.preview([text], parse_actions({"status": "resolved"})),
    )
    for call in calls:
        # An empty text means no change of the owner, and none means nobody.
        for text in (each for each in HOSTILE_STRINGS if each.strip().lower() not in ("", "none")):
            with pytest.raises(DeskError) as caught:
                call(text)
            assert "\n" not in caught.value.message
            assert len(caught.value.message) < 1_000
    assert desk.journal.last_seq() == seq


def test_hostile_words_are_said_like_any_other_and_leave_as_they_are_read(served, filed):
    filed()
    service = Service()
    desk = served(service, sender="Desk <help@example.com>")
    for text in HOSTILE_STRINGS:
        with suppress(InvalidValue):
            desk.conversation.note("1", text)
        try:
            said = desk.conversation.reply("1", new_reply(text)).message.text
        except InvalidValue:
            continue
        desk.mail.deliver()
        assert said in service.sent[-1].text
        assert "\n" not in service.sent[-1].subject


def test_hostile_names_of_agents_can_be_mentioned_and_harm_nobody(desk, filed):
    filed()
    for text in HOSTILE_STRINGS:
        try:
            name = desk.agents.set(text, AgentChange(display_name="x")).name
        except InvalidValue:
            continue
        note = desk.conversation.note("1", f"@{name} look")
        assert note.text == f"@{name} look"
        assert note.to == ()


@pytest.mark.parametrize(
    "variable", ["{{}}", "{{ }}", "{{secret}}", "{{number.__class__}}", "{{7*7}}", "{{ title | safe }}"]
)
def test_a_variable_that_does_not_exist_is_refused(desk, filed, variable):
    ticket = filed()
    with pytest.raises(InvalidValue, match="a variable can be"):
        desk.canned_replies.save("x", f"Hello {variable}")
    with pytest.raises(InvalidValue, match="a variable can be"):
        desk.canned_replies.fill_text(variable, ticket)


@pytest.mark.parametrize("text", ["{number}", "{% if x %}", "${number}", "{{number", "number}}", "{{{number}}"])
def test_what_only_looks_like_a_variable_is_text(desk, filed, text):
    ticket = filed()
    assert desk.canned_replies.fill_text(text, ticket) == text.replace("{{number}}", "1")


def test_a_value_with_a_variable_in_it_is_not_filled_again(desk, filed):
    ticket = filed("{{agent}} {{number}}")
    assert desk.canned_replies.fill_text("About {{title}}", ticket) == "About {{agent}} {{number}}"
