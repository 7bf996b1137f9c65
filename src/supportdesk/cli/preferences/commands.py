"""Commands on preferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io import cursor as cursors
from supportdesk.cli.io.documents import PREFERENCE, document, documents
from supportdesk.cli.io.output import json_option, list_formats, list_summary, say, say_json, say_rows, say_table
from supportdesk.cli.io.param_types import TEXT, Word
from supportdesk.cli.lazy import LazyGroup
from supportdesk.domain.address import address_key
from supportdesk.domain.preference import (
    FIELDS,
    Frequency,
    Language,
    PreferenceChange,
    PreferenceQuery,
    format_value,
    parse_frequency,
    parse_language,
)

if TYPE_CHECKING:
    from supportdesk.domain.preference import Preference

FREQUENCY = Word(Frequency)
LANGUAGE = Word(Language)
HEADINGS = ("EMAIL", "MAIL", "SMS", "FREQUENCY", "LANGUAGE")
LATER = {
    "import": (
        "preferences.transfer:import_preferences",
        "Import preferences from a CSV file, plain or gzipped; - reads standard input.",
    ),
    "export": ("preferences.transfer:export_preferences", "Export the stored preferences, by address."),
}


@click.group(cls=LazyGroup, later=LATER)
def preference() -> None:
    """Preferences: whether, how often and in which language people hear from the desk."""


@preference.command()
@click.argument("email", type=TEXT)
@json_option
@click.pass_context
def show(ctx: click.Context, email: str, form: str | None) -> None:
    """Show what is in force for EMAIL; defaults where nothing is stored."""
    with open_desk(ctx, existing=True) as desk:
        _tell(desk.preferences.get(email), form)


@preference.command("set")
@click.argument("email", type=TEXT)
@click.option("--email-notifications/--no-email-notifications", default=None, help="Whether mail is sent at all.")
@click.option(
    "--sms-notifications/--no-sms-notifications",
    default=None,
    help="Kept for later: no text messages are sent yet.",
)
@click.option("--frequency", type=FREQUENCY, help="How often; daily and weekly come as a digest.")
@click.option("--language", type=LANGUAGE, help="In which language.")
@json_option
@click.pass_context
def set_preference(
    ctx: click.Context,
    email: str,
    email_notifications: bool | None,
    sms_notifications: bool | None,
    frequency: str | None,
    language: str | None,
    form: str | None,
) -> None:
    """Change what is in force for EMAIL; what is not named stays.

    Mail that waits follows: it leaves, waits for the other digest, or is held. `supportdesk undo` takes it back.
    """
    change = PreferenceChange(
        email_notifications,
        sms_notifications,
        None if frequency is None else parse_frequency(frequency),
        None if language is None else parse_language(language),
    )
    if change == PreferenceChange():
        raise click.UsageError(
            "Nothing to change: give --email-notifications, --sms-notifications, --frequency or --language."
        )
    with changing_desk(ctx) as desk:
        _tell(desk.preferences.set(email, change), form)


@preference.command("list")
@click.option("--search", metavar="TEXT", type=TEXT, default="", help="Only addresses with this in them.")
@click.option("--frequency", type=FREQUENCY, help="Only these.")
@click.option("--language", type=LANGUAGE, help="Only these.")
@click.option("--email-notifications/--no-email-notifications", default=None, help="Only those who have it on, or off.")
@cursors.page_options
@list_formats
@click.pass_context
def list_preferences(
    ctx: click.Context,
    search: str,
    frequency: str | None,
    language: str | None,
    email_notifications: bool | None,
    limit: int,
    cursor: str | None,
    form: str | None,
) -> None:
    """List the stored preferences, by address."""
    seek = cursors.read("preferences", cursor)
    query = PreferenceQuery(
        search,
        None if frequency is None else parse_frequency(frequency),
        None if language is None else parse_language(language),
        email_notifications,
    )
    with open_desk(ctx, existing=True) as desk:
        found = desk.preferences.page(query, seek, limit + 1)
        total = desk.preferences.count(query)
    page, next_cursor = cursors.split(found, limit, "preferences", lambda each: (address_key(each.email),))
    if form:
        say_rows(form, documents(page, PREFERENCE), PREFERENCE, name="preferences", next_cursor=next_cursor)
    else:
        say_table(HEADINGS, [(each.email, *(format_value(getattr(each, name)) for name in FIELDS)) for each in page])
        wanted = " ".join(filter(None, (search, frequency, language)))
        say(list_summary(len(page), total, "preferences", wanted, next_cursor))


@preference.command()
@json_option
@click.pass_context
def stats(ctx: click.Context, form: str | None) -> None:
    """Count the stored preferences of each kind."""
    with open_desk(ctx, existing=True) as desk:
        found = desk.preferences.stats()
    if form == "json":
        say_json(
            {
                "total": found.total,
                "email_notifications": found.email_on,
                "sms_notifications": found.sms_on,
                "notification_frequency": dict(found.frequencies),
                "preferred_language": dict(found.languages),
            }
        )
        return
    rows = [("", "all", found.total), ("email notifications", "on", found.email_on)]
    rows.append(("sms notifications", "on", found.sms_on))
    for name, kinds in (("frequency", found.frequencies), ("language", found.languages)):
        rows += _rows(name, kinds)
    say_table(("WHAT", "KIND", "PREFERENCES"), [(what, kind, f"{number:,}") for what, kind, number in rows])


def _rows(name: str, kinds: Mapping[Frequency, int] | Mapping[Language, int]) -> list[tuple[str, str, int]]:
    return [(name, kind, number) for kind, number in kinds.items()]


def _tell(found: Preference, form: str | None) -> None:
    if form == "json":
        say_json(document(found, PREFERENCE))
        return
    say(found.email + ("" if found.id else " (defaults: nothing is stored)"))
    for name in FIELDS:
        say(f"{name.replace('_', ' ')}: {format_value(getattr(found, name))}")
    if found.held_because:
        say(f"nothing is sent: {found.held_because}")
