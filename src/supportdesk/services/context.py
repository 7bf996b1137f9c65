"""The context of all services: database, actor, clock, ids and mail."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supportdesk.email.provider import Provider
from supportdesk.email.settings import MailSettings
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the actor, the clock, the mail settings, and a function that opens the mail service.

    The mail service is opened on first use: most commands send nothing, and importing it is slow.
    """

    database: Database
    actor: str
    now: Callable[[], datetime]
    mail: MailSettings
    open_provider: Callable[[], Provider]


def new_id() -> str:
    """Return a fresh UUID as text."""
    return str(uuid.uuid4())
