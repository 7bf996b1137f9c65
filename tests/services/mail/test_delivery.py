"""Mail is delivered once, whoever delivers it, and never lost."""

import asyncio
import threading
from datetime import timedelta

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.domain.mail.retry import FAILURES_IN_A_ROW, LEASE, MAX_ATTEMPTS
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.text import NOTES_LIMIT
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.email.provider import OutcomeUnknown, Refused, ServiceDown, TryLater
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE
from tests.services.mail.services import Service, failing


def statuses(desk):
    return [message.status for message in desk.mail.page(limit=500)][::-1]


def test_waiting_mail_is_sent_oldest_first_and_once(desk, filed, served, clock):
    for number in range(25):
        filed(str(number))
    service = Service()
    sender = served(service)
    clock.at += timedelta(minutes=1)
    report = sender.mail.deliver()
    assert (report.sent, report.handled, report.changed) == (25, 25, True)
    assert service.subjects == [str(number) for number in range(25)]
    assert {(message.status, message.sent_at, message.error) for message in desk.mail.page()} == {
        ("sent", clock.at, "")
    }
    assert desk.mail.page()[-1].answer == "250 taken as 1"
    assert desk.mail.page()[0].provider == "mock"
    assert sender.mail.deliver().changed is False
    assert (len(service.sent), service.closed) == (25, 1)


def test_who_asks_every_second_delivers_what_others_queue_and_what_becomes_due(filed, served, clock):
    service = Service()
    held = served(service, hold=60)
    with held.courier() as courier:
        assert courier.deliver_if_due().changed is False
        filed("Lamp is dark")
        assert courier.deliver_if_due().sent == 1
        held.tickets.create(new_ticket("Flood", "It is wet.", "rita@example.com"))
        assert courier.deliver_if_due().changed is False
        clock.at += timedelta(seconds=59)
        assert courier.deliver_if_due().changed is False
        clock.at += timedelta(seconds=2)
        assert courier.deliver_if_due().sent == 1
        assert courier.deliver_if_due().changed is False
    assert service.subjects == ["Lamp is dark", "Flood"]


def test_who_asks_every_second_goes_on_when_a_pause_ends(filed, served, clock):
    service = Service(failing(ServiceDown("down")))
    sender = served(service)
    filed()
    with sender.courier() as courier:
        until = courier.deliver_if_due().paused_until
        assert until is not None
        assert [courier.deliver_if_due().paused_until for _ in range(3)] == [until] * 3
        service.act = lambda mail: None
        clock.at = until + timedelta(seconds=1)
        assert courier.deliver_if_due().sent == 1


def test_all_messages_of_a_ticket_reply_to_its_first(desk, filed, served):
    filed()
    filed("Door is stuck")
    desk.tickets.update(["1", "2"], TicketChange(Status.RESOLVED))
    service = Service()
    served(service).mail.deliver()
    lamp, door, *later = service.sent
    assert [mail.headers.get("In-Reply-To") for mail in (lamp, door)] == [None, None]
    for first, reply in zip((lamp, door), later, strict=True):
        named = reply.headers["In-Reply-To"], reply.headers["References"].split()[-1]
        assert named == (first.message_id, first.message_id)
    assert len({mail.message_id for mail in service.sent}) == 4


def test_answers_come_to_an_address_that_names_the_ticket(desk, filed, served):
    filed()
    filed("Door is stuck")
    service = Service()
    served(service, reply_to="help@example.com").mail.deliver()
    assert [mail.headers["Reply-To"] for mail in service.sent] == ["help+1@example.com", "help+2@example.com"]


@pytest.mark.sqlite
def test_a_change_tells_a_requester_of_a_ticket_once(desk, filed, sql):
    filed()
    columns = [name for _, name, *_ in sql("PRAGMA table_info(notifications)") if name not in ("seq", "id")]
    listed = ", ".join(columns)
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        sql(f"INSERT INTO notifications (id, {listed}) SELECT 'another', {listed} FROM notifications")


# The time in which a change can be undone


def test_mail_waits_before_it_leaves(desk, served, filed, clock):
    service = Service()
    sender = served(service, hold=10)
    sender.tickets.create(_new())
    with sender.courier() as courier:
        assert courier.deliver_due().changed is False
        assert courier.next_due() == clock.at + timedelta(seconds=10)
        clock.at += timedelta(seconds=9)
        assert courier.deliver_due().changed is False
        clock.at += timedelta(seconds=1)
        assert courier.deliver_due().sent == 1
        assert courier.next_due() is None


def test_a_change_undone_before_its_mail_left_is_told_to_nobody(desk, filed, served):
    for _ in range(3):
        filed()
    desk.mail.deliver()
    desk.tickets.update(["1", "2", "3"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    assert statuses(desk) == ["sent"] * 3 + ["withdrawn"] * 3
    assert desk.mail.page()[0].reason == "undone by ann before it left"
    assert desk.mail.deliver().changed is False
    assert [step.notes for step in desk.tickets.history("1")] == ["", "", "undone"]


def test_a_change_undone_after_its_mail_left_is_told(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.mail.deliver()
    desk.journal.undo()
    assert desk.mail.deliver().sent == 1
    assert "was resolved and is now new" in desk.mail.page()[0].content


def test_mail_withdrawn_or_held_while_it_is_leased_does_not_leave(desk, filed, served, colleague):
    """It is leased, but not handed over."""
    filed("first")
    filed("Lamp", contact_email="omar@example.com")
    filed("Door", contact_email="kim@example.com")
    desk.mail.deliver()
    desk.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    colleague.tickets.update(["2"], TicketChange(Status.RESOLVED))
    desk.tickets.update(["3"], TicketChange(Status.RESOLVED))

    def meanwhile(mail):
        if mail.recipient == "rita@example.com":
            colleague.journal.undo()
            colleague.preferences.set("kim@example.com", PreferenceChange(notification_frequency=Frequency.NONE))

    service = Service(meanwhile)
    report = served(service).mail.deliver()
    assert (report.sent, service.subjects) == (1, ["first"])
    assert statuses(desk)[-3:] == ["sent", "withdrawn", "held"]


# What services answer


def test_a_mailbox_that_refuses_is_marked_with_the_services_words(desk, filed):
    filed(contact_email="fail@example.com")
    filed(contact_email="fail+again@example.com")
    filed(contact_email="failure@example.com")
    report = desk.mail.deliver()
    assert (report.failed, report.sent) == (2, 1)
    assert statuses(desk) == ["failed", "failed", "sent"]
    refused = desk.mail.page(status="failed")
    assert {message.error for message in refused} == {"550 mock: this mailbox always refuses"}
    assert {message.sent_at for message in refused} == {None}
    assert desk.mail.deliver().changed is False


def test_the_services_words_are_cleaned_and_cut(desk, filed, served):
    filed()
    served(Service(failing(Refused("550\r\nno\x1b]0;x\x07 such \udcff mailbox" + "!" * 9000)))).mail.deliver()
    error = desk.mail.page()[0].error
    assert error.startswith("550 no such mailbox!")
    assert len(error) == NOTES_LIMIT


def test_a_temporary_error_is_tried_again_with_growing_pauses_and_ends_as_failed(desk, filed, served, clock):
    filed("Lamp")
    filed("Door")
    sender = served(Service(failing(TryLater("450 greylisted"), "Lamp")))
    report = sender.mail.deliver()
    assert (report.sent, report.later, report.paused_until) == (1, 1, None)
    pauses = []
    with sender.courier() as courier:
        while (due := courier.next_due()) is not None:
            pauses.append(due - clock.at)
            clock.at = due
            # Others get through, so it is the message that fails and not the service.
            filed()
            courier.deliver_due()
    assert len(pauses) == MAX_ATTEMPTS - 1
    assert pauses[:5] == sorted(pauses[:5])
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)
    lamp = desk.mail.page()[-1]
    assert (lamp.status, lamp.attempts, lamp.error) == ("failed", 10, "given up after 10 attempts: 450 greylisted")


def test_a_service_that_names_a_time_is_not_asked_before(desk, filed, served, clock):
    filed()
    sender = served(Service(failing(TryLater("429 slow down", retry_after=3600))))
    sender.mail.deliver()
    assert desk.mail.page()[0].due_at == clock.at + timedelta(hours=1)


@pytest.mark.parametrize("wish", [float("nan"), float("inf"), -1.0, 1e300])
def test_a_service_that_names_nonsense_is_asked_again_anyway(desk, filed, served, clock, wish):
    filed()
    served(Service(failing(TryLater("429", retry_after=wish)))).mail.deliver()
    assert clock.at < desk.mail.page()[0].due_at <= clock.at + timedelta(days=1)


def test_while_the_service_is_down_nothing_is_sent_and_all_goes_on_by_itself(desk, filed, served, clock):
    for number in range(30):
        filed(str(number))
    service = Service(failing(ServiceDown("no route to host")))
    sender = served(service)
    report = sender.mail.deliver()
    assert (report.later, report.error) == (1, "no route to host")
    assert clock.at < report.paused_until <= clock.at + timedelta(minutes=1)
    health = sender.maintenance.health()
    assert (health["mail_error"], health["notifications_waiting"]) == ("no route to host", 30)
    assert health["mail_paused_until"] is not None
    # Nobody else tries either, and pauses grow.
    asked = []
    other = served(Service(asked.append), "bob")
    assert other.mail.deliver().paused_until == report.paused_until
    assert asked == []
    pauses = []
    for _ in range(9):
        clock.at = report.paused_until
        report = sender.mail.deliver()
        assert report.later == 1
        pauses.append(report.paused_until - clock.at)
    assert pauses[0] < pauses[3] < pauses[6]
    assert max(pauses) < timedelta(hours=1)
    # It is the service's fault: no message has used up an attempt.
    assert {message.attempts for message in desk.mail.page(limit=99)} == {0}
    clock.at = report.paused_until
    service.act = lambda mail: None
    report = sender.mail.deliver()
    assert (report.sent, report.paused_until) == (30, None)
    assert sorted(service.subjects, key=int) == [str(number) for number in range(30)]
    assert (sender.maintenance.health()["mail_paused_until"], sender.maintenance.health()["mail_error"]) == (None, None)


def test_one_mailbox_that_makes_the_service_look_down_does_not_hold_up_the_others(desk, filed, served, clock):
    for title in ("bad", "1", "2"):
        filed(title)
    service = Service(failing(ServiceDown("69 unavailable"), "bad"))
    sender = served(service)
    clock.at += timedelta(seconds=1)
    clock.at = sender.mail.deliver().paused_until
    assert sender.mail.deliver().sent == 2
    assert service.subjects == ["1", "2"]


def test_many_failures_in_a_row_are_the_services_and_sending_pauses(desk, filed, served, clock):
    for number in range(20):
        filed(str(number))
    service = Service(failing(TryLater("451 try later")))
    report = served(service).mail.deliver()
    assert (report.later, report.sent) == (FAILURES_IN_A_ROW, 0)
    assert report.paused_until > clock.at
    assert statuses(desk) == ["pending"] * 20
    # When the pause is over, one message is enough to see that nothing has changed.
    clock.at = report.paused_until
    assert served(service).mail.deliver().later == 1


def test_an_unknown_outcome_is_shown_and_never_sent_again(desk, filed, served, clock):
    filed("Lamp")
    filed("Door")
    sender = served(Service(failing(OutcomeUnknown("connection lost after the body"), "Lamp")))
    report = sender.mail.deliver()
    assert (report.sent, report.unknown) == (1, 1)
    clock.at += timedelta(days=9)
    assert sender.mail.deliver().changed is False
    (unknown,) = desk.mail.page(status="unknown")
    assert (unknown.error, unknown.sent_at) == ("connection lost after the body", None)


def test_a_mistake_in_a_provider_loses_nothing_and_tells_no_secrets(desk, filed, served):
    for title in ("1", "2", "3"):
        filed(title)
    sender = served(Service(failing(ZeroDivisionError("password=hunter2"), "2")))
    report = sender.mail.deliver()
    assert (report.sent, report.unknown) == (2, 1)
    assert statuses(desk) == ["sent", "unknown", "sent"]
    assert desk.mail.page(status="unknown")[0].error == (
        "the mail service mock failed unexpectedly (ZeroDivisionError); it may have arrived"
    )


def test_who_is_interrupted_while_the_service_has_the_message_does_not_know(desk, filed, served):
    for title in ("1", "2", "3"):
        filed(title)
    with pytest.raises(KeyboardInterrupt):
        served(Service(failing(KeyboardInterrupt(), "2"))).mail.deliver()
    assert statuses(desk) == ["sent", "unknown", "pending"]
    assert desk.mail.deliver().sent == 1


def test_a_provider_that_cannot_be_opened_keeps_mail_waiting(path, clock, desk, filed):
    filed()

    def unopenable():
        raise Unavailable("smtp: the password file is missing")

    with Desk(path, "bob", now=clock, mail=AT_ONCE, open_provider=unopenable) as bob:
        report = bob.mail.deliver()
    assert (report.later, report.error) == (1, "smtp: the password file is missing")
    assert report.paused_until is not None
    assert statuses(desk) == ["pending"]


@pytest.mark.sqlite
def test_what_arrived_and_could_not_be_written_down_is_said_to_be_unknown(desk, filed, served, sql, clock):
    for title in ("1", "2", "3"):
        filed(title)
    sql(
        "CREATE TRIGGER full BEFORE UPDATE OF status ON notifications WHEN new.seq = 2 AND new.status = 'sent' "
        "BEGIN SELECT raise(ABORT, 'no room'); END"
    )
    service = Service()
    sender = served(service)
    with pytest.raises(Unavailable, match="no room"):
        sender.mail.deliver()
    assert statuses(desk) == ["sent", "pending", "pending"]
    assert service.subjects == ["1", "2"]
    clock.at += LEASE
    report = sender.mail.deliver()
    assert (report.unknown, report.sent) == (1, 1)
    assert statuses(desk) == ["sent", "unknown", "sent"]
    assert service.subjects == ["1", "2", "3"]


# Several at once


def test_a_slow_service_sends_nothing_twice(desk, filed, served, clock):
    for number in range(6):
        filed(str(number))
    meanwhile = Service()
    colleague = served(meanwhile, "bob")

    def take_long(mail):
        clock.at += LEASE * 0.9
        colleague.mail.deliver()

    slow = Service(take_long)
    served(slow).mail.deliver()
    assert sorted(slow.subjects + meanwhile.subjects) == list("012345")
    assert meanwhile.sent
    assert statuses(desk) == ["sent"] * 6


def test_who_is_slower_than_the_lease_still_says_how_it_went(desk, filed, served, clock):
    filed()

    def take_too_long(mail):
        clock.at += LEASE
        assert other.mail.deliver().unknown == 1
        assert statuses(desk) == ["unknown"]

    other = served(Service(), "bob")
    assert served(Service(take_too_long)).mail.deliver().sent == 1
    assert statuses(desk) == ["sent"]


def test_all_processes_together_keep_to_the_rate(desk, filed, served, clock):
    for number in range(12):
        filed(str(number))
    couriers = [served(Service(), agent, rate=120) for agent in ("ann", "bob")]
    sent = []
    for _ in range(5):
        reports = [each.mail.deliver() for each in couriers]
        sent.append(sum(report.sent for report in reports))
        assert reports[0].more_at == clock.at + timedelta(seconds=0.5)
        clock.at += timedelta(seconds=1)
    assert sent == [2] * 5


def test_the_mail_of_a_change_that_did_not_happen_is_never_sent(desk, filed, fails, served):
    fails("notifications", "1 = 1", "no")
    with pytest.raises(Unavailable):
        filed()
    assert served(Service()).mail.deliver().changed is False


def test_nobody_takes_the_write_lock_to_find_nothing_to_send(desk, path):
    with Desk(path, "bob", busy_seconds=0) as colleague, desk._database.writing():
        assert colleague.mail.deliver().changed is False


def test_a_plan_changes_nothing(desk, filed, clock, path):
    desk.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.DAILY))
    filed()
    filed("Door", contact_email="omar@example.com")
    clock.at += timedelta(days=1)
    before = desk.mail.page()
    with desk.courier() as courier:
        digest, message = courier.plan()
    assert (digest.recipient_email, digest.messages) == ("rita@example.com", 1)
    assert message.recipient_email == "omar@example.com"
    assert desk.mail.page() == before


async def test_a_slow_service_holds_up_no_screen(desk, filed, served):
    filed()
    began, may_end = threading.Event(), threading.Event()

    def act(mail):
        began.set()
        may_end.wait()

    slow = served(Service(act))
    delivering = asyncio.create_task(slow.deliver())
    await asyncio.to_thread(began.wait)
    await slow.run(slow.tickets.update, ["1"], TicketChange(Status.RESOLVED))
    assert not delivering.done()
    may_end.set()
    assert (await delivering).sent == 2


async def test_a_desk_that_is_closed_lets_the_message_on_its_way_arrive(desk, filed, served, path):
    filed()
    filed()
    began, may_end = threading.Event(), threading.Event()

    def act(mail):
        began.set()
        may_end.wait(30)

    service = Service(act)
    leaving = Desk(path, "cat", now=desk.now, mail=AT_ONCE, open_provider=lambda: service)
    delivering = asyncio.create_task(leaving.deliver())
    await asyncio.to_thread(began.wait, 30)
    closing = asyncio.create_task(asyncio.to_thread(leaving.close))
    async with asyncio.timeout(30):
        while not leaving._mail_thread._stopping.is_set():
            await asyncio.sleep(0)
    may_end.set()
    await closing
    assert (await delivering).sent == 1
    assert (statuses(desk), service.closed) == (["sent", "pending"], 1)


def _new():
    from supportdesk.domain.ticket import new_ticket

    return new_ticket("Lamp is dark", "It does not shine.", "rita@example.com")
