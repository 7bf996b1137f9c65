"""What empty lists say: what to press, and which commands fill them."""

from __future__ import annotations

from supportdesk.tui.widgets.listing import Welcome


class TicketWelcome(Welcome):
    """Of the tickets."""

    EMPTY = (
        ("This desk has no tickets yet.", ""),
        ("c", "creates one"),
        ("?", "shows every key"),
        ("q", "quits"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk ticket import FILE.csv", "brings tickets in from a CSV file"),
        ("supportdesk demo", "opens a sample desk to look around in"),
    )
    FILTERED = (
        ("Nothing matches this filter.", ""),
        ("esc", "shows all tickets"),
        ("/", "searches again"),
    )


class FaqWelcome(Welcome):
    """Of the FAQs."""

    EMPTY = (
        ("This desk has no FAQs yet.", ""),
        ("c", "creates one"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk faq import FILE.csv", "brings FAQs in from a CSV file"),
        ("supportdesk faq import FOLDER", "brings them in from Markdown files"),
    )
    FILTERED = (
        ("No FAQ answers this.", ""),
        ("esc", "shows all FAQs"),
        ("/", "searches again"),
        ("c", "writes the answer that is missing"),
    )


class ExperimentWelcome(Welcome):
    """Of the experiments."""

    EMPTY = (
        ("This desk has no experiments yet.", ""),
        ("c", "plans one"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk experiment plan --baseline 0.13 --effect 0.02", "says how many users it needs"),
        ("supportdesk experiment create", "plans one by options"),
    )
    FILTERED = (
        ("No experiment has this status.", ""),
        ("esc", "shows all"),
        ("f", "chooses another"),
    )


class PreferenceWelcome(Welcome):
    """Of the preferences."""

    EMPTY = (
        ("Nobody has chosen anything: everybody gets every mail at once, in English.", ""),
        ("c", "sets the preferences of an address"),
        ("P", "on a ticket sets those of its requester"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk preference import FILE.csv", "brings preferences in from a CSV file"),
    )
    FILTERED = (
        ("Nobody's stored preferences match this.", ""),
        ("esc", "shows everybody"),
        ("/", "searches again"),
        ("c", "sets the preferences of any address"),
    )


class HistoryWelcome(Welcome):
    """Of the history, which nothing narrows."""

    EMPTY = (
        ("Nothing has happened on this desk yet.", ""),
        ("Every change will stand here: what, when, and by whom.", ""),
        ("F2", "goes to the tickets"),
    )
