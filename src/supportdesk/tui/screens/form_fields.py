"""The fields of a form: what is in them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Generic

from textual import events
from textual.content import Content
from textual.widget import Widget

from supportdesk.domain.errors import InvalidValue, quoted
from supportdesk.domain.text import clean_body
from supportdesk.tui.screens.scoped import Outcome, ScopedScreen
from supportdesk.tui.widgets.fields import BodyField, ChoiceField
from supportdesk.tui.widgets.line_field import LineField

Check = Callable[[str], object]


class FormFields(ScopedScreen[Outcome], Generic[Outcome], inherit_bindings=False):
    """A screen of fields, each checked when it is left."""

    NAMES: ClassVar[Mapping[str, str]] = {}
    CHECKS: ClassVar[Mapping[str, Check]]

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """`names` stand in for those of this kind of form."""
        super().__init__()
        self.names = self.NAMES if names is None else names

    def _field(self, field: str) -> Widget:
        return self.query_one(f"#{field}")

    def name_fields(self) -> None:
        """Show in the frame of each field what it is."""
        for field, name in self.names.items():
            self._field(field).border_title = name

    def value(self, field: str) -> str:
        """Return the value of a field."""
        match self._field(field):
            case LineField(value=value):
                return value
            case BodyField(text=text):
                return text
            case ChoiceField() as choice:
                return choice.value
        return ""

    def values(self) -> dict[str, str]:
        """Return the values of all fields."""
        return {field: self.value(field) for field in self.names}

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill fields with values."""
        for field, text in values.items():
            match self._field(field):
                case LineField() as line:
                    line.value = text
                case BodyField() as body:
                    body.text = clean_body(text)
                case ChoiceField() as choice:
                    choice.choose(text)

    def _fault(self, field: str) -> str:
        try:
            self.CHECKS[field](self.value(field))
        except InvalidValue as fault:
            # A value that is in sight is not repeated.
            if fault.allowed and quoted(self.value(field)) in fault.message:
                return fault.allowed
            return fault.message.removeprefix(f"{field}: ")
        return ""

    def _say(self, field: str, fault: str) -> None:
        """Show a fault in the frame of its field, where it moves nothing."""
        box = self._field(field)
        box.border_subtitle = Content(f"✗ {fault}" if fault else "")
        box.set_class(bool(fault), "-wrong")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Check a field when it is left, once something was typed into it."""
        field = event.widget.id or ""
        if field in self.CHECKS:
            self._say(field, self._fault(field) if self.value(field) else "")
