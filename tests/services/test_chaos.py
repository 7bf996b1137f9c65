"""Many agents at one desk, some of them killed: nothing is lost, mailed twice, or mailed that must not be.

At a desk on a server they work on four machines, whose clocks differ by ten minutes.
"""

import json
import os
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE, run_sql
from tests.machines import SET_CLOCK, machine
from tests.services.journal_replay import by_journal, by_tables

# DESK_CHAOS=full python -m pytest tests/services/test_chaos.py
PROCESSES, SECONDS = (16, 120) if os.environ.get("DESK_CHAOS") == "full" else (4, 4)
TICKETS = 6

READER = """
import sys
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.services.desk import Desk

with Desk(parse_desk_address(sys.argv[1]), "reader") as desk:
    import threading
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    print("ready", flush=True)
    seen, version = [0], None
    while not stop.is_set():
        # As the app does it, and as often as it can.
        if version != (version := desk.changes_elsewhere()):
            seen.extend(entry.seq for entry in desk.journal.after(seen[-1]))
    seen.extend(entry.seq for entry in desk.journal.after(seen[-1]))
print(*seen[1:])
"""

AGENT = (
    SET_CLOCK
    + """
import json, os, random, sys, time
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.domain.actions import parse_actions
from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import DeskError
from supportdesk.domain.ticket import Priority, Status, TicketChange
from supportdesk.email.provider import Receipt, Refused
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk

path, log, name, seed, seconds, tickets = sys.argv[1:]
chance, count = random.Random(int(seed)), 0
out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def record(**line):
    os.write(out, json.dumps(line).encode() + b"\\n")

class Service:
    name = "test"

    def send(self, mail):
        record(mail=mail.message_id, text=mail.subject + mail.text + mail.html + repr(mail.headers))
        if chance.random() < 0.1:
            raise Refused("no")
        return Receipt("250")

    def close(self):
        pass

def any_ticket():
    return str(chance.randint(1, int(tickets)))

def act(desk):
    match chance.randrange(13):
        case 0 | 1:
            status = chance.choice([None, *Status])
            reply = new_reply(f"REPLY {name} {count}")
            record(message=desk.conversation.reply(any_ticket(), reply, status=status).message.id)
        case 2 | 3:
            record(message=desk.conversation.note(any_ticket(), f"NOTE {name} {count} @{name}").id)
        case 4:
            desk.tickets.update([any_ticket(), any_ticket()], TicketChange(status=chance.choice([*Status])))
        case 5:
            desk.tickets.update([any_ticket()], TicketChange(priority=chance.choice([*Priority]), notes="NOTE"))
        case 6:
            desk.tickets.tag([any_ticket(), any_ticket()], [chance.choice("abc")], [chance.choice("abc")])
        case 7:
            desk.relations.merge([any_ticket()], any_ticket())
        case 8:
            desk.relations.unmerge([any_ticket()])
        case 9 | 10:
            desk.journal.undo()
        case 11:
            actions = {"status": "resolved", "tags": "+a", "note": "NOTE", "reply": "REPLY {{number}}"}
            desk.bulk.run([any_ticket(), any_ticket()], parse_actions(actions), take=True)
        case 12:
            desk.tickets.snooze([any_ticket()], "2h")

settings = MailSettings(hold=0, zone="UTC")
with Desk(parse_desk_address(path), name, mail=settings, open_provider=Service) as desk:
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        count += 1
        try:
            act(desk)
            if chance.random() < 0.3:
                desk.mail.deliver()
        except DeskError as error:
            record(refused=error.code)
    record(done=count)
"""
)


@pytest.mark.timeout(SECONDS + 120)
def test_agents_who_are_killed_while_they_work_lose_and_repeat_nothing(path, tmp_path, spawn):
    with Desk(path, "ann", mail=AT_ONCE) as desk:
        for number in range(TICKETS):
            desk.tickets.create(new_ticket(f"Lamp {number}", "It does not shine.", f"rita{number}@example.com"))
    chance = random.Random(PROCESSES)
    log = tmp_path / "log"
    log.touch()
    started = 0

    def start(seconds):
        nonlocal started
        started += 1
        there = machine(started, tmp_path, shares_a_clock=isinstance(path, Path))
        agent = spawn(AGENT, path, log, f"agent{started}", started, seconds, TICKETS, **there)
        assert agent.stdout.readline() == "ready\n"
        return agent

    reader = spawn(READER, path)
    assert reader.stdout.readline() == "ready\n"
    end = time.monotonic() + SECONDS
    agents = [start(SECONDS) for _ in range(PROCESSES)]
    for agent in agents:
        print(file=agent.stdin, flush=True)
    working, killed = list(agents), 0
    while (left := end - time.monotonic()) > 1 or not killed:
        # One in ten of those who start is killed, at any place of what it is doing.
        written = log.stat().st_size + chance.randint(1_000, 20_000)
        while log.stat().st_size < written and time.monotonic() < end:
            with suppress(TimeoutExpired):
                assert working[0].wait(0.05) == 0
        if killed * 10 < started:
            victim = working.pop(chance.randrange(len(working)))
            victim.kill()
            victim.wait()
            killed += 1
            if left > 2:
                working.append(start(left))
                print(file=working[-1].stdin, flush=True)
        elif left <= 1:
            break
    for agent in working:
        agent.communicate(timeout=SECONDS + 60)
        assert agent.returncode == 0
    seen, _ = reader.communicate("\n", timeout=60)
    assert list(map(int, seen.split())) == [seq for (seq,) in run_sql(path, "SELECT seq FROM journal ORDER BY seq")]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert_explained(path, lines)
    assert_mailed_once(path, lines)
    assert sum(line.get("done", 0) for line in lines) > 20


def assert_explained(path, lines):
    """The journal gives the state of every ticket, and what was confirmed is there."""
    told, found = by_journal(path), by_tables(path)
    assert (told["messages"], told["links"]) == (found["messages"], found["links"])
    for key, state in found["tickets"].items():
        assert {name: told["tickets"][key][name] for name in state} == state
    confirmed = {line["message"] for line in lines if "message" in line}
    assert confirmed <= found["messages"].keys()
    with Desk(path, "ann") as desk:
        found = {each.check: each.found for each in desk.doctor.examine()}
        assert found["schema"] == "as this program makes it"
        assert found.get("file", "whole") == "whole"
    kept = run_sql(path, "SELECT status, priority, tickets FROM ticket_counts WHERE tickets <> 0 ORDER BY 1, 2")
    counted = "SELECT status, priority, count(*) FROM tickets WHERE deleted_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2"
    assert kept == run_sql(path, counted)


def assert_mailed_once(path, lines):
    """Each mail left at most once, and none has a word of a note."""
    sent = [line for line in lines if "mail" in line]
    assert sent
    assert max(Counter(line["mail"] for line in sent).values()) == 1
    assert not [line for line in sent if "NOTE" in line["text"]]
    repeated = "SELECT message, recipient_key FROM notifications WHERE message <> '' GROUP BY 1, 2 HAVING count(*) > 1"
    assert run_sql(path, repeated) == []
    kinds = "SELECT DISTINCT m.kind FROM notifications AS n JOIN messages AS m ON m.id = n.message"
    assert run_sql(path, kinds) == [("reply",)]
