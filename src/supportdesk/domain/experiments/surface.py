"""Surfaces: the places of this program that an experiment can change, and what they report."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

_MAIL = "mail_"


class Surface(StrEnum):
    """A place of this program that an experiment can change."""

    TICKET_FORM = "ticket_form"
    FAQ_FORM = "faq_form"
    FAQ_SUGGESTIONS = "faq_suggestions"
    MAIL_TICKET_CREATED = "mail_ticket_created"
    MAIL_STATUS_UPDATE = "mail_status_update"
    MAIL_FAQ_ANSWER = "mail_faq_answer"

    @property
    def mail(self) -> str:
        """The kind of mail that it is; empty for what is no mail."""
        return self.removeprefix(_MAIL) if self.startswith(_MAIL) else ""


SURFACE_EVENTS: Mapping[Surface, tuple[str, ...]] = {
    Surface.TICKET_FORM: ("ticket_submitted",),
    Surface.FAQ_FORM: ("faq_created",),
    Surface.FAQ_SUGGESTIONS: ("suggestion_opened", "suggestion_used"),
    Surface.MAIL_TICKET_CREATED: (),
    Surface.MAIL_STATUS_UPDATE: (),
    Surface.MAIL_FAQ_ANSWER: (),
}
"""What each surface reports by itself; whether a mail did its work, only somebody outside can tell."""
