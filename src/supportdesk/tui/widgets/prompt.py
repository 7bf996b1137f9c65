"""A question in the status line, answered on the same line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len
from textual import events
from textual.containers import Horizontal

from supportdesk.domain.errors import DeskError, InvalidValue
from supportdesk.domain.text import clean_line
from supportdesk.tui.debounce import Debounce
from supportdesk.tui.style import fit
from supportdesk.tui.widgets.bars import Hint
from supportdesk.tui.widgets.completion import Completions, FirstCompletion
from supportdesk.tui.widgets.earlier_answers import EarlierAnswers

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.widgets import Input, Label

    from supportdesk.tui.widgets.line_field import LineField

CURSOR_ROOM = 4
"""Columns that a question leaves for the answer."""
SEARCH_PAUSE = 0.3
Kind = TypeVar("Kind", bound=str)


class Prompt(Horizontal):
    """Hidden until something is asked; enter answers, escape cancels."""

    DEFAULT_CSS = """
    Prompt { display: none; height: 1; }
    Prompt.-asking { display: block; }
    Prompt Label { width: auto; padding: 0 0 0 1; text-style: bold; color: $secondary; }
    Prompt LineField { height: 1; width: 1fr; padding: 0; background: $background; }
    Prompt LineField, Prompt LineField:focus { border: none; }
    """

    def __init__(self, ready: asyncio.Event, begins: Callable[[str, bool], None]) -> None:
        """`ready` is set while a question stands, so that the keys which answer it are let through.

        `begins` is called before each question to replace what the status line said before: with its explanation, or
        with what was wrong with the answer, and whether it is the latter.
        """
        super().__init__()
        self._ready = ready
        self._begins = begins
        self._parts: tuple[Label, LineField] | None = None
        self._answer: asyncio.Future[str | None] | None = None
        self._back_to: Widget | None = None
        self._changed: Callable[[str], None] | None = None
        self._completions = Completions()
        self._at_once: Collection[str] = ()
        self._typed = ""
        self._earlier = EarlierAnswers()
        self.hints: Sequence[Hint] = ()

    @property
    def asking(self) -> bool:
        """Return whether an answer is awaited."""
        return self._answer is not None

    @property
    def typing(self) -> bool:
        """Return whether keys are letters of an answer."""
        return self._parts is not None and self._parts[1].has_focus

    @property
    def takes_key(self) -> bool:
        """Return whether the first key is the whole answer."""
        return self._changed == self._answered

    async def ask(
        self,
        question: str,
        *,
        initial: str = "",
        explanation: str = "",
        fault: str = "",
        completions: Sequence[str] = (),
        complete: Callable[[str], Sequence[str]] | None = None,
        at_once: Collection[str] = (),
        history: str = "",
        enter: str = "run",
        changed: Callable[[str], None] | None = None,
    ) -> str | None:
        """Ask and wait; return None when cancelled.

        `explanation` is shown above, or the `fault` of the answer that is asked for again; enter takes the first of the
        `completions` that begins with what was typed; `complete` gives the lines that what was typed can become, which
        only tab takes; the keys of `at_once` answer by themselves when they come first; `history` is the kind of
        question whose earlier answers the arrow up brings back; `enter` is the word for what enter does; `changed` is
        called at every edit.
        """
        self.cancel()
        label, field = await self._asker()
        label.update(question + " ")
        self._changed = changed
        self._completions = Completions(completions, complete)
        self._at_once, self._typed = at_once, initial
        field.suggester = FirstCompletion(self._completions.complete) if self._completions else None
        with field.prevent(field.Changed):
            field.value = initial
        field.cursor_position = len(initial)
        self._earlier.begin(history)
        self.hints = self._hints(enter, completes=bool(self._completions))
        answered = await self._wait_for_answer(field, fault or explanation, is_fault=bool(fault))
        if history and answered and answered.strip():
            self._earlier.remember(history, answered.strip())
        return answered

    async def _wait_for_answer(self, field: LineField, words: str, *, is_fault: bool) -> str | None:
        """Show the question until it is answered or cancelled, then give the focus back."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._begins(words, is_fault)
        self.add_class("-asking")
        # After another question the focus is still on its way back.
        if self.screen.focused is not field:
            self._back_to = self.screen.focused
        back_to = self._back_to
        field.focus()
        self._ready.set()
        try:
            return await answer
        finally:
            if self._answer is answer:
                self._answer = None
                self.remove_class("-asking")
                if back_to is not None and back_to.is_attached and field.has_focus:
                    back_to.focus(scroll_visible=False)

    def _hints(self, enter: str, *, completes: bool) -> list[Hint]:
        return [
            Hint("enter", enter, "enter"),
            Hint("esc", "cancel", "escape"),
            *([Hint("tab", "complete", "tab")] if completes else []),
            *([Hint("↑", "earlier", "up")] if self._earlier else []),
        ]

    async def _asker(self) -> tuple[Label, LineField]:
        # Lazy import: keeps start-up fast.
        if self._parts is None:
            from textual.widgets import Label

            from supportdesk.tui.widgets.line_field import LineField

            self._parts = Label("", markup=False), LineField(select_on_focus=False)
            await self.mount(*self._parts)
        return self._parts

    async def search(
        self,
        show: Callable[[str], Awaitable[None]],
        *,
        initial: str = "",
        fault: str = "",
        history: str = "search",
        complete: Callable[[str], Sequence[str]] | None = None,
    ) -> str | None:
        """Ask what to look for, and show what is found whenever the typing rests; return None when cancelled.

        The rest is as for `ask`.
        """

        async def look(text: str) -> None:
            try:
                await show(text)
            except DeskError:
                # What is half typed is not worth an error; enter says what is wrong.
                return

        typing = Debounce(self.screen, SEARCH_PAUSE)
        try:
            return await self.ask(
                "/",
                initial=initial,
                fault=fault,
                history=history,
                enter="search",
                complete=complete,
                changed=lambda text: typing.call(partial(look, text)),
            )
        finally:
            typing.cancel()

    async def narrow(
        self,
        what: str,
        kinds: Iterable[Kind],
        counts: Mapping[Kind, int],
        show: Callable[[Kind | None], Awaitable[None]],
    ) -> None:
        """Ask for one of some kinds by its first letter and show it; enter shows all, escape cancels.

        The question names those that are counted. Raises `InvalidValue`, which says `what` the kinds are, for a letter
        that none begins with.
        """
        choices = "  ".join(f"{kind} {count:,}" for kind, count in counts.items())
        key = await self.choose(f"First letter (enter: all): {choices}")
        if key is None:
            return
        kind = next((each for each in kinds if key and each[0] == key.lower()), None)
        if key and kind is None:
            raise InvalidValue(f"no {what} begins with {key!r}")
        await show(kind)

    async def choose(
        self, question: str, *, explanation: str = "", enter: str = "all", short: str = "Which key?"
    ) -> str | None:
        """Ask for one key; return an empty answer for enter, None for escape.

        A question that is longer than the line is asked above it, and the `short` one in the line.
        """
        if cell_len(question) + CURSOR_ROOM > self.screen.size.width:
            explanation, question = f"{explanation} {question}".strip(), short
        return await self.ask(question, explanation=explanation, enter=enter, changed=self._answered)

    async def confirm(self, question: str, *, about: str = "", explanation: str = "") -> bool:
        """Ask for a `y`; every other key means no. Of what it is `about`, so much is shown as there is room for."""
        if about:
            room = self.screen.size.width - cell_len(f"{question} “”? (y/N)") - CURSOR_ROOM
            question = f"{question} “{fit(about, max(room, 1)).rstrip()}”?"
        sure = f"{question} (y/N)"
        return await self.choose(sure, explanation=explanation, enter="no", short="Go on? (y/N)") == "y"

    def paste(self, text: str) -> None:
        """Put a text that was pasted without brackets where the cursor is, as one line; enter is up to the agent."""
        if self._parts is not None:
            self._parts[1].insert_text_at_cursor(clean_line(text))

    def cancel(self) -> None:
        """Cancel the open question."""
        self._answered(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the answer to whoever asked."""
        event.stop()
        self._answered(self._completions.proposal(event.value))

    def _answered(self, text: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._ready.clear()
            self._answer.set_result(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell whoever asked of an edit."""
        event.stop()
        first, self._typed = not self._typed, event.value
        if first and event.value in self._at_once:
            self._answered(event.value)
        elif self._changed is not None:
            self._changed(event.value)

    async def on_key(self, event: events.Key) -> None:
        """Cancel on escape; take the completion on tab."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.cancel()
        elif event.key in ("up", "down") and self._earlier:
            event.stop()
            event.prevent_default()
            await self._fill(self._earlier.step(1 if event.key == "up" else -1))
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            await self._take_completion()

    async def _fill(self, text: str) -> None:
        field = (await self._asker())[1]
        field.value = text
        field.cursor_position = len(text)

    async def _take_completion(self) -> None:
        """Complete what was typed; where that was done already, take the next completion instead."""
        lines = self._completions.step((await self._asker())[1].value)
        if lines:
            await self._fill(lines[0])
        if len(lines) > 1:
            words = [line.rpartition(" ")[2] for line in lines]
            self._begins(fit("  ".join(words), self.screen.size.width - 2).rstrip(), False)
