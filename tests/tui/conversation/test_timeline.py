"""The timeline: who said what to whom, what was changed, what did not arrive."""

from dataclasses import replace
from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import Message, MessageKind, Source, new_reply
from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.tui import style
from supportdesk.tui.conversation.answered import AnsweredWords, answered
from supportdesk.tui.conversation.timeline import ITEMS_SHOWN, Timeline


def message(clock, kind=MessageKind.REQUESTER, text="Hello", quoted="", **more):
    fields = {
        "seq": 1, "id": "m", "ticket_id": "t", "kind": kind, "author": "rita@example.com", "author_name": "", "to": (),
        "cc": (), "subject": "", "text": text + quoted, "trimmed_at": len(text), "source": Source.APP, "message_id": "",
        "in_reply_to": "", "created_at": clock.at, "edited_at": None,
    }  # fmt: skip
    return Message(**(fields | more))


def shown(timeline, now, *, unfolded=False):
    lines, newest = timeline.paragraphs(now, unfolded=unfolded)
    return [line.plain for line in lines], newest


@pytest.fixture
def timeline_of(desk):
    def read(number):
        read = desk.conversation.read(str(number))
        return Timeline(read.messages, read.entries, read.mails)

    return read


def test_words_changes_notes_and_mail_are_in_order(desk, colleague, filed, clock, timeline_of):
    filed()
    steps = [
        lambda: colleague.tickets.assign(["1"], "me"),
        lambda: colleague.tickets.tag(["1"], ["vip"], []),
        lambda: desk.conversation.reply("1", new_reply("Is it on?")),
        lambda: colleague.conversation.note("1", "She is annoyed."),
        lambda: desk.tickets.update(["1"], TicketChange(status=Status.RESOLVED, notes="a new bulb")),
    ]
    for step in steps:
        clock.at += timedelta(minutes=5)
        step()
    desk.mail.deliver()
    lines, newest = shown(timeline_of(1), clock.at)
    said = [line for line in lines if line]
    wanted = [
        "It does not shine.",
        "✓ confirmation to rita@example.com sent",
        "owner nobody → bob",
        "tags none → vip",
        "▸ ann to rita@example.com · 10m ago · ✓ sent",
        "Is it on?",
        "✎ bob internal note, agents only",
        "│ She is annoyed.",
        "status new → resolved",
        "│ ✎ a new bulb",
        "✓ status mail to rita@example.com sent",
    ]
    places = [next(place for place, line in enumerate(said) if each in line) for each in wanted]
    assert places == sorted(places)
    assert "✎ bob" in lines[newest]


def test_what_did_not_arrive_says_so_in_words_and_in_red(desk, filed, clock, timeline_of):
    filed(contact_email="fail@example.com")
    desk.conversation.reply("1", new_reply("Is it on?"))
    desk.mail.deliver()
    lines, _ = timeline_of(1).paragraphs(clock.at, unfolded=False)
    failed = [line for line in lines if "NOT DELIVERED" in line.plain]
    assert len(failed) == 3
    assert all("fail@example.com" in line.plain for line in failed)
    assert all(style.ERROR in (line.style, *(span.style for span in line.spans)) for line in failed)


def test_quoted_parts_unfold(clock):
    first = message(clock)
    timeline = Timeline([first, message(clock, text="Yes.\n", quoted="> Is it on?\n> Ann\n")], unfold_key="Q")
    folded, _ = shown(timeline, clock.at)
    assert "┊ 2 quoted lines (Q shows them)" in folded
    assert not any("Is it on?" in line for line in folded)
    unfolded, _ = shown(timeline, clock.at, unfolded=True)
    assert "┊ > Is it on?" in unfolded


def test_markup_and_markdown_are_shown_as_they_were_written(clock):
    text = "**bold** [red]x[/red] [bank](http://evil.example/)"
    lines, _ = shown(Timeline([message(clock, text=text)]), clock.at)
    assert lines == [text, "↗ evil.example  http://evil.example/"]


def test_links_of_agents_are_not_listed(clock):
    lines, _ = shown(Timeline([message(clock), message(clock, MessageKind.REPLY, "https://example.com")]), clock.at)
    assert not any(line.startswith("↗") for line in lines)


def test_many_links_are_counted(clock):
    text = " ".join(f"https://host{number}.example/" for number in range(15))
    assert shown(Timeline([message(clock, text=text)]), clock.at)[0][-1] == "↗ and 5 more links"


def test_a_long_conversation_begins_with_its_newest_part(clock):
    many = [message(clock, text=f"Message {number}") for number in range(ITEMS_SHOWN + 11)]
    lines, newest = shown(Timeline(many, unfold_key="Q"), clock.at)
    assert "⋯ 10 earlier messages and changes (Q shows them)" in lines
    assert "Message 10" not in lines
    assert lines[newest + 1] == f"Message {ITEMS_SHOWN + 10}"
    assert "Message 10" in shown(Timeline(many), clock.at, unfolded=True)[0]


@pytest.mark.parametrize(("notes", "tags", "merged"), [(60, 0, 3), (20, 30, 0), (2, 50, 1), (10, 10, 2), (0, 0, 0)])
def test_reading_the_newest_part_alone_shows_what_reading_all_of_it_does(desk, filed, clock, notes, tags, merged):
    filed()
    others = [str(filed(title=f"Again {number}").number) for number in range(merged)]
    for number, reference in zip(range(notes), [*others, *["1"] * notes], strict=False):
        clock.at += timedelta(minutes=2)
        desk.conversation.note(reference, f"Note {number}")
    for number in range(tags):
        clock.at += timedelta(minutes=1)
        desk.tickets.tag(["1"], [f"tag-{number % 3}"], [f"tag-{(number + 1) % 3}"])
    desk.relations.merge(others, "1")
    desk.conversation.reply("1", new_reply("Is it on?"))
    whole, part = desk.conversation.read("1"), desk.conversation.read("1", ITEMS_SHOWN)
    shown_of_all = shown(Timeline(whole.messages, whole.entries, whole.mails), clock.at)
    assert shown(Timeline(part.messages, part.entries, part.mails, earlier=part.earlier), clock.at) == shown_of_all
    assert part.earlier == len(whole.messages) + len(whole.entries) - len(part.messages) - len(part.entries)


def test_a_ticket_without_answers_begins_at_its_top(clock):
    assert Timeline([message(clock)]).paragraphs(clock.at, unfolded=False)[1] is None
    assert Timeline().paragraphs(clock.at, unfolded=False) == ([], None)


@pytest.mark.parametrize("kind", NotificationType)
def test_every_type_of_mail_and_kind_of_message_has_its_words(desk, filed, clock, kind):
    filed(contact_email="fail@example.com")
    desk.mail.deliver()
    [mail] = desk.mail.page()
    said = [message(clock, each) for each in MessageKind]
    lines, _ = shown(Timeline(said, mails=[replace(mail, notification_type=kind)]), clock.at)
    assert any("NOT DELIVERED" in line for line in lines)


def test_what_a_reply_answers_are_the_words_since_the_last_reply_without_notes(clock):
    said = [
        message(clock, text="It is dark."),
        message(clock, MessageKind.REPLY, "Plug it in."),
        message(clock, MessageKind.NOTE, "She called."),
        message(clock, text="I did."),
        message(clock, MessageKind.PARTICIPANT, "So did I."),
    ]
    assert [each.text for each in answered(said)] == ["I did.", "So did I."]
    assert [each.text for each in answered(said[:3])] == ["It is dark."]
    assert answered(said[1:3]) == []


def test_a_reply_shows_what_it_answers_without_the_quotes_that_no_key_unfolds_there(clock):
    words = AnsweredWords([message(clock, text="I did.\n", quoted="> Plug it in.")], clock.at)
    assert "I did." in words.words.plain
    assert "quoted" not in words.words.plain
