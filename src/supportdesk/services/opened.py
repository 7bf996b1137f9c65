"""The services of a desk, each opened when it is first wanted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from supportdesk.domain.errors import Unavailable
from supportdesk.services.context import Context
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.database import Database

if TYPE_CHECKING:
    from supportdesk.services.agents import Agents
    from supportdesk.services.conversation.actions import BulkActions
    from supportdesk.services.conversation.attachments import Attachments
    from supportdesk.services.conversation.canned import CannedReplies
    from supportdesk.services.conversation.drafts import SharedDrafts
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
    from supportdesk.services.intake.blocking import BlockedSenders
    from supportdesk.services.intake.service import Intake
    from supportdesk.services.journal import Journal
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


class Services:
    """The services as attributes; the desk that derives from it opens `tickets` and the context at once."""

    actor: str
    tickets: Tickets
    macro_settings: Mapping[str, Mapping[str, object]]
    _context: Context
    _database: Database

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

        return Queues(self._context, self.tickets)

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
    def shared_drafts(self) -> SharedDrafts:
        """Replies that were begun for a colleague to continue."""
        from supportdesk.services.conversation.drafts import SharedDrafts

        return SharedDrafts(self._context, self.tickets)

    @cached_property
    def bulk(self) -> BulkActions:
        """The same done to many tickets."""
        from supportdesk.services.conversation.actions import BulkActions

        return BulkActions(self._context, self.tickets, self.canned_replies)

    @cached_property
    def macros(self) -> Macros:
        """Actions on tickets under a name."""
        from supportdesk.services.conversation.macros import Macros

        return Macros(self._context, self.bulk, self.canned_replies, self.macro_settings)

    @cached_property
    def intake(self) -> Intake:
        """Mail that comes in."""
        from supportdesk.services.intake.service import Intake
        from supportdesk.services.intake.storing import INCOMING

        return Intake(self._context, self.tickets, self._files / INCOMING)

    @cached_property
    def presence(self) -> Presence:
        """Who has which ticket open now."""
        from supportdesk.services.presence import Presence

        return Presence(self._files / "presence", self.actor)

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

    @property
    def _files(self) -> Path:
        """The folder of the desk's files; where it has none, one in which nothing can be."""
        try:
            return self._database.files_folder
        except Unavailable:
            return Path(os.devnull)
