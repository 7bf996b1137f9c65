"""What one value about mail may be: each check gives the value in its form, or raises `InvalidValue`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.text import clean_line

Check = Callable[[str, object], Any]
"""Takes the name of the setting and what stands there."""
LOCAL = ("localhost", "127.0.0.1", "::1")


def text(field: str, value: object) -> str:
    """A text on one line."""
    if not isinstance(value, str) or not value.strip() or clean_line(value) != value.strip():
        raise invalid(field, value, "it must be a text on one line that is not empty")
    return value.strip()


def path(field: str, value: object) -> Path:
    """The path of a file or folder."""
    try:
        return Path(text(field, value)).expanduser()
    except RuntimeError:
        raise invalid(field, value, "nobody of that name has a home folder here") from None


def word(*words: str) -> Check:
    """One of these words."""

    def check(field: str, value: object) -> str:
        given = str(value).strip().lower()
        if given not in words:
            raise invalid(field, value, one_of(words))
        return given

    return check


def number(smallest: float, largest: float, *, whole: bool = True) -> Check:
    """A number of a range."""
    noun = "whole number" if whole else "number"

    def check(field: str, value: object) -> float:
        try:
            given = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
        except (ValueError, OverflowError):
            given = None
        if given is None or not smallest <= given <= largest or (whole and not given.is_integer()):
            raise invalid(field, value, f"it must be a {noun} from {smallest:g} to {largest:g}")
        return int(given) if whole else given

    return check


def address(field: str, value: object) -> str:
    """A mail address in plain ASCII, with a display name or without."""
    # Imported here: they cost 60 ms that a desk without mail settings need not spend.
    from email.utils import parseaddr, quote

    from supportdesk.domain.address import clean_address

    name, plain = parseaddr(text(field, value))
    try:
        cleaned = clean_address(plain, field)
    except InvalidValue:
        # Of what is no address, the part that was taken for one says nothing.
        raise invalid(
            field, value, "it must be a mail address such as ann@example.com, with a display name or without"
        ) from None
    if not cleaned.isascii():
        raise invalid(field, value, "the address that mail comes from or goes back to must be in plain ASCII")
    return f'"{quote(name)}" <{cleaned}>' if name else cleaned


def host(field: str, value: object) -> str:
    """The name of a host."""
    name = text(field, value)
    if not name.isascii() or any(letter in " /@[]?#\\" for letter in name) or len(name) > 253:
        raise invalid(field, value, "it must be the name of a host, such as mail.example.com")
    return name


def endpoint(field: str, value: object) -> str:
    """Where a service's HTTP interface is: https, or this box for tests."""
    # Imported here: few have an endpoint of their own.
    from urllib.parse import urlsplit

    given = text(field, value)
    try:
        url = urlsplit(given)
        local = url.scheme == "http" and url.hostname in LOCAL
        sound = bool(url.hostname) and url.port != 0 and "@" not in url.netloc and not url.query and not url.fragment
    except ValueError:
        local = sound = False
    if not given.isascii() or " " in given or not sound or not (url.scheme == "https" or local):
        raise invalid(field, value, "it must be an address that begins with https://")
    return given


def zone(field: str, value: object) -> str:
    """A time zone of the IANA."""
    # Imported here: few desks stand in another zone than their box.
    from zoneinfo import ZoneInfo

    name = text(field, value)
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise invalid(field, value, "it must be a zone such as Europe/Berlin") from None
    return name
