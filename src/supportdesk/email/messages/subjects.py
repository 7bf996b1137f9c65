"""Subjects of a ticket's mails: one for all of them, so that mail programs show them as one conversation."""

from __future__ import annotations

import re

SUBJECT_LIMIT = 200
_REPLY = re.compile(r"^(?:(?:re|aw|antw|sv|vs|rv|r|odp|回复|答复)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
_VARYING = re.compile(r"[\d\W_]+")
_TAG = re.compile(r"\s*\[#(\d+)\]\s*$")


def thread_subject(words: str, number: int, *, is_reply: bool) -> str:
    """Return the subject of a ticket's mail: its words, `Re:` from the second mail on, the ticket's tag at the end."""
    return (
        f"Re: {bare_subject(words, number)} {tag(number)}" if is_reply else f"{_untagged(words, number)} {tag(number)}"
    )


def cut_subject(words: str) -> str:
    """Return a subject's words in the length that mail programs still show."""
    return words if len(words) <= SUBJECT_LIMIT else words[: SUBJECT_LIMIT - 1] + "…"


def tag(number: int) -> str:
    """Return what names a ticket in a subject, for answers whose other references were lost."""
    return f"[#{number}]"


def is_tagged(subject: str, number: int) -> bool:
    """Return whether a subject ends with the tag of this ticket."""
    match = _TAG.search(subject)
    return match is not None and match[1] == str(number)


def bare_subject(subject: str, number: int) -> str:
    """Return the words of a subject without the marks of a reply and the ticket's tag."""
    bare = _REPLY.sub("", _untagged(subject, number)).strip()
    return bare or subject


def like_subject(subject: str) -> str:
    """Return what subjects have in common that differ in marks, numbers and letters' case only."""
    return " ".join(_VARYING.sub(" ", _REPLY.sub("", subject)).casefold().split())


def _untagged(subject: str, number: int) -> str:
    return _TAG.sub("", subject) if is_tagged(subject, number) else subject
