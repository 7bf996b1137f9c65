"""Which variant of a mail its recipient gets while an experiment runs on mail of that kind.

Asked while a change is saved, so it never fails: with a fault, the mail is everybody's, and the message says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from supportdesk.domain.errors import DeskError
from supportdesk.domain.notification import Notification, NotificationType
from supportdesk.services.context import Context
from supportdesk.services.crash_report import write_crash_report
from supportdesk.storage.mail import variants as mail_variants

if TYPE_CHECKING:
    from supportdesk.email.messages.rendering import Rendered


class Tried(NamedTuple):
    """The variant that the recipient of a mail was assigned; `fault` is why that could not be told.

    `file_word` is what its templates are called by.
    """

    experiment: int
    variant: str = ""
    file_word: str = ""
    fault: str = ""


def of_recipient(context: Context, kind: NotificationType, address: str) -> Tried | None:
    """The variant that somebody gets, who is assigned now if need be, inside the caller's transaction.

    None where no experiment runs on this kind of mail, and for those who do not enter it: everybody's mail.
    """
    number = mail_variants.running_on(context.database, kind.surface)
    if number is None:
        return None
    try:
        return _assigned(context, number, address)
    except Exception as error:
        if not context.database.in_transaction:
            # The disk is full, say: what is saved from here on would be half a change.
            raise
        fault = error if isinstance(error, DeskError) else write_crash_report(error)
        return Tried(number, fault=fault.message)


def as_noted(message: Notification) -> Tried | None:
    """The variant that a message was queued as, whatever has become of the experiment since."""
    if message.experiment is None:
        return None
    # Imported here: few mails are written again.
    from supportdesk.domain.experiment import file_word

    return Tried(message.experiment, message.variant, file_word(message.variant))


def note(context: Context, message: str, tried: Tried, written: Rendered) -> None:
    """Notes down with a message which variant it is and what wrote it, inside the caller's transaction."""
    fault = tried.fault or written.fault
    mail_variants.note(context.database, message, tried.experiment, tried.variant, written.files, fault)


def _assigned(context: Context, number: int, address: str) -> Tried | None:
    # Imported here: who queues mail while nothing is tried need not pay for it.
    from supportdesk.domain.assignment import user_identifier
    from supportdesk.domain.experiment import file_word

    user = user_identifier(address)
    # Most people hear of their ticket more than once, and who is in stays in.
    variant = mail_variants.variant_of(context.database, number, user)
    if variant is None:
        from supportdesk.services.experiments import assignment as assigning
        from supportdesk.services.experiments import changes as experiment_changes

        assignment = assigning.assign(context, experiment_changes.get_by_number(context, number), user)
        if not assignment.stored:
            return None
        variant = assignment.variant
    return Tried(number, variant, file_word(variant))
