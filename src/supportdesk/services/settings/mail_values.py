"""Checks of single mail settings: each returns the parsed value, or raises `InvalidValue`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from supportdesk.domain.errors import InvalidValue, invalid, one_of, quoted
from supportdesk.domain.text import clean_line

Check = Callable[[str, object], Any]
"""Called with the name of a setting and its value."""
LOCAL = ("localhost", "127.0.0.1", "::1")


def text(field: str, value: object) -> str:
    """Return a text of one line."""
    if not isinstance(value, str) or not value.strip() or clean_line(value) != value.strip():
        raise invalid(field, value, "it must be a text on one line that is not empty")
    return value.strip()


def path(field: str, value: object) -> Path:
    """Return the path of a file or folder."""
    try:
        return Path(text(field, value)).expanduser()
    except RuntimeError:
        raise invalid(field, value, "there is no user of that name") from None


def word(*words: str) -> Check:
    """Return a check for one of these words."""

    def check(field: str, value: object) -> str:
        given = str(value).strip().lower()
        if given not in words:
            raise invalid(field, value, one_of(words))
        return given

    return check


def number(smallest: float, largest: float, *, whole: bool = True) -> Check:
    """Return a check for a number of a range."""
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
    """Return a mail address in plain ASCII, with a display name or without."""
    # Lazy import: keeps start-up fast.
    from email.utils import parseaddr, quote

    from supportdesk.domain.address import clean_address

    given = text(field, value)
    name, plain = parseaddr(given)
    try:
        if "<" not in given and plain != given:
            # parseaddr finds an address in almost anything.
            raise invalid(field, given, "")
        cleaned = clean_address(plain, field)
    except InvalidValue:
        # Of what is no address, the part that was taken for one says nothing.
        raise invalid(
            field, value, "it must be a mail address such as ann@example.com, with a display name or without"
        ) from None
    if not cleaned.isascii():
        raise invalid(field, value, "the address that mail comes from or goes back to must be in plain ASCII")
    return f'"{quote(name)}" <{cleaned}>' if name else cleaned


def addresses(field: str, value: object) -> tuple[str, ...]:
    """Return addresses from a list, or from a text with commas."""
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or not given:
        raise invalid(field, value, "it must be a list of addresses")
    return tuple(address(field, each.strip() if isinstance(each, str) else each) for each in given)


def host(field: str, value: object) -> str:
    """Return a host name."""
    name = text(field, value)
    if not name.isascii() or any(letter in " /@[]?#\\" for letter in name) or len(name) > 253:
        # Other programs take a URL with a login here, or the login alone.
        shown = f"***@{name.rpartition('@')[2]}" if "@" in name else name
        raise invalid(field, shown, "it must be the name of a host, such as mail.example.com")
    return name


def endpoint(field: str, value: object) -> str:
    """Return the URL of a service's HTTP interface: https, or this machine for tests."""
    # Lazy import: keeps start-up fast.
    from urllib.parse import urlsplit

    given = text(field, value)
    try:
        url = urlsplit(given)
        local = url.scheme == "http" and url.hostname in LOCAL
        sound = bool(url.hostname) and url.port != 0 and "@" not in url.netloc and not url.query and not url.fragment
    except ValueError:
        local = sound = False
    if not given.isascii() or " " in given or not sound or not (url.scheme == "https" or local):
        shown = f"***@{given.rpartition('@')[2]}" if "@" in given else given
        raise invalid(
            field,
            shown,
            "it must be an address that begins with https:// and has no login, which mail.secret_file holds",
        )
    return given


def zone(field: str, value: object) -> str:
    """Return an IANA time zone."""
    # Lazy import: keeps start-up fast.
    from zoneinfo import ZoneInfo, available_timezones

    name = text(field, value)
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        if not available_timezones():
            missing = "this machine has no time zone database; install tzdata, with its package manager or with pip"
            raise InvalidValue(f"{field}: {quoted(name)} cannot be found: {missing}", field=field) from None
        raise invalid(field, value, "it must be a zone such as Europe/Berlin") from None
    return name
