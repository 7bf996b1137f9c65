"""Errors with a sentence for people; each ends a command or is shown in the status line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from supportdesk.domain.redaction import redact

MESSAGE_LIMIT = 2_000
"""Characters of a message, which may repeat a value from outside."""
NAMES_SHOWN = 20


class DeskError(Exception):
    """Base of all errors: something the desk refuses or cannot do, in one sentence.

    `code` is the stable word scripts compare; `field` names the value at fault, where there is one.
    """

    code = "error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        # Here, so that no screen, command or log can forget it.
        self.message = shortened(redact(message))
        super().__init__(self.message)
        self.field = field


class InvalidValue(DeskError):
    """A value from outside that breaks a rule; `allowed` says what it can be, for where the value is in sight."""

    code = "invalid_value"

    def __init__(self, message: str, *, field: str | None = None, allowed: str = "") -> None:
        super().__init__(message, field=field)
        self.allowed = shortened(redact(allowed))


class QueryError(InvalidValue):
    """A query that cannot be read; `position` is where it is at fault, in characters from 0."""

    def __init__(self, message: str, *, field: str, position: int) -> None:
        super().__init__(message, field=field)
        self.position = position


class NotAllowed(DeskError):
    """A change that the desk's rules do not let anybody make."""

    code = "not_allowed"


class DuplicateQuestion(NotAllowed):
    """A new FAQ that asks what another one asks already; it can be saved on confirmation."""

    code = "duplicate"


class AnsweredAlready(NotAllowed):
    """A ticket that was answered with the same FAQ before; the answer can be mailed again on confirmation."""

    code = "answered"


class AmbiguousReference(DeskError):
    """A reference that matches more than one object."""

    code = "ambiguous_reference"


class NotFound(DeskError):
    """A reference that matches nothing."""

    code = "not_found"


class Conflict(DeskError):
    """Somebody else changed the same thing first; nothing was overwritten."""

    code = "conflict"


class Unavailable(DeskError):
    """The desk cannot be reached or written just now; the same call may succeed later."""

    code = "unavailable"


class DeskReplaced(Unavailable):
    """The desk that is open is not the one at its place any more; nothing was saved, and it must be opened anew."""


class Locked(Unavailable):
    """Another program holds the desk's lock just now."""


def invalid(field: str, value: object, allowed: str) -> InvalidValue:
    """Return an `InvalidValue` that names field, value (shortened) and what is allowed."""
    return InvalidValue(f"{field}: {quoted(value)} is not allowed; {allowed}", field=field, allowed=allowed)


def unknown_name(noun: str, name: str, known: Sequence[str]) -> NotFound:
    """Return a `NotFound` for a name that nothing has; it says the first of those that there are."""
    there_are = f"; there are: {', '.join(known[:NAMES_SHOWN])}" if known else ""
    return NotFound(f"there is no {noun} {quoted(name)}{there_are}", field="name")


def quoted(value: object, limit: int = 60) -> str:
    """Return a value from outside in a form that is safe in a message: one line, escaped, shortened to `limit`."""
    # Before it is shortened: the end of an address shows what is a password.
    text = redact(str(value))
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return repr(shown)


def one_of(words: Iterable[str]) -> str:
    """Return "it can be a, b or c" for the words given."""
    *head, last = [str(word) for word in words]
    return f"it can be {', '.join(head)} or {last}" if head else f"it can be {last}"


def shortened(message: str) -> str:
    """Return a message cut to what people read."""
    return message if len(message) <= MESSAGE_LIMIT else message[: MESSAGE_LIMIT - 1] + "…"
