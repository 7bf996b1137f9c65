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
    """The open file, who acts, the clock, and how mail leaves: its settings, and what opens the mail service.

    Opened when there is something to send: most commands send nothing, and a service takes its time to import.
    """

    database: Database
    actor: str
    now: Callable[[], datetime]
    mail: MailSettings
    open_provider: Callable[[], Provider]


def new_id() -> str:
    """A fresh UUID as text."""
    return str(uuid.uuid4())
