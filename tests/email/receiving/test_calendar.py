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
        ('DTEND;TZID="Europe/Berlin"', "DTEND;TZID=Asia/Tokyo", "15:00 Europe/Berlin – 2026-12-01 15:30 Asia/Tokyo"),
        ("20261201T153000", "20261202T153000", "When: 2026-12-01 15:00 – 2026-12-02 15:30 Europe/Berlin\n"),
        ("SUMMARY;LANGUAGE=en", "X-SUMMARY", "Invitation: (without a title)"),
    ],
)
def test_what_differs_is_said(old, new, line):
    assert line in describe_calendar(EVENT.replace(old, new))


@pytest.mark.parametrize(
    ("end", "line"),
    [("20261204", "When: 2026-12-01 – 2026-12-03"), ("20261202", "When: 2026-12-01"), ("00010101", "When: 2026-12-01")],
)
def test_whole_days_end_with_the_last_of_them(end, line):
    lines = ("BEGIN:VEVENT", "SUMMARY:Fair", "DTSTART;VALUE=DATE:20261201", f"DTEND;VALUE=DATE:{end}", "END:VEVENT")
    assert describe_calendar("\n".join(lines)) == f"Invitation: Fair\n{line}"


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
