"""What the entries of the journal say, kind by kind, from the fields before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from supportdesk.domain.text import excerpt

Fields = Mapping[str, str]
Words = Callable[[Fields, Fields], str]


def difference(before: Fields, after: Fields) -> str:
    """Return a change in words: `status new → resolved, priority low → high`."""
    return ", ".join(f"{name} {before.get(name, '')} → {now}" for name, now in after.items())


def agent_changed(before: Fields, after: Fields) -> str:
    """Return what was changed of an agent."""
    words = [
        ("away" if now else "back")
        if name == "away_since"
        else f"{name.replace('_', ' ')} {before.get(name) or 'none'} → {now or 'none'}"
        for name, now in after.items()
        if name != "agent"
    ]
    return f"agent {after.get('agent', '')}: {', '.join(words)}"


def ticket_changed(before: Fields, after: Fields) -> str:
    """Return what was changed of a ticket."""
    words = {"contact_email": "requester"}
    nobody = {"owner": "nobody", "tags": "none"}
    whole = {"description": lambda now: "description edited", "snoozed_until": _snoozed}
    return ", ".join(
        whole[name](now)
        if name in whole
        else f"{words.get(name, name)} {before.get(name) or nobody.get(name, '')} → {now or nobody.get(name, '')}"
        for name, now in after.items()
    )


def edited(before: Fields, after: Fields) -> str:
    """Return which fields were edited; their texts are long."""
    return f"edited: {', '.join(after)}"


def created(field: str) -> Words:
    """Return the words for what was created, which `field` names."""
    return lambda before, after: f"created: {after.get(field, '')}"


def deleted(field: str) -> Words:
    """Return the words for what was deleted, which `field` names."""
    return lambda before, after: f"deleted: {before.get(field, '')}"


def taken(before: Fields, after: Fields) -> str:
    """Return whose shared draft was taken."""
    return f"took the draft that {({**before, **after}).get('agent', 'somebody')} had shared"


def saved(noun: str) -> Words:
    """Return the words for what was saved under a name, or changed or deleted there; a view may be the team's."""

    def words(before: Fields, after: Fields) -> str:
        either = {**before, **after}
        whose = "team " if either.get("owner") == "" else ""
        verb = "deleted" if not after else "changed" if before else "saved"
        return f"{whose}{noun} {either.get('name', '')} {verb}"

    return words


def imported(things: str, noun: str) -> Words:
    """Return the words for an import, or one that was undone; `things` is the field with their number."""
    return lambda before, after: (
        f"import of {_counted(before[things], noun)} undone"
        if things in before
        else f"imported {_counted(after.get(things, 'some'), noun)}"
    )


def imported_traffic(before: Fields, after: Fields) -> str:
    """Return how much was imported into an experiment."""
    if "days" in after:
        return f"imported the sums of {_counted(after['days'], 'days')}"
    return f"imported {_counted(after.get('users', '0'), 'users')} and {_counted(after.get('events', '0'), 'events')}"


def completed(before: Fields, after: Fields) -> str:
    """Return with which decision an experiment ended."""
    return f"completed: {after.get('decision', '')}"


def voted(before: Fields, after: Fields) -> str:
    """Return a vote on an FAQ, or that it was taken back."""
    vote = "not helpful" if "unhelpful" in {*before, *after} else "helpful"
    return f"vote taken back: {vote}" if before else f"voted {vote}"


def received(before: Fields, after: Fields) -> str:
    """Return who wrote, and how it begins."""
    return f"mail from {after.get('from', '')}: {after.get('text', '')}"


def sender(verb: str) -> Words:
    """Return the words for what was done with somebody's mail."""
    return lambda before, after: f"{verb}: mail from {({**before, **after}).get('from', 'somebody')}"


def message(verb: str) -> Words:
    """Return the words for a message, with how it begins."""
    return lambda before, after: f"{verb}: {excerpt(({**before, **after}).get('text', ''))}"


def merged(before: Fields, after: Fields) -> str:
    """Return into which ticket one was merged, or out of which it was taken."""
    return (
        f"merged into #{after['merged_into']}"
        if "merged_into" in after
        else f"taken out of #{before.get('merged_into', '')}"
    )


def related(done: str, taken_back: str) -> Words:
    """Return the words for what was done with another ticket, or taken back."""
    return lambda before, after: (
        f"{done} #{after['ticket']}" if "ticket" in after else f"{taken_back} #{before.get('ticket')}"
    )


def reason(what: str) -> Words:
    """Return the words for what has a reason."""
    return lambda before, after: f"{what}: {({**before, **after}).get('reason', '')}"


def retried(before: Fields, after: Fields) -> str:
    """Return that a mail is sent again, and why."""
    return f"mail to be sent again, after it {before.get('status', 'failed')}"


def preferred(before: Fields, after: Fields) -> str:
    """Return what was changed of preferences, without the address, which is shown beside it."""
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.preference import LABELS

    named = ({LABELS.get(name, name): value for name, value in side.items() if name != "email"}
             for side in (before, after))  # fmt: skip
    return difference(*named)


def _counted(number: str, nouns: str) -> str:
    return f"{number} {nouns.removesuffix('s') if number == '1' else nouns}"


def _snoozed(until: str) -> str:
    return f"snoozed until {until[:16].replace('T', ' ')} UTC" if until else "woken"
