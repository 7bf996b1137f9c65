"""The fields of a preference in a file."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.address import clean_address
from supportdesk.domain.preference import parse_frequency, parse_language, parse_switch
from supportdesk.services.transfer.column_mapping import Fields


@dataclass(frozen=True, slots=True)
class Values:
    """What a row says, cleaned and checked; None where it says nothing and what is in force stays."""

    email: str
    email_notifications: bool | None = None
    sms_notifications: bool | None = None
    notification_frequency: str | None = None
    preferred_language: str | None = None


PREFERENCE = Fields(
    clean={
        "email": lambda text: clean_address(text, "email"),
        "email_notifications": lambda text: parse_switch("email_notifications", text),
        "sms_notifications": lambda text: parse_switch("sms_notifications", text),
        "notification_frequency": parse_frequency,
        "preferred_language": parse_language,
    },
    required=("email",),
    words=("email_notifications", "sms_notifications", "notification_frequency", "preferred_language"),
    identity=(),
)
FIELDS = tuple(PREFERENCE.clean)
"""In the order an export writes them."""
