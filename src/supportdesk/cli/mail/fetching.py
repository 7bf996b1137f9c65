"""The command that fetches mail from mailboxes: once, as cron runs it, or until a signal ends it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.io.documents import FILED, document
from supportdesk.cli.io.output import counted, json_option, say, say_done, say_json, warn
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.mail.stopping import stop_on_signals
from supportdesk.domain import moment
from supportdesk.domain.errors import DeskError, DeskReplaced, Unavailable

if TYPE_CHECKING:
    from supportdesk.email.fetching.source import Source
    from supportdesk.services.intake.fetching import FetchReport

JOIN_SECONDS = 3.0
"""How long ending waits for a mailbox that does not answer; what it has not taken yet is fetched next time."""


@click.command()
@click.option("--watch", is_flag=True, help="Keep fetching until a signal ends it.")
@click.option("--forget", metavar="NAME", type=TEXT, help="Forget a mailbox that nobody reads any more, and its alarm.")
@json_option
@click.pass_context
def fetch(ctx: click.Context, watch: bool, forget: str | None, form: str | None) -> None:
    """Fetch mail from the Maildir and IMAP sources of the config.

    Each mail is stored durably, then marked as seen in its mailbox, where nothing is deleted, then filed. Any number
    of these may read the same mailbox at once. Exits 75 when a mailbox cannot be read. With --watch it is tried again,
    --json prints a document a line, and a mailbox that stays silent is an alarm in `doctor`, `health` and the app.
    """
    if forget is not None:
        with open_desk(ctx, existing=True) as desk:
            desk.intake.forget_source(forget)
        say_done(form, {"forgotten": forget}, f"{forget} is forgotten")
        return
    with open_desk(ctx, existing=True) as desk:
        sources = desk.intake.sources()
        stop, reports = stop_on_signals(), _Reports(watch=watch, form=form)
        workers = [_Worker(ctx, source, stop, reports, watch=watch) for source in sources]
        _wait(workers, stop)
        if watch:
            return
        with desk.deliver_afterwards(lambda error: None):
            filed = list(desk.intake.process(stop.is_set))
    if form == "json":
        found = [{"source": each.source, "fetched": each.fetched, "error": each.error or None} for each in reports.seen]
        say_json({"sources": found, "filed": [document(each, FILED) for each in filed]})
    else:
        for each in reports.seen:
            say(_line(each))
        say(f"{counted(len(filed), 'mail')} filed")
    if failed := [each.error for each in reports.seen if each.error]:
        raise Unavailable("; ".join(failed))


class _Reports:
    """What the workers tell; while watching it is printed at once."""

    def __init__(self, *, watch: bool, form: str | None) -> None:
        self.seen: list[FetchReport] = []
        self._watch, self._form = watch, form
        self._lock = threading.Lock()

    def add(self, report: FetchReport) -> None:
        with self._lock:
            if not self._watch:
                self.seen.append(report)
            elif self._form == "json":
                say_json(
                    {"source": report.source, "fetched": report.fetched, "error": report.error or None}, indent=None
                )
                sys.stdout.flush()
            elif report.error:
                warn(f"Note: {report.error}")
            elif report.fetched:
                say(f"{moment.local(moment.now())}  {_line(report)}")
                sys.stdout.flush()
            else:
                warn(f"Note: {report.source} can be read again")


class _Worker(threading.Thread):
    """Reads one mailbox, with a desk of its own: one that hangs holds up no other, nor the end of the program."""

    def __init__(
        self, ctx: click.Context, source: Source, stop: threading.Event, reports: _Reports, *, watch: bool
    ) -> None:
        super().__init__(name=source.name, daemon=True)
        self._ctx, self._source, self._stop_event, self._reports, self._watch = ctx, source, stop, reports, watch
        self.start()

    def run(self) -> None:
        """Fetch once, or until the end."""
        # Lazy import: the main thread has done it by now.
        from supportdesk.services.intake.fetching import FetchReport

        while True:
            try:
                self._work()
            except DeskReplaced:
                # A restored desk is another file at the same place.
                continue
            except DeskError as error:
                self._reports.add(FetchReport(self._source.name, 0, error.message))
            except OSError:
                # Nobody reads what is printed any more.
                self._stop_event.set()
            return

    def _work(self) -> None:
        with open_desk(self._ctx, existing=True) as desk:

            def file_waiting(stop: Callable[[], bool]) -> None:
                with desk.deliver_afterwards(lambda error: None):
                    list(desk.intake.process(stop))

            fetcher = desk.intake.fetcher(file_waiting)
            if self._watch:
                fetcher.watch(self._source, self._stop_event, self._reports.add)
            else:
                self._reports.add(fetcher.fetch(self._source, self._stop_event.is_set))


def _wait(workers: Sequence[_Worker], stop: threading.Event) -> None:
    """Wait for the workers; after a signal only a while."""
    while any(worker.is_alive() for worker in workers) and not stop.wait(0.1):
        pass
    for worker in workers:
        worker.join(JOIN_SECONDS)
    if any(worker.is_alive() for worker in workers):
        sys.stdout.flush()
        # A thread that waits for a server cannot be ended otherwise; nothing that it does now is lost.
        os._exit(0)


def _line(report: FetchReport) -> str:
    return f"{report.source}: {report.error or counted(report.fetched, 'mail')}"
