"""The app on a server that is killed, and on a line that falls silent: it says so, and continues by itself."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial

import pytest

from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.errors import DeskError
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from tests.conftest import run_sql
from tests.postgres_server import own_server
from tests.tcp_proxy import Line
from tests.terminal import PROGRAM, Terminal

# DESK_CHAOS=full python -m pytest tests/journeys/test_server_away.py
FULL = os.environ.get("DESK_CHAOS") == "full"
KILLS, SILENCE = (10, 30.0) if FULL else (1, 0.0)
IMPATIENT = (
    "import sys\nfrom supportdesk.storage.postgres import watched\n"
    "watched.SILENT_SECONDS, watched.ANSWER_SECONDS = 0.3, 2\n"
    "from supportdesk.__main__ import main\nsys.exit(main())"
)
HASTY = IMPATIENT.replace(
    "import sys", "import sys\nfrom supportdesk.tui.tickets import browser\nbrowser.AGE_SECONDS = 0.2", 1
)
APP = PROGRAM if FULL else (sys.executable, "-c", IMPATIENT)


def lamp(title):
    return new_ticket(title, "It does not shine.", "rita@example.com")


@pytest.fixture
def world(tmp_path):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SUPPORTDESK_AGENT": "ann", "TZ": "UTC"}


@pytest.mark.timeout(KILLS * 60 + 120)
def test_a_server_that_is_killed_under_load(world):
    made, refused, stopping = set(), [], threading.Event()

    def work(address, name):
        with Desk(address, name, busy_seconds=20) as desk:
            for number in range(100_000):
                if stopping.is_set():
                    return
                try:
                    made.add(desk.tickets.create(lamp(f"Lamp {name}-{number}")).id)
                except DeskError as error:
                    refused.append(error.message)
                    stopping.wait(0.05)

    pytest.importorskip("psycopg")
    with own_server() as server:
        server.make_template()
        address = parse_desk_address(server.address("desk_template"))
        command = partial(
            subprocess.run, check=False, capture_output=True, text=True, timeout=60,
            env={**world, "SUPPORTDESK_DB": str(address)},
        )  # fmt: skip
        agents = [threading.Thread(target=work, args=(address, f"agent{place}")) for place in range(3)]
        with Terminal(PROGRAM, columns=200, environment={**world, "SUPPORTDESK_DB": str(address)}) as terminal:
            terminal.sees("This desk has no tickets yet|Lamp")
            for agent in agents:
                agent.start()
            try:
                for kill in range(KILLS):
                    terminal.sees("Lamp")
                    server.kill()
                    terminal.sees(r"✗ the (connection to the )?desk .* (was lost; nothing was saved|cannot be reached)")
                    listed = command([*PROGRAM, "ticket", "list"])
                    assert (listed.returncode != 0, "cannot be reached" in listed.stderr) == (True, True)
                    server.start_again()
                    terminal.sees(r"Reconnected\.|created|Mail delivery resumed")
                    words = f"--title|After {kill}|--description|x|--email|rita@example.com|--priority|high"
                    created = command([*PROGRAM, "ticket", "create", *words.split("|")])
                    assert created.returncode == 0, created.stderr
                    terminal.sees(f"After {kill}")
            finally:
                stopping.set()
                for agent in agents:
                    agent.join(60)
            terminal.press("ctrl+c")
            assert terminal.ends() == 0
        assert_nothing_lost(address, made, refused)


def assert_nothing_lost(address, made, refused):
    """Each ticket that was confirmed is there once; only those of which nobody knew may be there unconfirmed."""
    kept = run_sql(address, "SELECT id, title FROM tickets WHERE title LIKE 'Lamp%'")
    assert refused
    assert {key for key, _ in kept} >= made
    assert len({title for _, title in kept}) == len(kept)
    assert len(kept) - len(made) <= sum("nobody knows" in sentence for sentence in refused)
    ((tickets, entries, last),) = run_sql(
        address, "SELECT (SELECT count(*) FROM tickets), count(*), max(seq) FROM journal WHERE kind = 'ticket.created'"
    )
    assert tickets == entries == last


@pytest.mark.timeout(SILENCE + 120)
def test_a_line_that_falls_silent(world, tmp_path, postgres, postgres_desk):
    with Desk(postgres_desk, "bob") as bob, Line(postgres.socket) as line:
        bob.tickets.create(lamp("Lamp is dark"))
        far = str(replace(postgres_desk, host="127.0.0.1", port=str(line.port), options={}, files=None))
        with Terminal(APP, columns=200, environment={**world, "SUPPORTDESK_DB": far}) as terminal:
            terminal.sees("Lamp is dark")
            terminal.settle()
            began = time.monotonic()
            with line.silent():
                terminal.sees("does not answer; nothing was saved, try again")
                assert time.monotonic() - began < (9 if FULL else 20)
                terminal.sees("cannot be reached: connection timeout expired")
                terminal.press("c", "Water damage")
                terminal.sees("Water damage")
                terminal.press("escape")
                terminal.sees("cannot be reached: connection timeout expired")
                bob.tickets.create(lamp("Flood"))
                while time.monotonic() - began < SILENCE:
                    terminal.read(0.1)
            terminal.sees("Reconnected")
            terminal.sees("Flood")
            terminal.press("c")
            terminal.sees("Water damage")
            line.fall_silent()
            terminal.press(" in the cellar")
            terminal.sees("in the cellar")
            # Leaving waits for no server, and what was typed is kept.
            terminal.press("ctrl+c")
            assert terminal.ends() == 0
            assert any(
                "Water damage in the cellar" in file.read_text() for file in tmp_path.rglob("*") if file.is_file()
            )


def test_nothing_that_is_done_while_the_server_is_away_ends_the_app(world, postgres, postgres_desk):
    """Neither keys, screens that were never open, another size of the window nor what a timer reads by itself."""
    with Desk(postgres_desk, "bob") as bob:
        for number in range(40):
            bob.tickets.create(lamp(f"Lamp {number:02}"))
    line = Line(postgres.socket)
    far = str(replace(postgres_desk, host="127.0.0.1", port=str(line.port), options={}, files=None))
    hasty = (sys.executable, "-c", HASTY)
    with Terminal(hasty, columns=200, environment={**world, "SUPPORTDESK_DB": far}) as terminal:
        terminal.sees("Lamp 00")
        terminal.settle()
        line.close()
        terminal.sees("cannot be reached: Connection refused")
        for key in ("f3", "B", "pagedown", "enter"):
            terminal.press(key)
            terminal.settle()
        terminal.press("c", "Water damage")
        terminal.sees("Water damage")
        terminal.press("escape")
        terminal.sees("cannot be reached")
        terminal.resize(90, 40)
        terminal.sees("Lamp 10")
        with Line(postgres.socket, port=line.port):
            terminal.sees("Reconnected")
            terminal.press("f3")
            terminal.sees("This desk has no FAQs yet")
            terminal.press("ctrl+c")
            assert terminal.ends() == 0
