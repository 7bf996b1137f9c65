"""The service that sends nothing takes everything but what asks for a failure."""

import pytest

from supportdesk.email.mock import MockProvider
from supportdesk.email.provider import OutgoingMail, Refused


def to(address: str) -> OutgoingMail:
    return OutgoingMail("desk@example.com", address, "s", "c", "", "<id@supportdesk>")


@pytest.mark.parametrize("address", ["rita@example.com", "failure@example.com", "a.fail@example.com", "rita@fail.com"])
def test_mail_is_accepted(address):
    assert MockProvider().send(to(address)) == "250 mock: accepted"


@pytest.mark.parametrize("address", ["fail@example.com", "FAIL@example.com", "fail+550@example.com"])
def test_a_failure_can_be_rehearsed(address):
    with pytest.raises(Refused, match="^550 mock: this mailbox always refuses$"):
        MockProvider().send(to(address))
