"""What a service has accepted is saved, whoever locks the desk meanwhile, and survives a power cut."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from threading import Timer

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.email.provider import Refused, TryLater
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE, locked_desk
from tests.services.mail.services import Service

BUSY_SECONDS = 0.01
LOCKED_SECONDS = 0.4
"""Many times what two attempts of a connection wait."""


@pytest.fixture
def lock(path) -> Iterator[Callable[[], None]]:
    """Locks the desk for a while, as a backup or another program does."""
    with ExitStack() as stack:

        def lock() -> None:
            held = stack.enter_context(ExitStack())
            held.enter_context(locked_desk(path))
            timer = Timer(LOCKED_SECONDS, held.close)
            timer.start()
            stack.callback(timer.join)

        yield lock


def sender(path, clock, service, provider="smtp") -> Desk:
    mail = replace(AT_ONCE, provider=provider)
    return Desk(path, "ann", now=clock, mail=mail, open_provider=lambda: service, busy_seconds=BUSY_SECONDS)


@pytest.mark.parametrize(
    ("fails", "status"),
    [(None, "sent"), (Refused("550 no"), "failed"), (TryLater("451 later"), "pending")],
)
def test_an_outcome_outlasts_a_long_lock(path, clock, desk, filed, lock, sql, fails, status):
    filed("1")
    filed("2")

    def act(mail):
        if len(service.seen) == 1:
            lock()
        if fails:
            raise fails

    service = Service(act)
    with sender(path, clock, service) as own:
        own.mail.deliver()
    assert sql("SELECT status FROM notifications") == [(status,), (status,)]
    assert len(service.seen) == 2


def test_the_last_outcome_outlasts_a_long_lock_too(path, clock, desk, filed, lock, sql):
    filed()
    with sender(path, clock, Service(lambda mail: lock())) as own:
        assert own.mail.deliver().sent == 1
    assert sql("SELECT status FROM notifications") == [("sent",)]


def test_a_lock_before_anything_was_handed_over_ends_the_delivery(path, clock, desk, filed, lock, sql):
    filed()
    service = Service()
    with sender(path, clock, service) as own:
        lock()
        with pytest.raises(Unavailable, match="locked"):
            own.mail.deliver()
    assert (service.seen, sql("SELECT status FROM notifications")) == ([], [("pending",)])


# SQLite syncs each commit at level 2, FULL.
def level_of(database):
    return database.sql("PRAGMA synchronous")[0][0]


@pytest.mark.sqlite
def test_every_change_is_on_the_disk_when_it_is_confirmed(desk):
    assert level_of(desk._database) == 2
    with desk.relaxed():
        desk.mail.deliver()
        assert level_of(desk._database) == 1
    assert level_of(desk._database) == 2


@pytest.mark.sqlite
def test_mail_is_on_the_disk_as_handed_over_before_the_service_gets_it(path, clock, desk, filed, sql):
    filed()
    seen = []

    def act(mail):
        seen.append((level_of(courier._database), sql("SELECT handed_over_at FROM notifications")))

    with sender(path, clock, Service(act)) as own, own.courier() as courier:
        courier.deliver_due()
    ((level, (handed_over,)),) = seen
    assert level == 2
    assert handed_over[0] is not None
