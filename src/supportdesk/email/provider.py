"""What every mail service looks like to the desk."""

from __future__ import annotations

from typing import Protocol

from supportdesk.domain.notification import Notification


class DeliveryFailed(Exception):
    """The service refused the message; the text is what it said."""


class Provider(Protocol):
    """A mail service."""

    name: str

    def send(self, message: Notification) -> None:
        """Hands the message over; returns when the service has accepted it, raises `DeliveryFailed` else."""
