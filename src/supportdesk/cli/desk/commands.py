"""Commands on the desk as a whole: health, doctor, paths, backup, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import open_at, open_desk, session_of
from supportdesk.cli.io.output import format_option, json_option, say, say_json, say_table
from supportdesk.cli.io.param_types import FILE, Word
from supportdesk.domain.desk_address import DeskAddress
from supportdesk.domain.errors import DeskError, InvalidValue, Unavailable, invalid, one_of
from supportdesk.domain.redaction import redact
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from supportdesk.services.settings.settings import Settings


PARTS = ("mail", "files")
"""What `doctor` walks through by itself."""


@click.command()
@json_option
@click.pass_context
def health(ctx: click.Context, form: str | None) -> None:
    """Check that the desk can be read and written, and that mail comes in.

    Exits 75 with the reason when it cannot, or does not.
    """
    try:
        with open_desk(ctx, existing=True) as desk:
            state = desk.maintenance.health()
    except DeskError as error:
        raise Unavailable(error.message, field=error.field) from error
    if form == "json":
        say_json(state)
    else:
        say(f"{state['status']}: {state['message']}")
        for name, value in state.items():
            if name not in ("status", "message") and value is not None:
                shown = "; ".join(map(str, value)) if isinstance(value, list) else value
                say(f"{name.replace('_', ' ')}: {shown}")
    if state["status"] != "OK":
        raise Unavailable(str(state["message"]))


@click.command()
@click.argument("what", metavar="[WHAT]", required=False, type=Word(PARTS))
@click.option("--no-send", is_flag=True, help="With mail: do not send a mail to the desk itself.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, what: str | None, no_send: bool, form: str | None) -> None:
    """Check file, permissions and mail of the desk, and say what to do.

    Reads the whole file and changes nothing. Exits 75 when problems are found. `doctor mail` walks through the set-up
    of mail that comes in: addresses, mailboxes, and a mail to the desk itself where this machine has a mail system.
    `doctor files` reads every attachment and compares it with what was stored.
    """
    if what is not None and what not in PARTS:
        raise invalid("what", what, one_of(PARTS))
    try:
        settings, faults = session_of(ctx).settings_and_faults()
        if what == "mail" and faults:
            raise faults[0]
        with open_at(settings, existing=True) as desk:
            if what == "mail":
                findings = list(desk.intake.check_setup(_receive_command(settings), send=not no_send))
            elif what:
                findings = desk.doctor.examine_files()
            else:
                findings = desk.doctor.examine(faults, settings.config)
    except DeskError as error:
        raise Unavailable(error.message, field=error.field) from error
    problems = [finding for finding in findings if not finding.is_ok]
    if form == "json":
        documents = [
            {"check": each.check, "ok": each.is_ok, "found": each.found, "advice": each.advice} for each in findings
        ]
        say_json({"ok": not problems, "checks": documents})
    else:
        say_table(
            ("CHECK", "", "FOUND"), [(each.check, "ok" if each.is_ok else "PROBLEM", each.found) for each in findings]
        )
        for each in problems:
            say(f"{each.check}: {each.advice}")
    if problems:
        raise Unavailable(f"problems found: {', '.join(each.check for each in problems)}")


def _receive_command(settings: Settings) -> str:
    """Return the command that a mail system runs to hand a mail over."""
    # Lazy imports: only `doctor mail` says it.
    import shlex
    import sys

    config = ["--config", str(settings.config)] if settings.config.exists() else []
    program = Path(sys.argv[0]).absolute()
    started = [sys.executable, "-m", "supportdesk"] if program.suffix == ".py" else [str(program)]
    return shlex.join([*started, "--db", str(settings.db), *config, "mail", "receive"])


@click.command()
@json_option
@click.pass_context
def paths(ctx: click.Context, form: str | None) -> None:
    """Show each setting in force and where it came from."""
    settings, faults = session_of(ctx).settings_and_faults()
    rows = {name: (settings.value(name), source) for name, source in settings.sources.items()}
    if form == "json":
        say_json({name: {"value": _plain(name, value), "source": source} for name, (value, source) in rows.items()})
    else:
        table = [(name, clean_line(_said(name, value)), source) for name, (value, source) in rows.items()]
        say_table(("SETTING", "VALUE", "FROM"), table)
    if faults:
        raise InvalidValue("; ".join(fault.message for fault in faults), field=faults[0].field)


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Overwrite FILE when it exists.")
@json_option
@click.pass_context
def backup(ctx: click.Context, file: Path, replace: bool, form: str | None) -> None:
    """Copy the desk to FILE while others keep working, and its raw mails and attachments to FILE.files."""
    with open_desk(ctx, existing=True) as desk:
        copy = desk.maintenance.backup(file, replace=replace)
    if form == "json":
        say_json({"file": str(file), "bytes": copy.bytes, "files": copy.files, "files_added": copy.added})
    else:
        beside = f", {copy.files:,} files beside it, {copy.added:,} of them new" if copy.files else ""
        say(f"copied to {clean_line(str(file))} ({copy.bytes:,} bytes{beside})")


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_context
def restore(ctx: click.Context, file: Path, yes: bool, form: str | None) -> None:
    """Put a backup in the place of the desk, which is set aside.

    FILE is checked first and stays as it is. Open apps open the restored desk by themselves. Mail that waited when
    the backup was made, and may have been sent since, becomes `unknown` and is not sent again. Mail that came in since
    is filed again, and nobody gets a second acknowledgement of it.
    """
    from supportdesk.cli.io.confirmation import confirm
    from supportdesk.domain import moment
    from supportdesk.services.maintenance import check_copy, restore_desk

    settings = session_of(ctx).settings
    settings.make_place()
    content = check_copy(settings.db, file)
    last = f", last changed {moment.local(content.last_change)}" if content.last_change else ""
    held = f"{clean_line(str(file))} ({content.tickets:,} tickets{last})"
    if not yes:
        confirm(f"Replace the desk {settings.db} by {held}")
    restored = restore_desk(settings.db, file)
    with open_desk(ctx, existing=True) as desk:
        desk.intake.put_back_orphans()
        mails = len(list(desk.intake.process()))
    aside = None if restored.aside is None else str(restored.aside)
    if form == "json":
        counts = {"tickets": content.tickets, "unknown": restored.unknown, "mails_filed": mails}
        say_json({"db": str(settings.db), "aside": aside, **counts})
        return
    say(f"restored from {held}")
    if aside:
        say(f"the desk as it was: {clean_line(aside)}")
    if mails:
        say(f"{mails:,} mails that came in since were filed again")
    if restored.unknown:
        say(f"{restored.unknown:,} messages may have been sent since; see `supportdesk notification list`")


@click.command()
@click.option("--fresh", is_flag=True, help="Delete the sample desk and create a new one.")
@format_option("json", "Only create the desk and print its path.")
@click.pass_context
def demo(ctx: click.Context, fresh: bool, form: str | None) -> None:
    """Open the app on a sample desk, never on your data."""
    from dataclasses import replace

    from supportdesk.domain.desk_address import SqliteFile
    from supportdesk.email.settings import MailSettings
    from supportdesk.sample import demo_desk
    from supportdesk.services.settings.settings import private_folder

    session = session_of(ctx)
    settings = session.settings
    with demo_desk(private_folder(settings.data_folder), fresh=fresh) as path:
        if form == "json":
            say_json({"db": str(path)})
        else:
            # Whatever is set up for the real desk: nobody in the sample gets a mail.
            here = replace(
                settings,
                db=SqliteFile(path),
                mail=MailSettings(chosen=True),
                sources={**settings.sources, "db": "demo"},
            )
            ctx.exit(session.open_app(here, demo=True))


def _plain(name: str, value: object) -> object:
    return _shown(name, value) if isinstance(value, Path | str | DeskAddress) else value


def _shown(name: str, value: object) -> str:
    # What follows the program may be a secret by itself.
    program, blank, _ = str(value).partition(" ") if name.endswith("_command") else (str(value), "", "")
    return f"{redact(program)} …" if blank else redact(program)


def _said(name: str, value: object) -> str:
    from supportdesk.services.settings.settings import default_of

    if isinstance(value, dict):
        return ", ".join(f"{command} = {' '.join(keys)}" for command, keys in value.items()) or "none"
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return default_of(name) or "none" if value in (None, "") else _shown(name, value)
