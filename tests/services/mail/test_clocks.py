"""A clock that was ahead once delays nothing: what it wrote is not waited for, and the doctor reports it."""

from datetime import timedelta

import pytest

from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.ticket import new_ticket
from supportdesk.email.provider import ServiceDown, TryLater
from tests.services.mail.services import Service, failing

AHEAD = [timedelta(minutes=5), timedelta(hours=3), timedelta(days=1), timedelta(days=400)]


@pytest.fixture(params=AHEAD, ids=str)
def set_back(request, clock):
    """Sets the clock, which was ahead, right again; a few seconds have passed meanwhile."""
    right = clock.at
    clock.at += request.param

    def set_back() -> None:
        clock.at = right + timedelta(seconds=15)

    return set_back


def statuses(desk):
    return [message.status for message in desk.mail.page(limit=500)][::-1]


def clock_finding(desk):
    return next(finding for finding in desk.doctor.examine() if finding.check == "clock")


def test_mail_queued_by_a_clock_ahead_is_due(served, filed, set_back, clock):
    service = Service()
    sender = served(service, hold=10)
    sender.tickets.create(new_ticket("Lamp is dark", "It does not shine.", "rita@example.com", "medium"))
    set_back()
    with sender.courier() as courier:
        assert courier.next_due() == clock.at
    assert sender.mail.deliver().sent == 1


def test_a_pause_begun_by_a_clock_ahead_is_over(served, filed, set_back):
    filed()
    served(Service(failing(ServiceDown("421 down")))).mail.deliver()
    set_back()
    service = Service()
    sender = served(service)
    assert sender.mail.deliver().sent == 1
    assert sender.mail.deliver().paused_until is None


def test_a_pause_that_the_service_asked_for_is_not_longer_for_a_clock_ahead(served, filed, set_back):
    filed()
    served(Service(failing(ServiceDown("429 slow", retry_after=7200)))).mail.deliver()
    set_back()
    assert served(Service()).mail.deliver().sent == 1


def test_a_retry_set_by_a_clock_ahead_is_due(served, filed, set_back, desk):
    filed()
    served(Service(failing(TryLater("451 later")))).mail.deliver()
    assert statuses(desk) == ["pending"]
    set_back()
    assert served(Service()).mail.deliver().sent == 1


def test_a_lease_taken_by_a_clock_ahead_has_ended(served, filed, set_back, desk, sql, clock):
    filed()
    filed()
    leased = (clock.at + timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
    sql("UPDATE notifications SET leased_until = ?, leased_by = 'dead'", leased)
    sql("UPDATE notifications SET handed_over_at = ? WHERE seq = 1", leased)
    set_back()
    report = served(Service()).mail.deliver()
    assert (report.unknown, report.sent) == (1, 1)


@pytest.mark.parametrize("frequency", [Frequency.DAILY, Frequency.WEEKLY])
def test_a_digest_does_not_wait_for_a_clock_ahead(served, filed, set_back, desk, clock, frequency):
    desk.preferences.set("rita@example.com", PreferenceChange(notification_frequency=frequency))
    filed()
    set_back()
    clock.at += timedelta(days=7)
    report = served(Service()).mail.deliver()
    assert (report.digests, report.sent) == (1, 1)


def test_the_rate_limit_does_not_wait_for_a_clock_ahead(served, filed, set_back, clock):
    for number in range(3):
        filed(str(number))
    sender = served(Service(), rate=60)
    assert sender.mail.deliver().sent == 1
    set_back()
    sender.mail.deliver()
    clock.at += timedelta(seconds=1)
    assert sender.mail.deliver().sent == 1


def test_the_doctor_reports_times_in_the_future(desk, filed, set_back):
    filed()
    assert clock_finding(desk).is_ok
    set_back()
    found = clock_finding(desk)
    assert "in the future" in found.found
    assert "clock" in found.advice


def test_an_honest_wait_is_waited_for(served, filed, clock):
    filed()
    sender = served(Service(failing(TryLater("451 later"))), hold=10)
    sender.mail.deliver()
    clock.at += timedelta(seconds=10)
    assert served(Service()).mail.deliver().sent == 0
