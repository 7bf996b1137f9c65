"""Several processes at one desk: nobody's change is lost, and what was confirmed survives any death."""

import asyncio
import threading

import pytest

from supportdesk.domain.errors import InvalidValue, NotFound, Unavailable
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.services.desk import Desk

CHANGE = """
import random, sys
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.errors import Conflict
from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.services.desk import Desk

path, agent, seed, rounds = parse_desk_address(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
chance, saved, conflicts = random.Random(seed), 0, 0
with Desk(path, agent) as desk:
    print("ready", flush=True)
    sys.stdin.readline()
    for round in range(rounds):
        change = TicketChange(chance.choice(list(Status)), chance.choice(list(Priority)))
        seen = {1: desk.tickets.get("1").version} if round % 2 else {}
        try:
            saved += len(desk.tickets.update(["1"], change, seen=seen).changed)
        except Conflict:
            conflicts += 1
print(saved, conflicts, flush=True)
"""


def test_two_processes_that_change_one_ticket_lose_no_update(desk, filed, path, spawn, assert_whole):
    filed()
    others = [spawn(CHANGE, path, agent, seed, 120) for seed, agent in enumerate(("bob", "cat"))]
    for other in others:
        assert other.stdout.readline() == "ready\n"
    for other in others:
        print(file=other.stdin, flush=True)
    ended = [[int(word) for word in other.communicate()[0].split()] for other in others]

    saved = sum(changes for changes, _ in ended)
    assert saved > 100
    entries = desk.journal.after(0)[1:]
    assert len(entries) == saved
    assert {entry.actor for entry in entries} == {"bob", "cat"}
    assert desk.tickets.get("1").version == 1 + saved
    # Every change begins where the one before it ended: nobody changed what he had not seen.
    ticket = {"status": "new", "priority": "medium"}
    for entry in entries:
        assert {name: ticket[name] for name in entry.before} == entry.before
        ticket.update(entry.after)
    assert (desk.tickets.get("1").status, desk.tickets.get("1").priority) == tuple(ticket.values())
    assert_whole(path)


STREAM = """
import sys
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk

with Desk(parse_desk_address(sys.argv[1]), "bob") as desk:
    while True:
        number = desk.tickets.create(new_ticket("Lamp", "It does not shine.", "rita@example.com")).number
        print(number, "new", flush=True)
        for status in (Status.IN_PROGRESS, Status.RESOLVED):
            desk.tickets.update([str(number), str((number + 1) // 2)], TicketChange(status))
            print(number, status, flush=True)
        if number % 3 == 0:
            print(number, desk.journal.undo().tickets[-1].status, flush=True)
        desk.mail.deliver()
"""


@pytest.mark.parametrize("confirmed_before_the_kill", [1, 7, 40])
def test_what_was_confirmed_survives_a_kill(path, spawn, assert_whole, confirmed_before_the_kill):
    stream = spawn(STREAM, path)
    confirmed = [stream.stdout.readline() for _ in range(confirmed_before_the_kill)]
    stream.kill()
    confirmed += stream.stdout.readlines()
    assert stream.wait() == -9

    told = {}
    for line in confirmed:
        number, status = line.split()
        told.setdefault(number, []).append(status)
    with Desk(path, "ann") as desk:
        for number, statuses in told.items():
            steps = [step.new_status for step in desk.tickets.history(number)]
            assert steps[: len(statuses)] == statuses
        # At most one more ticket was filed than confirmed.
        with pytest.raises(NotFound):
            desk.tickets.get(str(int(number) + 2))
        assert desk.maintenance.health()["status"] == "OK"
    assert_whole(path)


async def test_screens_make_their_calls_one_after_the_other_on_a_thread_of_their_own(desk, filed):
    filed()
    threads = []

    def call(value):
        threads.append(threading.current_thread())
        return value

    assert [await desk.run(call, value) for value in (1, 2, 3)] == [1, 2, 3]
    assert len(set(threads)) == 1
    assert threads[0] is not threading.main_thread()
    with pytest.raises(NotFound):
        await desk.run(desk.tickets.get, "99")


async def test_a_long_reading_call_aside_holds_no_other_up(desk, filed):
    filed()
    answered = threading.Event()

    def read_long(own):
        # A desk that answers nobody meanwhile would let it wait in vain.
        return own.tickets.get("1").title if answered.wait(30) else ""

    background = asyncio.create_task(desk.run_in_background(read_long))
    ticket = await desk.run(desk.tickets.get, "1")
    answered.set()
    assert await background == ticket.title


async def test_calls_aside_that_nobody_waits_for_any_more_do_not_begin(desk, filed):
    filed()
    began, may_end = threading.Event(), threading.Event()
    calls = []

    def read_long(own):
        calls.append(own)
        began.set()
        may_end.wait()

    first, *others = (asyncio.create_task(desk.run_in_background(read_long)) for _ in range(5))
    await asyncio.to_thread(began.wait)
    for call in others:
        call.cancel()
    await asyncio.wait(others)
    may_end.set()
    await first
    assert await desk.run_in_background(lambda own: own.tickets.get("1").number) == 1
    assert len(calls) == 1


@pytest.mark.sqlite
async def test_a_call_aside_makes_no_desk_where_the_file_is_gone(path, clock, filed):
    filed()
    with Desk(path, "cat", now=clock) as desk:
        path.rename(path.with_name("elsewhere.db"))
        with pytest.raises(Unavailable, match="does not exist any more"):
            await desk.run_in_background(lambda own: own.tickets.get("1"))
    assert not path.exists()


async def test_a_desk_that_is_closed_lets_the_running_change_end(path, clock, filed):
    filed()
    desk = Desk(path, "cat", now=clock)
    began, may_end = threading.Event(), threading.Event()

    def change():
        began.set()
        may_end.wait()
        return desk.tickets.update(["1"], TicketChange(Status.RESOLVED))

    running = asyncio.create_task(desk.run(change))
    await asyncio.to_thread(began.wait)
    waiting = asyncio.create_task(desk.run(desk.tickets.get, "1"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(desk.close))
    may_end.set()
    await closing
    assert (await running).changed == {1}
    await asyncio.wait([waiting])
    assert waiting.cancelled() or waiting.done()


@pytest.mark.sqlite
async def test_a_closed_desk_is_one_file_and_closed(path, tmp_path):
    desk = Desk(path, "ann")
    await desk.run(desk.maintenance.health)
    desk.close()
    # Whoever closes last leaves everything in the one file.
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    with pytest.raises(Unavailable, match="cannot be used"):
        desk.tickets.get("1")


def test_what_others_change_is_noticed_and_what_one_changes_oneself_is_not(desk, colleague, filed):
    seen = desk.changes_elsewhere()
    filed()
    desk.mail.deliver()
    assert desk.changes_elsewhere() == seen
    colleague.tickets.update(["1"], TicketChange(Status.RESOLVED))
    assert desk.changes_elsewhere() != seen


@pytest.mark.sqlite
def test_an_agent_is_one_clean_line(path):
    with Desk(path, " ann\x1b[31m\n") as desk:
        assert desk.actor == "ann"
    with pytest.raises(InvalidValue, match="^agent: "):
        Desk(path.with_name("other.db"), " ")
    assert not path.with_name("other.db").exists()
