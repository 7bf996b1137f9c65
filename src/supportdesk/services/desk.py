"""The open desk: all services in one place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from supportdesk.domain.agent import Account, agent_name
from supportdesk.domain.desk_address import DeskAddress, SqliteFile
from supportdesk.domain.errors import DeskError, Unavailable
from supportdesk.email.settings import MailSettings
from supportdesk.services.context import Context, os_account, random_id
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.database import BUSY_SECONDS, Database

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from supportdesk.email.provider import Provider
    from supportdesk.services.agents import Agents
    from supportdesk.services.conversation.actions import BulkActions
    from supportdesk.services.conversation.attachments import Attachments
    from supportdesk.services.conversation.canned import CannedReplies
    from supportdesk.services.conversation.macros import Macros
    from supportdesk.services.conversation.service import Conversation
    from supportdesk.services.doctor import Doctor
    from supportdesk.services.experiments.daily_importing import DailyImport
    from supportdesk.services.experiments.exporting import ExperimentExport
    from supportdesk.services.experiments.importing import ExperimentImport
    from supportdesk.services.experiments.reporting.service import ExperimentReport
    from supportdesk.services.experiments.service import Experiments
    from supportdesk.services.faqs.exporting import FaqExport
    from supportdesk.services.faqs.importing import FaqImport
    from supportdesk.services.faqs.service import Faqs
    from supportdesk.services.intake.background import BackgroundFiling
    from supportdesk.services.intake.blocking import BlockedSenders
    from supportdesk.services.intake.service import Intake
    from supportdesk.services.journal import Journal
    from supportdesk.services.mail.delivery import Courier
    from supportdesk.services.mail.delivery_report import DeliveryReport
    from supportdesk.services.mail.delivery_thread import MailThread
    from supportdesk.services.mail.service import Mail
    from supportdesk.services.mail.suppressions import Suppressions
    from supportdesk.services.maintenance import Maintenance
    from supportdesk.services.preferences.exporting import PreferenceExport
    from supportdesk.services.preferences.importing import PreferenceImport
    from supportdesk.services.preferences.service import Preferences
    from supportdesk.services.presence import Presence
    from supportdesk.services.tickets.exporting import TicketExport
    from supportdesk.services.tickets.importing import TicketImport
    from supportdesk.services.tickets.queues import Queues
    from supportdesk.services.tickets.relations import Relations
    from supportdesk.services.tickets.tags import Tags
    from supportdesk.services.tickets.views import Views

INTAKE_ACTOR = "mail"
"""Who is named in the journal where mail is filed without an agent's doing."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Desk:
    """An open desk, with its services as attributes.

    Used from one thread at a time: directly by commands, through `run` by screens.
    """

    def __init__(
        self,
        address: DeskAddress | Path,
        actor: str,
        *,
        account: Account | None = None,
        now: Callable[[], datetime] | None = None,
        new_id: Callable[[], str] = random_id,
        mail: MailSettings | None = None,
        open_provider: Callable[[], Provider] | None = None,
        busy_seconds: float = BUSY_SECONDS,
        create: bool = True,
    ) -> None:
        """Open the desk, with `create` also one that is missing; raise a `DeskError` when that fails.

        A path is the address of a SQLite file. `actor` is the name that is claimed; `account` is the account of the
        operating system that runs this program. The time is that of the desk's own clock, unless `now` is given.
        `open_provider` overrides the mail service that the `mail` settings name.
        """
        self.address = SqliteFile(address) if isinstance(address, Path) else address
        self.actor = agent_name(actor)
        self.account = account or os_account()
        self.new_id = new_id
        self.mail_settings = mail = mail or MailSettings()
        self._database = Database(self.address, busy_seconds=busy_seconds, create=create)
        self.now = now = now or self._database.now
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._mail_thread: MailThread | None = None
        self._context = context = Context(
            self._database,
            self.actor,
            self.account,
            now,
            new_id,
            mail,
            open_provider or partial(_provider_of, mail),
        )
        self.tickets = Tickets(context)

    # Imported when they are wanted: they cost 20 ms that no other command need spend.
    @cached_property
    def journal(self) -> Journal:
        """What happened, and how it is undone."""
        from supportdesk.services.journal import Journal

        return Journal(self._context)

    @cached_property
    def faqs(self) -> Faqs:
        """Frequently asked questions."""
        from supportdesk.services.faqs.service import Faqs

        return Faqs(self._context, self.tickets)

    @cached_property
    def relations(self) -> Relations:
        """Tickets that belong together: merged, linked."""
        from supportdesk.services.tickets.relations import Relations

        return Relations(self._context, self.tickets)

    @cached_property
    def queues(self) -> Queues:
        """How much waits in each queue, and what the agent has looked at."""
        from supportdesk.services.tickets.queues import Queues

        return Queues(self._context)

    @cached_property
    def views(self) -> Views:
        """Saved queries, mine or the team's."""
        from supportdesk.services.tickets.views import Views

        return Views(self._context)

    @cached_property
    def tags(self) -> Tags:
        """Tags of tickets."""
        from supportdesk.services.tickets.tags import Tags

        return Tags(self._context, self.tickets)

    @cached_property
    def agents(self) -> Agents:
        """Who works here."""
        from supportdesk.services.agents import Agents

        return Agents(self._context)

    @cached_property
    def mail(self) -> Mail:
        """Mail to requesters."""
        from supportdesk.services.mail.service import Mail

        return Mail(self._context)

    @cached_property
    def conversation(self) -> Conversation:
        """What is said in tickets."""
        from supportdesk.services.conversation.service import Conversation

        return Conversation(self._context, self.tickets)

    @cached_property
    def attachments(self) -> Attachments:
        """Files of messages."""
        from supportdesk.services.conversation.attachments import Attachments

        return Attachments(self._context, self.tickets)

    @cached_property
    def canned_replies(self) -> CannedReplies:
        """Texts that agents insert by name."""
        from supportdesk.services.conversation.canned import CannedReplies

        return CannedReplies(self._context)

    @cached_property
    def bulk(self) -> BulkActions:
        """The same done to many tickets."""
        from supportdesk.services.conversation.actions import BulkActions

        return BulkActions(self._context, self.tickets, self.canned_replies)

    @cached_property
    def macros(self) -> Macros:
        """Actions on tickets under a name."""
        from supportdesk.services.conversation.macros import Macros

        return Macros(self._context, self.bulk, self.canned_replies)

    @cached_property
    def intake(self) -> Intake:
        """Mail that comes in."""
        from supportdesk.services.intake.service import Intake
        from supportdesk.services.intake.storing import INCOMING

        return Intake(self._context, self.tickets, self._database.files_folder / INCOMING)

    @cached_property
    def presence(self) -> Presence:
        """Who has which ticket open now."""
        from supportdesk.services.presence import Presence

        return Presence(self._files / "presence", next(iter(self._database.files), None), self.actor)

    @cached_property
    def blocked_senders(self) -> BlockedSenders:
        """Senders whose mail is parked."""
        from supportdesk.services.intake.blocking import BlockedSenders

        return BlockedSenders(self._context)

    @cached_property
    def suppressions(self) -> Suppressions:
        """Addresses that get no mail."""
        from supportdesk.services.mail.suppressions import Suppressions

        return Suppressions(self._context)

    @cached_property
    def preferences(self) -> Preferences:
        """How requesters want to hear from the desk."""
        from supportdesk.services.preferences.service import Preferences

        return Preferences(self._context)

    @cached_property
    def maintenance(self) -> Maintenance:
        """Backup, restore and health of the desk."""
        from supportdesk.services.maintenance import Maintenance

        return Maintenance(self._context)

    @cached_property
    def doctor(self) -> Doctor:
        """Checks of the desk."""
        from supportdesk.services.doctor import Doctor

        return Doctor(self._context)

    @cached_property
    def preference_import(self) -> PreferenceImport:
        """Import of preferences."""
        from supportdesk.services.preferences.importing import PreferenceImport

        return PreferenceImport(self._context)

    @cached_property
    def preference_export(self) -> PreferenceExport:
        """Export of preferences."""
        from supportdesk.services.preferences.exporting import PreferenceExport

        return PreferenceExport(self._context, self.preferences)

    @cached_property
    def faq_import(self) -> FaqImport:
        """Import of FAQs."""
        from supportdesk.services.faqs.importing import FaqImport

        return FaqImport(self._context)

    @cached_property
    def faq_export(self) -> FaqExport:
        """Export of FAQs."""
        from supportdesk.services.faqs.exporting import FaqExport

        return FaqExport(self._context)

    @cached_property
    def experiments(self) -> Experiments:
        """A/B tests."""
        from supportdesk.services.experiments.service import Experiments

        return Experiments(self._context)

    @cached_property
    def experiment_import(self) -> ExperimentImport:
        """Import of users and events of experiments."""
        from supportdesk.services.experiments.importing import ExperimentImport

        return ExperimentImport(self._context)

    @cached_property
    def experiment_export(self) -> ExperimentExport:
        """Export of the data of experiments."""
        from supportdesk.services.experiments.exporting import ExperimentExport

        return ExperimentExport(self._context)

    @cached_property
    def experiment_report(self) -> ExperimentReport:
        """Reports on experiments."""
        from supportdesk.services.experiments.reporting.service import ExperimentReport

        return ExperimentReport(self._context, self.experiments)

    @cached_property
    def experiment_daily_import(self) -> DailyImport:
        """Import of daily sums of experiments."""
        from supportdesk.services.experiments.daily_importing import DailyImport

        return DailyImport(self._context)

    @cached_property
    def ticket_import(self) -> TicketImport:
        """Import of tickets."""
        from supportdesk.services.tickets.importing import TicketImport

        return TicketImport(self._context)

    @cached_property
    def ticket_export(self) -> TicketExport:
        """Export of tickets."""
        from supportdesk.services.tickets.exporting import TicketExport

        return TicketExport(self._context, self.tickets)

    async def run(
        self,
        call: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run a call on the desk's database thread, so that no screen waits for the disk."""
        return await self._on_thread("desk", partial(call, *args, **kwargs))

    async def run_in_background(self, call: Callable[[Desk], Result]) -> Result:
        """Run a long read on its own thread and connection, while keys are answered.

        Calls run one after the other; a cancelled call that has not started never starts. Raises
        `Unavailable` when the desk's file is gone.
        """

        def with_own() -> Result:
            with self._again(self.actor) as own:
                return call(own)

        return await self._on_thread("background", with_own)

    def _again(self, actor: str) -> Desk:
        return Desk(
            self.address,
            actor,
            account=self.account,
            now=self.now,
            new_id=self.new_id,
            mail=self.mail_settings,
            create=False,
        )

    async def _on_thread(self, name: str, call: Callable[[], Result]) -> Result:
        # Imported here: they cost 30 ms that a command, which runs in no event loop, need not spend.
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        if name not in self._threads:
            self._threads[name] = ThreadPoolExecutor(1, thread_name_prefix=name)
        return await asyncio.get_running_loop().run_in_executor(self._threads[name], call)

    @contextmanager
    def courier(self) -> Iterator[Courier]:
        """Somebody who delivers this desk's mail on a connection of its own: a slow service holds nobody else up.

        Used from one thread, which may be another one than the desk's.
        """
        from supportdesk.services.mail.delivery import Courier

        with (
            closing(Database(self.address, create=False)) as database,
            Courier(replace(self._context, database=database)) as courier,
        ):
            yield courier

    def deliver_afterwards(self, on_failure: Callable[[DeskError], None]) -> AbstractContextManager[None]:
        """Return a context that delivers, at its end, the mail queued inside it; not mail that is on hold.

        Never raises: `on_failure` gets the error, and the mail waits in the outbox.
        """
        return nullcontext() if self.mail_settings.hold else self.mail.deliver_afterwards(on_failure)

    @cached_property
    def filing(self) -> BackgroundFiling:
        """Filing of stored mail on a connection of its own."""
        from supportdesk.services.intake.background import BackgroundFiling

        # Not as the agent, whose undo would reach what requesters wrote.
        return BackgroundFiling(self._files, partial(self._again, INTAKE_ACTOR))

    @property
    def _files(self) -> Path:
        """The folder of the desk's files; where it has none, one in which nothing can be."""
        try:
            return self._database.files_folder
        except Unavailable:
            return Path(os.devnull)

    async def deliver(self) -> DeliveryReport:
        """File what came in and deliver what is due, on a thread of its own; costs microseconds when nothing is."""
        from supportdesk.services.mail.delivery_thread import MailThread

        if self._mail_thread is None:
            self._mail_thread = MailThread(self.courier, self.filing.file_waiting)
        return await self._mail_thread.deliver()

    def changes_elsewhere(self) -> int:
        """Return a number that moves whenever another process has changed the desk; costs microseconds."""
        return self._database.data_version()

    def close(self) -> None:
        """Wait for the running call and message, then close the desk."""
        if self._mail_thread is not None:
            self._mail_thread.close()
        for thread in list(self._threads.values()):
            thread.shutdown(wait=True, cancel_futures=True)
        if "intake" in self.__dict__:
            self.intake.close()
        if "presence" in self.__dict__:
            self.presence.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _provider_of(settings: MailSettings) -> Provider:
    from supportdesk.email.providers.open import open_provider

    return open_provider(settings)
