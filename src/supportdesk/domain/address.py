"""Mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from unicodedata import normalize

from supportdesk.domain.errors import InvalidValue, invalid

INTERNAL_DOMAINS = ("local", "localhost", "test", "home.arpa")
"""Special-use domains (RFC 6761, RFC 6762, RFC 8375) in which companies and machines have addresses."""

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_DISPLAYED = re.compile(r"(?P<name>[^<>\r\n]*?)[ \t]*<[ \t]*(?P<address>[^<>]*)>[ \t]*")
_COMMENTED = re.compile(r"(?P<address>[^\s()<>]+)[ \t]+\((?P<name>[^()<>\r\n]*)\)")
# What a keyboard for Chinese, Japanese or Korean text writes for the signs and letters of an address.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ord("."), 0xFF61: ord(".")}
# Japanese phone companies gave these out before the rule against it: see RFC 5321, Dot-string.
_DOTS = re.compile(r"\.{2,}")
_PHONE_DOMAIN = re.compile(r"(.+\.)?(docomo|ezweb|au|softbank|vodafone|disney|willcom|pdx|ymobile)\..+|.+\.jp")
# What nearly everybody has. The library knows the rest, but loading it takes longer than filing a ticket.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")
_PLAIN_DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+(?!(arpa|invalid|local|localhost|onion|test)$)[a-z]{2,}")
UNREADABLE = "\ufffd"
"""What stands for bytes that are no text: an address with it is nobody's."""
_LOCAL_LENGTH, _LABEL_LENGTH, _ADDRESS_LENGTH = 64, 63, 254
_ALLOWED = "it must be a mail address such as ann@example.com"

_internal: frozenset[str] = frozenset(INTERNAL_DOMAINS)


def allow_internal_domains(names: Iterable[str]) -> None:
    """Set the domains that are accepted though nobody on the internet has them, with all domains below them."""
    global _internal
    _internal = frozenset(name.strip(". ").lower() for name in names)
    clean_address.cache_clear()


@lru_cache(maxsize=4096)
def clean_address(text: str, field: str = "contact_email") -> str:
    """Return a mail address in its normal form, also of `Name <address>`, `address (Name)` and `mailto:address`.

    The domain is in lower case, and so is a local part of other letters than ASCII. Raises `InvalidValue`.
    """
    # Only blanks: with a line break at its end it is not one address, but the start of something else.
    # What divides addresses in a list stays behind when the last one is copied.
    candidate = text.strip(" \t").rstrip(",; \t")
    displayed = _displayed(candidate)
    address = (displayed["address"].strip(" \t") if displayed else candidate).translate(_WIDE)
    local, _, domain = address.removeprefix("mailto:").rpartition("@")
    plain = domain.lower()
    if not local.isascii():
        local = _one_case(local)
    if displayed and not _is_name(displayed["name"], displayed["address"]):
        raise invalid(field, candidate, _ALLOWED)
    try:
        if any(plain == name or plain.endswith(f".{name}") for name in _internal) and _HOST.fullmatch(plain):
            # Checked at a public domain: the library knows no internal ones.
            return f"{_valid(local, 'example.com').rpartition('@')[0]}@{plain}"
        return _valid(local, domain)
    except (InvalidValue, UnicodeError, ValueError):
        raise invalid(field, candidate, _ALLOWED) from None


def display_name(text: str) -> str:
    """Return the name in `Name <address>`; empty for an address alone."""
    displayed = _displayed(text.strip(" \t").rstrip(",; \t"))
    return displayed["name"].strip(' \t"') if displayed else ""


def _displayed(text: str) -> re.Match[str] | None:
    return _DISPLAYED.fullmatch(text) or _COMMENTED.fullmatch(text)


def _is_name(name: str, address: str) -> bool:
    """Return whether a text is a name and not a second recipient; many programs write the address there again."""
    bare = name.strip(" \t'\"")
    return name.replace("\t", " ").isprintable() and ("@" not in bare or bare.lower() == address.strip().lower())


def _is_plain(local: str, domain: str) -> bool:
    """Return whether an address is one of the usual form, which needs no further check."""
    return (
        len(local) <= _LOCAL_LENGTH
        and len(local) + len(domain) < _ADDRESS_LENGTH
        and _PLAIN_LOCAL.fullmatch(local) is not None
        and _PLAIN_DOMAIN.fullmatch(domain) is not None
        and all(len(label) <= _LABEL_LENGTH for label in domain.split("."))
    )


def _valid(local: str, domain: str) -> str:
    if _is_plain(local, domain.lower()):
        return f"{local}@{domain.lower()}"
    if UNREADABLE in local:
        raise InvalidValue("a letter of the address could not be read")
    # Lazy import: keeps start-up fast (50 ms).
    from email_validator import validate_email

    single = _DOTS.sub(".", local)
    if _PHONE_DOMAIN.fullmatch(domain.lower()):
        single = single.removesuffix(".")
    found = validate_email(f"{single}@{domain}", check_deliverability=False)
    return found.normalized if single == local else f"{local}@{found.domain}"


def address_key(address: str) -> str:
    """Return the key by which addresses are compared: lower case, one Unicode form, no Punycode.

    Lower case, not case folded: ß and ss, or ς and σ, are letters of different domains (RFC 5891).
    """
    key = address.lower() if address.isascii() else _one_case(address)
    if "xn--" not in key:
        return key
    local, at, domain = key.rpartition("@")
    return f"{local}{at}{'.'.join(map(_label, domain.split('.')))}"


def _one_case(text: str) -> str:
    # A Turkish keyboard has İ for the capital of i.
    return normalize("NFKC", normalize("NFKC", text).lower().replace("i\u0307", "i"))


def _label(label: str) -> str:
    """Return a label of a domain in the letters that its Punycode stands for (RFC 5891)."""
    if label.startswith("xn--"):
        with suppress(UnicodeError):
            return _one_case(label[4:].encode("ascii").decode("punycode"))
    return label
