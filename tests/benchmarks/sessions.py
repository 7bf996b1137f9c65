"""What open apps cost the server while nobody does anything: 300 that poll and deliver as the app does."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, sleep

from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.ticket import new_ticket
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from supportdesk.services.mail.delivery import PATIENCE, Courier
from supportdesk.tui.app import POLL_SECONDS
from supportdesk.tui.feed import DELIVER_SECONDS
from tests.benchmarks.running import TICKS
from tests.benchmarks.table import Row
from tests.postgres_server import TEMPLATE, Server, own_server

APPS = 300
SECONDS = 20.0
WARMING_SECONDS = 2.0
ROOM = 40
"""Connections for whoever else comes."""


def rows() -> list[Row]:
    """Processor and memory of the server."""
    with own_server(max_connections=str(2 * APPS + ROOM), fsync="on") as server, ExitStack() as stack:
        server.make_template()
        address = parse_desk_address(server.address(TEMPLATE))
        desks, couriers = [], []
        for number in range(APPS):
            desk = stack.enter_context(Desk(address, f"agent{number}", mail=MailSettings(hold=0)))
            desks.append(desk)
            couriers.append(stack.enter_context(desk.courier()))
        desks[0].tickets.create(new_ticket("Lamp is dark", "It does not shine.", "rita@example.com"))
        desks[0].mail.deliver()
        # A session's first statements fill its caches.
        work_idly(desks, couriers, perf_counter(), WARMING_SECONDS)
        used, begin = processor_seconds(server), perf_counter()
        polls = work_idly(desks, couriers, begin, SECONDS)
        taken = perf_counter() - begin
        # Of what the polls would take at their pace, which this machine may not keep.
        each = (processor_seconds(server) - used) / polls
        memory = sum(proportional_bytes(process) for process in processes(server)) / 1e6
    load = 100 * each * APPS * (1 / POLL_SECONDS + 1 / DELIVER_SECONDS)
    name = f"{APPS} idle apps"
    return [
        Row(f"{name}: polls a second", polls / taken, "", None, None, "any", True),
        Row(f"{name}: of a core of the server", load, "%", None, None, "at most 5 %", load <= 5),
        Row(f"{name}: the server's memory", memory, "MB", None, None, "at most 6,000 MB", memory <= 6_000),
    ]


def work_idly(desks: Sequence[Desk], couriers: Sequence[Courier], begin: float, seconds: float) -> int:
    """Does for so many apps what each does while nothing happens; gives how often."""
    polls = 0
    turn = 0
    while (due := begin + turn * POLL_SECONDS) < begin + seconds:
        sleep(max(0.0, due - perf_counter()))
        delivering = turn * POLL_SECONDS % DELIVER_SECONDS == 0
        for desk, courier in zip(desks, couriers, strict=True):
            desk.changes_elsewhere()
            polls += 1
            if delivering:
                courier.deliver_if_due(patience=PATIENCE)
                polls += 1
        turn += 1
    return polls


def processes(server: Server) -> list[Path]:
    """The server's processes."""
    first = (server.data / "postmaster.pid").read_text().split()[0]
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [Path("/proc") / process for process in (first, *children)]


def processor_seconds(server: Server) -> float:
    """The processor time that the server has used so far, with that of processes that have ended."""
    used = 0
    for process in processes(server):
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        used += sum(map(int, fields[11:15]))
    return used / TICKS


def proportional_bytes(process: Path) -> int:
    """The memory of a process, with its share of what it shares."""
    line = next(line for line in (process / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024
