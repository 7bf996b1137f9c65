"""Files of a ticket on screen: read inside, saved, piped to a command, or shown by a program of the config."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.text import clean_line
from supportdesk.tui.tickets.editing import TicketEditing

if TYPE_CHECKING:
    from supportdesk.domain.conversation.attachment import Attachment

FOLDER = "supportdesk"
"""The folder in the agent's home that files are saved in, with one for each ticket."""
RAW = "m"


class TicketFiles(TicketEditing):
    """The files of the tickets that are on screen."""

    async def do_file_save(self, count: int | None) -> None:
        """Save a file, and say how to fetch it from another machine."""
        ticket = self.current()
        file = await self._choose("Save") if ticket else None
        if ticket is None or file is None:
            return
        desk = self.desk_app.desk
        path = await desk.run(desk.attachments.save, file, Path.home() / FOLDER / str(ticket.number))
        shown = clean_line(str(path))
        self.status.done(f"saved {shown} · scp {desk.account.login}@{socket.gethostname()}:{shlex.quote(shown)} .")

    async def do_file_pipe(self, count: int | None) -> None:
        """Give a file to a command on its standard input; no shell reads what is typed."""
        file = await self._choose("Pipe")
        if file is None:
            return
        await self.ask(
            "Pipe to command:",
            lambda command: self._run(command, file),
            otherwise="nothing piped",
            explanation=f"{clean_line(file.name)} goes to its standard input; sh -c '…' for more than one command",
            history="pipe",
        )

    async def do_file_open(self, count: int | None) -> None:
        """Read a file inside, or show it with a program of the config; or read the mail as it came in."""
        ticket, desk = self.current(), self.desk_app.desk
        if ticket is None:
            return
        file = await self._ask("Open", raw=True)
        if file is None:
            return
        # Lazy imports: keep start-up fast.
        from supportdesk.tui.intake.text import file_text, raw_text
        from supportdesk.tui.screens.reader import Reader

        if isinstance(file, str):
            data = await desk.run(desk.intake.raw_of_ticket, str(ticket.number))
            await self.app.push_screen(Reader("Raw mail", f"#{ticket.number}", [Text(line) for line in raw_text(data)]))
        elif file.is_text:
            lines = [Text(line) for line in file_text(file, await desk.run(desk.attachments.content, file))]
            await self.app.push_screen(Reader("File", clean_line(file.name), lines))
        elif viewer := self.desk_app.viewer_of(file.content_type):
            if await self._accept("Open", file):
                await self._run(viewer, file)
        else:
            kind = file.content_type.partition("/")[0]
            self.status.note(f'no viewer for {file.content_type}; in the config: [viewers] {kind} = "chafa {{file}}"')

    async def _choose(self, verb: str) -> Attachment | None:
        """Ask for a file of the ticket; return None for nothing."""
        file = await self._ask(verb, raw=False)
        return None if file is None or isinstance(file, str) or not await self._accept(verb, file) else file

    async def _accept(self, verb: str, file: Attachment) -> bool:
        """Ask whether a file that is not what it says is wanted all the same."""
        if not file.warning:
            return True
        if await self.prompt.confirm(verb, about=file.label, explanation=f"careful: {file.warning}"):
            return True
        self.status.note("nothing done")
        return False

    async def _ask(self, verb: str, *, raw: bool) -> Attachment | str | None:
        """Ask for a file of the ticket; return `RAW` for its mail as it came in, None for nothing."""
        ticket, desk = self.current(), self.desk_app.desk
        if ticket is None:
            return None
        files = _ordered(await desk.run(desk.attachments.list, str(ticket.number)))
        if not files and not raw:
            self.status.note(f"#{ticket.number} has no files")
            return None
        if len(files) == 1 and not raw:
            return files[0]
        names = [f"{place} {file.label}{' !' if file.warning else ''}" for place, file in enumerate(files, 1)]
        choices = " · ".join([*names, *([f"{RAW} the mail as it came in"] if raw else [])])
        first = "1" if files else RAW
        chosen: Attachment | str | None = None

        async def choose(typed: str) -> None:
            nonlocal chosen
            wanted = typed.strip() or first
            by_place = [file for place, file in enumerate(files, 1) if wanted == str(place)]
            found = by_place or [file for file in files if wanted == file.name]
            if not found and not (raw and wanted == RAW):
                raise InvalidValue(f"there is no file {quoted(wanted)}; it has {len(files)}")
            chosen = found[0] if found else RAW

        question = f"{verb} which file? (enter: {first})"
        await self.ask(
            question, choose, otherwise="no file chosen", blank=True, explanation=choices, enter=verb.lower()
        )
        return chosen

    async def _run(self, command: str, file: Attachment) -> None:
        # Lazy import: keeps start-up fast.
        from supportdesk.tui.terminal.program import run_program

        desk = self.desk_app.desk
        content = await desk.run(desk.attachments.content, file)
        trouble = run_program(self.app, command, content, file.name)
        if trouble:
            raise InvalidValue(trouble)
        self.status.note("")


def _ordered(files: Sequence[Attachment]) -> list[Attachment]:
    """Return files with what their sender wants to show before the decoration."""
    return sorted(files, key=lambda file: file.is_decoration)
