"""Invitations are three lines."""

import pytest

from supportdesk.email.receiving.calendar import describe_calendar
from supportdesk.email.receiving.parse import parse_mail

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
SUMMARY:not this one
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20261201T150000
DTEND;TZID="Europe/Berlin":20261201T153000
SUMMARY;LANGUAGE=en:Walk through\\, and
  a talk
LOCATION:Room 5\\nsecond floor
ORGANIZER;CN="Quill, Nora":mailto:nora@example.org
BEGIN:VALARM
SUMMARY:nor this
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_what_when_and_where():
    assert describe_calendar(EVENT).split("\n") == [
        "Invitation: Walk through, and a talk",
        "When: 2026-12-01 15:00 – 15:30 Europe/Berlin",
        "Where: Room 5 second floor · organised by Quill, Nora <nora@example.org>",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("METHOD:REQUEST", "METHOD:CANCEL", "Cancelled: Walk"),
        ("METHOD:REQUEST", "METHOD:REPLY", "Answer to the invitation: Walk"),
        ("DTSTART;TZID=Europe/Berlin:20261201T150000", "DTSTART;VALUE=DATE:20261201", "When: 2026-12-01\n"),
        ("T153000", "T153000Z\nRRULE:FREQ=DAILY", "repeated"),
        ("SUMMARY;LANGUAGE=en", "X-SUMMARY", "Invitation: (without a title)"),
    ],
)
def test_what_differs_is_said(old, new, line):
    assert line in describe_calendar(EVENT.replace(old, new))


@pytest.mark.parametrize(
    "text", ["", "BEGIN:VCALENDAR\nEND:VCALENDAR", "x" * 10_000, "BEGIN:VEVENT", "\x1b[31m", ":" * 9_000]
)
def test_what_is_none_says_nothing_and_raises_nothing(text):
    assert "When" not in describe_calendar(text)


def test_hostile_values_are_clean():
    shown = describe_calendar(EVENT.replace("Room 5", "\x1b]0;owned\x07Room\x9b31m").replace("Quill", "Qu\u202eill"))
    assert all(each.isprintable() or each == "\n" for each in shown)


def test_a_mail_with_an_invitation_has_its_lines():
    head = 'From: nora@example.org\nContent-Type: multipart/alternative; boundary="b"\n\n--b\n\nSee you.\n--b\n'
    mail = parse_mail(f"{head}Content-Type: text/calendar; method=REQUEST\n\n{EVENT}\n--b--\n".encode())
    assert (mail.text, mail.calendar.split("\n")[0]) == ("See you.", "Invitation: Walk through, and a talk")
