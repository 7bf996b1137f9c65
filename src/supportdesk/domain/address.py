"""Mail addresses."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

from supportdesk.domain.errors import invalid


@lru_cache(maxsize=4096)
def clean_address(text: str, field: str = "contact_email") -> str:
    """Return a mail address in its normal form (domain in lower case); raises `InvalidValue`."""
    # Lazy import: keeps start-up fast (50 ms).
    from email_validator import EmailNotValidError, validate_email

    # Only blanks: with a line break at its end it is not one address, but the start of something else.
    candidate = text.strip(" \t")
    try:
        return validate_email(candidate, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError, ValueError):
        raise invalid(field, candidate, "it must be a mail address such as ann@example.com") from None


def address_key(address: str) -> str:
    """Return the key by which addresses are compared: lower case and one Unicode form.

    Lower case, not case folded: ß and ss, or ς and σ, are letters of different domains (RFC 5891).
    """
    if address.isascii():
        return address.lower()
    return normalize("NFKC", normalize("NFKC", address).lower())
