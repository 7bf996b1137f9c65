"""Web forms: what one has sent becomes a raw mail, so that every rule of the intake applies to it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from email.utils import quote
from hashlib import sha256
from typing import Any

from supportdesk.domain.address import clean_address
from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.text import BODY_LIMIT, TITLE_LIMIT, clean_body, clean_line, required_line
from supportdesk.email.messages.mime import address_parts, wire_mail
from supportdesk.email.provider import OutgoingFile, OutgoingMail
from supportdesk.email.settings import MailSettings

FIELDS = ("email", "name", "subject", "text", "to", "id", "files")
FILES_LIMIT = 20
NAME_LIMIT = 200
DOMAIN = "web-form.invalid"
"""The domain of the Message-IDs of forms; no mail comes from there (RFC 2606)."""


def mail_of_form(data: bytes, settings: MailSettings) -> tuple[str, bytes]:
    """Return who sends a form, and the form as a raw mail; raise `InvalidValue` that names the field at fault."""
    form = _object(data)
    sender, name = clean_address(_text(form, "email"), "email"), clean_line(_text(form, "name", ""))[:NAME_LIMIT]
    text = clean_body(_text(form, "text"))
    if not text.strip() or len(text) > BODY_LIMIT:
        raise InvalidValue(f"text: it needs some text, of at most {BODY_LIMIT:,} characters", field="text")
    # The same form sent twice, by an impatient hand or a proxy, is the same mail.
    form_id = sha256(_text(form, "id", "").encode("utf-8", "replace") or data).hexdigest()[:32]
    mail = OutgoingMail(
        sender=f'"{quote(name)}" <{sender}>' if name else sender,
        recipient=_recipient(_text(form, "to", ""), settings),
        subject=required_line("subject", _text(form, "subject"), TITLE_LIMIT),
        text=text,
        html="",
        message_id=f"<{form_id}@{DOMAIN}>",
        files=tuple(_file(file, f"files: number {number}") for number, file in enumerate(_files(form), 1)),
    )
    return sender, wire_mail(mail).data


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        form = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("the form must be one JSON object in UTF-8") from error
    if not isinstance(form, dict):
        raise InvalidValue("the form must be one JSON object")
    for name in form:
        if name not in FIELDS:
            raise invalid("form", name, f"a field has another name; {one_of(FIELDS)}")
    return form


def _text(form: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = form.get(name, default)
    if value is None and name not in form:
        raise InvalidValue(f"{name}: it is missing", field=name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise invalid(name, value, "it must be a text")
    return value


def _recipient(wanted: str, settings: MailSettings) -> str:
    """Return the address of the desk that a form is for: the one that it names, else the first."""
    own = [*settings.intake_addresses, *filter(None, (settings.reply_to, settings.sender))]
    plain = [address_parts(each)[1] for each in own]
    if not wanted:
        return plain[0]
    if wanted.lower() not in (each.lower() for each in plain):
        raise invalid("to", wanted, f"it must be an address of this desk; {one_of(dict.fromkeys(plain))}")
    return wanted


def _files(form: Mapping[str, Any]) -> Sequence[Any]:
    files = form.get("files", [])
    if not isinstance(files, list) or len(files) > FILES_LIMIT:
        raise InvalidValue(f"files: it must be a list of at most {FILES_LIMIT} objects", field="files")
    return files


def _file(file: object, field: str) -> OutgoingFile:
    if not isinstance(file, dict):
        raise invalid(field, file, "it must be an object with name, content_type and content")
    try:
        content = base64.b64decode(_text(file, "content"), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValue(f"{field}: its content must be base64", field="files") from None
    # A type that is none becomes that of any file.
    return OutgoingFile(_text(file, "name", "")[:NAME_LIMIT], _text(file, "content_type", "").lower(), content)
