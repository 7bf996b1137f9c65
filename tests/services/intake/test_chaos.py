"""Whatever happens while mails are received: each one that was answered with 0 is in exactly one place."""

import os
import random
import resource
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from supportdesk.domain.mail.incoming import Outcome
from supportdesk.services.desk import Desk

# MAIL_CHAOS=full python -m pytest tests/services/intake/test_chaos.py --timeout 3600
FULL = os.environ.get("MAIL_CHAOS") == "full"
MAILS, PROCESSES = (2_000, 8) if FULL else (16, 4)
MAIL = "From: rita{0}@example.com\nSubject: Lamp {0}\nMessage-ID: <{0}@example.com>\n\nIt is dark. {1}\n"
TRY_LATER = 75
TRIES = 50
DISK_MB = 48


class MailSystem:
    """Hands mails over as a mail system does: what is not answered with 0 is tried again."""

    def __init__(self, db: Path, mails: list[bytes]) -> None:
        self.db = db
        self.waiting: SimpleQueue[tuple[int, bytes]] = SimpleQueue()
        for number, raw in enumerate(mails):
            self.waiting.put((number, raw))
        self.answered: Counter[int] = Counter()
        self.codes: Counter[int] = Counter()
        self.chance = random.Random(MAILS)
        self.lock = threading.Condition()

    def work(self) -> None:
        """Hand mails over until none waits."""
        for _ in range(MAILS * TRIES):
            try:
                number, raw = self.waiting.get_nowait()
            except Empty:
                return
            code = self.hand_over(raw)
            with self.lock:
                self.codes[code] += 1
                self.answered[number] += code == 0
                self.lock.notify_all()
            if code:
                self.waiting.put((number, raw))

    def hand_over(self, raw: bytes) -> int:
        """Pipe one mail into `mail receive`, which may be killed at any moment, or have no room to write."""
        with self.lock:
            fate, moment = self.chance.random(), self.chance.random()
            room = self.chance.choice([200, 4096, 200_000])
        limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))) if fate > 0.8 else None
        command = [sys.executable, "-m", "supportdesk", "--db", str(self.db), "mail", "receive"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit
        ) as process:
            try:
                _, said = process.communicate(raw, timeout=moment * 2 if fate < 0.25 else 120)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return process.returncode
        assert b"Traceback" not in said
        return process.returncode


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own that can be filled, where this account may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    mounted = FULL and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(folder: Path, system: MailSystem) -> None:
    """Leave no room on the disk for as long as it takes until mails have been refused for it."""
    with system.lock:
        assert system.lock.wait_for(lambda: system.codes[0] >= MAILS // 4, 1_800)
    with (folder / "filling").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    with system.lock:
        before = system.codes[TRY_LATER]
        assert system.lock.wait_for(lambda: system.codes[TRY_LATER] >= before + 40, 1_800)
    (folder / "filling").unlink()


@pytest.mark.timeout(3_600)
def test_every_mail_that_was_answered_with_0_is_in_exactly_one_place_and_none_twice(tmp_path):
    mails = [MAIL.format(number, "x" * (number % 50) * 100).encode() for number in range(MAILS)]
    copies = mails[:: max(1, MAILS // 20)]
    with small_disk(tmp_path / "disk") as can_fill:
        db = tmp_path / "disk" / "support.db"
        Desk(db, "ann").close()
        system = MailSystem(db, [*mails, *copies])
        workers = [threading.Thread(target=system.work) for _ in range(PROCESSES)]
        if can_fill:
            workers.append(threading.Thread(target=fill, args=(tmp_path / "disk", system)))
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(number for number, count in system.answered.items() if count) == list(
            range(len(mails) + len(copies))
        )
        assert set(system.codes) <= {0, TRY_LATER, -9}
        assert system.codes[-9], "some were killed"
        assert system.codes[TRY_LATER], "some had no room"

        with Desk(db, "ann") as desk:
            left = list(desk.intake.process())
            assert all(each.outcome is not Outcome.STORED for each in left)
            rows = desk.intake.list(tuple(Outcome), 10 * MAILS)
            places = Counter(each.subject for each in rows if each.outcome is not Outcome.DUPLICATE)
            assert places == Counter({f"Lamp {number}": 1 for number in range(MAILS)})
            tickets = {each.ticket for each in rows if each.outcome is Outcome.NEW_TICKET}
            assert len(tickets) == MAILS
            findings = {each.check: each for each in desk.doctor.examine()}
            assert findings["mail received"].is_ok
            assert f"{MAILS:,} new tickets" in findings["mail received"].found
            assert findings["raw mails"].found == f"{MAILS:,}, each with its record"
        waiting = list((db.with_name("support.db.files") / "incoming" / "new").iterdir())
        assert waiting == []
