"""The settings choose the provider, and only that one is loaded."""

import subprocess
import sys

import pytest

from supportdesk.domain.ticket import new_ticket
from supportdesk.email.provider import ServiceDown
from supportdesk.email.providers.open import open_provider
from supportdesk.email.settings import PROVIDERS, MailSettings
from supportdesk.services.desk import Desk

HEAVY = ["smtplib", "ssl", "http.client", "boto3", "minijinja", "subprocess", "email.message"]


def test_every_provider_that_can_be_chosen_is_opened(monkeypatch):
    for name in ("SMTP_PASSWORD", "SENDGRID_API_KEY", "MAILGUN_API_KEY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    for name in PROVIDERS:
        provider = open_provider(MailSettings(provider=name, mailgun_domain="example.com"))
        assert provider.name == name
        provider.close()


def test_a_provider_that_lacks_something_is_down():
    with pytest.raises(ServiceDown, match="SENDGRID_API_KEY"):
        open_provider(MailSettings(provider="sendgrid"))


def test_a_desk_sends_through_the_provider_of_its_settings(path, clock, tmp_path):
    file = tmp_path / "sent.mbox"
    with Desk(path, "ann", now=clock, mail=MailSettings(mock_file=file, hold=0)) as desk:
        desk.tickets.create(new_ticket("Lamp is dark", "Dark.", "rita@example.com"))
        with desk.courier() as courier:
            courier.deliver_due()
    assert b"\nTo: rita@example.com\nSubject: Lamp is dark [#1]\n" in file.read_bytes()


def test_opening_a_desk_loads_no_mail_service(tmp_path):
    script = f"""
import sys
from pathlib import Path
before = set(sys.modules)
from supportdesk.email.settings import MailSettings
from supportdesk.services.desk import Desk
with Desk(Path(sys.argv[1]), "ann", mail=MailSettings(provider="smtp")):
    pass
print([name for name in {HEAVY} if name in sys.modules and name not in before])
"""
    said = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "support.db"], capture_output=True, text=True, check=True
    )
    assert said.stdout == "[]\n"
