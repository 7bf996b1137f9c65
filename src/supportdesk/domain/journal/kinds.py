"""The registry of the kinds of journal entries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from supportdesk.domain.journal import words as say


class Subject(StrEnum):
    """What an entry is about; the value is how people write it before a number."""

    TICKET = "#"
    FAQ = "FAQ #"
    EXPERIMENT = "experiment #"
    PREFERENCE = "preference #"
    NOTIFICATION = "notification #"
    MAIL = "mail #"
    AGENT = "agent #"
    SAVED = "saved #"
    UNKNOWN = "number "


@dataclass(frozen=True, slots=True)
class KindRow:
    """All that the program knows of a kind of entry.

    `words` is the summary of an entry, or makes it. `inverse` names the function that undoes an entry, as
    "module:function" in the services (lazy: what undoes nothing imports nothing); without one an entry cannot be
    undone, and `instead` says what can be done. `possible` names a function that tells whether an entry can still be
    undone. `refreshes` names subjects besides its own that screens read again.
    `is_version` is true where the subject gets a new version, `reloads` where rows of a list come or go, `is_word`
    where somebody outside said something new. `by_field` is true where the inverse restores the fields of the entry
    alone: what changed other fields does not prevent it. `redoable` is true where the inverse of an undo with this kind
    does again all that was undone.
    """

    name: str
    subject: Subject
    words: str | say.Words
    inverse: str = ""
    instead: str = ""
    possible: str = ""
    refreshes: tuple[Subject, ...] = ()
    is_version: bool = False
    reloads: bool = False
    by_field: bool = False
    redoable: bool = False
    is_word: bool = False


_CONVERSATION = "conversation.undo"
_INTAKE = "intake.undo"
_MACROS = "conversation.macros"
_CANNED = "conversation.canned"
_DRAFTS = "conversation.drafts"
_VIEWS = "tickets.views"
_SUPPRESSIONS = "mail.suppressions"
_TICKETS = "tickets.undo"
_RELATIONS = "tickets.relations_undo"
_FAQS = "faqs.undo"
_EXPERIMENTS = "experiments.undo"
_SEEN = "users may have seen it; "
_TRY_AGAIN = f"{_SEEN}pause the experiment, or complete it and clone it"


class EntryKind(StrEnum):
    """The registry of kinds of entries. A member is its row: a kind without one cannot be declared."""

    row: KindRow

    def __new__(cls, row: KindRow) -> EntryKind:
        """Make a kind from its row."""
        kind = str.__new__(cls, row.name)
        kind._value_ = row.name
        kind.row = row
        return kind

    UNKNOWN = KindRow(
        "unknown",
        Subject.UNKNOWN,
        "something that this program does not know",
        instead="this program does not know what it was",
    )
    CHANGE_REDONE = KindRow("change.redone", Subject.UNKNOWN, "redone: what had been undone")
    TICKET_CREATED = KindRow(
        "ticket.created",
        Subject.TICKET,
        say.created("title"),
        f"{_TICKETS}:undo_creation",
        possible=f"{_TICKETS}:is_free_of_own_changes",
        is_word=True,
    )
    TICKET_UPDATED = KindRow(
        "ticket.updated",
        Subject.TICKET,
        say.ticket_changed,
        f"{_TICKETS}:undo_update",
        is_version=True,
        by_field=True,
        redoable=True,
    )
    TICKET_DELETED = KindRow(
        "ticket.deleted",
        Subject.TICKET,
        say.deleted("title"),
        f"{_TICKETS}:undo_deletion",
        is_version=True,
        reloads=True,
    )
    TICKET_UNDELETED = KindRow(
        "ticket.undeleted",
        Subject.TICKET,
        "restored",
        f"{_TICKETS}:undo_restoration",
        possible=f"{_TICKETS}:is_free_of_own_changes",
        is_version=True,
        reloads=True,
        redoable=True,
    )
    TICKET_MERGED = KindRow(
        "ticket.merged",
        Subject.TICKET,
        say.merged,
        f"{_RELATIONS}:undo_merge",
        is_version=True,
        reloads=True,
        redoable=True,
    )
    TICKET_TOOK_IN = KindRow(
        "ticket.took_in",
        Subject.TICKET,
        say.related("took in", "gave back"),
        f"{_RELATIONS}:undo_taking_in",
        redoable=True,
    )
    TICKET_LINKED = KindRow(
        "ticket.linked",
        Subject.TICKET,
        say.related("linked to", "link removed to"),
        f"{_RELATIONS}:undo_link",
        redoable=True,
    )
    TICKET_REPLIED = KindRow(
        "ticket.replied",
        Subject.TICKET,
        say.message("replied"),
        f"{_CONVERSATION}:undo_reply",
        possible=f"{_CONVERSATION}:can_undo_reply",
        instead="its mail has left",
    )
    TICKET_REPLY_WITHDRAWN = KindRow("ticket.reply_withdrawn", Subject.TICKET, say.message("withdrew the reply"))
    TICKET_NOTED = KindRow(
        "ticket.noted", Subject.TICKET, say.message("note"), f"{_CONVERSATION}:undo_note", by_field=True, redoable=True
    )
    TICKET_NOTE_CORRECTED = KindRow(
        "ticket.note_corrected",
        Subject.TICKET,
        say.message("corrected a note"),
        f"{_CONVERSATION}:undo_note",
        by_field=True,
        redoable=True,
    )
    TICKET_NOTE_REMOVED = KindRow(
        "ticket.note_removed",
        Subject.TICKET,
        say.message("removed a note"),
        f"{_CONVERSATION}:undo_note",
        by_field=True,
        redoable=True,
    )
    TICKET_DRAFT_SHARED = KindRow(
        "ticket.draft_shared", Subject.TICKET, "shared a draft of a reply", f"{_DRAFTS}:undo_sharing", by_field=True
    )
    TICKET_DRAFT_TAKEN = KindRow(
        "ticket.draft_taken",
        Subject.TICKET,
        say.taken,
        instead="who took it has the text, and can share it",
        by_field=True,
    )
    ADDRESS_SUPPRESSED = KindRow(
        "address.suppressed",
        Subject.NOTIFICATION,
        say.reason("gets no mail"),
        f"{_SUPPRESSIONS}:undo_suppression",
        redoable=True,
    )
    ADDRESS_RELEASED = KindRow(
        "address.released",
        Subject.NOTIFICATION,
        say.reason("gets mail again"),
        f"{_SUPPRESSIONS}:undo_suppression",
        redoable=True,
    )
    TICKET_MAIL_RECEIVED = KindRow("ticket.mail_received", Subject.TICKET, say.received, is_word=True)
    TICKET_MAIL_ADDED = KindRow("ticket.mail_added", Subject.TICKET, say.received, f"{_INTAKE}:undo_addition")
    MAIL_ACCEPTED = KindRow("mail.accepted", Subject.MAIL, say.sender("accepted"), f"{_INTAKE}:undo_decision")
    MAIL_DISCARDED = KindRow("mail.discarded", Subject.MAIL, say.sender("discarded"), f"{_INTAKE}:undo_decision")
    SENDER_BLOCKED = KindRow(
        "sender.blocked", Subject.MAIL, "mail is parked from now on", "intake.blocking:undo_block", redoable=True
    )
    SENDER_UNBLOCKED = KindRow(
        "sender.unblocked", Subject.MAIL, "mail is accepted again", "intake.blocking:undo_block", redoable=True
    )
    TICKETS_IMPORTED = KindRow(
        "tickets.imported",
        Subject.TICKET,
        say.imported("tickets", "tickets"),
        "tickets.import_undo:undo_import",
        possible="tickets.import_undo:is_undoable",
        reloads=True,
    )
    FAQ_CREATED = KindRow("faq.created", Subject.FAQ, say.created("question"), f"{_FAQS}:undo_creation")
    FAQ_UPDATED = KindRow("faq.updated", Subject.FAQ, say.edited, f"{_FAQS}:undo_update", redoable=True)
    FAQ_DELETED = KindRow("faq.deleted", Subject.FAQ, say.deleted("question"), f"{_FAQS}:undo_deletion", redoable=True)
    FAQ_USED = KindRow(
        "faq.used", Subject.FAQ, "answered somebody before a ticket was created", f"{_FAQS}:undo_feedback"
    )
    FAQ_VOTED = KindRow("faq.voted", Subject.FAQ, say.voted, f"{_FAQS}:undo_feedback", redoable=True)
    FAQ_WORDING_KEPT = KindRow(
        "faq.wording_kept", Subject.FAQ, "learned the wording of a ticket", f"{_FAQS}:undo_wording", redoable=True
    )
    FAQ_WORDING_FORGOTTEN = KindRow("faq.wording_forgotten", Subject.FAQ, "forgot a wording", f"{_FAQS}:undo_wording")
    FAQ_UNDELETED = KindRow("faq.undeleted", Subject.FAQ, "restored", f"{_FAQS}:undo_creation", redoable=True)
    FAQS_IMPORTED = KindRow("faqs.imported", Subject.FAQ, say.imported("faqs", "FAQs"))
    PREFERENCE_CHANGED = KindRow(
        "preference.changed", Subject.PREFERENCE, say.preferred, "preferences.changes:undo_change", redoable=True
    )
    PREFERENCES_IMPORTED = KindRow(
        "preferences.imported", Subject.PREFERENCE, say.imported("preferences", "preferences"), reloads=True
    )
    NOTIFICATION_RETRIED = KindRow("notification.retried", Subject.NOTIFICATION, say.retried)
    AGENT_CHANGED = KindRow("agent.changed", Subject.AGENT, say.agent_changed, "agents:undo_change", redoable=True)
    MACRO_SAVED = KindRow("macro.saved", Subject.SAVED, say.saved("macro"), f"{_MACROS}:undo_macro", redoable=True)
    MACRO_DELETED = KindRow("macro.deleted", Subject.SAVED, say.saved("macro"), f"{_MACROS}:undo_macro", redoable=True)
    CANNED_SAVED = KindRow(
        "canned.saved", Subject.SAVED, say.saved("canned reply"), f"{_CANNED}:undo_canned", redoable=True
    )
    CANNED_DELETED = KindRow(
        "canned.deleted", Subject.SAVED, say.saved("canned reply"), f"{_CANNED}:undo_canned", redoable=True
    )
    VIEW_SAVED = KindRow("view.saved", Subject.SAVED, say.saved("view"), f"{_VIEWS}:undo_view", redoable=True)
    VIEW_DELETED = KindRow("view.deleted", Subject.SAVED, say.saved("view"), f"{_VIEWS}:undo_view", redoable=True)
    EXPERIMENT_CREATED = KindRow(
        "experiment.created", Subject.EXPERIMENT, say.created("name"), f"{_EXPERIMENTS}:undo_creation", redoable=True
    )
    EXPERIMENT_UPDATED = KindRow(
        "experiment.updated",
        Subject.EXPERIMENT,
        say.edited,
        f"{_EXPERIMENTS}:undo_update",
        is_version=True,
        redoable=True,
    )
    EXPERIMENT_DELETED = KindRow(
        "experiment.deleted", Subject.EXPERIMENT, say.deleted("name"), f"{_EXPERIMENTS}:undo_deletion", redoable=True
    )
    EXPERIMENT_STARTED = KindRow(
        "experiment.started", Subject.EXPERIMENT, "started", instead=_TRY_AGAIN, is_version=True
    )
    EXPERIMENT_PAUSED = KindRow(
        "experiment.paused",
        Subject.EXPERIMENT,
        "paused",
        instead=f"{_SEEN}start the experiment to continue it",
        is_version=True,
    )
    EXPERIMENT_RESUMED = KindRow(
        "experiment.resumed", Subject.EXPERIMENT, "resumed", instead=_TRY_AGAIN, is_version=True
    )
    EXPERIMENT_REWEIGHTED = KindRow(
        "experiment.reweighted",
        Subject.EXPERIMENT,
        say.difference,
        instead=f"{_SEEN}set the weights back, which opens another phase",
        is_version=True,
    )
    EXPERIMENT_COMPLETED = KindRow(
        "experiment.completed",
        Subject.EXPERIMENT,
        say.completed,
        instead=f"{_SEEN}clone the experiment to run it again",
        is_version=True,
    )
    EXPERIMENT_IMPORTED = KindRow("experiment.imported", Subject.EXPERIMENT, say.imported_traffic, instead=_TRY_AGAIN)
    EXPERIMENT_USER_FORGOTTEN = KindRow(
        "experiment.user_forgotten",
        Subject.EXPERIMENT,
        "removed a user on request; the counts stay",
        instead="nobody knows any more who it was",
    )


_BY_NAME = {kind.value: kind for kind in EntryKind}


def parse_kind(name: str) -> EntryKind:
    """Return the kind of this name; raises `ValueError` for a name that no program of ours wrote."""
    if name not in _BY_NAME:
        raise ValueError(name)
    return _BY_NAME[name]
