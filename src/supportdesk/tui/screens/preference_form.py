"""The form that changes what somebody wants to hear from the desk, filled with what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from supportdesk.domain import moment
from supportdesk.domain.address import address_key
from supportdesk.domain.errors import Conflict
from supportdesk.domain.preference import (
    FIELDS,
    Frequency,
    Language,
    Preference,
    PreferenceChange,
    difference,
    in_words,
    parse_frequency,
    parse_language,
    parse_switch,
)
from supportdesk.tui import style
from supportdesk.tui.screens.form import Check, Form
from supportdesk.tui.widgets.fields import ChoiceField

SWITCH = ("on", "off")


class PreferenceForm(Form[str]):
    """Mail, how often, language, SMS of one person; it ends with what was changed, in words."""

    NAMES: ClassVar[Mapping[str, str]] = {
        "email_notifications": "Mail",
        "notification_frequency": "How often",
        "preferred_language": "Language",
        "sms_notifications": "SMS (kept for later: no text messages are sent yet)",
    }
    CHECKS: ClassVar[Mapping[str, Check]] = {
        "email_notifications": partial(parse_switch, "email_notifications"),
        "notification_frequency": parse_frequency,
        "preferred_language": parse_language,
        "sms_notifications": partial(parse_switch, "sms_notifications"),
    }
    HINTS: ClassVar[tuple[str, ...]] = ("form.save", "form.help")

    def __init__(self, preference: Preference) -> None:
        super().__init__(f"Preferences of {preference.email}", f"preference-{address_key(preference.email)}")
        self._preference = preference

    def compose_fields(self) -> ComposeResult:
        """Whose, and the four choices."""
        yield Static(self._standing(), id="standing")
        yield ChoiceField(SWITCH, "on", id="email_notifications")
        yield ChoiceField([each.value for each in Frequency], Frequency.IMMEDIATE, id="notification_frequency")
        yield ChoiceField(
            [each.value for each in Language],
            Language.ENGLISH,
            id="preferred_language",
            labels=[f"{each} {each.name.title()}" for each in Language],
        )
        yield ChoiceField(SWITCH, "off", id="sms_notifications")

    def _standing(self) -> Text:
        """Whose preferences these are, since when they stand, and what they come to."""
        preference, mail = self._preference, self.desk_app.desk.mail_settings
        if preference.updated_at is None:
            since = "Nothing is stored for this address: these are the defaults."
        else:
            since = f"In force since {moment.local(preference.updated_at)}."
        if preference.held_because:
            since += f" Nothing is sent: {preference.held_because}."
        digests = f"Digests go out at {mail.digest_hour}:00, weekly ones on {mail.digest_day.capitalize()}."
        return Text.assemble((preference.email, style.BOLD), "\n", since, "\n", (digests, style.DIM))

    def initial(self) -> Mapping[str, str]:
        """What is in force."""
        return {field: in_words(getattr(self._preference, field)) for field in FIELDS}

    async def save(self, values: Mapping[str, str]) -> str:
        """Saves what is chosen; where somebody else changed it meanwhile, a second save is needed."""
        desk = self.desk_app.desk
        change = PreferenceChange(
            email_notifications=parse_switch("email_notifications", values["email_notifications"]),
            sms_notifications=parse_switch("sms_notifications", values["sms_notifications"]),
            notification_frequency=parse_frequency(values["notification_frequency"]),
            preferred_language=parse_language(values["preferred_language"]),
        )
        try:
            saved = await desk.run(desk.preferences.set, self._preference.email, change, seen=self._preference)
        except Conflict as conflict:
            self._preference = await desk.run(desk.preferences.get, self._preference.email)
            self.query_one("#standing", Static).update(self._standing())
            theirs = ", ".join(f"{self.NAMES[field].split(' (')[0]} {value}" for field, value in self.initial().items())
            raise Conflict(f"{conflict.message}: now {theirs}; save once more to have it your way") from None
        return difference(self._preference, saved)
