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
from supportdesk.domain.errors import Conflict, InvalidValue
from supportdesk.domain.preference import (
    FIELDS,
    Frequency,
    Language,
    Preference,
    PreferenceChange,
    difference,
    format_value,
    parse_frequency,
    parse_language,
    parse_switch,
)
from supportdesk.tui import style
from supportdesk.tui.screens.edit_form import EditForm
from supportdesk.tui.screens.form_fields import Check
from supportdesk.tui.widgets.fields import ChoiceField

SWITCH = ("on", "off")


class PreferenceForm(EditForm[str, Preference]):
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
        email = preference.email
        super().__init__(f"Preferences of {email}", f"preference-{address_key(email)}", preference)

    def compose_fields(self) -> ComposeResult:
        """Yield whose, and the four choices."""
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
        """Return whose preferences these are, since when they stand, and what they come to."""
        preference, mail = self.edited, self.desk_app.desk.mail_settings
        if preference.updated_at is None:
            since = "Nothing is stored for this address: these are the defaults."
        else:
            since = f"Set on {moment.local(preference.updated_at)}."
        if preference.held_because:
            since += f" Nothing is sent: {preference.held_because}."
        digests = f"Digests go out at {mail.digest_hour}:00, weekly ones on {mail.digest_day.capitalize()}."
        return Text.assemble((preference.email, style.BOLD), "\n", since, "\n", (digests, style.DIM))

    def initial(self) -> Mapping[str, str]:
        """Return what is in force."""
        return {field: format_value(getattr(self.edited, field)) for field in FIELDS}

    def state(self) -> str:
        """Return what is in force, in words."""
        return " ".join(self.initial()[field] for field in FIELDS)

    def changed_since(self, state: str) -> str:
        """Return what is in force now and was not in a state."""
        try:
            changed = difference(self._as_of(state), self.edited)
        except (ValueError, InvalidValue):
            # Not written by this form.
            return ""
        return f"the preferences of {self.edited.email} were changed ({changed})" if changed else ""

    def _as_of(self, state: str) -> Preference:
        return _change(dict(zip(FIELDS, state.split(), strict=True))).of(self.edited)

    async def save(self, values: Mapping[str, str]) -> str:
        """Save what is chosen; where somebody else changed it meanwhile, a second save is needed."""
        desk = self.desk_app.desk
        email, change = self.edited.email, _change(values)
        try:
            saved = await desk.run(desk.preferences.set, email, change, seen=self._as_of(self.seen))
        except Conflict as conflict:
            how = self.overtaken_by(await desk.run(desk.preferences.get, email))
            self.query_one("#standing", Static).update(self._standing())
            theirs = ", ".join(f"{self.NAMES[field].split(' (')[0]} {value}" for field, value in self.initial().items())
            raise Conflict(f"{conflict.message}: now {theirs}{how}") from None
        return difference(self.edited, saved)


def _change(values: Mapping[str, str]) -> PreferenceChange:
    return PreferenceChange(
        email_notifications=parse_switch("email_notifications", values["email_notifications"]),
        sms_notifications=parse_switch("sms_notifications", values["sms_notifications"]),
        notification_frequency=parse_frequency(values["notification_frequency"]),
        preferred_language=parse_language(values["preferred_language"]),
    )
