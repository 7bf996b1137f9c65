"""A question in the status line, answered on the same line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len
from textual import events
from textual.containers import Horizontal

from supportdesk.domain.errors import DeskError, InvalidValue
from supportdesk.tui.debounce import Debounce
from supportdesk.tui.style import fit

if TYPE_CHECKING:
    from textual.widgets import Input, Label

    from supportdesk.tui.widgets.line_field import LineField

CURSOR_ROOM = 4
"""Columns that a question leaves for the answer."""
SEARCH_PAUSE = 0.3
Kind = TypeVar("Kind", bound=str)


class Prompt(Horizontal):
    """Hidden until something is asked; enter answers, escape does not."""

    DEFAULT_CSS = """
    Prompt { display: none; height: 1; }
    Prompt.-asking { display: block; }
    Prompt Label { width: auto; padding: 0 0 0 1; text-style: bold; color: $secondary; }
    Prompt LineField { height: 1; width: 1fr; padding: 0; background: $background; }
    Prompt LineField, Prompt LineField:focus { border: none; }
    """

    def __init__(self, ready: asyncio.Event, begins: Callable[[str], None]) -> None:
        """`ready` is set while a question stands, so that the keys which answer it are let through.

        `begins` is called before each question with its explanation, to replace what the status line said before.
        """
        super().__init__()
        self._ready = ready
        self._begins = begins
        self._parts: tuple[Label, LineField] | None = None
        self._answer: asyncio.Future[str | None] | None = None
        self._changed: Callable[[str], None] | None = None

    @property
    def asking(self) -> bool:
        """Whether an answer is awaited."""
        return self._answer is not None

    @property
    def typing(self) -> bool:
        """Whether keys are letters of an answer."""
        return self._parts is not None and self._parts[1].has_focus

    @property
    def takes_key(self) -> bool:
        """Whether the first key is the whole answer."""
        return self._changed == self._answered

    async def ask(
        self,
        question: str,
        *,
        initial: str = "",
        explanation: str = "",
        completions: Sequence[str] = (),
        changed: Callable[[str], None] | None = None,
    ) -> str | None:
        """Ask and wait; return None when cancelled. `changed` is called at every edit, `explanation` is shown above."""
        self.cancel()
        label, field = await self._asker()
        label.update(question + " ")
        if completions:
            from textual.suggester import SuggestFromList

            field.suggester = SuggestFromList(completions, case_sensitive=False)
        else:
            field.suggester = None
        with field.prevent(field.Changed):
            field.value = initial
        field.cursor_position = len(initial)
        self._changed = changed
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._begins(explanation)
        self.add_class("-asking")
        back_to = self.screen.focused
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

    async def _asker(self) -> tuple[Label, LineField]:
        # Imported and mounted when first wanted: at the start it would cost time that nobody need wait.
        if self._parts is None:
            from textual.widgets import Label

            from supportdesk.tui.widgets.line_field import LineField

            self._parts = Label("", markup=False), LineField(select_on_focus=False)
            await self.mount(*self._parts)
        return self._parts

    async def search(self, initial: str, show: Callable[[str], Awaitable[None]]) -> str | None:
        """Asks what to look for, and shows what is found whenever the typing rests; None when the person went away."""

        async def look(text: str) -> None:
            try:
                await show(text)
            except DeskError:
                # What is half typed is not worth an error; enter says what is wrong.
                return

        typing = Debounce(self.screen, SEARCH_PAUSE)
        try:
            return await self.ask("/", initial=initial, changed=lambda text: typing.call(partial(look, text)))
        finally:
            typing.cancel()

    async def narrow(
        self,
        what: str,
        kinds: Iterable[Kind],
        counts: Mapping[Kind, int],
        show: Callable[[Kind | None], Awaitable[None]],
    ) -> None:
        """Asks for one of some kinds by its first letter and shows it; enter shows all, escape leaves it.

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

    async def choose(self, question: str) -> str | None:
        """Asks for one key; enter gives an empty answer, escape none."""
        return await self.ask(question, changed=self._answered)

    async def confirm(self, question: str, *, about: str = "") -> bool:
        """Asks for a `y`; every other key means no. Of what it is `about`, so much is shown as there is room for."""
        if about:
            room = self.screen.size.width - cell_len(f"{question} “”? (y/N)") - CURSOR_ROOM
            question = f"{question} “{fit(about, max(room, 1)).rstrip()}”?"
        return await self.choose(f"{question} (y/N)") == "y"

    def cancel(self) -> None:
        """Gives up on the question that stands."""
        self._answered(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Takes the answer."""
        event.stop()
        self._answered(event.value)

    def _answered(self, text: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._ready.clear()
            self._answer.set_result(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells whoever listens."""
        event.stop()
        if self._changed is not None:
            self._changed(event.value)

    async def on_key(self, event: events.Key) -> None:
        """Escape goes away without an answer; tab takes the completion."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.cancel()
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            (await self._asker())[1].action_cursor_right()
