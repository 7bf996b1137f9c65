"""What every service works with."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from supportdesk.email.provider import Provider
from supportdesk.email.settings import MailSettings
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The open file, who acts, the clock, the mail service, and what is set about mail."""

    database: Database
    actor: str
    now: Callable[[], datetime]
    provider: Provider
    mail: MailSettings = field(default_factory=MailSettings)


def new_id() -> str:
    """A fresh UUID as text."""
    return str(uuid.uuid4())
