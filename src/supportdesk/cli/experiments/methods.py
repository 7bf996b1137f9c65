"""The command that calculates one statistical method by itself, without a desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import click

from supportdesk.cli.io.import_options import Pair
from supportdesk.cli.io.output import json_option, say, say_json, say_table
from supportdesk.cli.io.param_types import TEXT


@click.command()
@click.argument("name", required=False, type=TEXT)
@click.argument("given", nargs=-1, type=Pair(), metavar="[FIELD=VALUE]...")
@json_option
def method(name: str | None, given: Sequence[tuple[str, str]], form: str | None) -> None:
    """Calculate one statistical method by itself, to check what another program says; without NAME, list them.

    \b
        supportdesk experiment method newcombe control=120/1000 test=150/1000
        supportdesk experiment method welch-t control=10/4/500 test=11/4/510
        supportdesk experiment method lan-demets information=.25,.5,.75,1 sides=1
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.experiments.analysis.single_method import calculate, methods

    if name is None:
        _list(methods(), form)
        return
    found = calculate(name, dict(given))
    if form == "json":
        say_json({"method": name, "found": _plain(found)})
    elif is_dataclass(found):
        for field, value in _fields(found).items():
            if value not in (None, ""):
                say(f"{field.replace('_', ' '):<22} {_text(value)}")
    else:
        say(_text(found))


def _list(found: Sequence[Any], form: str | None) -> None:
    if form == "json":
        say_json({"methods": [asdict(each) for each in found]})
        return
    rows = [(each.name, " ".join(f"{field}=" for field in each.needs), each.does.split(". ")[0]) for each in found]
    say_table(("METHOD", "NEEDS", "WHAT"), rows)


def _fields(found: Any) -> dict[str, Any]:
    return {each.name: _plain(getattr(found, each.name)) for each in fields(found)}


def _plain(found: Any) -> Any:
    if isinstance(found, tuple):
        return [_plain(each) for each in found]
    return _fields(found) if is_dataclass(found) else found


def _text(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return " ".join(f"{name}={_text(each)}" for name, each in value.items())
    return f"{value:.10g}" if isinstance(value, float) else str(value)
