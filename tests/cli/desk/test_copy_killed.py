"""A copy that is killed has copied nothing, and the next one works."""

import json
import signal
import subprocess
import sys

import pytest

from tests.conftest import run_sql

# The other desk is a database, whatever the suite runs on.
pytestmark = pytest.mark.sqlite

COPY = """
import os, signal, sys
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.services.desk_copy import copy_desk

def watch(table, rows):
    if table == "tickets" and rows:
        os.kill(os.getpid(), signal.SIGKILL)

copy_desk(parse_desk_address(sys.argv[1]), parse_desk_address(sys.argv[2]), watch)
"""


def kill_copy(source, target):
    ended = subprocess.run([sys.executable, "-c", COPY, str(source), str(target)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL


def test_a_copy_to_a_server_that_is_killed_leaves_it_empty(run, postgres_desk):
    run.ticket()
    kill_copy(run.db, postgres_desk)
    assert run_sql(postgres_desk, "SELECT count(*) FROM tickets") == [(0,)]
    copied = run("desk", "copy", "--to", str(postgres_desk), "--json")
    assert json.loads(copied.out)["rows"]["tickets"] == 1


def test_a_copy_to_a_file_that_is_killed_leaves_none_of_that_name(run, postgres_desk, home):
    run.ticket()
    assert run("desk", "copy", "--to", str(postgres_desk)).code == 0
    back = home / "back.db"
    kill_copy(postgres_desk, back)
    assert not back.exists()
    assert run("desk", "copy", "--to", str(back), db=postgres_desk).code == 0
    assert len(run("ticket", "list", "--json", db=back).json["tickets"]) == 1


def test_a_copy_goes_neither_over_a_desk_nor_onto_itself(run, postgres_desk, home):
    run.ticket("One")
    assert run("desk", "copy", "--to", str(postgres_desk)).code == 0
    again = run("desk", "copy", "--to", str(postgres_desk))
    assert (again.code, "copy into an empty desk" in again.err) == (1, True)
    assert "the desk itself" in run("desk", "copy", "--to", str(postgres_desk), db=postgres_desk).err
