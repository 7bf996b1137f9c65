"""Which mail service carries the desk's mail: agents without a config must not deliver it to the mock.

The desk stores the real service that its mail was queued for, or sent through, last.
"""

from __future__ import annotations

from supportdesk.services.context import Context
from supportdesk.storage.mail import provider_state

MOCK = "mock"


def remember(context: Context) -> None:
    """Record the service of these settings as the desk's, inside the caller's transaction; never the mock."""
    if context.mail.provider != MOCK:
        provider_state.set_carrier(context.database, context.mail.provider)


def delivery_blocked_reason(context: Context) -> str:
    """Return why these settings do not deliver the desk's mail; empty when they do, as a chosen mock does."""
    if context.mail.provider != MOCK or context.mail.chosen:
        return ""
    carrier = provider_state.get_carrier(context.database)
    return f"mail waits for {carrier}: your config names no mail service" if carrier else ""
