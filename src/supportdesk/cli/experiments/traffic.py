"""Commands on the users of experiments: who sees what, who did what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.experiments.text import not_counted
from supportdesk.cli.io.confirmation import confirm_deletion
from supportdesk.cli.io.documents import ASSIGNMENT, EVENT, document, documents
from supportdesk.cli.io.import_options import Pair
from supportdesk.cli.io.output import Stdout, counted, json_option, say, say_done, say_json, say_table, warn
from supportdesk.cli.io.param_types import FILE, LIMIT, TEXT, decoded, source
from supportdesk.domain import moment
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.experiments.assignment import (
    NOTHING_KNOWN,
    Assignment,
    UserFacts,
    attribute_name,
    attribute_value,
    user_identifier,
)
from supportdesk.domain.experiments.event import event_value, new_event

LONGEST_LINE = 10_000
AGAIN = "; fix it and assign all of them again, which changes nothing for who is assigned"


@click.command()
@click.argument("ref", type=TEXT)
# Not TEXT, which reads standard input as one value.
@click.argument("user", required=False)
@click.option("--users", type=FILE, metavar="FILE", help="Many users, one a line; - reads standard input.")
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    type=Pair(),
    metavar="NAME=VALUE",
    help="What is known of the user before, such as country=de.",
)
@click.option("--before", type=TEXT, default="", metavar="X", help="The user's value of the target from before.")
@json_option
@click.pass_context
def assign(
    ctx: click.Context,
    ref: str,
    user: str | None,
    users: Path | None,
    attributes: Sequence[tuple[str, str]],
    before: str,
    form: str | None,
) -> None:
    """Assign a variant to a user: the first assignment stays.

    For USER, - reads standard input, with one user a line.

    A desk that cannot be written assigns by its rule all the same, and says so.
    """
    if (user is None) == (users is None):
        raise click.UsageError("Give one USER, or --users FILE with one a line.")
    facts = _facts(attributes, before)
    if users is not None and facts != NOTHING_KNOWN:
        raise click.UsageError("--attribute and --before are of one USER; for many, import a file.")
    with open_desk(ctx, existing=True) as desk:
        if user == "-":
            given = _lines(Path("-"))
            head = list(islice(given, 2))
            user = head[0] if len(head) == 1 else None
            many: Iterator[str] | None = None if user else chain(head, given)
        else:
            many = None if users is None else _lines(users)
        if many is not None:
            found = desk.experiments.assign_many(ref, many)
            if form == "json":
                say_json({"assignments": documents(list(found), ASSIGNMENT)})
            else:
                _say_many(found)
            return
        assignment = desk.experiments.assign(ref, decoded(user or ""), facts)
    say_done(form, document(assignment, ASSIGNMENT), f"{assignment.user_identifier}: {assignment.variant}")
    if assignment.note and form != "json":
        warn(f"Note: not stored; {assignment.note.removeprefix('not stored: ')}")


@click.command()
@click.argument("ref", type=TEXT)
@click.argument("user", type=TEXT)
@click.argument("event", type=TEXT)
@click.option("--value", type=TEXT, default="", metavar="X", help="A number, such as an amount or a duration.")
@click.option("--data", type=TEXT, default="", metavar="JSON", help="Whatever else is to be kept.")
@click.option("--at", type=TEXT, default="", metavar="TIME", help="When it happened.  [default: now]")
@click.option("--event-id", type=TEXT, default="", metavar="ID", help="Idempotency key: a repeated event is ignored.")
@json_option
@click.pass_context
def track(
    ctx: click.Context, ref: str, user: str, event: str, value: str, data: str, at: str, event_id: str, form: str | None
) -> None:
    """Record an event of a user; it counts once for a conversion, after the user's assignment."""
    new = new_event(event, value=value, data=data, at=at, event_id=event_id)
    with open_desk(ctx, existing=True) as desk:
        stored = desk.experiments.track(ref, user, new)
        if form == "json":
            say_json(document(stored, EVENT))
        elif stored.repeated:
            say(f"{stored.event_name} of {stored.user_identifier} was known already")
        elif stored.counted:
            say(f"{stored.event_name} of {stored.user_identifier} ({stored.variant}) counts")
        else:
            say(f"{stored.event_name} of {stored.user_identifier} kept; {stored.note}")


@click.command()
@click.argument("ref", type=TEXT)
@click.argument("user", type=TEXT)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_context
def forget(ctx: click.Context, ref: str, user: str, yes: bool, form: str | None) -> None:
    """Remove a user's assignment and events, of one experiment or, for REF all, of every one.

    The sums that the user is part of stay, without a name, and the experiment says how many were removed. Nothing
    brings them back; who comes again is a new user.
    """
    if not yes:
        confirm_deletion(f"what is known of {user}, for good")
    with open_desk(ctx, existing=True) as desk:
        done = desk.experiments.forget(ref, user)
    if form == "json":
        say_json({"user": done.user, "events": done.events, "experiments": list(done.experiments)})
    else:
        of = ", ".join(f"#{number}" for number in done.experiments)
        say(f"{done.user} and {counted(done.events, 'event')} removed from {of}; the counts stay")


@click.command()
@click.argument("ref", type=TEXT)
@click.option("--limit", default=20, show_default=True, type=LIMIT, help="How many of the newest to show.")
@json_option
@click.pass_context
def events(ctx: click.Context, ref: str, limit: int, form: str | None) -> None:
    """Show the events of an experiment and which of them count."""
    with open_desk(ctx, existing=True) as desk:
        experiment = desk.experiments.get(ref)
        counts = desk.experiments.events(ref)
        refused = desk.experiments.refusals(ref)
        latest = desk.experiments.latest_events(ref, limit)
        busiest = desk.experiments.busiest(ref)
    if form == "json":
        say_json(
            {
                "counts": documents(counts, ("name", "events", "counted")),
                "refused": refused,
                "events": documents(latest, EVENT),
                "busiest": documents(busiest, ("user", "events", "left_out")),
            }
        )
        return
    rows = [
        (
            moment.local(each.created_at),
            each.user_identifier,
            each.variant,
            each.event_name,
            "" if each.event_value is None else f"{each.event_value:g}",
        )
        for each in latest
    ]
    say_table(("WHEN", "USER", "VARIANT", "EVENT", "VALUE"), rows)
    for each in counts:
        if each.counted:
            say(f"counted: {each.events:,} × {each.name}")
    if left := not_counted(experiment, counts):
        say(left)
    for reason, times in refused.items():
        say(f"refused: {times:,} × {reason}")
    for user in busiest:
        out = "left out" if user.left_out else "counts; --max-events of the plan would leave it out"
        say(f"unusually many: {user.events:,} events of {user.user} ({out})")


def _facts(attributes: Sequence[tuple[str, str]], before: str) -> UserFacts:
    known = {attribute_name(name): attribute_value(name, value) for name, value in attributes}
    return UserFacts(
        event_value(before, "before") if before.strip() else None,
        {name: value for name, value in known.items() if value},
    )


def _lines(users: Path) -> Iterator[str]:
    """Return the users in a file or in standard input, one a line, as they come.

    Raises `InvalidValue` that names the line.
    """
    given = source(users)
    try:
        stream = given.open("rb") if isinstance(given, Path) else given
    except OSError as error:
        raise InvalidValue(f"users: {users} cannot be read: {error.strerror}", field="users") from None
    with stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
            try:
                if line.strip():
                    yield user_identifier(line.decode("utf-8"))
            except UnicodeDecodeError:
                raise InvalidValue(f"line {number}: it is no text in UTF-8{AGAIN}", field="users") from None
            except InvalidValue as error:
                raise InvalidValue(f"line {number}, {error.message}{AGAIN}", field="users") from None


def _say_many(found: Iterator[Assignment]) -> None:
    out = Stdout()
    try:
        for each in found:
            out.write(f"{each.user_identifier}\t{each.variant}{'' if each.stored else chr(9) + each.note}\n")
    finally:
        out.flush()
