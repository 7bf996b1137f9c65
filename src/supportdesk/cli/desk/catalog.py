"""The catalogue of commands: every command with its options, types and defaults, for scripts."""

from __future__ import annotations

from collections.abc import Iterator

import click

from supportdesk.cli.io.output import list_formats, say_rows, say_table

COLUMNS = ("command", "help", "parameters")


@click.command()
@list_formats
@click.pass_context
def commands(ctx: click.Context, form: str | None) -> None:
    """List every command; with --json, its options, types and defaults too.

    The first one has no name: the app, with the options that stand before every command.
    """
    root = ctx.find_root().command
    rows = [_document(name, command) for name, command in (("", root), *_leaves("", root))]
    if form:
        say_rows(form, rows, COLUMNS)
    else:
        say_table(("COMMAND", "HELP"), [(str(row["command"]), str(row["help"])) for row in rows[1:]])


def _leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for each in command.list_commands(context):
        found = command.get_command(context, each)
        if found is not None and not found.hidden:
            yield from _leaves(f"{name} {each}".strip(), found)


def _document(name: str, command: click.Command) -> dict[str, object]:
    context = click.Context(command, info_name=name)
    return {
        "command": name,
        "help": command.get_short_help_str(limit=200),
        "parameters": [_parameter(each, context) for each in command.params if not getattr(each, "hidden", False)],
    }


def _parameter(param: click.Parameter, context: click.Context) -> dict[str, object]:
    option = param if isinstance(param, click.Option) else None
    is_flag = option is not None and option.is_flag
    default = param.to_info_dict().get("default")
    return {
        "kind": "option" if option else "argument",
        "names": [*param.opts, *param.secondary_opts] if option else [param.make_metavar(context)],
        "type": "flag" if is_flag else param.type.name,
        "metavar": None if is_flag else param.make_metavar(context),
        "choices": list(getattr(param.type, "words", ())),
        "required": param.required,
        "multiple": param.multiple or param.nargs != 1,
        "default": default if isinstance(default, str | int | float | bool) else None,
        "help": option.help or "" if option else "",
    }
