"""The context of all services: database, who acts, clock, ids and mail."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from supportdesk.domain.agent import Account
from supportdesk.email.settings import MailSettings
from supportdesk.storage.database import Database

if TYPE_CHECKING:
    from supportdesk.email.provider import Provider


@dataclass(frozen=True, slots=True)
class Context:
    """What every service works with.

    `actor` is the name that was claimed, `account` the operating system's. `new_id` makes a UUID as text.
    `open_provider` is called when there is something to send: most commands send nothing, and a provider takes its
    time to import.
    """

    database: Database
    actor: str
    account: Account
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    mail: MailSettings
    open_provider: Callable[[], Provider]


def random_id() -> str:
    """Return a random UUID as text."""
    return str(uuid.uuid4())


def os_account() -> Account:
    """Return the account that runs this program, from the password database and not from the environment."""
    # Lazy import: does not exist on every system.
    import pwd

    uid = os.getuid()
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid)
    except KeyError:
        # A container may run under a number that no account has.
        return Account(f"uid {uid}", uid)
