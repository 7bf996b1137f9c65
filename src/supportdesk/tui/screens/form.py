"""Base of the forms: framed fields with their errors, a draft that survives, keys."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import VerticalScroll
from textual.widgets import Input, RadioSet, TextArea

from supportdesk.domain.errors import DeskError
from supportdesk.tui.commands import BY_ID, Command, Scope
from supportdesk.tui.commands.keymap import KeyReader, format_keys, is_function_key
from supportdesk.tui.debounce import Debounce
from supportdesk.tui.screens.form_fields import FormFields
from supportdesk.tui.widgets.bars import Hint, HintBar, TitleBar
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.status_line import StatusLine

KEEP_SECONDS = 1.0
ROOMY_WIDTH = 72
"""From here on the choices of every field fit side by side."""
BASIS = "basis"
"""Under this name a draft remembers what its form was filled from; no field is called so."""
Saved = TypeVar("Saved")


class Form(FormFields[Saved | None], Generic[Saved], inherit_bindings=False):
    """A form; it ends with what `save` gives, such as the number of what was saved, or with None.

    A kind of form names its fields (the ids of its widgets), checks them, and saves.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (ROOMY_WIDTH, "-roomy")]  # noqa: RUF012
    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.FORM,)
    HINTS: ClassVar[Sequence[str]] = ("form.save", "form.editor", "form.help")
    NAME = "this form"
    BEGINS_IN = ""

    def __init__(
        self, heading: str, draft_name: str, *, names: Mapping[str, str] | None = None, save: str = "save"
    ) -> None:
        """`names` stand in for those of this kind of form, `save` is the word for what its key does."""
        super().__init__(names)
        self._save_word = save
        self._heading = heading
        self._draft_name = draft_name
        self._pause = Debounce(self, KEEP_SECONDS)
        self._untouched: Mapping[str, str] = {}
        self._forgotten: Mapping[str, str] | None = None
        self.has_ended = False
        self._reader = KeyReader({})
        # Set while it takes keys: not before its fields are there, nor while it saves, since keys typed ahead
        # are for what comes after.
        self.ready = asyncio.Event()

    # What a kind of form says about itself

    def compose_fields(self) -> ComposeResult:
        """Yield the fields, in order; their ids are the keys of NAMES."""
        raise NotImplementedError

    def initial(self) -> Mapping[str, str]:
        """Return the initial values of the fields, used when there is no draft."""
        return {}

    def basis(self) -> str:
        """Return the state of what is edited, such as its version; empty where nothing is."""
        return ""

    def draft_back(self, basis: str) -> str:
        """Record the basis that a restored draft was begun on; return the sentence for the status line."""
        return "Your draft is back."

    async def save(self, values: Mapping[str, str]) -> Saved:
        """Save; return what the form ends with. Raises a `DeskError` that says why not."""
        raise NotImplementedError

    # The frame

    def compose(self) -> ComposeResult:
        """Yield title, fields, status line, hints."""
        yield TitleBar()
        with VerticalScroll(id="form", can_focus=False):
            yield from self.compose_fields()
        yield StatusLine()
        yield HintBar()

    def on_mount(self) -> None:
        """Bring back what was left unsaved."""
        self.query_one(TitleBar).describe(self._heading, "", self.desk_app.desk.actor)
        keymap = self.desk_app.keymap
        self._reader = KeyReader(keymap.table(self.SCOPES))
        words = {name: BY_ID[name].hint for name in self.HINTS} | {"form.save": self._save_word}
        keys = {name: keymap.keys_of(BY_ID[name])[0] for name in self.HINTS}
        hints = [Hint(format_keys(key), words[name], key) for name, key in keys.items()]
        steps, last = Hint("tab", "next field", "tab"), Hint("esc", "back (draft kept)", "escape")
        # What is done with the text comes first: a narrow screen has no room for all.
        self.query_one(HintBar).hints([*hints, steps, last])
        self.name_fields()
        self.fill(self.initial())
        self._untouched = self.values()
        draft = self.desk_app.drafts.load(self._draft_name)
        basis = draft.pop(BASIS, "")
        if draft:
            self.fill(draft)
            self.status.note(self.draft_back(basis))
        self._field(self.BEGINS_IN or next(iter(self.names))).focus()
        self.ready.set()

    # The draft

    def keep_draft(self) -> None:
        """Save what was typed so far as a draft, unless the form has ended: the timer may have rung meanwhile."""
        if self.has_ended:
            return
        values = self.values()
        if any(values[field].strip() for field in self.CHECKS) and values != self._untouched:
            self.desk_app.drafts.keep(self._draft_name, values | {BASIS: self.basis()})
        else:
            self.desk_app.drafts.drop(self._draft_name)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(RadioSet.Changed)
    def _typed(self) -> None:
        self.status.fade()
        self._pause.call(self.keep_draft)
        for field in self.CHECKS:
            if self._field(field).has_class("-wrong") and not self._fault(field):
                self._say(field, "")

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Handle the keys of forms; escape leaves."""
        if event.key == "escape":
            self.leave()
        elif event.key in ("tab", "shift+tab"):
            (self.focus_next if event.key == "tab" else self.focus_previous)()
        elif not event.is_printable and (press := self._reader.press(event.key)) and press.command:
            await self._run(press.command)
        elif is_function_key(event.key):
            helps = format_keys(self.desk_app.keymap.keys_of(BY_ID["form.help"])[0])
            self.status.note(f"{format_keys(event.key)} does nothing in this form · {helps} lists its keys")
        elif event.is_printable and isinstance(self.focused, ChoiceField):
            self.status.note("Nothing was typed: here the arrows choose, and tab goes to the next field.")
        else:
            return
        event.stop()
        event.prevent_default()

    def leave(self) -> None:
        """Go back; what was typed is kept."""
        self.keep_draft()
        self.dismiss(None)

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    def do_form_save(self) -> None:
        """Save when every field is right, else go to the first that is not."""
        faults = {field: self._fault(field) for field in self.names if field in self.CHECKS}
        for field, fault in faults.items():
            self._say(field, fault)
        wrong = [field for field, fault in faults.items() if fault]
        if wrong:
            self._field(wrong[0]).focus()
            self.status.error(f"Not saved. {self.names[wrong[0]]}: {faults[wrong[0]]}")
        else:
            self.ready.clear()
            self.run_worker(self._save(), group="save")

    async def _save(self) -> None:
        try:
            saved = await self.save(self.values())
        except DeskError as error:
            self.status.error(f"Not saved (your text is kept): {error.message}")
            self.keep_draft()
            return
        finally:
            self.ready.set()
        self.finish(saved)

    def finish(self, saved: Saved | None) -> None:
        """End the form, and with it the draft."""
        self.desk_app.drafts.drop(self._draft_name)
        self.dismiss(saved)

    def dismiss(self, result: Saved | None = None) -> AwaitComplete:
        """End the form; what it still waits for has no fields to be shown in."""
        self.has_ended = True
        self._pause.cancel()
        return super().dismiss(result)

    def do_form_reset(self) -> None:
        """Start over, without a draft; a second time brings back what was typed."""
        typed = self.values()
        fresh = {**self._untouched, **self.initial()}
        if typed != fresh:
            self._forgotten = typed
            self.start_over(fresh)
            self.status.note("Form cleared. Press again to restore your text.")
        elif self._forgotten is not None:
            self.bring_back(self._forgotten)
            self.status.note("Your text is restored.")
        else:
            self.status.note("There is nothing to clear.")

    def start_over(self, fresh: Mapping[str, str]) -> None:
        """Fill the form as if nothing had been typed."""
        self.fill(fresh)
        self._untouched = self.values()
        self._field(self.BEGINS_IN or next(iter(self.names))).focus()

    def bring_back(self, typed: Mapping[str, str]) -> None:
        """Fill the form with what was typed before it was started over."""
        self.fill(typed)

    # Help

    async def do_form_help(self) -> None:
        """Show the keys of this form over it, and run the chosen command."""
        from supportdesk.tui.screens.command_list import CommandList

        await self.app.push_screen(CommandList(self, here_only=True), self._run_chosen)

    async def _run_chosen(self, command: Command | None) -> None:
        if command is not None:
            await self._run(command)

    async def _run(self, command: Command) -> None:
        outcome = getattr(self, command.method)()
        if inspect.isawaitable(outcome):
            await outcome

    def do_form_editor(self) -> None:
        """Open the long text in the agent's editor."""
        body = next(iter(self.query(BodyField)), None)
        if body is None:
            self.status.note("There is no long text in this form.")
            return
        # Imported when first wanted: it brings what starts other programs.
        from supportdesk.tui.terminal.editor import edit_text

        try:
            body.text = edit_text(self.app, body.text)
        except DeskError as error:
            self.status.error(error.message)
            return
        body.focus()
