"""How mail leaves the desk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The settings of mail.

    A message waits `hold` seconds before it leaves. Digests are due at `digest_hour` o'clock in `zone` (an IANA name;
    empty is the machine's own zone), weekly ones on `digest_weekday` (Monday is 0). At most `rate` messages a second
    go to the provider; 0 is as fast as it takes them.
    """

    provider: str = "mock"
    sender: str = "supportdesk@localhost"
    hold: float = 10.0
    digest_hour: int = 8
    digest_weekday: int = 0
    zone: str = ""
    rate: float = 0.0
