"""Mail that comes in: how long storing takes, how many mails are filed a second, and how fast a large one opens."""

import os
from base64 import encodebytes
from collections.abc import Iterator
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

from supportdesk.domain.mail.incoming import Envelope, Outcome
from supportdesk.services.desk import Desk
from supportdesk.storage.intake.raw_store import RawStore
from tests.benchmarks.table import Row
from tests.incoming import receive_mail

STORED, FILED = 300, 1_000
WORDS = ("lamp", "dark", "order", "please", "help", "could", "invoice", "parcel", "login", "password", "thank", "you")


def rows() -> Iterator[Row]:
    """The figures."""
    with TemporaryDirectory() as folder:
        yield _storing(Path(folder))
        yield _filing(Path(folder))
        yield _opening(Path(folder))


def typical_mails(count: int) -> list[bytes]:
    """Mails as a help desk gets them: short ones, replies with quotes, HTML beside text, some with a picture."""
    chance, mails = Random(1), []
    for number in range(count):
        text = "\n".join(" ".join(chance.choices(WORDS, k=12)) for _ in range(chance.randint(3, 25)))
        head = (
            f"Received: from mx.example.org by mx.example.com; Fri, 20 Nov 2026 09:30:00 +0000\n"
            f"From: Rita Example <rita{number}@example.org>\nTo: help@example.com\nSubject: {text[:40]!r}\n"
            f"Message-ID: <{number}@example.org>\nDate: Fri, 20 Nov 2026 09:30:00 +0000\nMIME-Version: 1.0\n"
        )
        match number % 4:
            case 0:
                body = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
            case 1:
                quoted = "\n".join(f"> {line}" for line in text.split("\n"))
                above = "On Fri, 20 Nov 2026, Help <help@example.com> wrote:"
                body = f"Content-Type: text/plain\n\n{text}\n\n{above}\n{quoted}\n"
            case 2:
                html = "".join(f"<p>{line}</p>" for line in text.split("\n"))
                body = (
                    "Content-Type: multipart/alternative; boundary=b\n\n"
                    f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
                )
            case _:
                picture = encodebytes(chance.randbytes(20_000)).decode()
                body = (
                    f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>{text}</p>\n"
                    "--b\nContent-Type: image/png; name=lamp.png\nContent-Transfer-Encoding: base64\n\n"
                    f"{picture}\n--b--\n"
                )
        mails.append((head + body).encode())
    return mails


def _storing(folder: Path) -> Row:
    store, mails = RawStore(folder / "incoming"), typical_mails(STORED)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    (folder / "floor").mkdir()
    for number, raw in enumerate(mails):
        start = perf_counter()
        store.put(raw, Envelope("rita@example.org")).release()
        seconds[True].append(perf_counter() - start)
        start = perf_counter()
        _write(folder / "floor", f"{number}", raw)
        seconds[False].append(perf_counter() - start)
    value, floor = median(seconds[True]), median(seconds[False])
    promised = "at most 3 of write, fsync, rename"
    return Row("storing a mail durably", 1e3 * value, "ms", 1e3 * floor, value / floor, promised, value <= 3 * floor)


def _write(folder: Path, name: str, raw: bytes) -> None:
    with (folder / f"{name}.tmp").open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    (folder / f"{name}.tmp").rename(folder / name)


def _filing(folder: Path) -> Row:
    with Desk(folder / "filing.db", "ann") as desk:
        store = RawStore(folder / "filing.db.files" / "incoming")
        for raw in typical_mails(FILED):
            store.put(raw, Envelope("rita@example.org")).release()
        before = _processor_seconds()
        filed = list(desk.intake.process())
        # The process that reads mails counts when it has ended.
        desk.intake.close()
        taken = _processor_seconds() - before
        assert [each.outcome for each in filed] == [Outcome.NEW_TICKET] * FILED
    value, promised = FILED / taken, 100
    return Row(
        f"{FILED:,} mails filed on one core",
        value,
        "a second",
        promised,
        value / promised,
        "at least 100 a second",
        value >= promised,
    )


def _processor_seconds() -> float:
    """Seconds of the processor that this process and those it has ended took: what one core would take."""
    return sum(sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))


def _opening(folder: Path) -> Row:
    html = b"<p>Hello, the lamp is dark and the order has not come. Please help us as soon as you can.</p>\n" * 11_000
    raw = b"From: rita@example.org\nSubject: Lamp\nMessage-ID: <1@x>\nContent-Type: text/html\n\n<html>" + html
    with Desk(folder / "opening.db", "ann") as desk:
        assert receive_mail(desk.intake, raw, Envelope()).outcome is Outcome.NEW_TICKET
        taken = []
        for _ in range(15):
            start = thread_time()
            desk.tickets.get("1")
            desk.conversation.messages("1")
            taken.append(thread_time() - start)
    value, promised = 1e3 * median(taken), 50
    return Row("opening 1 MB of HTML", value, "ms", promised, value / promised, "at most 50 ms", value <= promised)
