"""Changes of preferences: the save, its journal entry, and the waiting mail."""

from __future__ import annotations

from dataclasses import replace

from supportdesk.domain.address import address_key
from supportdesk.domain.errors import Conflict
from supportdesk.domain.journal import Entry, EntryKind
from supportdesk.domain.preference import (
    FIELDS,
    Frequency,
    Language,
    Preference,
    PreferenceChange,
    format_value,
)
from supportdesk.services.context import Context
from supportdesk.services.journal_entries import Undo, unreadable_entry
from supportdesk.services.mail.outbox import effective_frequency
from supportdesk.storage import journal
from supportdesk.storage.mail import outbox
from supportdesk.storage.preferences import queries as preferences


def apply(context: Context, old: Preference, change: PreferenceChange, *, undoes: int | None = None) -> Preference:
    """Save a change of preferences inside the caller's transaction; one that changes nothing is not recorded.

    What waits for this person follows: it leaves, waits for the other digest, or is held. What was held
    before stays so.
    """
    new = change.of(old)
    fields = [name for name in FIELDS if getattr(old, name) != getattr(new, name)]
    if not fields:
        return old
    at = context.now()
    new = replace(new, id=old.id or context.new_id(), created_at=old.created_at or at, updated_at=at)
    preferences.save(context.database, new)
    entry = journal.add(
        context.database,
        at=at,
        actor=context.actor,
        account=context.account,
        kind=EntryKind.PREFERENCE_CHANGED,
        subject=new.id,
        before={name: format_value(getattr(old, name)) for name in fields},
        after={**{name: format_value(getattr(new, name)) for name in fields}, "email": new.email},
        notes="" if undoes is None else "undone",
        undoes=undoes,
    )
    if undoes is not None:
        outbox.release_held(context.database, undoes)
    if new.held_because:
        outbox.hold(context.database, address_key(new.email), new.held_because, entry)
    else:
        outbox.change_frequency(context.database, address_key(new.email), effective_frequency(new))
    return new


def undo_change(undo: Undo, done: Entry) -> None:
    """Undo a change of preferences inside the caller's transaction: what it held waits again.

    Raises `Conflict` when somebody has changed the same since, `Unavailable` for an entry that no desk wrote.
    """
    context, back = undo.context, _inverse(done)
    preference = preferences.find_by_id(context.database, done.subject or "")
    if preference is None:
        raise Conflict("these preferences are no longer there; nothing was undone")
    later = journal.in_force_after(context.database, done)
    for name in done.before:
        others = [entry.actor for entry in later if name in entry.after]
        if others or format_value(getattr(preference, name)) != done.after[name]:
            raise Conflict(
                f"the preferences of {preference.email} have changed since: {others[-1] if others else 'somebody'} "
                f"changed {name}; nothing was undone"
            )
    apply(context, preference, back, undoes=undo.undoes)


_SWITCHES = {"on": True, "off": False}


def _inverse(done: Entry) -> PreferenceChange:
    before = done.before
    try:
        if not before or {*before, "email"} != done.after.keys():
            raise KeyError
        switch = {name: _SWITCHES[before[name]] for name in FIELDS[:2] if name in before}
        frequency, language = before.get("notification_frequency"), before.get("preferred_language")
        return PreferenceChange(
            **switch,
            notification_frequency=None if frequency is None else Frequency(frequency),
            preferred_language=None if language is None else Language(language),
        )
    except (KeyError, ValueError) as error:
        raise unreadable_entry(done) from error
