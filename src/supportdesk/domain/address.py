"""Mail addresses."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

from supportdesk.domain.errors import invalid


@lru_cache(maxsize=4096)
def clean_address(text: str, field: str = "contact_email") -> str:
    """A mail address in its normal form (domain in lower case); raises `InvalidValue`."""
    # Imported here: it costs 50 ms that a command which takes no address need not spend.
    from email_validator import EmailNotValidError, validate_email

    # Only blanks: with a line break at its end it is not one address, but the start of something else.
    candidate = text.strip(" \t")
    try:
        return validate_email(candidate, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError, ValueError):
        raise invalid(field, candidate, "it must be a mail address such as ann@example.com") from None


def address_key(address: str) -> str:
    """What tells one person from another: the address without case and the forms Unicode has of one letter.

    Lower case, not case folded: ß and ss, or ς and σ, are letters of different domains (RFC 5891).
    """
    if address.isascii():
        return address.lower()
    return normalize("NFKC", normalize("NFKC", address).lower())
