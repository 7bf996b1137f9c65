"""Run conversations with known outcomes: a story is a folder with `sequence.json` and its raw mails.

Steps are in order: a mail that comes in, or what an agent does. Used by `python -m tests.mail_fixtures`.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from supportdesk.domain.conversation.message import MessageKind, new_reply
from supportdesk.domain.mail.incoming import Envelope, Filed, Outcome
from supportdesk.domain.mail.notification import Notification
from supportdesk.domain.ticket import Status, TicketChange
from supportdesk.email.providers.mock import MockProvider
from supportdesk.email.settings import MailSettings
from supportdesk.sample.replay import Clock
from supportdesk.services.agents import AgentChange
from supportdesk.services.desk import Desk
from tests.incoming import receive_mail

KINDS = {"customer": "requester", "third-party": "third_party", "auto": "automatic"}
"""The older words of the stories for the kinds of messages."""


class Story:
    """One story, told to a desk of its own."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self._folder = folder
        self._desk = desk
        self._tickets: dict[str, int] = {}
        self._ids: dict[str, str] = {}
        self._acknowledged = 0

    def tell(self) -> Iterator[str]:
        """Yield a line for each expectation that is not met."""
        steps = json.loads((self._folder / "sequence.json").read_text("utf-8"))["steps"]
        piped: list[tuple[bytes, Envelope]] = []
        for number, step in enumerate(steps, 1):
            name = f"{self._folder.name} step {number}"
            if "mail" in step:
                raw, envelope = self._raw(step)
                piped.append((raw, envelope))
                yield from (f"{name}: {fault}" for fault in self._receive(step, raw, envelope))
            else:
                yield from (f"{name}: {fault}" for fault in self._act(step))
        before = self._state()
        again = [receive_mail(self._desk.intake, raw, envelope) for raw, envelope in piped]
        if any(filed.outcome is not Outcome.DUPLICATE for filed in again) or self._state() != before:
            yield f"{self._folder.name}: piped in a second time, it changes something"

    def _raw(self, step: dict[str, Any]) -> tuple[bytes, Envelope]:
        text = (self._folder / step["mail"]).read_bytes().decode("latin-1")
        envelope = step.get("envelope", {})
        recipients = tuple(self._filled(each) for each in envelope.get("to", ()))
        return self._filled(text).encode("latin-1"), Envelope(envelope.get("from"), recipients)

    def _filled(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            name, _, what = match.group(1).partition(".")
            if what == "number":
                return str(self._tickets[name])
            found = self._ids[name]
            if what == "forged":
                at = found.index("@") - 1
                found = found[:at] + ("0" if found[at] != "0" else "1") + found[at + 1 :]
            return found

        return re.sub(r"\{\{(\w+(?:\.\w+)?)\}\}", value, text)

    def _receive(self, step: dict[str, Any], raw: bytes, envelope: Envelope) -> Iterator[str]:
        expect, filed = step["expect"], receive_mail(self._desk.intake, raw, envelope)
        self._acknowledged += filed.acknowledged
        allowed = {expect["outcome"], *expect.get("alternatives", ())}
        if "any" not in allowed and filed.outcome not in allowed:
            yield f"outcome: expected {expect['outcome']}, found {filed.outcome} ({filed.cause})"
            return
        if (name := expect.get("ticket")) and filed.ticket is not None:
            self._tickets.setdefault(name, filed.ticket)
            yield from _compare("ticket", self._tickets[name], filed.ticket)
        if (name := expect.get("ack_as")) and filed.acknowledgement:
            self._ids[name] = self._desk.mail.get(filed.acknowledgement).message_id
        if expect.get("acknowledged", "any") != "any":
            yield from _compare("acknowledged", expect["acknowledged"], filed.acknowledged)
        yield from self._compare_filed(expect, filed)
        if "total_acknowledgements_at_most" in expect and self._acknowledged > expect["total_acknowledgements_at_most"]:
            yield f"acknowledgements: {self._acknowledged}"

    def _compare_filed(self, expect: dict[str, Any], filed: Filed) -> Iterator[str]:
        if "message_kind" in expect:
            kind = expect["message_kind"]
            yield from _compare("message_kind", KINDS.get(kind, kind), filed.message_kind)
        for field in ("author", "requester", "reopened"):
            if field in expect:
                found = getattr(filed, field)
                yield from _compare(field, expect[field], found.lower() if isinstance(found, str) else found)
        if "suppress" in expect:
            listed = [each.address for each in self._desk.suppressions.list()]
            yield from _compare("suppress", [expect["suppress"]] if expect["suppress"] else [], listed)
        if filed.ticket is not None:
            yield from self._compare_ticket(expect, str(filed.ticket))

    def _compare_ticket(self, expect: dict[str, Any], number: str) -> Iterator[str]:
        ticket, said = self._desk.tickets.get(number), self._desk.conversation.messages(number)
        if "title" in expect:
            yield from _compare("title", expect["title"], ticket.title)
        if "status" in expect:
            wanted = ("new", "in-progress") if expect["status"] == "open" else (expect["status"],)
            if ticket.status not in wanted:
                yield f"status: expected {expect['status']}, found {ticket.status}"
        if "note_contains" in expect:
            notes = " ".join(each.text for each in said if each.kind is MessageKind.NOTE)
            if expect["note_contains"] not in notes:
                yield f"note: {expect['note_contains']!r} is not in one"
        if "trimmed" in expect:
            yield from _compare("trimmed", " ".join(expect["trimmed"].split()), " ".join(said[-1].trimmed_text.split()))
        # What an agent wrote above a forward is a note after it.
        last = next(each for each in reversed(said) if "note_contains" not in expect or not each.is_internal)
        if "text_contains" in expect and expect["text_contains"] not in " ".join(last.text.split()):
            yield f"text: {expect['text_contains']!r} is not in it"
        if "participants" in expect:
            from supportdesk.services.conversation.recipients import participants

            yield from _compare("participants", sorted(expect["participants"]), sorted(participants(ticket, said)))
        if "messages" in expect:
            yield from _compare("messages", expect["messages"], len(said))

    def _act(self, step: dict[str, Any]) -> Iterator[str]:
        number = str(self._tickets[step["ticket"]])
        match step["action"]:
            case "reply":
                reply = new_reply(step["text"], step.get("to", ()), step.get("cc", ()))
                message = self._desk.conversation.reply(number, reply).message
                mails = self._mails_of(message.id)
                if name := step.get("sent_as"):
                    self._ids[name] = mails[0].message_id
                if "mailed_to" in step.get("expect", {}):
                    sent = sorted(each.recipient_email for each in mails if each.status != "held")
                    yield from _compare("mailed_to", sorted(step["expect"]["mailed_to"]), sent)
                self._desk.mail.deliver()
            case "resolve":
                self._desk.tickets.update([number], TicketChange(status=Status.RESOLVED))
                self._desk.mail.deliver()
            case "merge":
                self._desk.relations.merge([number], str(self._tickets[step["into"]]))
            case other:
                yield f"the desk cannot {other} tickets"

    def _mails_of(self, message: str) -> list[Notification]:
        [reply] = [each for each in self._desk.conversation.messages(self._last_replied()) if each.id == message]
        mails = self._desk.mail.page(ticket_id=reply.ticket_id, limit=1_000)
        recipients = {*reply.to, *reply.cc}
        replies = [each for each in mails if each.notification_type == "reply" and each.content == reply.text]
        return [each for each in replies if each.recipient_email in recipients]

    def _last_replied(self) -> str:
        entries = [entry for entry in self._desk.journal.after(0, 10_000) if entry.kind == "ticket.replied"]
        return str(entries[-1].number)

    def _state(self) -> tuple[object, ...]:
        tickets = [
            (number, self._desk.tickets.get(str(number)), self._desk.conversation.messages(str(number)))
            for number in sorted(set(self._tickets.values()))
        ]
        return (tickets, len(self._desk.mail.page(limit=1_000)), self._desk.suppressions.list())


def _compare(field: str, wanted: object, found: object) -> Iterator[str]:
    if wanted != found:
        yield f"{field}: expected {wanted!r}, found {found!r}"


def faults_of(folder: Path) -> list[str]:
    """Return a line for each expectation of a story that is not met."""
    wanted = json.loads((folder / "sequence.json").read_text("utf-8"))["desk"]
    settings = MailSettings(
        hold=0,
        zone="UTC",
        chosen=True,
        sender=wanted["sender"],
        reply_to=wanted["reply_to"],
        intake_addresses=tuple(wanted["addresses"]),
        intake_trusted_authserv_id=wanted.get("trusted_authserv_id", ""),
    )
    clock = Clock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    with (
        tempfile.TemporaryDirectory() as place,
        Desk(Path(place) / "support.db", "ann", now=clock, mail=settings, open_provider=MockProvider) as desk,
    ):
        for name, address in wanted.get("agents", {}).items():
            desk.agents.set(name, AgentChange(email=address))
        return list(Story(folder, desk).tell())
