"""Write what comes from the code: generated parts of the manual, and the README's picture: `python -m tests.readme`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from supportdesk.cli.main import supportdesk
from supportdesk.domain.experiments.glossary import TERMS
from supportdesk.domain.query.filters import FILTERS
from supportdesk.help import FOLDER
from supportdesk.sample.replay import Clock, fill
from supportdesk.services.settings.settings import SETTINGS
from supportdesk.tui.commands import COMMANDS, Scope
from supportdesk.tui.commands.keymap import format_keys
from tests.journeys.seat import Seat
from tests.simulations.sentences import error_rates, readme_sentence

README = Path(__file__).parents[1] / "README.md"
PICTURE = FOLDER / "desk.svg"
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def keys() -> str:
    """A table of keys for each scope of the command table."""
    parts = []
    for scope in Scope:
        commands = [command for command in COMMANDS if command.scope is scope]
        parts.append(f"**{scope}**\n\n| keys | what it does | id | on the command line |\n|---|---|---|---|")
        for command in commands:
            pressed = ", ".join(f"`{format_keys(text)}`" for text in command.keys)
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


def settings() -> str:
    """A table of the settings."""
    lines = ["| setting | option | environment | default | meaning |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        option = f"`{setting.option}`" if setting.option else ""
        environment = ", else ".join(f"`{name}`" for name in setting.environment)
        lines.append(f"| `{setting.name}` | {option} | {environment} | {setting.default} | {setting.meaning} |")
    return "\n".join(lines)


def terms() -> str:
    """A table of the terms of experiments."""
    return "\n".join(["| term | meaning |", "|---|---|", *(f"| {term} | {line} |" for term, line in TERMS.items())])


def query() -> str:
    """A table of the filters of the query language."""
    lines = ["| type | to find | values | also |", "|---|---|---|---|"]
    for kind in FILTERS:
        values = ", ".join(f"`{value}`" for value in kind.values)
        also = ", ".join(f"`{name}:`" for name in kind.synonyms)
        lines.append(f"| `{kind.example}` | {kind.finds} | {values} | {also} |")
    return "\n".join(lines)


async def take_picture() -> None:
    """Save a picture of the demo desk with a ticket open."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        fill(path, end=MORNING)
        async with Seat(path, Path(folder), Clock(MORNING), size=(110, 26)) as seat:
            await seat.press("j", "j", "enter")
            await seat.sees("Screen reader")
            PICTURE.write_text(seat.app.export_screenshot(title="supportdesk", simplify=True), "utf-8")


GENERATED = {
    "keys": keys,
    "commands": commands,
    "settings": settings,
    "query": query,
    "terms": terms,
    "experiments": error_rates,
}
"""The topics of the manual that have a generated part of the same name."""


def written(topic: str) -> str:
    """Return a topic of the manual with its generated part as the code has it now."""
    return _with_part((FOLDER / f"{topic}.md").read_text("utf-8"), topic, GENERATED[topic]())


def readme() -> str:
    """Return the README with its sentence about error rates."""
    return _with_part(README.read_text("utf-8"), "error rates", readme_sentence())


def _with_part(text: str, name: str, part: str) -> str:
    begin, end = f"<!-- {name}: written by python -m tests.readme -->", f"<!-- {name} end -->"
    return re.sub(
        re.escape(begin) + ".*?" + re.escape(end), lambda match: f"{begin}\n{part}\n{end}", text, flags=re.DOTALL
    )


if __name__ == "__main__":
    for topic in GENERATED:
        (FOLDER / f"{topic}.md").write_text(written(topic), "utf-8")
    README.write_text(readme(), "utf-8")
    asyncio.run(take_picture())
