"""The service that sends nothing takes everything but what asks for a failure."""

from datetime import UTC, datetime

import pytest

from supportdesk.domain.notification import DeliveryStatus, Notification, NotificationType
from supportdesk.email.mock import MockProvider
from supportdesk.email.provider import DeliveryFailed


def to(address: str) -> Notification:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    kind, status = NotificationType.TICKET_CREATED, DeliveryStatus.PENDING
    return Notification(1, "id", None, address, kind, "s", "c", status, "<id@supportdesk>", "", None, at)


@pytest.mark.parametrize("address", ["rita@example.com", "failure@example.com", "a.fail@example.com", "rita@fail.com"])
def test_mail_is_accepted(address):
    MockProvider().send(to(address))


@pytest.mark.parametrize("address", ["fail@example.com", "FAIL@example.com", "fail+550@example.com"])
def test_a_failure_can_be_rehearsed(address):
    with pytest.raises(DeliveryFailed, match="^550 mock: this mailbox always refuses$"):
        MockProvider().send(to(address))
