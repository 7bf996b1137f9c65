"""Checks that send no mail: missing requirements of the provider, and faulty templates."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from supportdesk.domain.faq import Category, Faq
from supportdesk.domain.preference import DIGESTS
from supportdesk.domain.ticket import Priority, Status, Ticket
from supportdesk.email.messages import messages
from supportdesk.email.messages.messages import DigestEntry
from supportdesk.email.messages.rendering import Rendered, TemplateFault, templates
from supportdesk.email.provider import ServiceDown
from supportdesk.email.providers.credentials import required_secret
from supportdesk.email.providers.open import open_provider
from supportdesk.email.settings import MailSettings

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_OF_VARIANTS = ("ticket_created", "status_update", "faq_answer")


def missing_requirements(settings: MailSettings) -> str:
    """Return what the provider of these settings lacks on this machine, such as its password; empty when nothing.

    No connection is made: whether the service is there and takes mail, only a mail can tell.
    """
    try:
        with closing(open_provider(settings)):
            pass
        if settings.provider == "smtp" and settings.smtp_user:
            required_secret("SMTP_PASSWORD", settings.secret_file)
        if settings.ca_file is not None:
            ssl.create_default_context(cafile=settings.ca_file)
    except ServiceDown as error:
        return str(error)
    except OSError as error:
        return f"mail.ca_file: {settings.ca_file} cannot be used: {error.strerror or error}"
    if settings.provider == "sendmail" and not _runs(settings.sendmail_path):
        return f"mail.sendmail.path: {settings.sendmail_path} is not a command that you can run"
    if settings.provider == "mock" and settings.mock_file is not None and not _writable(settings.mock_file):
        return f"mail.mock.file: {settings.mock_file} cannot be written"
    return ""


def template_faults(folder: Path | None, kind: str = "") -> list[str]:
    """Return the faults of templates: every mail is rendered in every language and variant, for each status.

    Mails of one `kind` only, where one is named.
    """
    try:
        languages = templates(folder).languages()
    except TemplateFault as fault:
        return [fault.message]
    faults: dict[str, None] = {}
    for language in languages:
        for of, write in _mails(language, folder):
            if kind not in ("", of):
                continue
            try:
                said = write().fault
            except TemplateFault as fault:
                said = fault.message
            if said:
                faults[said] = None
    return list(faults)


def _mails(language: str, folder: Path | None) -> Iterator[tuple[str, Callable[[], Rendered]]]:
    """Yield the kind of each mail with a function that renders it."""
    created, updated, answered = (_variants(folder, kind, language) for kind in _OF_VARIANTS)
    statuses, priorities = list(Status), list(Priority)
    for status, priority in zip(statuses, priorities, strict=True):
        ticket = Ticket(1, "", "Title", priority, status, "ann@example.com", _AT, _AT, 1, "Description")
        faq = Faq(1, "", "Question", "Answer", Category.GENERAL, _AT, _AT, 1, 0, 0, 0)
        for variant in created:
            yield "ticket_created", partial(messages.ticket_created, ticket, language, folder, variant)
        yield "received", partial(messages.received, ticket, language, folder)
        for variant in updated:
            for old in statuses:
                yield "status_update", partial(messages.status_update, ticket, old, language, folder, variant)
        for variant in answered:
            yield "faq_answer", partial(messages.faq_answer, ticket, faq, language, folder, variant)
    entries = [DigestEntry(_AT, 1, "Subject", "Text"), DigestEntry(_AT, None, "Subject", "Text")]
    for frequency in DIGESTS:
        yield "digest", partial(messages.digest, "ann@example.com", entries, frequency, language, folder)
    yield "test", partial(messages.delivery_test, "smtp", _AT, language, folder)


def _variants(folder: Path | None, kind: str, language: str) -> list[str]:
    """Return "" for the ordinary mail, and the variants that have templates in a language."""
    own = {file.variant for file in templates(folder).of_variants(kind) if file.language == language}
    return ["", *sorted(own)]


def _runs(command: Path) -> bool:
    return command.is_file() and os.access(command, os.X_OK)


def _writable(file: Path) -> bool:
    return os.access(file if file.exists() else file.parent, os.W_OK) and not file.is_dir()
