"""The `:` prompt and other questions that are answered by a name."""

from __future__ import annotations

from functools import partial

from supportdesk.domain.errors import InvalidValue
from supportdesk.tui.screens.command_screen import CommandScreen
from supportdesk.tui.style import fit


class TypedCommands(CommandScreen):
    """A screen whose commands can be typed by name."""

    async def do_theme(self, count: int | None) -> None:
        """Ask for a theme, and show the screen in it until the app ends."""
        themes = sorted(self.app.available_themes)

        async def use(typed: str) -> None:
            if typed.strip() not in themes:
                raise InvalidValue(f"no theme {typed!r}; tab completes the names")
            self.app.theme = typed.strip()
            self.status.done(f'theme {typed} until you quit · `theme = "{typed}"` in the config file keeps it')

        await self.ask(
            "Theme:",
            use,
            otherwise=f"theme {self.app.theme} stays",
            explanation=fit(f"now {self.app.theme}; also {', '.join(themes)}", self.size.width - 2),
            completions=themes,
            enter="use",
        )

    async def do_prompt(self, count: int | None) -> None:
        """Read a command by name, a ticket number or a search; the status line lists what can follow."""
        from supportdesk.tui.screens.command_prompt import command_names, parse_request

        names = command_names(self.commands())

        def list_names(typed: str) -> None:
            begun: dict[str, str] = {}
            for name, command in names.items():
                if typed.strip() and name.startswith(typed.casefold()):
                    begun.setdefault(command.id, name)
            self.status.note(fit("  ".join(begun.values()), self.size.width - 2).rstrip())

        async def use(typed: str) -> None:
            self.status.note("")
            request = parse_request(typed, names)
            if request.number is not None:
                await self.desk_app.open_ticket(request.number)
            elif request.topic:
                await self.desk_app.show_manual(request.topic)
            elif request.refusal:
                raise InvalidValue(request.refusal)
            elif request.command is None:
                await self.desk_app.search_tickets(request.search)

        ask = partial(
            self.prompt.ask,
            ":",
            explanation="a command, a screen, a ticket number, or words to search for",
            completions=list(names),
            history="command",
            changed=list_names,
        )
        typed = await self.insist(ask, use, blank=False)
        if typed is None:
            self.status.note("")
        # Once the prompt is done with: what the command itself refuses is no fault of its name.
        elif (command := parse_request(typed, names).command) is not None:
            await self.perform(command)
