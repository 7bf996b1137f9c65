"""Which variant of a mail its recipient gets while an experiment runs on mail of that kind.

Chosen while a change is saved, so it never fails: with a fault, the ordinary mail is sent, and the message says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from supportdesk.domain.errors import DeskError
from supportdesk.domain.mail.notification import Notification
from supportdesk.services.context import Context
from supportdesk.services.crash_report import write_crash_report
from supportdesk.storage.mail import variants as mail_variants

if TYPE_CHECKING:
    from supportdesk.email.messages.rendering import Rendered


class MailVariant(NamedTuple):
    """The variant that the recipient of a mail was assigned; `fault` is why it could not be determined.

    `file_word` is its part of the templates' file names.
    """

    experiment: int
    variant: str = ""
    file_word: str = ""
    fault: str = ""


def choose_variant(context: Context, number: int, address: str) -> MailVariant | None:
    """Return the recipient's variant in an experiment, assigning one if need be, inside the caller's transaction.

    None for those who are not enrolled: the ordinary mail.
    """
    try:
        return _assigned(context, number, address)
    except Exception as error:
        if not context.database.in_transaction:
            # SQLite ended the transaction, as when the disk is full: saving more would save half a change.
            raise
        fault = error if isinstance(error, DeskError) else write_crash_report(error)
        return MailVariant(number, fault=fault.message)


def recorded_variant(message: Notification) -> MailVariant | None:
    """Return the variant that a message was queued with, whatever has become of the experiment since."""
    if message.experiment is None:
        return None
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.experiments.experiment import file_word

    return MailVariant(message.experiment, message.variant, file_word(message.variant))


def record(context: Context, message: str, tried: MailVariant, written: Rendered) -> None:
    """Record a message's variant and templates, inside the caller's transaction."""
    fault = tried.fault or written.fault
    mail_variants.record(context.database, message, tried.experiment, tried.variant, written.files, fault)


def _assigned(context: Context, number: int, address: str) -> MailVariant | None:
    # Lazy import: keeps start-up fast.
    from supportdesk.domain.experiments.assignment import user_identifier
    from supportdesk.domain.experiments.experiment import file_word

    user = user_identifier(address)
    # Most people get several mails, and enrolled users keep their variant.
    variant = mail_variants.assigned_variant(context.database, number, user)
    if variant is None:
        from supportdesk.services.experiments import assignment as assigning
        from supportdesk.services.experiments import changes as experiment_changes

        assignment = assigning.assign(context, experiment_changes.get_by_number(context, number), user)
        if not assignment.stored:
            return None
        variant = assignment.variant
    return MailVariant(number, variant, file_word(variant))
