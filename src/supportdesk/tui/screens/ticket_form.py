"""The form that creates a ticket."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, RadioButton, RadioSet, TextArea

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import DeskError, InvalidValue
from supportdesk.domain.text import clean_body, required_body, required_line
from supportdesk.domain.ticket import Priority, new_ticket
from supportdesk.tui.commands import BY_ID, Scope
from supportdesk.tui.keys import KeyReader, shown
from supportdesk.tui.widgets.bars import HintBar, StatusLine, TitleBar
from supportdesk.tui.widgets.fields import BodyField, ChoiceField, LineField

if TYPE_CHECKING:
    from supportdesk.tui.app import SupportDesk

FORM = "ticket"
KEEP_SECONDS = 1.0
NAMES = {"title": "Title", "contact_email": "Requester", "priority": "Priority", "description": "Description"}
CHECKS: dict[str, Callable[[str], object]] = {
    "title": lambda text: required_line("title", text),
    "description": lambda text: required_body("description", text),
    "contact_email": clean_address,
}


class TicketForm(Screen[int | None], inherit_bindings=False):
    """Title, requester, priority, description; what is typed is kept until it is saved."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.FORM,)

    def __init__(self) -> None:
        super().__init__()
        self._pause: Timer | None = None
        # Cleared while it saves: keys typed ahead are for what comes after.
        self.ready = asyncio.Event()
        self.ready.set()

    @property
    def desk_app(self) -> SupportDesk:
        """The app, by its own type."""
        return cast("SupportDesk", self.app)

    def compose(self) -> ComposeResult:
        """The fields; each has its name and its fault in its frame."""
        yield TitleBar()
        with VerticalScroll(id="form", can_focus=False):
            yield LineField(id="title", placeholder="What is it about, in one line", select_on_focus=False)
            yield LineField(id="contact_email", placeholder="name@example.com", select_on_focus=False)
            with ChoiceField(id="priority"):
                for priority in Priority:
                    yield RadioButton(priority.value, value=priority is Priority.MEDIUM)
            yield BodyField(id="description")
        yield StatusLine()
        yield HintBar()

    def on_mount(self) -> None:
        """Brings back what was left unsaved."""
        keymap = self.desk_app.keymap
        self._reader = KeyReader(keymap.table(self.SCOPES))
        hints = [("tab", "next field")]
        for command_id in ("form.save", "form.editor"):
            command = BY_ID[command_id]
            hints.append((shown(keymap.keys_of(command)[0]), command.hint))
        self.query_one(HintBar).hints([*hints, ("esc", "back, the draft is kept")])
        for field, name in NAMES.items():
            self.query_one(f"#{field}").border_title = name
        draft = self.desk_app.drafts.load(FORM)
        if draft:
            self._fill(draft)
            self.query_one(StatusLine).note("Your draft is back.")
        self.query_one("#title").focus()

    def on_resize(self, event: events.Resize) -> None:
        """Fits the title."""
        self.query_one(TitleBar).describe("Create a ticket", "", self.desk_app.desk.actor)

    # Values

    def values(self) -> dict[str, str]:
        """What stands in the fields."""
        pressed = self.query_one(RadioSet).pressed_index
        return {
            "title": self.query_one("#title", LineField).value,
            "contact_email": self.query_one("#contact_email", LineField).value,
            "priority": list(Priority)[max(0, pressed)].value,
            "description": self.query_one(BodyField).text,
        }

    def _fill(self, values: dict[str, str]) -> None:
        self.query_one("#title", LineField).value = values.get("title", "")
        self.query_one("#contact_email", LineField).value = values.get("contact_email", "")
        self.query_one(BodyField).text = clean_body(values.get("description", ""))
        chosen = values.get("priority", Priority.MEDIUM)
        for button in self.query(RadioButton):
            if str(button.label) == chosen:
                button.value = True

    def keep_draft(self) -> None:
        """Writes down what was typed so far."""
        values = self.values()
        if any(values[name].strip() for name in CHECKS):
            self.desk_app.drafts.keep(FORM, values)
        else:
            self.desk_app.drafts.drop(FORM)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(RadioSet.Changed)
    def _typed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(KEEP_SECONDS, self.keep_draft)

    # Checks

    def _fault(self, field: str) -> str:
        try:
            CHECKS[field](self.values()[field])
        except InvalidValue as fault:
            return fault.message.removeprefix(f"{field}: ")
        return ""

    def _say(self, field: str, fault: str) -> None:
        """Shows a fault in the frame of its field, where it moves nothing."""
        box = self.query_one(f"#{field}")
        box.border_subtitle = Content(f"✗ {fault}" if fault else "")
        box.set_class(bool(fault), "-wrong")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Checks a field when it is left, once something was typed into it."""
        field = event.widget.id or ""
        if field in CHECKS:
            self._say(field, self._fault(field) if self.values()[field] else "")

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Takes the keys of forms, and leaves."""
        if event.key == "escape":
            self.keep_draft()
            self.dismiss(None)
        elif event.key in ("tab", "shift+tab"):
            (self.focus_next if event.key == "tab" else self.focus_previous)()
        elif not event.is_printable and (press := self._reader.press(event.key)) and press.command:
            getattr(self, press.command.method)()
        else:
            return
        event.stop()
        event.prevent_default()

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    def do_form_save(self) -> None:
        """Saves when every field is right, else goes to the first that is not."""
        faults = {field: self._fault(field) for field in ("title", "contact_email", "description")}
        for field, fault in faults.items():
            self._say(field, fault)
        wrong = [field for field, fault in faults.items() if fault]
        if wrong:
            self.query_one(f"#{wrong[0]}").focus()
            self.query_one(StatusLine).error(f"Not saved. {NAMES[wrong[0]]}: {faults[wrong[0]]}")
        else:
            self.ready.clear()
            self.run_worker(self._save(), group="save")

    async def _save(self) -> None:
        values = self.values()
        desk = self.desk_app.desk
        try:
            ticket = await desk.run(
                desk.tickets.create,
                new_ticket(values["title"], values["description"], values["contact_email"], values["priority"]),
            )
        except DeskError as error:
            self.query_one(StatusLine).error(f"Not saved, but kept here: {error.message}")
            self.keep_draft()
            return
        finally:
            self.ready.set()
        if self._pause is not None:
            self._pause.stop()
        self.desk_app.drafts.drop(FORM)
        self.dismiss(ticket.number)

    def do_form_editor(self) -> None:
        """Opens the description in the agent's editor."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        body = self.query_one(BodyField)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "description.txt"
            file.write_text(body.text, "utf-8")
            try:
                with self.app.suspend():
                    done = subprocess.run([*shlex.split(editor), str(file)], check=False)
            except (OSError, ValueError) as error:
                self.query_one(StatusLine).error(f"EDITOR {editor!r} does not start: {error}")
                return
            if done.returncode:
                self.query_one(StatusLine).error(f"{editor} ended with {done.returncode}; the text is unchanged")
                return
            body.text = clean_body(file.read_text("utf-8", errors="replace")).removesuffix("\n")
        body.focus()
