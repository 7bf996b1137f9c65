"""A mail that comes in, as `mail receive` and fetching take it: stored durably, then filed."""

from supportdesk.domain.mail.incoming import Envelope, Filed
from supportdesk.services.intake.service import Intake
from supportdesk.services.intake.storing import store_mail


def receive_mail(intake: Intake, raw: bytes, envelope: Envelope, name: str | None = None) -> Filed:
    return intake.file(store_mail(intake._store, raw, envelope, name))
