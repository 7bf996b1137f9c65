"""The form of a canned reply."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from supportdesk.domain.errors import Conflict
from supportdesk.domain.text import NAME_LIMIT, required_line
from supportdesk.services.conversation.canned import VARIABLES
from supportdesk.tui.screens.form import Form
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.widgets.fields import BodyField
from supportdesk.tui.widgets.line_field import LineField

if TYPE_CHECKING:
    from supportdesk.storage.conversation.canned import CannedReply


class CannedForm(Form[str]):
    """Name and text; ends with what was done."""

    NAMES: ClassVar[Mapping[str, str]] = {
        "name": "Name (agents type it)",
        "text": f"Text ({' '.join(f'{{{{{name}}}}}' for name in VARIABLES)})",
    }
    CHECKS: ClassVar[Mapping[str, Check]] = {"name": lambda text: required_line("name", text, NAME_LIMIT)}

    def __init__(self, reply: CannedReply | None) -> None:
        """Edit a canned reply, or write a new one."""
        name = reply.name if reply else ""
        heading = f"Canned reply {name} (without a text it is deleted)" if reply else "New canned reply"
        super().__init__(heading, f"canned-{name}")
        self._reply = reply
        # The name it has until it is saved, and the texts that a save may replace.
        self._old_name = name
        self._seen = {name.casefold(): reply.text} if reply else {}

    def compose_fields(self) -> ComposeResult:
        """Yield name and text."""
        yield LineField(id="name", select_on_focus=False)
        yield BodyField(id="text")

    def initial(self) -> Mapping[str, str]:
        """Return what the reply says."""
        reply = self._reply
        return {"name": reply.name if reply else "", "text": reply.text if reply else ""}

    async def save(self, values: Mapping[str, str]) -> str:
        """Save it, or delete it where its text is empty; what a colleague has changed is overwritten knowingly."""
        desk, name = self.desk_app.desk, values["name"].strip()
        replies = {each.name.casefold(): each for each in await desk.run(desk.canned_replies.list)}
        there, old = replies.get(name.casefold()), replies.get(self._old_name.casefold())
        for each in filter(None, (there, old)):
            if self._seen.get(each.name.casefold()) != each.text:
                self._seen[each.name.casefold()] = each.text
                self._reply = each
                raise Conflict(f"{each.changed_by} has saved {each.name} with another text; save again to overwrite it")
        if there is not None and not values["text"].strip():
            await desk.run(desk.canned_replies.delete, name)
            return f"canned reply {there.name} deleted"
        renamed = old.name if old is not None and old is not there else ""
        saved = await desk.run(partial(desk.canned_replies.save, name, values["text"], renamed=renamed))
        return f"canned reply {renamed} is {saved.name} now" if renamed else f"canned reply {saved.name} saved"
