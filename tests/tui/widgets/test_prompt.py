"""Questions in the status line: what is asked, what is taken for an answer, what happens meanwhile."""

import asyncio
from collections.abc import Coroutine
from enum import StrEnum

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Label
from textual.worker import Worker

from supportdesk.domain.errors import InvalidValue
from supportdesk.tui.widgets.prompt import Prompt


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Asking(App[None]):
    """Nothing but questions; keeps what is said above the one that is asked."""

    above = ""

    def compose(self) -> ComposeResult:
        yield Prompt(asyncio.Event(), begins=self.say)

    def say(self, words: str, is_fault: bool) -> None:
        self.above = words

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)


async def asked(pilot: Pilot[None], question: Coroutine[None, None, object]) -> Worker[object]:
    """Asks a question, and waits until it can be answered."""
    worker = pilot.app.run_worker(question)
    async with asyncio.timeout(30):
        while not pilot.app.prompt.typing:
            await pilot.pause(0.02)
    return worker


@pytest.fixture
async def pilot():
    async with Asking().run_test() as pilot:
        yield pilot


async def test_what_cannot_be_searched_yet_does_not_end_the_question(pilot):
    searched = []
    refused = asyncio.Event()

    async def show(text: str) -> None:
        searched.append(text)
        refused.set()
        raise InvalidValue("status: half typed")

    question = await asked(pilot, pilot.app.prompt.search(show))
    await pilot.press("n")
    await refused.wait()
    await pilot.press("e", "w", "enter")
    assert await question.wait() == "new"
    assert searched == ["n"]


@pytest.mark.parametrize(
    ("key", "shown"), [("g", [Colour.GREEN]), ("G", [Colour.GREEN]), ("enter", [None]), ("escape", [])]
)
async def test_a_list_is_narrowed_by_a_letter(pilot, key, shown):
    narrowed = []

    async def show(colour: Colour | None) -> None:
        narrowed.append(colour)

    question = await asked(pilot, pilot.app.prompt.narrow("colour", Colour, {Colour.RED: 1_200}, show))
    await pilot.press(key)
    await question.wait()
    assert narrowed == shown


async def test_a_letter_that_nothing_begins_with_is_refused(pilot):
    async def ask() -> str:
        with pytest.raises(InvalidValue) as refused:
            await pilot.app.prompt.narrow("colour", Colour, {}, lambda colour: asyncio.sleep(0))
        return refused.value.message

    question = await asked(pilot, ask())
    await pilot.press("x")
    assert await question.wait() == "no colour begins with 'x'"


@pytest.mark.parametrize(
    ("words", "above", "line"),
    [
        ("Delete it?", "It is Bob's.", "Delete it? (y/N)"),
        ("Delete " + "it " * 30 + "?", "It is Bob's. Delete " + "it " * 30 + "? (y/N)", "Go on? (y/N)"),
    ],
    ids=["short", "long"],
)
async def test_a_question_that_is_longer_than_the_line_is_asked_above_it(pilot, words, above, line):
    question = await asked(pilot, pilot.app.prompt.confirm(words, explanation="It is Bob's."))
    assert pilot.app.above == above
    assert str(pilot.app.query_one(Label).render()).strip() == line
    await pilot.press("y")
    assert await question.wait() is True
