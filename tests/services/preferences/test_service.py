"""Requesters hear from the desk as often as they chose, and whoever changes that can take it back."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from supportdesk.domain.errors import Conflict, InvalidValue
from supportdesk.domain.page import START, Seek
from supportdesk.domain.preference import Frequency, Language, Preference, PreferenceChange, PreferenceQuery
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.provider import ServiceDown
from tests.services.mail.services import Service

DAILY = PreferenceChange(notification_frequency=Frequency.DAILY)
WEEKLY = PreferenceChange(notification_frequency=Frequency.WEEKLY)
IMMEDIATE = PreferenceChange(notification_frequency=Frequency.IMMEDIATE)
NONE = PreferenceChange(notification_frequency=Frequency.NONE)
OFF = PreferenceChange(email_notifications=False)
ON = PreferenceChange(email_notifications=True)
RITA = "rita@example.com"


def states(desk):
    return [(message.notification_type, message.status) for message in desk.mail.page()][::-1]


def test_defaults_are_in_force_where_nothing_is_stored(desk):
    assert desk.preferences.get(" rita@EXAMPLE.com ") == Preference(
        "rita@example.com", True, False, Frequency.IMMEDIATE, Language.ENGLISH
    )
    assert desk.preferences.count(PreferenceQuery()).rows == 0


def test_a_change_is_kept_and_the_rest_stays_as_it_was(desk, clock):
    first = desk.preferences.set(RITA, PreferenceChange(preferred_language=Language.GERMAN))
    clock.at += timedelta(hours=1)
    second = desk.preferences.set(
        RITA, PreferenceChange(sms_notifications=True, notification_frequency=Frequency.DAILY)
    )
    assert desk.preferences.get(RITA) == second
    assert second == Preference(
        RITA, True, True, Frequency.DAILY, Language.GERMAN, first.id, first.created_at, clock.at
    )
    assert first.created_at == clock.at - timedelta(hours=1)


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("Rita@example.com", "rITA@Example.COM"),
        ("jos\u00e9@example.com", unicodedata.normalize("NFD", "JOSÉ@example.com")),
        ("anna@münchen.example", "Anna@xn--mnchen-3ya.example"),
        ("οδός@example.com", "ΟΔΌΣ@example.com"),
    ],
)
def test_case_and_unicode_forms_do_not_make_two_people_of_one(desk, filed, stored, written):
    kept = desk.preferences.set(stored, OFF)
    assert desk.preferences.get(written) == kept
    desk.preferences.set(written, PreferenceChange(sms_notifications=True))
    assert desk.preferences.count(PreferenceQuery()).rows == 1
    filed(contact_email=written)
    assert states(desk) == [("ticket_created", "held")]


def test_what_is_no_address_is_refused_by_name(desk):
    for call in (lambda: desk.preferences.get("rita"), lambda: desk.preferences.set("rita\n@example.com", OFF)):
        with pytest.raises(InvalidValue, match="^email: 'rita.* is not allowed; it must be a mail address"):
            call()


def test_somebody_elses_change_is_not_overwritten_unseen(desk, colleague):
    seen = desk.preferences.get(RITA)
    colleague.preferences.set(RITA, DAILY)
    with pytest.raises(Conflict, match="^the preferences of rita@example.com were changed since you looked"):
        desk.preferences.set(RITA, OFF, seen=seen)
    assert desk.preferences.set(RITA, OFF, seen=desk.preferences.get(RITA)).notification_frequency is Frequency.DAILY


def test_every_change_is_in_the_journal_with_its_author(desk, colleague):
    desk.preferences.set(RITA, DAILY)
    colleague.preferences.set(RITA, PreferenceChange(email_notifications=False, preferred_language=Language.FRENCH))
    colleague.preferences.set(RITA, DAILY)
    assert [(entry.actor, entry.about, entry.summary) for entry in desk.journal.after(0)] == [
        ("ann", RITA, "frequency immediate → daily"),
        ("bob", RITA, "mail on → off, language en → fr"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"), [(OFF, "email notifications are off"), (NONE, "notification frequency is none")]
)
def test_off_and_none_send_nothing_and_the_log_says_why(desk, filed, change, reason):
    desk.preferences.set(RITA, change)
    filed()
    desk.mail.deliver()
    (message,) = desk.mail.page()
    assert (message.status, message.reason, message.sent_at) == ("held", reason, None)
    assert "Lamp is dark" in message.subject


def test_what_waits_is_held_back_when_somebody_wants_no_mail_any_more_and_an_undo_lets_it_go(desk, filed, clock):
    desk.preferences.set(RITA, DAILY)
    filed()
    filed(contact_email="else@example.com")
    desk.preferences.set(RITA, OFF)
    assert [status for _, status in states(desk)] == ["held", "pending"]
    desk.journal.undo()
    assert desk.preferences.get(RITA).email_notifications
    assert [status for _, status in states(desk)] == ["pending", "pending"]
    clock.at += timedelta(days=1)
    desk.mail.deliver()
    assert [status for _, status in states(desk)] == ["digested", "sent", "sent"]


def test_what_was_held_back_stays_so_when_somebody_wants_mail_again(desk, filed):
    desk.preferences.set(RITA, OFF)
    filed()
    desk.preferences.set(RITA, ON)
    filed()
    desk.mail.deliver()
    assert [status for _, status in states(desk)] == ["held", "sent"]


def test_an_undo_takes_a_change_back_unless_somebody_has_changed_the_same_since(desk, colleague, clock):
    desk.preferences.set(RITA, PreferenceChange(sms_notifications=True, notification_frequency=Frequency.WEEKLY))
    colleague.preferences.set(RITA, PreferenceChange(preferred_language=Language.SPANISH))
    desk.journal.undo()
    kept = desk.preferences.get(RITA)
    assert (kept.sms_notifications, kept.notification_frequency) == (False, Frequency.IMMEDIATE)
    assert kept.preferred_language is Language.SPANISH

    desk.preferences.set(RITA, DAILY)
    colleague.preferences.set(RITA, WEEKLY)
    with pytest.raises(
        Conflict,
        match="^the preferences of rita@.* have changed since: bob changed notification_frequency; nothing was",
    ):
        desk.journal.undo()


def test_stored_preferences_are_walked_found_and_counted(desk):
    for name, change in (("carl", DAILY), ("ann", OFF), ("Bob", PreferenceChange(preferred_language=Language.GERMAN))):
        desk.preferences.set(f"{name}@example.com", change)
    everything = PreferenceQuery()
    names = [each.email.partition("@")[0] for each in desk.preferences.page(everything, START, 9)]
    assert names == ["ann", "Bob", "carl"]
    first, second = desk.preferences.page(everything, START, 2)
    (third,) = desk.preferences.page(everything, Seek(desk.preferences.key(second)), 2)
    assert third.email == "carl@example.com"
    assert desk.preferences.page(everything, Seek(desk.preferences.key(third), backwards=True), 2) == [first, second]
    assert desk.preferences.position(everything, desk.preferences.key(third)) == 2
    assert [each.email for each in desk.preferences.stream(everything)] == [
        "ann@example.com", "Bob@example.com", "carl@example.com",
    ]  # fmt: skip
    for query, found in (
        (PreferenceQuery(text="BOB"), ["Bob"]),
        (PreferenceQuery(text="%"), []),
        (PreferenceQuery(frequency=Frequency.DAILY), ["carl"]),
        (PreferenceQuery(language=Language.GERMAN), ["Bob"]),
        (PreferenceQuery(email_notifications=False), ["ann"]),
        (PreferenceQuery(text="example", email_notifications=True), ["Bob", "carl"]),
    ):
        assert [each.email.partition("@")[0] for each in desk.preferences.page(query, START, 9)] == found
        assert desk.preferences.count(query).rows == len(found)


def test_the_statistics_add_up(desk):
    for number, change in enumerate((DAILY, DAILY, OFF, PreferenceChange(sms_notifications=True))):
        desk.preferences.set(f"{number}@example.com", change)
    desk.preferences.set("0@example.com", WEEKLY)
    stats = desk.preferences.stats()
    assert (stats.total, stats.email_on, stats.sms_on) == (4, 3, 1)
    assert stats.frequencies == {"immediate": 2, "daily": 1, "weekly": 1, "none": 0}
    assert stats.languages == {"en": 4, "de": 0, "fr": 0, "es": 0}


def test_a_change_to_immediate_sends_what_waits(desk, filed):
    desk.preferences.set(RITA, WEEKLY)
    filed()
    assert desk.mail.deliver().sent == 0
    desk.preferences.set(RITA, IMMEDIATE)
    assert desk.mail.deliver().sent == 1


# Digests


@pytest.fixture
def daily(desk):
    desk.preferences.set(RITA, DAILY)


def test_a_digest_tells_at_the_set_hour_all_that_waits(desk, filed, daily, clock):
    clock.at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    filed("Lamp is dark")
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    clock.at = datetime(2026, 11, 21, 7, 59, tzinfo=UTC)
    assert desk.mail.deliver().changed is False
    clock.at = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    report = desk.mail.deliver()
    assert (report.digests, report.sent) == (1, 1)
    assert states(desk) == [("ticket_created", "digested"), ("status_update", "digested"), ("digest", "sent")]
    digest, *parts = desk.mail.page()
    assert {part.digest_id for part in parts} == {digest.id}
    assert all("Lamp is dark" in part.subject for part in parts)
    assert "Lamp is dark" in digest.content
    assert (digest.recipient_email, digest.ticket_id) == (RITA, None)


def test_a_digest_that_was_missed_loses_nothing_and_a_second_run_repeats_nothing(desk, colleague, filed, daily, clock):
    filed()
    clock.at += timedelta(days=5)
    filed()
    assert desk.mail.deliver().digests == 1
    assert colleague.mail.deliver().changed is False
    assert [status for _, status in states(desk)] == ["digested", "digested", "sent"]
    filed()
    assert desk.mail.deliver().changed is False, "what came after the hour waits for the next one"
    clock.at += timedelta(days=1)
    assert desk.mail.deliver().digests == 1


def test_a_weekly_digest_is_due_on_its_day_and_everybody_gets_their_own(desk, filed, clock):
    for name in ("rita", "omar"):
        desk.preferences.set(f"{name}@example.com", WEEKLY)
        filed(contact_email=f"{name}@example.com")
    clock.at = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    assert desk.mail.deliver().changed is False
    clock.at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    report = desk.mail.deliver()
    assert (report.digests, report.sent) == (2, 2)
    assert {digest.recipient_email for digest in desk.mail.page(status="sent")} == {RITA, "omar@example.com"}


def test_a_digest_that_is_made_goes_as_it_is_or_not_at_all(desk, filed, daily, clock, served):
    filed()
    clock.at += timedelta(days=1)
    down = Service(lambda mail: (_ for _ in ()).throw(ServiceDown("no route")))
    assert served(down).mail.deliver().digests == 1
    desk.preferences.set(RITA, WEEKLY)
    assert [status for _, status in states(desk)] == ["digested", "pending"]
    assert desk.mail.page()[0].waits_for is Frequency.IMMEDIATE
    desk.preferences.set(RITA, OFF)
    assert [status for _, status in states(desk)] == ["digested", "held"]


def test_what_is_undone_is_not_in_the_digest(desk, filed, daily, clock):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    clock.at += timedelta(days=1)
    desk.mail.deliver()
    assert [status for _, status in states(desk)] == ["digested", "withdrawn", "sent"]


def test_undo_passes_over_a_retry_which_cannot_be_undone(desk, filed):
    filed(contact_email="fail@example.com")
    desk.mail.deliver()
    desk.mail.retry(desk.mail.page()[0].id)
    assert [entry.kind for entry in desk.journal.undo().passed_over] == ["notification.retried"]
