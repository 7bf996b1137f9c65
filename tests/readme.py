"""Writes the parts of the README that come from the code: `python -m tests.readme`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from supportdesk.cli.main import supportdesk
from supportdesk.services.settings.settings import SETTINGS
from supportdesk.tui.commands import COMMANDS, Scope
from supportdesk.tui.commands.keymap import shown

README = Path(__file__).parents[1] / "README.md"


def keys() -> str:
    """A table of keys for each scope of the command table."""
    parts = []
    for scope in Scope:
        commands = [command for command in COMMANDS if command.scope is scope]
        parts.append(f"**{scope}**\n\n| keys | what it does | id | on the command line |\n|---|---|---|---|")
        for command in commands:
            pressed = ", ".join(f"`{shown(text)}`" for text in command.keys)
            cli_equivalent = f"`{command.cli_equivalent}`" if command.cli_equivalent else ""
            parts[-1] += f"\n| {pressed} | {command.title} | `{command.id}` | {cli_equivalent} |"
    return "\n\n".join(parts)


def commands() -> str:
    """A line for every command."""
    lines = [f"{usage:<58}  {text}".rstrip() for usage, text in _leaves(supportdesk, "supportdesk")]
    return "```text\n" + "\n".join(lines) + "\n```"


def _leaves(command: click.Command, name: str, above: click.Context | None = None) -> Iterator[tuple[str, str]]:
    # A command keeps the options of the first help that is asked of it: it must be asked as the program does.
    context = click.Context(command, above, info_name=name, **command.context_settings)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from _leaves(found, f"{name} {child}", context)
    else:
        pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
        yield " ".join([name, *pieces]), command.get_short_help_str(100)


def configuration() -> str:
    """A table of the settings."""
    lines = ["| setting | option | environment | default | meaning |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        option = f"`{setting.option}`" if setting.option else ""
        environment = ", else ".join(f"`{name}`" for name in setting.environment)
        lines.append(f"| `{setting.name}` | {option} | {environment} | {setting.default} | {setting.meaning} |")
    return "\n".join(lines)


def written(text: str) -> str:
    """The README with its generated parts as the code has them now."""
    for name, part in (("keys", keys()), ("commands", commands()), ("configuration", configuration())):
        begin, end = f"<!-- {name}: written by python -m tests.readme -->", f"<!-- {name} end -->"
        text = re.sub(
            re.escape(begin) + ".*?" + re.escape(end),
            lambda match, whole=f"{begin}\n{part}\n{end}": whole,
            text,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
