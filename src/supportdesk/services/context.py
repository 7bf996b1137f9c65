"""What every service works with."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supportdesk.email.provider import Provider
from supportdesk.storage.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The open file, who acts, the clock, and the mail service."""

    database: Database
    actor: str
    now: Callable[[], datetime]
    provider: Provider


def new_id() -> str:
    """A fresh UUID as text."""
    return str(uuid.uuid4())
