"""Mail that a real service carries is not taken by a mock that nobody asked for."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
from supportdesk.services.mail.delivery import PATIENCE
from tests.services.mail.services import Service

SMTP = {"provider": "smtp", "chosen": True}
WAITS = "mail waits for smtp: your config names no mail service"


@pytest.fixture
def unconfigured(path, clock):
    """Somebody at the same desk whose config says nothing of mail."""
    with ExitStack() as left:
        yield lambda: left.enter_context(Desk(path, "bob", now=clock, mail=MailSettings(hold=0)))


def test_mail_queued_for_a_real_service_is_not_delivered_by_an_unconfigured_mock(served, filed, unconfigured):
    service = Service()
    smtp = served(service, **SMTP)
    smtp.tickets.create(_new())
    bob = unconfigured()
    with pytest.raises(Unavailable, match=f"^{WAITS}"):
        bob.mail.deliver()
    with bob.courier() as courier, pytest.raises(Unavailable, match=f"^{WAITS}"):
        list(courier.plan())
    assert bob.mail.page()[0].status == "pending"
    assert bob.maintenance.health()["mail_error"].startswith(WAITS)
    found = {finding.check: finding for finding in bob.doctor.examine()}
    assert (found["mail service"].is_ok, found["mail service"].found) == (False, WAITS)
    assert smtp.mail.deliver().sent == 1
    assert len(service.sent) == 1
    # Nothing is due: nothing to complain of.
    assert bob.mail.deliver().changed is False


def test_what_an_unconfigured_agent_queues_waits_for_the_service_too(desk, served, filed, unconfigured):
    served(Service(), **SMTP).tickets.create(_new())
    bob = unconfigured()
    bob.tickets.create(_new())
    with pytest.raises(Unavailable):
        bob.mail.deliver()
    assert served(Service(), **SMTP).mail.deliver().sent == 2


def test_the_first_delivery_through_a_real_service_is_remembered(filed, served, unconfigured):
    filed()
    assert served(Service(), **SMTP).mail.deliver().sent == 1
    filed()
    with pytest.raises(Unavailable, match=WAITS):
        unconfigured().mail.deliver()
    filed()
    assert served(Service(), provider="sendmail", chosen=True).mail.deliver().sent == 2
    filed()
    with pytest.raises(Unavailable, match="waits for sendmail"):
        unconfigured().mail.deliver()


def test_a_mock_that_was_chosen_delivers(served, filed):
    served(Service(), **SMTP).tickets.create(_new())
    assert served(Service(), provider="mock", chosen=True).mail.deliver().sent == 1


def test_a_desk_without_a_real_service_is_served_by_the_mock(filed, unconfigured):
    filed()
    assert unconfigured().mail.deliver().sent == 1


def test_the_app_waits_for_others_to_deliver_before_it_says_so(served, unconfigured, clock):
    served(Service(), **SMTP).tickets.create(_new())
    bob = unconfigured()
    assert asyncio.run(bob.deliver()).changed is False
    clock.at += PATIENCE + timedelta(seconds=1)
    with pytest.raises(Unavailable, match=WAITS):
        asyncio.run(bob.deliver())


def _new():
    from supportdesk.domain.ticket import new_ticket

    return new_ticket("Lamp is dark", "It does not shine.", "rita@example.com")
