"""The command that delivers mail without the app: once, as cron runs it, or until a signal ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.documents import NOTIFICATION, document
from supportdesk.cli.io.output import counted, json_option, say, say_json, say_table, warn
from supportdesk.cli.mail.stopping import stop_on_signals
from supportdesk.cli.mail.text import NOTIFICATION_HEADINGS, notification_row
from supportdesk.domain import moment
from supportdesk.domain.errors import NotAllowed, Unavailable

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk
    from supportdesk.services.mail.delivery import Courier
    from supportdesk.services.mail.delivery_report import DeliveryReport

POLL_SECONDS = 1.0
RETRY_SECONDS = 10.0
MIN_WAIT_SECONDS = 0.05


@click.command()
@click.option("--watch", is_flag=True, help="Keep delivering until a signal ends it.")
@click.option("--dry-run", is_flag=True, help="Show what would go out now, and change nothing.")
@json_option
@click.pass_context
def deliver(ctx: click.Context, watch: bool, dry_run: bool, form: str | None) -> None:
    """File mail that came in, deliver the mail that is due, and make the digests that are.

    The app does so while it is open; without one, let cron run this every minute, or a service run it with --watch.
    Any number of them may run at once. Exits 75 while sending pauses because the mail service fails, and 1 when
    messages failed or have an unknown outcome. With --watch, --json prints a document a line. A config without a mail
    service delivers nothing where another one carries the mail: that exits 75 too.
    """
    if watch and dry_run:
        raise click.UsageError("--dry-run shows one moment, --watch continues: give one of them.")
    with open_desk(ctx, existing=True) as desk, desk.courier() as courier:
        if dry_run:
            _show_plan(courier, form)
            return
        stop = stop_on_signals()
        if watch:
            _watch(desk, courier, stop, form)
            return
        desk.filing.file_waiting(stop.is_set)
        report = _deliver_all(courier, stop, desk.now)
    if form == "json":
        say_json(_document(report))
    else:
        say(_summary(report) or "nothing is due")
    if report.paused_until:
        raise Unavailable(
            f"mail waits until {moment.local(report.paused_until)}, because the mail service fails: {report.error}"
        )
    if report.failed or report.unknown:
        raise NotAllowed(_lost(report))


def _deliver_all(courier: Courier, stop: threading.Event, now: Callable[[], datetime]) -> DeliveryReport:
    """Deliver all that is due, however long the rate limit makes that take."""
    report = courier.deliver_due(stop=stop.is_set)
    whole = report
    while report.more_at and not report.paused_until and not stop.is_set():
        stop.wait(max(MIN_WAIT_SECONDS, (report.more_at - now()).total_seconds()))
        report = courier.deliver_due(stop=stop.is_set)
        whole = whole.combined_with(report)
    return whole


def _watch(desk: Desk, courier: Courier, stop: threading.Event, form: str | None) -> None:
    paused, trouble = False, ""
    while not stop.is_set():
        pause = POLL_SECONDS
        desk.filing.file_waiting(stop.is_set)
        try:
            report = courier.deliver_due(stop=stop.is_set)
        except Unavailable as error:
            # Whoever locks the desk lets go of it.
            if error.message != trouble:
                warn(f"Note: {error.message}")
            trouble = error.message
            pause = RETRY_SECONDS
        else:
            trouble = ""
            if report.changed and form == "json":
                say_json(_document(report), indent=None)
            elif report.changed:
                say(f"{moment.local(desk.now())}  {_summary(report)}")
            if report.paused_until and not paused:
                warn(f"Note: sending pauses until {moment.local(report.paused_until)}: {report.error}")
            paused = report.paused_until is not None
        stop.wait(pause)


def _show_plan(courier: Courier, form: str | None) -> None:
    from supportdesk.domain.mail.notification import Notification

    messages, digests = [], []
    for each in courier.plan():
        if isinstance(each, Notification):
            messages.append(document(each, NOTIFICATION) if form == "json" else notification_row(each))
        else:
            digests.append(each)
    if form == "json":
        shown = [
            {name: getattr(each, name) for name in ("recipient_email", "frequency", "messages")} for each in digests
        ]
        say_json({"digests": shown, "notifications": messages})
        return
    say_table(
        ("DIGEST", "TO", "MESSAGES"),
        [(each.frequency, each.recipient_email, f"{each.messages:,}") for each in digests],
    )
    say_table(NOTIFICATION_HEADINGS, messages)  # type: ignore[arg-type]
    said = f"{counted(len(messages), 'message')} and {counted(len(digests), 'digest')} would go out now"
    say(said)


def _document(report: DeliveryReport) -> dict[str, object]:
    return document(report, [field.name for field in fields(report)])


def _summary(report: DeliveryReport) -> str:
    parts = {
        "sent": report.sent,
        "failed": report.failed,
        "with an unknown outcome": report.unknown,
        "to be tried again": report.later,
    }
    told = [f"{number:,} {what}" for what, number in parts.items() if number]
    return ", ".join(([counted(report.digests, "digest") + " made"] if report.digests else []) + told)


def _lost(report: DeliveryReport) -> str:
    """Return the sentence on what may not have arrived, and how to see it."""
    counts = {"failed": (report.failed, "failed"), "unknown": (report.unknown, "with an unknown outcome")}
    lost = {status: f"{counted(many, 'message')} {what}" for status, (many, what) in counts.items() if many}
    commands = " and ".join(f"`supportdesk notification list --status {status}`" for status in lost)
    return f"{', '.join(lost.values())}; see {commands}"
