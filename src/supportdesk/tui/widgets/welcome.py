"""What an empty queue says: what to press."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from supportdesk.tui import style


class Welcome(Static):
    """Shown in place of an empty list."""

    DEFAULT_CSS = "Welcome { display: none; padding: 1 2; height: 1fr; }"

    def describe(self, *, filtered: bool) -> None:
        """Says what to press, for a filter without hits or a desk without tickets."""
        if filtered:
            self.update(
                _lines(("Nothing matches this filter.", ""), ("esc", "shows all tickets"), ("/", "searches again"))
            )
        else:
            self.update(
                _lines(
                    ("This desk has no tickets yet.", ""),
                    ("c", "creates one"),
                    ("?", "shows every key"),
                    ("q", "quits"),
                    ("", ""),
                    ("From a shell:", ""),
                    ("supportdesk ticket import FILE.csv", "brings tickets in from a CSV file"),
                    ("supportdesk demo", "opens a sample desk to look around in"),
                )
            )


class FaqWelcome(Static):
    """Shown in place of an empty list of FAQs."""

    DEFAULT_CSS = "FaqWelcome { display: none; padding: 1 2; height: 1fr; }"

    def describe(self, *, filtered: bool) -> None:
        """Says what to press, for a search without hits or a desk without FAQs."""
        if filtered:
            self.update(
                _lines(
                    ("No FAQ answers this.", ""),
                    ("esc", "shows all FAQs"),
                    ("/", "searches again"),
                    ("c", "writes the answer that is missing"),
                )
            )
        else:
            self.update(
                _lines(
                    ("This desk has no FAQs yet.", ""),
                    ("c", "creates one"),
                    ("", ""),
                    ("From a shell:", ""),
                    ("supportdesk faq import FILE.csv", "brings FAQs in from a CSV file"),
                    ("supportdesk faq import FOLDER", "brings them in from Markdown files"),
                )
            )


class ExperimentWelcome(Static):
    """Shown in place of an empty list of experiments."""

    DEFAULT_CSS = "ExperimentWelcome { display: none; padding: 1 2; height: 1fr; }"

    def describe(self, *, filtered: bool) -> None:
        """Says what to press, for a status that none has or a desk without experiments."""
        if filtered:
            self.update(_lines(("No experiment has this status.", ""), ("esc", "shows all"), ("f", "chooses another")))
        else:
            self.update(
                _lines(
                    ("This desk has no experiments yet.", ""),
                    ("c", "plans one"),
                    ("", ""),
                    ("From a shell:", ""),
                    ("supportdesk experiment plan --baseline 0.13 --effect 0.02", "says how many users it needs"),
                    ("supportdesk experiment create", "plans one by options"),
                )
            )


class PreferenceWelcome(Static):
    """Shown in place of an empty list of preferences."""

    DEFAULT_CSS = "PreferenceWelcome { display: none; padding: 1 2; height: 1fr; }"

    def describe(self, *, filtered: bool) -> None:
        """Says what to press, for a filter without hits or a desk where everybody has the defaults."""
        if filtered:
            self.update(
                _lines(
                    ("Nobody's stored preferences match this.", ""),
                    ("esc", "shows everybody"),
                    ("/", "searches again"),
                    ("c", "sets the preferences of any address"),
                )
            )
        else:
            self.update(
                _lines(
                    ("Nobody has chosen anything: everybody gets every mail at once, in English.", ""),
                    ("c", "sets the preferences of an address"),
                    ("P", "on a ticket sets those of its requester"),
                    ("", ""),
                    ("From a shell:", ""),
                    ("supportdesk preference import FILE.csv", "brings preferences in from a CSV file"),
                )
            )


def _lines(*lines: tuple[str, str]) -> Text:
    text = Text()
    for key, meaning in lines:
        text.append_text(Text.assemble((key, style.KEY if meaning else style.BOLD), f"  {meaning}\n"))
    return text
