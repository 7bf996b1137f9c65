"""Welcome texts of empty lists: which keys and commands fill them."""

from __future__ import annotations

from supportdesk.tui.widgets.listing import Welcome


class TicketWelcome(Welcome):
    """Welcome of the tickets."""

    EMPTY = (
        ("This desk has no tickets yet.", ""),
        ("c", "creates one"),
        ("?", "shows every key"),
        ("q", "quits"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk ticket import FILE.csv", "imports tickets from a CSV file"),
        ("supportdesk demo", "opens a sample desk to look around in"),
    )
    FILTERED = (
        ("Nothing matches this filter.", ""),
        ("esc", "shows all tickets"),
        ("/", "searches again"),
    )


class FaqWelcome(Welcome):
    """Welcome of the FAQs."""

    EMPTY = (
        ("This desk has no FAQs yet.", ""),
        ("c", "creates one"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk faq import FILE.csv", "imports FAQs from a CSV file"),
        ("supportdesk faq import FOLDER", "imports them from Markdown files"),
    )
    FILTERED = (
        ("No FAQ matches this.", ""),
        ("esc", "shows all FAQs"),
        ("/", "searches again"),
        ("c", "creates the missing FAQ"),
    )


class GapWelcome(Welcome):
    """Welcome of the gaps, which have no filter."""

    EMPTY = (
        ("The FAQs lack nothing that is known.", ""),
        ("Searches without a hit and tickets that no FAQ matches are listed here.", ""),
        ("esc", "goes back to the FAQs"),
    )


class ExperimentWelcome(Welcome):
    """Welcome of the experiments."""

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
    """Welcome of the preferences."""

    EMPTY = (
        ("No preferences are stored: everybody gets every mail immediately, in English.", ""),
        ("c", "sets the preferences of an address"),
        ("P", "on a ticket sets those of its requester"),
        ("", ""),
        ("From a shell:", ""),
        ("supportdesk preference import FILE.csv", "imports preferences from a CSV file"),
    )
    FILTERED = (
        ("No stored preferences match this.", ""),
        ("esc", "shows everybody"),
        ("/", "searches again"),
        ("c", "sets the preferences of any address"),
    )


class HistoryWelcome(Welcome):
    """Welcome of the history, which has no filter."""

    EMPTY = (
        ("Nothing has happened on this desk yet.", ""),
        ("Every change is listed here: what, when, and by whom.", ""),
        ("F2", "goes to the tickets"),
    )
