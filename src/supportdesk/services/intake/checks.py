"""Checks of the intake: every mail that was received is in exactly one place, and its bytes are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supportdesk.domain.finding import Finding
from supportdesk.domain.mail.incoming import Outcome
from supportdesk.services.context import Context
from supportdesk.services.intake.alarms import alarms
from supportdesk.services.intake.storing import store_of
from supportdesk.storage.intake import queries as intake
from supportdesk.storage.intake import sources
from supportdesk.storage.intake.raw_store import PREFIXES, RawStore

SHOWN = 5
_WORDS = {
    Outcome.NEW_TICKET: "new tickets",
    Outcome.APPENDED: "appended",
    Outcome.PARKED: "parked",
    Outcome.FAILED: "failed",
    Outcome.DUPLICATE: "duplicates",
    Outcome.BOUNCE: "bounces",
    Outcome.UNSUBSCRIBED: "unsubscribed",
    Outcome.DISCARDED: "discarded",
}


def check_intake(context: Context) -> Iterator[Finding]:
    """Yield the findings about mail that came in; reads every raw mail, and changes nothing."""
    store = store_of(context.database)
    yield _received(context, store)
    yield _raw_mails(context, store)
    known = sources.every(context.database)
    found = list(alarms(context, store))
    if known and not found:
        yield Finding("mailboxes", f"{len(known)} read in time: {', '.join(each.name for each in known)}")
    for alarm in found:
        yield Finding("mail intake", alarm.sentence, alarm.advice)


def _received(context: Context, store: RawStore) -> Finding:
    """Prove that received = new + appended + parked + duplicates + bounces + unsubscribed, and what else there is."""
    counts = intake.outcome_counts(context.database)
    waiting = sum(1 for _ in store.waiting())
    parts = [f"{counts[outcome]:,} {_WORDS[outcome]}" for outcome in _WORDS if counts.get(outcome)]
    parts += [f"{waiting:,} still to be filed"] if waiting else []
    total = sum(counts.values()) + waiting
    said = f"{total:,} received{' = ' if parts else ''}{' + '.join(parts)}"
    lost = [*intake.misplaced(context.database, SHOWN), *(f"outcome {each!r}" for each in counts if each not in _WORDS)]
    if lost:
        return Finding(
            "mail received",
            f"{said}; not accounted for: {_some(lost)}",
            "somebody changed the file by hand: find out who, and restore it from a backup",
        )
    if counts.get(Outcome.FAILED):
        return Finding("mail received", said, "`supportdesk mail list --state failed` says why; accept or discard them")
    return Finding("mail received", said)


def _raw_mails(context: Context, store: RawStore) -> Finding:
    """Compare the raw mails with the records of them; by parts, so that the largest desk fits into memory."""
    missing, orphans, damaged, whole = [], [], [], 0
    for prefix in PREFIXES:
        recorded = intake.stored_names(context.database, prefix)
        kept = set(store.kept(prefix))
        # A mail that is being filed just now is moved after its record was written.
        away = sorted(recorded.keys() - kept)
        missing += [mail for mail in away if not any(map(store.is_waiting, recorded[mail]))]
        orphans += sorted(kept - recorded.keys())
        for mail in sorted(kept & recorded.keys()):
            if store.is_whole(mail):
                whole += 1
            else:
                damaged.append(mail)
    faults = {
        "without its raw mail": missing,
        "damaged": damaged,
        "without a record": orphans,
    }
    told = [f"{len(mails):,} {what}: {_some(mails)}" for what, mails in faults.items() if mails]
    if not told:
        return Finding("raw mails", f"{whole:,}, each with its record")
    advice = []
    if missing or damaged:
        advice.append("restore the folder NAME.files of a backup beside the desk")
    if orphans:
        advice.append("`supportdesk mail process --orphans` files those without a record, as after restoring a backup")
    return Finding("raw mails", f"{whole:,} whole; {'; '.join(told)}", "; ".join(advice))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(name[:12] for name in names[:SHOWN]) + more
