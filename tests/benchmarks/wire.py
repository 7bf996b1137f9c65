"""Bytes to the terminal and time to the last of them, for a key; and what an idle screen costs."""

import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter

from supportdesk.tui.screens.list_and_pane import BESIDE_WIDTH
from tests.benchmarks.made_desk import make_desk
from tests.benchmarks.running import READY, app_on, processor_seconds
from tests.benchmarks.table import Row
from tests.terminal import Terminal

TICKETS = 10_000
SIZES = ((80, 24), (120, 40), (200, 50))
STEPS, PAGES = 60, 12
MESSAGES = (100, 100_000)
NEWS, OPENINGS = 24, 9
_MAIL = ("ticket_id, recipient_email, recipient_key, notification_type, subject, content, status, message_id, "
         "sent_at, created_at")  # fmt: skip
_NEWS = f"""
INSERT INTO notifications (id, {_MAIL}) SELECT lower(hex(randomblob(16))), {_MAIL} FROM notifications
WHERE seq = (SELECT count(*) % 100 + 1 FROM notifications)
"""
IDLE_SECONDS = 10.0


def rows() -> list[Row]:
    """The figures for a desk of 10,000 tickets, at three sizes of screen."""
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "support.db", TICKETS)
        rows = [row for columns, height in SIZES for row in measured(desk, columns, height)]
        return [*rows, *mail_rows(Path(folder))]


def measured(desk: Path, columns: int, height: int) -> list[Row]:
    """The figures for one size of screen."""
    size = f"{columns}x{height}"
    with app_on(desk, columns=columns, rows=height) as terminal:
        terminal.sees(READY)
        terminal.settle(1.0)
        steps = pressed(terminal, "j", STEPS)
        pages = pressed(terminal, "pagedown", PAGES)
        used, begin = processor_seconds(terminal), perf_counter()
        idle = 0
        while perf_counter() - begin < IDLE_SECONDS:
            idle += terminal.read(0.5)
        load = 100 * (processor_seconds(terminal) - used) / (perf_counter() - begin)
    step, page = mean(sent for _, sent in steps) / 1e3, max(sent for _, sent in pages) / 1e3
    return [
        Row(f"j at {size}, mean of {STEPS}", step, "kB", None, None, "at most 0.6 kB", step <= 0.6),
        Row(f"a page at {size}, largest of {PAGES}", page, "kB", None, None, "at most 8 kB", page <= 8),
        answered(f"j at {size}, key to last byte", steps),
        answered(f"a page at {size}, key to last byte", pages),
        Row(f"idle at {size} for {IDLE_SECONDS:.0f} s", idle, "bytes", None, None, "0 bytes", not idle),
        Row(f"idle at {size}, of a core", load, "%", None, None, "under 1 %", load < 1),
    ]


def mail_rows(folder: Path) -> list[Row]:
    """What a new message costs while the mail log is open, and how soon that opens on few and on many messages."""
    few, many = (make_desk(folder / f"{messages}.db", messages) for messages in MESSAGES)
    rows = []
    for columns, height in SIZES:
        costs = incoming(many, columns, height)
        cost = mean(costs) / 1e3
        name = f"a new message at {columns}x{height}, mean of {len(costs)}"
        rows.append(Row(name, cost, "kB", None, None, "at most 1 kB", cost <= 1))
    floor, measured = opened(few), opened(many)
    ratio = measured / floor
    name = f"mail log opens on {MESSAGES[1]:,} messages, floor {MESSAGES[0]}"
    return [*rows, Row(name, measured, "ms", floor, ratio, "at most 1.2", ratio <= 1.2)]


def opened(desk: Path) -> float:
    """Milliseconds from the key to the last byte of the mail log, in the median."""
    with app_on(desk) as terminal:
        terminal.sees(READY)
        terminal.settle(1.0)
        taken = []
        for _ in range(OPENINGS):
            terminal.press("m")
            taken.append(1e3 * terminal.settle(0.3)[0])
            terminal.press("m")
            terminal.settle(0.3)
    return median(taken)


def incoming(desk: Path, columns: int, height: int) -> list[int]:
    """Bytes for each message that somebody else's program sends while the mail log stands beside the tickets."""
    costs = []
    with app_on(desk, columns=columns, rows=height) as terminal, closing(sqlite3.connect(desk)) as database:
        terminal.sees(READY)
        terminal.press("m")
        terminal.sees("Mail log")
        # By way of the text, where it stands beside the list, back to the tickets.
        for _ in range(2 if columns >= BESIDE_WIDTH else 1):
            terminal.press("tab")
        terminal.settle(1.0)
        for _ in range(NEWS):
            with database:
                # The oldest once more: nothing but a message is new.
                database.execute(_NEWS)
            costs.append(terminal.settle(1.0)[1])
    return costs


def pressed(terminal: Terminal, key: str, times: int) -> list[tuple[float, int]]:
    """Presses a key again and again; gives seconds to the last byte and the bytes of each."""
    answers = []
    for _ in range(times):
        terminal.press(key)
        answers.append(terminal.settle(0.2))
    return answers


def answered(name: str, answers: list[tuple[float, int]]) -> Row:
    """How long a hand waits for the whole answer."""
    milliseconds = 1e3 * median(seconds for seconds, _ in answers)
    return Row(name, milliseconds, "ms", None, None, "at most 30 ms", milliseconds <= 30)
