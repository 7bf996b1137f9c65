"""Mail: what queueing adds to a change, how fast it is delivered, and how quickly a long log is read."""

import random
import shutil
import smtplib
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep, thread_time

from supportdesk.domain.moment import now, to_text
from supportdesk.domain.page import START
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.email.messages.mime import wire_mail
from supportdesk.email.provider import OutgoingMail
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from supportdesk.services.mail.delivery import BATCH
from supportdesk.services.tickets import changes
from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.table import Row

TICKETS = 100
ROUNDS = 60
MESSAGES = 10_000
SMTP_MESSAGES, SMTP_ROUNDS = 300, 5
LONG, SHORT = 100_000, 100
AT_ONCE = MailSettings(hold=0)

# What a message goes through; the floor is each of these statements by itself, nothing asked and nothing sent.
CLAIM = "UPDATE notifications SET leased_until = ?, leased_by = ? WHERE seq BETWEEN ? AND ?"
SETTLE = """
UPDATE notifications SET status = 'sent', answer = ?, error = '', reason = '', sent_at = ?, attempts = attempts + 1,
leased_until = NULL, leased_by = '', handed_over_at = NULL WHERE seq = ? AND leased_by = ?
"""
HAND_OVER = """
UPDATE notifications SET handed_over_at = ?, leased_until = ?, provider = ? WHERE seq = ? AND leased_by = ?
AND leased_until > ? AND status = 'pending'
"""


def rows() -> Iterator[Row]:
    """The figures."""
    with TemporaryDirectory() as folder:
        yield _queueing(Path(folder) / "queueing.db")
        yield _delivery(Path(folder) / "delivery.db")
        yield _smtp(Path(folder) / "smtp.db")
        yield from _log(Path(folder))


def _queueing(path: Path) -> Row:
    ask = changes._ask_recipient
    with Desk(path, "ann") as desk:
        for number in range(TICKETS):
            desk.tickets.create(new_ticket(f"Lamp {number} is dark", "It does not shine.", f"rita{number}@example.com"))
        seconds: dict[bool, list[float]] = {True: [], False: []}
        try:
            for round_ in range(2 * ROUNDS):
                queued = bool(round_ % 2)
                # A change that asks for no recipient is one without mail.
                changes._ask_recipient = ask if queued else _nobody  # type: ignore[assignment]
                status = (Status.NEW, Status.IN_PROGRESS, Status.RESOLVED)[round_ % 3]
                for number in range(1, TICKETS + 1):
                    start = thread_time()
                    desk.tickets.update([str(number)], TicketChange(status))
                    seconds[queued].append(thread_time() - start)
        finally:
            changes._ask_recipient = ask
    value, floor = median(seconds[True]), median(seconds[False])
    promised = "at most 1.15 of one without"
    return Row(
        "status change with mail queued", 1e3 * value, "ms", 1e3 * floor, value / floor, promised, value <= 1.15 * floor
    )


def _nobody(*_: object) -> None:
    """Nobody to mail."""


def _delivery(path: Path) -> Row:
    with Desk(path, "ann", mail=AT_ONCE) as desk:
        desk.tickets.create(new_ticket("Lamp is dark", "It does not shine.", "rita@example.com"))
    with closing(sqlite3.connect(path)) as file, file:
        names = [name for _, name, *_ in file.execute("PRAGMA table_info(notifications)")]
        kept = ", ".join(name for name in names if name not in ("seq", "id", "change"))
        file.execute(
            "WITH RECURSIVE more (number) AS (SELECT 2 UNION ALL SELECT number + 1 FROM more WHERE number < ?) "
            f"INSERT INTO notifications (id, {kept}) SELECT 'message-' || number, {kept} FROM notifications, more",
            (MESSAGES,),
        )
    bare = path.with_name("bare.db")
    shutil.copy(path, bare)
    with Desk(path, "ann", mail=AT_ONCE) as desk, desk.courier() as courier:
        start = thread_time()
        report = courier.deliver_due()
        taken = thread_time() - start
    assert report.sent == MESSAGES
    value, floor = MESSAGES / taken, MESSAGES / _bare_updates(bare)
    promised = "at least 0.25 of the bare statements"
    return Row(f"{MESSAGES:,} messages, mock", value, "a second", floor, value / floor, promised, value >= floor / 4)


def _bare_updates(path: Path) -> float:
    at = to_text(now())
    later = at.replace("20", "29", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = NORMAL")
        start = thread_time()
        for first in range(1, MESSAGES + 1, BATCH):
            file.execute(CLAIM, (later, "owner", first, first + BATCH - 1))
            for seq in range(first, first + BATCH):
                file.execute(HAND_OVER, (at, later, "mock", seq, "owner", at))
                file.execute(SETTLE, ("250 mock: accepted", at, seq, "owner"))
        taken = thread_time() - start
        assert file.execute("SELECT count(*) FROM notifications WHERE status = 'sent'").fetchone() == (MESSAGES,)
    return taken


def _smtp(path: Path) -> Row:
    rates: dict[bool, list[float]] = {True: [], False: []}
    with _mail_server() as port:
        through = MailSettings(provider="smtp", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", hold=0)
        with Desk(path, "ann", mail=through) as desk, desk.courier() as courier:
            for round_ in range(SMTP_ROUNDS):
                for number in range(SMTP_MESSAGES):
                    new = new_ticket(f"Lamp {round_} {number} is dark", "It does not shine.", "rita@example.com")
                    desk.tickets.create(new)
                start = perf_counter()
                report = courier.deliver_due()
                rates[True].append(SMTP_MESSAGES / (perf_counter() - start))
                assert report.sent == SMTP_MESSAGES
                mails = [
                    wire_mail(
                        OutgoingMail(
                            "desk@example.com", each.recipient_email, each.subject, each.content, each.html, "<1@x>"
                        )
                    ).data
                    for each in desk.mail.page(limit=SMTP_MESSAGES)
                ]
                with smtplib.SMTP("127.0.0.1", port) as connection:
                    start = perf_counter()
                    for mail in mails:
                        connection.sendmail("desk@example.com", "rita@example.com", mail)
                    rates[False].append(SMTP_MESSAGES / (perf_counter() - start))
    value, floor = median(rates[True]), median(rates[False])
    promised = "at least 0.6 of bare smtplib"
    return Row(
        f"{SMTP_MESSAGES} messages, SMTP", value, "a second", floor, value / floor, promised, value >= 0.6 * floor
    )


@contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server in a process of its own, which keeps nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                try:
                    smtplib.SMTP("127.0.0.1", port).quit()
                    break
                except ConnectionRefusedError:
                    sleep(0.05)
            yield port
        finally:
            server.terminate()


def _log(folder: Path) -> Iterator[Row]:
    with (
        Desk(make_desk(folder / "long.db", LONG), "ann") as long,
        Desk(make_desk(folder / "short.db", SHORT), "ann") as short,
    ):
        words = [
            message.subject.split()[-1].strip("()")
            for message in random.Random(1).sample(long.mail.page(limit=500), 50)
        ]
        for desk in (long, short):
            desk.mail.page(text="index what is there")
        reads: dict[str, tuple[Callable[[Desk], object], float]] = {
            "first page and counts": (lambda desk: (desk.mail.page(START, 50), desk.mail.counts()), 1.5),
            "one state": (lambda desk: desk.mail.page(START, 50, status="sent"), 1.5),
            "search, common word": (lambda desk: desk.mail.page(START, 50, text="support"), 10.0),
            "search, rare word": (lambda desk: [desk.mail.page(START, 50, text=word) for word in words], 3.0),
        }
        for name, (read, allowed) in reads.items():
            value, floor = (_milliseconds(lambda desk=desk, read=read: read(desk)) for desk in (long, short))
            promised = f"at most {allowed} of {SHORT} messages"
            yield Row(f"log of {LONG:,}: {name}", value, "ms", floor, value / floor, promised, value <= allowed * floor)


def _milliseconds(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(15):
        start = thread_time()
        call()
        taken.append(thread_time() - start)
    return 1e3 * median(taken)
