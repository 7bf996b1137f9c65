"""The walk through the set-up of mail that comes in: addresses, ways in, and a mail that the desk writes to itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING, Protocol

from supportdesk.domain import moment
from supportdesk.domain.errors import DeskError, InvalidValue
from supportdesk.domain.finding import Finding
from supportdesk.domain.mail.incoming import Filed, IncomingMail, Outcome
from supportdesk.email.messages.mime import address_parts
from supportdesk.email.provider import DeliveryFailed, OutgoingMail
from supportdesk.email.settings import MailSettings
from supportdesk.services.context import Context
from supportdesk.services.intake.rules import OUR_OWN
from supportdesk.storage.intake import queries as intake

if TYPE_CHECKING:
    from supportdesk.email.fetching.source import Source
    from supportdesk.services.intake.fetching import Fetcher

DEFAULT_SENDER = MailSettings().sender
LOOK_SECONDS = 0.2
LONGEST_WAIT = 30.0
"""Seconds that a mail to oneself may take through the machine's mail system."""


class Receiving(Protocol):
    """What takes mail in, of which the walk needs this much."""

    def process(self) -> Iterator[Filed]:
        """File what is stored and not filed yet."""

    def sources(self) -> Sequence[Source]:
        """Return the mailboxes of the settings."""

    def fetcher(self, file_waiting: Callable[[Callable[[], bool]], object]) -> Fetcher:
        """Return what fetches from mailboxes."""


class Setup:
    """Checks of how mail comes in; with `send` also by a mail to the desk itself."""

    def __init__(self, context: Context, mails: Receiving, *, command: str, wait: float = LONGEST_WAIT) -> None:
        """`command` is what a mail system runs to hand a mail over."""
        self._context = context
        self._database = context.database
        self._settings = context.mail
        self._intake = mails
        self._command = command
        self._wait = wait

    def examine(self, *, send: bool) -> Iterator[Finding]:
        """Yield the findings in the order in which one sets mail up."""
        own = self._addresses()
        if own:
            yield Finding("addresses", f"requesters write to {', '.join(own)}")
        else:
            yield Finding(
                "addresses",
                "the desk has no address of its own",
                "set mail.sender, and mail.intake.addresses when requesters write to others",
            )
        yield self._reply_to(own)
        yield Finding("pipe", f"a mail system hands a mail over with: {self._command}")
        yield from self._mailboxes()
        trusted = self._settings.intake_trusted_authserv_id
        yield Finding(
            "authentication",
            f"what {trusted} says of senders counts"
            if trusted
            else "mail.intake.trusted_authserv_id is not set: no server's word about senders counts",
        )
        last = intake.last_received(self._database)
        yield Finding("last mail", f"came {moment.local(last)}" if last else "none came yet")
        if own and send:
            yield self._to_itself(own[0])

    def _addresses(self) -> list[str]:
        settings = self._settings
        found = [*settings.intake_addresses, settings.reply_to, settings.sender]
        return list(dict.fromkeys(address_parts(each)[1] for each in found if each and each != DEFAULT_SENDER))

    def _reply_to(self, own: list[str]) -> Finding:
        if self._settings.reply_to or not own:
            return Finding("answers", f"go to {self._settings.reply_to or 'nobody'}")
        return Finding(
            "answers",
            f"go to {own[0]} without the ticket's number; mail.reply_to puts it into the address, as in help+12@…",
        )

    def _mailboxes(self) -> Iterator[Finding]:
        try:
            sources = self._intake.sources()
        except InvalidValue as error:
            missing = error.field == "mail.intake"
            found = "none are fetched from" if missing else error.message
            yield Finding("mailboxes", found, "" if missing else "install it, or remove the setting")
            return
        # Lazy import: whoever has sources has it by now.
        from supportdesk.email.fetching.source import SourceFailed

        for source in sources:
            try:
                yield Finding("mailbox", f"{source.name} can be read: {source.check():,} mails")
            except SourceFailed as error:
                yield Finding("mailbox", str(error), "correct its settings under mail.intake, or its permissions")
            finally:
                source.close()

    def _to_itself(self, address: str) -> Finding:
        """Send a mail to the desk through the machine's mail system, and see whether it comes in."""
        path = self._settings.sendmail_path
        if not os.access(path, os.X_OK):
            return Finding("mail to itself", f"not tried: there is no {path} on this machine")
        message_id = f"<{self._context.new_id()}@doctor.invalid>"
        mail = OutgoingMail(
            sender=address,
            recipient=address,
            subject="supportdesk doctor",
            text="This desk writes to itself, to see whether mail comes in. Nobody needs to answer.",
            html="",
            message_id=message_id,
            headers={"Auto-Submitted": "auto-generated"},
        )
        # Lazy import: nothing else hands a mail to the machine's own mail system, whatever the provider is.
        from supportdesk.email.providers.sendmail import SendmailProvider

        try:
            SendmailProvider(replace(self._settings, provider="sendmail")).send(mail)
        except DeliveryFailed as error:
            return Finding("mail to itself", f"was not taken: {error}", "see the log of the machine's mail system")
        began = monotonic()
        found = self._wait_for(message_id, lambda: monotonic() - began > self._wait)
        if found and found.cause == OUR_OWN:
            return Finding("mail to itself", f"came in after {monotonic() - began:.1f} seconds")
        if found:
            return Finding(
                "mail to itself",
                f"came in as if a stranger had written it ({found.cause or found.outcome})",
                "the account that runs `mail receive` does not know the desk's addresses: pass it --config",
            )
        return Finding(
            "mail to itself",
            f"{path} took it for {address}, and it did not come in within {self._wait:g} seconds",
            "see the log of the machine's mail system, such as /var/log/mail.log, and `supportdesk help mail-server`",
        )

    def _wait_for(self, message_id: str, is_over: Callable[[], bool]) -> IncomingMail | None:
        """Return the mail that came in; None when it does not before the time is over."""
        while not is_over():
            self._fetch()
            list(self._intake.process())
            if found := intake.by_message_id(self._database, message_id):
                if found.outcome is Outcome.PARKED:
                    with self._database.writing():
                        # Nobody need decide about it.
                        intake.settle(self._database, found.seq, Outcome.DISCARDED, None)
                return found
            sleep(LOOK_SECONDS)
        return None

    def _fetch(self) -> None:
        try:
            sources = self._intake.sources()
        except DeskError:
            return
        for source in sources:
            self._intake.fetcher(lambda stop: None).fetch(source)
            source.close()
