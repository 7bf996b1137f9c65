"""The command that imports users and events of experiments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.experiments.text import experiment_document
from supportdesk.cli.io.documents import document
from supportdesk.cli.io.import_options import Pair, Typed, detected_document, import_options, say_detected
from supportdesk.cli.io.output import counted, say, say_json
from supportdesk.cli.io.param_types import FILE, TEXT, Word, source
from supportdesk.cli.io.progress import Progress
from supportdesk.domain.errors import invalid, one_of

if TYPE_CHECKING:
    from supportdesk.services.experiments.daily_importing import ImportedDays
    from supportdesk.services.experiments.importing import ImportedExperiment

# Not taken from the service: help need not import it.
BOTH_ARMS = Word(("leave-out", "first", "every-row"))
SEEN = ("rows", "users", "mismatched_rows", "users_in_both_arms", "users_with_more_rows")
MOVED = (
    "users",
    "known_users",
    "left_out",
    "events",
    "repeated_events",
    "without_assignment",
    "before_assignment",
    "foreign_ids",
    "late_users",
    "late_events",
)


@click.command("import")
@click.argument("ref", type=TEXT)
@click.option("--assignments", type=FILE, metavar="FILE", help="Who saw which variant; - reads standard input.")
@click.option("--events", type=FILE, metavar="FILE", help="Who did what; - reads standard input.")
@click.option("--daily", type=FILE, metavar="FILE", help="Sums per variant and day; - reads standard input.")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=Pair(),
    metavar="EVENT=HEADER",
    help="A number in the assignments' file that is an event unless it is 0.",
)
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    type=Pair(),
    metavar="NAME=HEADER",
    help="What is known of users before, such as their country; a header attribute:NAME needs no option.",
)
@click.option(
    "--both-arms",
    default="leave-out",
    show_default=True,
    type=BOTH_ARMS,
    help="Users in several rows: leave out those in several variants, take the first row, or count every row.",
)
@import_options
@click.pass_context
def import_experiment(
    ctx: click.Context,
    ref: str,
    assignments: Path | None,
    events: Path | None,
    daily: Path | None,
    outcomes: Sequence[tuple[str, str]],
    attributes: Sequence[tuple[str, str]],
    both_arms: str,
    typed: Typed,
) -> None:
    """Import users and events of an experiment from CSV files, plain or gzipped.

    Everything goes in, or nothing when a row is bad; a draft is started by it. Fields of assignments are
    user_identifier, variant, assigned_at, before (a value from before the assignment), left_out, phase and weights
    (where the weights changed) and exposed, what the user really saw: rows in which that is another variant are left
    out. Fields of events are user_identifier (event_user where its header is another one), event_name, event_value,
    event_data, event_id and created_at. Both take reported_at, when it came to be known: it counts from that day on.
    The header # numbers rows that name no user. What came before is known again, by event_id or else by user, name,
    time and value, and adds nothing.

    With --daily, day, variant, users and conversions are enough; for means and revenue sum and sum_of_squares, or
    mean and sd or variance. A column metric names others than the target, users_so_far says that all numbers are
    running totals.

    \b
        supportdesk experiment import 3 --daily sums.csv
        supportdesk experiment import 3 --assignments page.csv.gz \\
            --column user_identifier=user_id --column variant=group \\
            --column assigned_at=timestamp --outcome converted=converted
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.experiments.importing import BothArms

    if daily is not None:
        if assignments or events or outcomes or attributes:
            raise click.UsageError("--daily takes sums; give it without --assignments, --events and --outcome.")
        _import_days(ctx, ref, daily, typed)
        return
    if assignments is None and events is None:
        raise click.UsageError("Name a file of --assignments, of --events or both, or one of --daily sums.")
    try:
        policy = BothArms(both_arms.strip().lower())
    except ValueError:
        raise invalid("both_arms", both_arms, one_of(BothArms)) from None
    with open_desk(ctx, existing=True) as desk, Progress() as progress:
        imported = desk.experiment_import.run(
            ref,
            typed.choice(),
            typed.options(progress, "users and events"),
            assignments=None if assignments is None else source(assignments),
            events=None if events is None else source(events),
            outcomes=outcomes,
            attributes=attributes,
            both_arms=policy,
        )
    _report(imported, typed)


def _import_days(ctx: click.Context, ref: str, daily: Path, typed: Typed) -> None:
    """Import daily sums."""
    with open_desk(ctx, existing=True) as desk, Progress() as progress:
        imported = desk.experiment_daily_import.run(ref, source(daily), typed.choice(), typed.options(progress, "days"))
    _report_days(imported, typed)


def _report_days(imported: ImportedDays, typed: Typed) -> None:
    """Print the counts of an import of daily sums."""
    counts = {"new": imported.new, "changed": imported.changed, "known": imported.known, "users": imported.users}
    if typed.form == "json":
        say_json(
            {
                "test": experiment_document(imported.experiment),
                "imported": counts,
                "rejected": imported.rejected,
                "dry_run": typed.dry_run,
                "detected": [detected_document(imported.detected)],
            }
        )
        return
    good = imported.new + imported.changed + imported.known
    done = f"{counted(good, 'daily sum')} of {counted(imported.users, 'user')} {typed.done}"
    say(f"{done}{typed.set_aside(imported.rejected)}")
    for many, what in ((imported.changed, "changed what was known"), (imported.known, "known already")):
        if many:
            say(f"{counted(many, 'daily sum')} {what}")
    say_detected(imported.detected)


def _report(imported: ImportedExperiment, typed: Typed) -> None:
    """Print the counts of an import."""
    seen, moved = imported.seen, imported.moved
    if typed.form == "json":
        say_json(
            {
                "test": experiment_document(imported.experiment),
                "seen": document(seen, SEEN),
                "imported": document(moved, MOVED),
                "rejected": imported.rejected,
                "dry_run": typed.dry_run,
                "detected": [detected_document(each) for each in imported.detected],
            }
        )
        return
    users, events_in = counted(moved.users, "user"), counted(moved.events, "event")
    say(f"{users} and {events_in} {typed.done}{typed.set_aside(imported.rejected)}")
    for many, thing, what in (
        (seen.users_in_both_arms, "user", "standing in several variants"),
        (moved.left_out, "user", "left out of the results"),
        (seen.users_with_more_rows, "user", "with more than one row"),
        (seen.mismatched_rows, "row", "left out: the user saw another variant than was meant"),
        (moved.known_users, "user", "known already"),
        (moved.repeated_events, "event", "known already"),
        (moved.without_assignment, "event", "left out: no assignment of that user"),
        (moved.before_assignment, "event", "left out: from before the assignment"),
        (moved.foreign_ids, "event", "left out: the event_id was used for another user"),
        (moved.late_users, "user", "reported late"),
        (moved.late_events, "event", "reported late"),
    ):
        if many:
            say(f"{counted(many, thing)} {what}")
    if moved.late_users or moved.late_events:
        say("What is reported late counts from the first day on that was not judged before: no past analysis changes.")
    for each in imported.detected:
        say_detected(each)
