"""Whatever agents do and undo, the desk is as if the changes that remain had been the only ones."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import DeskError
from supportdesk.domain.ticket import Status, TicketChange, new_ticket, parse_change
from supportdesk.sample.replay import Clock
from supportdesk.services.desk import Desk
from tests.conftest import AT_ONCE
from tests.services.journal_replay import by_journal, by_tables

NAMES = ("ann", "bob")
NUMBERS = ("1", "2", "3")
OTHER = st.sampled_from(NUMBERS)
DEEDS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from([*Status])),
    st.tuples(st.just("priority"), st.sampled_from(["low", "medium", "high"])),
    st.tuples(st.just("title"), st.sampled_from(["One", "Two"])),
    st.tuples(st.just("owner"), st.sampled_from(["ann", "bob", "none"])),
    st.tuples(st.just("tag"), st.sampled_from("ab")),
    st.tuples(st.just("untag"), st.sampled_from("ab")),
    st.tuples(st.just("snooze"), st.sampled_from(["2h", "3d"])),
    st.tuples(st.just("wake"), st.none()),
    st.tuples(st.sampled_from(["note", "reply"]), st.sampled_from(["Hello.", "Well.\n\nGood bye."])),
    st.tuples(st.sampled_from(["delete", "undelete", "unmerge"]), st.none()),
    st.tuples(st.sampled_from(["merge", "link", "unlink"]), OTHER),
)
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), OTHER, st.just(("undo", None)) | DEEDS), min_size=10, max_size=30)


def do(desk: Desk, number: str, deed: str, value: object) -> None:
    """Does one thing to one ticket."""
    one = [number]
    match deed:
        case "status":
            desk.tickets.update(one, TicketChange(status=value))
        case "priority" | "title":
            desk.tickets.update(one, parse_change(**{deed: value}))
        case "owner":
            desk.tickets.assign(one, value, take=True)
        case "tag":
            desk.tickets.tag(one, [value], [])
        case "untag":
            desk.tickets.tag(one, [], [value])
        case "snooze":
            desk.tickets.snooze(one, value)
        case "wake":
            desk.tickets.wake(one)
        case "note":
            desk.conversation.note(number, value)
        case "reply":
            # Taking depends on whose the ticket is, which an undo may have changed before.
            desk.conversation.reply(number, new_reply(value), take=False)
        case "delete":
            desk.tickets.delete(one)
        case "undelete":
            desk.tickets.undelete(one)
        case "merge":
            desk.relations.merge(one, value)
        case "unmerge":
            desk.relations.unmerge(one)
        case "link" | "unlink":
            getattr(desk.relations, deed)(one, value)


CLOCK = Clock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def begun(new_file, tmp_path_factory):
    """A desk with two agents and three tickets."""
    path = copy(new_file, tmp_path_factory.mktemp("begun") / "support.db")
    with Desk(path, "eve", now=CLOCK, mail=AT_ONCE) as desk:
        for name in ("ann", "bob"):
            desk.agents.set(name, _known())
        for number in NUMBERS:
            desk.tickets.create(new_ticket(f"Lamp {number}", "It is dark.", f"r{number}@example.com"))
    return path


class Team:
    """Two agents at a desk of their own, a copy of one."""

    def __init__(self, begun: Path, folder: str, opened: ExitStack) -> None:
        self.path = copy(begun, Path(folder) / "support.db")
        clock = Clock(CLOCK.at)
        self.desks = {name: opened.enter_context(Desk(self.path, name, now=clock, mail=AT_ONCE)) for name in NAMES}

    @property
    def state(self) -> object:
        desk = self.desks["ann"]
        tickets = [desk.tickets.get(number) for number in NUMBERS]
        return [
            (
                (each.status, each.priority, each.title, each.owner, each.tags, each.snoozed_until),
                (each.deleted_at is not None, each.merged_into, desk.relations.of(str(each.number))),
                [(said.kind, said.author, said.text) for said in desk.conversation.messages(str(each.number))],
            )
            for each in tickets
        ]


def _known():
    from supportdesk.services.agents import AgentChange

    return AgentChange(display_name="An agent")


@settings(max_examples=20)
@given(steps=STEPS)
def test_changes_and_undos_leave_what_the_remaining_changes_give(begun, steps):
    with TemporaryDirectory() as folder, TemporaryDirectory() as second, ExitStack() as opened:
        team, again = Team(begun, folder, opened), Team(begun, second, opened)
        remaining = {}
        for name, number, (deed, value) in steps:
            desk = team.desks[name]
            if deed in ("note", "reply"):
                # What is said to a merged ticket stays where it was said when that is taken out again.
                number = str(desk.tickets.get_continuing(number).number)
            seq = desk.journal.last_seq()
            try:
                if deed == "undo":
                    remaining.pop(desk.journal.undo().entries[0].change)
                    continue
                do(desk, number, deed, value)
            except DeskError:
                assert desk.journal.last_seq() == seq, "what is refused changes nothing"
                continue
            if desk.journal.last_seq() > seq:
                remaining[seq + 1] = (name, number, deed, value)
        for name, number, deed, value in remaining.values():
            do(again.desks[name], number, deed, value)
        assert team.state == again.state
        told, found = by_journal(team.path), by_tables(team.path)
        assert (told["messages"], told["links"]) == (found["messages"], found["links"])
        for key, state in found["tickets"].items():
            assert {field: told["tickets"][key][field] for field in state} == state
