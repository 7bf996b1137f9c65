"""Checks of the desk: file, permissions and mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from supportdesk.domain import moment
from supportdesk.domain.errors import DeskError
from supportdesk.domain.finding import Finding
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.mail.retry import CLOCK_TOLERANCE
from supportdesk.domain.moment import from_text
from supportdesk.domain.text import excerpt
from supportdesk.services.context import Context
from supportdesk.services.mail import carrier
from supportdesk.storage import journal
from supportdesk.storage.mail import notifications, outbox, provider_state
from supportdesk.storage.mail import variants as mail_variants
from supportdesk.storage.mail.provider_state import ServiceState
from supportdesk.storage.times import future_times, unreadable_times

LATE = timedelta(minutes=5)
"""Mail that has been due for longer is delivered by nobody."""
RECENT = timedelta(days=1)
FAULTS_SHOWN = 5


class Doctor:
    """Checks of file, permissions and mail."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def examine(self, faults: Sequence[DeskError] = (), config: Path | None = None) -> list[Finding]:
        """Return the findings of all checks in order. Reads the whole file and changes nothing.

        With `faults` of the mail settings, sending is not checked. `config` is the config file in use.
        """
        settings = [
            Finding("mail settings", each.message, "correct it; until then no command sends mail") for each in faults
        ]
        return [
            *settings,
            *self._file(),
            *_config(config),
            *([] if faults else self._sending()),
            *self._mail(),
            *self._intake(),
            *self._variants(),
            *self._experiments(),
            self._clock(),
            *self._unreadable(),
            self._files(),
        ]

    def _file(self) -> Iterator[Finding]:
        faults = self._database.faults()
        if faults:
            yield Finding(
                "file", f"damaged: {faults[0]}", "restore it from a backup, or rescue it with `sqlite3 .recover`"
            )
        else:
            yield Finding("file", "whole")
        changed = self._database.schema_faults()
        if changed:
            yield Finding(
                "schema",
                "; ".join(changed[:FAULTS_SHOWN]),
                "somebody changed the file by hand: find out who, and restore it from a backup",
            )
        else:
            yield Finding("schema", "as this program makes it")
        try:
            with self._database.writing():
                self._database.prove_writable()
            yield Finding("writing", "possible")
        except DeskError as error:
            yield Finding("writing", error.message, "see who locks it, or have it made writable for you")
        yield from self._database.check_place()

    def _service(self, service: ServiceState) -> Finding:
        from supportdesk.email.readiness import missing_requirements

        if lack := missing_requirements(self._context.mail):
            return Finding("mail service", f"{service.provider}: {lack}", "fix it; mail waits until then")
        if service.provider == carrier.MOCK:
            return Finding("mail service", "mock: no mail leaves this machine")
        if service.failures:
            return Finding("mail service", f"{service.provider} failed last time and is tried again: {service.error}")
        return Finding(
            "mail service",
            f"{service.provider} has what it needs here; not tried, `supportdesk email test ADDRESS` does",
        )

    def _sending(self) -> Iterator[Finding]:
        service = provider_state.get_state(self._database, self._context.mail.provider, self._context.now())
        if reason := carrier.delivery_blocked_reason(self._context):
            yield Finding(
                "mail service",
                reason,
                "name it as mail.provider in your config, or leave delivering to those who have it",
            )
        elif service.paused_until is not None:
            yield Finding(
                "mail service",
                f"{service.provider} failed {_times(service.failures)}, paused until "
                f"{moment.local(service.paused_until)}: {service.error}",
                "check the mail service and its settings; sending resumes by itself",
            )
        else:
            yield self._service(service)
        # Imported here: nothing else writes mails to see whether they can be written.
        from supportdesk.email.readiness import template_faults

        faults = template_faults(self._context.mail.templates)
        yield Finding(
            "mail templates",
            "; ".join(faults) or "every mail can be written in every language",
            "fix them; then `supportdesk notification retry REF` writes what could not be written" if faults else "",
        )

    def _clock(self) -> Finding:
        now = self._context.now()
        many, latest = future_times(self._database, now + CLOCK_TOLERANCE)
        if latest is None:
            return Finding("clock", f"{moment.local(now)}; no saved time is in the future")
        return Finding(
            "clock",
            f"{moment.local(now)}; {many:,} saved times are in the future, the latest {moment.local(latest)}",
            "set the clock of every machine that writes the desk; mail does not wait for such times",
        )

    def _unreadable(self) -> Iterator[Finding]:
        if found := unreadable_times(self._database):
            yield Finding(
                "times",
                f"some cannot be read and show as 1970: {', '.join(found)}",
                "somebody changed the file by hand: correct them there, or restore it from a backup",
            )

        if kinds := journal.unknown_kinds(self._database):
            named = excerpt(", ".join(kinds))
            yield Finding(
                "history",
                f"{sum(kinds.values()):,} entries are of a kind that this program does not know: {named}",
                "a newer program wrote them, or somebody changed the file by hand",
            )

    def examine_files(self) -> list[Finding]:
        """Return the finding about attachments after reading each of them, which takes as long as their bytes do."""
        return [self._files(read=True)]

    def _files(self, *, read: bool = False) -> Finding:
        """Look for the content of every attachment, by its name and size; with `read`, by its bytes too."""
        # Lazy import: only `doctor` looks.
        from supportdesk.services.conversation.attachments import content_store
        from supportdesk.storage.conversation.attachments import contents

        wanted = dict(contents(self._database))
        try:
            store = content_store(self._context)
            found = {name: data.st_size for name, data in store.names()}
        except DeskError as error:
            # A desk on a server may do without a folder, until there are attachments.
            return Finding("attachments", error.message, "name the folder in the address" if wanted else "")
        lost = [name for name, size in wanted.items() if found.get(name) != size or (read and not store.is_whole(name))]
        unused = len(found.keys() - wanted.keys())
        beside = f", {unused:,} that no message has" if unused else ""
        if not lost:
            said = ", each of them read" if read else ""
            return Finding("attachments", f"{len(wanted):,} files, {sum(wanted.values()):,} bytes{said}{beside}")
        return Finding(
            "attachments",
            f"{len(lost):,} of {len(wanted):,} files are missing or damaged, such as {lost[0][:12]}{beside}",
            "restore the folder NAME.files of a backup beside the desk",
        )

    def _intake(self) -> Iterator[Finding]:
        # Lazy import: only `doctor` looks.
        from supportdesk.services.intake.checks import check_intake

        return check_intake(self._context)

    def _variants(self) -> Iterator[Finding]:
        many, newest = mail_variants.faults_since(self._database, self._context.now() - RECENT)
        if many:
            yield Finding(
                "mail experiments",
                f"{many:,} in the last day got the ordinary text instead of their variant's: {newest}",
                "fix it, or pause the experiment: until then its variants are alike",
            )

    def _experiments(self) -> Iterator[Finding]:
        # Lazy import: most commands look at no experiment.
        from supportdesk.services.experiments.alerts import alerts, running

        try:
            if not running(self._context):
                return
            found = alerts(self._context)
        except DeskError as error:
            yield Finding("experiments", error.message, "somebody changed the file by hand: correct it there")
            return
        if not found:
            yield Finding("experiments", "nothing needs attention in those that run")
        for each in found:
            yield Finding(
                "experiments",
                each.sentence,
                f"`supportdesk experiment results {each.experiment}` shows more; pause it until you know why",
            )

    def _mail(self) -> Iterator[Finding]:
        now = self._context.now()
        counts = notifications.counts(self._database)
        service = provider_state.get_state(self._database, self._context.mail.provider, self._context.now())
        oldest = notifications.oldest_waiting(self._database)
        since = f", the oldest since {moment.local(from_text(oldest))}" if oldest else ""
        due = outbox.next_due(self._database, now)
        late = due is not None and due < now - LATE and service.paused_until is None
        yield Finding(
            "mail waiting",
            f"{counts[DeliveryStatus.PENDING]:,}{since}",
            "nobody delivers: open the app, or run `supportdesk notification deliver` every minute" if late else "",
        )
        for status, advice in (
            (DeliveryStatus.FAILED, "send again what should arrive with `supportdesk notification retry REF`"),
            (DeliveryStatus.UNKNOWN, "ask whether it arrived; if not, `supportdesk notification retry REF --yes`"),
        ):
            recent = notifications.count_since(self._database, status, now - RECENT)
            yield Finding(
                f"mail {status}",
                f"{recent:,} in the last day, {counts[status]:,} in all",
                f"`supportdesk notification list --status {status}` shows them; {advice}" if recent else "",
            )


def _config(config: Path | None) -> Iterator[Finding]:
    if config is None:
        return
    # Lazy import: most checks need no config file.
    from supportdesk.services.settings.exposure import exposed_programs

    try:
        reason = exposed_programs(config)
    except (DeskError, OSError):
        # Whoever opens the desk is told what is wrong with its config.
        return
    if reason:
        yield Finding("config", reason, f"chmod go-w {config} and its folder, and make them yours")


def _times(failures: int) -> str:
    return "once" if failures == 1 else f"{failures} times in a row"
