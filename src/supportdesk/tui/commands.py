"""The command table: every key, hint, help line, palette entry and `:` command comes from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from supportdesk.domain.ticket import Priority, Status, TicketSummary

if TYPE_CHECKING:
    from supportdesk.domain.experiment import Experiment
    from supportdesk.domain.faq import Faq
    from supportdesk.domain.notification import Notification
    from supportdesk.domain.preference import Preference


class Scope(StrEnum):
    """Where a command works; the value is its heading in help."""

    EVERYWHERE = "Everywhere"
    LIST = "Lists and texts"
    TICKETS = "Tickets"
    FAQS = "FAQs"
    GAPS = "Gaps"
    PREFERENCES = "Preferences"
    HISTORY = "History"
    EXPERIMENTS = "Experiments"
    MAIL = "The mail log"
    FORM = "Forms"
    TICKET_FORM = "The form of a ticket"
    EXPERIMENT_FORM = "The form of an experiment"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the screen knows when it asks whether a command makes sense now."""

    rows: int = 0
    ticket: TicketSummary | None = None
    marked: int = 0
    search: str = ""
    faq: Faq | None = None
    experiment: Experiment | None = None
    preference: Preference | None = None
    message: Notification | None = None


Reason = Callable[[Situation], str]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    `keys` are sequences such as `s r`; `hint` is its word in the bottom line ("" keeps it out); `twin` is
    the command line that does the same; `disabled` says why it does not apply now, or "" when it does.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    scope: Scope
    hint: str = ""
    twin: str = ""
    disabled: Reason = lambda situation: ""

    @property
    def method(self) -> str:
        """The name of the method that does it, on a screen or on the app."""
        return "do_" + self.id.replace(".", "_").replace("-", "_")


def _needs_rows(situation: Situation) -> str:
    return "" if situation.rows else "this list is empty"


def _needs_ticket(situation: Situation) -> str:
    return "" if situation.ticket or situation.marked else "there is no ticket here; c creates one"


def _needs_search(situation: Situation) -> str:
    return "" if situation.search else "there is no search; / starts one"


def _needs_faq(situation: Situation) -> str:
    return "" if situation.faq else "there is no FAQ here; c creates one"


def _needs_experiment(situation: Situation) -> str:
    return "" if situation.experiment else "there is no experiment here; c plans one"


def _needs_draft(situation: Situation) -> str:
    experiment = situation.experiment
    if experiment is not None and experiment.status != "draft":
        return f"#{experiment.number} is {experiment.status}, and the start has frozen it; C makes a draft like it"
    return _needs_experiment(situation)


def _needs_status(*allowed: str) -> Reason:
    """That an experiment has one of these statuses."""

    def reason(situation: Situation) -> str:
        experiment = situation.experiment
        if experiment is None or experiment.status in allowed:
            return _needs_experiment(situation)
        return f"#{experiment.number} is {experiment.status}; {_NEXT_STEPS[experiment.status]}"

    return reason


_NEXT_STEPS = {
    "draft": "s s starts it",
    "running": "s p pauses it, s c completes it",
    "paused": "s s lets it go on, s c completes it",
    "completed": "it stays as it is, and C makes a draft like it",
}


def _needs_preference(situation: Situation) -> str:
    return "" if situation.preference else "nobody's preferences are stored here; c sets somebody's"


def _needs_message(situation: Situation) -> str:
    return "" if situation.message else "there is no message here"


def _needs_retried(situation: Situation) -> str:
    # Imported here: mail is not looked at before there is a first screen.
    from supportdesk.domain.notification import RETRIED

    message = situation.message
    if message is not None and message.status not in RETRIED:
        return f"this message is {message.status}; only failed and unknown ones can be sent again"
    return _needs_message(situation)


def _unless_status(status: Status) -> Reason:
    def reason(situation: Situation) -> str:
        ticket = situation.ticket
        if ticket and not situation.marked and ticket.status is status:
            return f"#{ticket.number} is already {status}"
        return _needs_ticket(situation)

    return reason


def _unless_priority(priority: Priority) -> Reason:
    def reason(situation: Situation) -> str:
        ticket = situation.ticket
        if ticket and not situation.marked and ticket.priority is priority:
            return f"#{ticket.number} already has {priority} priority"
        return _needs_ticket(situation)

    return reason


COMMANDS: tuple[Command, ...] = (
    Command("help", "Help: the keys of this screen", ("?", "f1"), Scope.EVERYWHERE, hint="help"),
    Command("prompt", "Type a command", (":",), Scope.EVERYWHERE),
    Command("palette", "Find any command", ("ctrl+p",), Scope.EVERYWHERE),
    Command("go.tickets", "Go to Tickets", ("f2", "g t"), Scope.EVERYWHERE, twin="ticket list"),
    Command("go.faqs", "Go to FAQs", ("f3", "g f"), Scope.EVERYWHERE, twin="faq list"),
    Command("go.experiments", "Go to Experiments", ("f6", "g e"), Scope.EVERYWHERE, twin="experiment list"),
    Command("go.history", "Go to History", ("f4", "g h"), Scope.EVERYWHERE, twin="history"),
    Command("go.preferences", "Go to Preferences", ("f5", "g p"), Scope.EVERYWHERE, twin="preference list"),
    Command("mail", "Mail log on and off", ("m",), Scope.EVERYWHERE, hint="mail", twin="notification list"),
    Command("undo", "Undo my last change", ("u",), Scope.EVERYWHERE, hint="undo", twin="undo"),
    Command("back", "One level back", ("escape",), Scope.EVERYWHERE),
    Command("leave", "Leave this pane or screen; at the top, quit", ("q",), Scope.EVERYWHERE),
    Command("repaint", "Repaint the screen", ("ctrl+l",), Scope.EVERYWHERE),
    Command("exit", "Quit at once; what you typed is kept", ("ctrl+c",), Scope.EVERYWHERE),
    Command("down", "Down", ("j", "down"), Scope.LIST),
    Command("up", "Up", ("k", "up"), Scope.LIST),
    Command("first", "To the first", ("g g", "home"), Scope.LIST),
    Command("last", "To the last", ("G", "end"), Scope.LIST),
    Command("half.down", "Half a page down", ("ctrl+d",), Scope.LIST),
    Command("half.up", "Half a page up", ("ctrl+u",), Scope.LIST),
    Command("page.down", "A page down", ("pagedown",), Scope.LIST),
    Command("page.up", "A page up", ("pageup",), Scope.LIST),
    Command("pane", "To the other pane", ("tab",), Scope.LIST),
    Command("next", "Next match in the text", ("n",), Scope.LIST, disabled=_needs_search),
    Command("previous", "Previous match in the text", ("N",), Scope.LIST, disabled=_needs_search),
    Command("open", "Open", ("enter",), Scope.LIST, hint="open", twin="ticket show REF", disabled=_needs_rows),
    Command("search", "Search the tickets", ("/",), Scope.TICKETS, hint="search", twin="ticket list QUERY"),
    Command("create", "Create a ticket", ("c",), Scope.TICKETS, hint="create", twin="ticket create"),
    Command(
        "status.new",
        "Status: new",
        ("s n",),
        Scope.TICKETS,
        hint="status",
        twin="ticket update REF --status new",
        disabled=_unless_status(Status.NEW),
    ),
    Command(
        "status.in-progress",
        "Status: in-progress",
        ("s i",),
        Scope.TICKETS,
        twin="ticket update REF --status in-progress",
        disabled=_unless_status(Status.IN_PROGRESS),
    ),
    Command(
        "status.resolved",
        "Status: resolved",
        ("s r",),
        Scope.TICKETS,
        twin="ticket update REF --status resolved",
        disabled=_unless_status(Status.RESOLVED),
    ),
    Command(
        "priority.low",
        "Priority: low",
        ("p l",),
        Scope.TICKETS,
        hint="priority",
        twin="ticket update REF --priority low",
        disabled=_unless_priority(Priority.LOW),
    ),
    Command(
        "priority.medium",
        "Priority: medium",
        ("p m",),
        Scope.TICKETS,
        twin="ticket update REF --priority medium",
        disabled=_unless_priority(Priority.MEDIUM),
    ),
    Command(
        "priority.high",
        "Priority: high",
        ("p h",),
        Scope.TICKETS,
        twin="ticket update REF --priority high",
        disabled=_unless_priority(Priority.HIGH),
    ),
    Command(
        "resolve",
        "Resolve and go to the next",
        ("e",),
        Scope.TICKETS,
        hint="resolve",
        twin="ticket update REF --status resolved",
        disabled=_unless_status(Status.RESOLVED),
    ),
    Command(
        "history",
        "History of this ticket: status changes, then mail",
        ("h",),
        Scope.TICKETS,
        hint="history",
        twin="ticket history REF",
        disabled=_needs_ticket,
    ),
    Command("mark", "Mark or unmark", ("space",), Scope.TICKETS, disabled=_needs_rows),
    Command("mark.range", "Mark from here on; again: to here", ("v",), Scope.TICKETS, disabled=_needs_rows),
    Command("mark.all", "Mark all that match", ("*",), Scope.TICKETS, disabled=_needs_rows),
    Command("repeat", "Repeat the last change here", (".",), Scope.TICKETS, disabled=_needs_ticket),
    Command("order", "Order by: queue, newest, updated", ("o",), Scope.TICKETS, twin="ticket list --order newest"),
    Command("filter.open", "Show only open tickets", ("f o",), Scope.TICKETS, twin="ticket list status:open"),
    Command("filter.new", "Show only new tickets", ("f n",), Scope.TICKETS, twin="ticket list --status new"),
    Command(
        "filter.in-progress",
        "Show only tickets in progress",
        ("f i",),
        Scope.TICKETS,
        twin="ticket list --status in-progress",
    ),
    Command(
        "filter.resolved", "Show only resolved tickets", ("f r",), Scope.TICKETS, twin="ticket list --status resolved"
    ),
    Command("filter.all", "Show all tickets", ("f a",), Scope.TICKETS, twin="ticket list"),
    Command(
        "answers",
        "FAQs that fit this ticket",
        ("F",),
        Scope.TICKETS,
        hint="faqs",
        twin="faq suggest TEXT",
        disabled=_needs_ticket,
    ),
    Command(
        "answer",
        "Answer this ticket with an FAQ",
        ("A",),
        Scope.TICKETS,
        twin="faq answer REF FAQ",
        disabled=_needs_ticket,
    ),
    Command(
        "preferences",
        "Preferences of this ticket's requester",
        ("P",),
        Scope.TICKETS,
        twin="preference show EMAIL",
        disabled=_needs_ticket,
    ),
    Command("copy", "Copy this ticket's reference", ("y",), Scope.TICKETS, disabled=_needs_ticket),
    Command("faq.search", "Search the FAQs", ("/",), Scope.FAQS, hint="search", twin="faq list --search TEXT"),
    Command("faq.category", "Show one category, with counts", ("f",), Scope.FAQS, hint="category", twin="faq stats"),
    Command("faq.create", "Create an FAQ", ("c",), Scope.FAQS, hint="create", twin="faq create"),
    Command("faq.edit", "Edit this FAQ", ("e",), Scope.FAQS, hint="edit", twin="faq update REF", disabled=_needs_faq),
    Command(
        "faq.delete", "Delete this FAQ", ("d",), Scope.FAQS, hint="delete", twin="faq delete REF", disabled=_needs_faq
    ),
    Command("faq.helpful", "Vote: helpful", ("+",), Scope.FAQS, twin="faq vote REF --helpful", disabled=_needs_faq),
    Command(
        "faq.unhelpful", "Vote: not helpful", ("-",), Scope.FAQS, twin="faq vote REF --unhelpful", disabled=_needs_faq
    ),
    Command(
        "faq.history",
        "Revisions, then learned wordings, then the answer again",
        ("h",),
        Scope.FAQS,
        hint="revisions",
        twin="faq history REF",
        disabled=_needs_faq,
    ),
    Command("faq.restore", "Bring a revision back", ("b",), Scope.FAQS, twin="faq restore REF N", disabled=_needs_faq),
    Command(
        "faq.forget", "Forget a wording", ("x",), Scope.FAQS, twin="faq wordings REF --forget N", disabled=_needs_faq
    ),
    Command("faq.gaps", "Gaps: what the FAQs lack", ("a",), Scope.FAQS, hint="gaps", twin="faq gaps"),
    Command("gaps.create", "Start an FAQ from this gap", ("c",), Scope.GAPS, hint="create", disabled=_needs_rows),
    Command(
        "preference.search",
        "Search the addresses",
        ("/",),
        Scope.PREFERENCES,
        hint="search",
        twin="preference list --search TEXT",
    ),
    Command("preference.create", "Set anybody's preferences", ("c",), Scope.PREFERENCES, hint="set somebody's"),
    Command(
        "preference.edit",
        "Change these preferences",
        ("e",),
        Scope.PREFERENCES,
        hint="change",
        twin="preference set EMAIL",
        disabled=_needs_preference,
    ),
    Command(
        "preference.immediate",
        "Only immediate",
        ("f i",),
        Scope.PREFERENCES,
        hint="filter",
        twin="preference list --frequency immediate",
    ),
    Command(
        "preference.daily",
        "Only daily",
        ("f d",),
        Scope.PREFERENCES,
        twin="preference list --frequency daily",
    ),
    Command(
        "preference.weekly",
        "Only weekly",
        ("f w",),
        Scope.PREFERENCES,
        twin="preference list --frequency weekly",
    ),
    Command(
        "preference.none",
        "Only none",
        ("f n",),
        Scope.PREFERENCES,
        twin="preference list --frequency none",
    ),
    Command(
        "preference.off",
        "Only those with mail off",
        ("f o",),
        Scope.PREFERENCES,
        twin="preference list --no-email-notifications",
    ),
    Command(
        "preference.language",
        "Only one language",
        ("f l",),
        Scope.PREFERENCES,
        twin="preference list --language de",
    ),
    Command("preference.all", "Everybody", ("f a",), Scope.PREFERENCES, twin="preference list"),
    Command("history.ticket", "Go to the ticket of this line", ("t",), Scope.HISTORY, disabled=_needs_rows),
    Command(
        "experiment.create", "Plan an experiment", ("c",), Scope.EXPERIMENTS, hint="create", twin="experiment create"
    ),
    Command(
        "experiment.start",
        "Start this draft, or let a paused one go on",
        ("s s",),
        Scope.EXPERIMENTS,
        hint="start/pause/complete",
        twin="experiment start REF",
        disabled=_needs_status("draft", "paused"),
    ),
    Command(
        "experiment.pause",
        "Pause: nobody new comes in",
        ("s p",),
        Scope.EXPERIMENTS,
        twin="experiment pause REF",
        disabled=_needs_status("running"),
    ),
    Command(
        "experiment.complete",
        "Complete, with a decision and a sentence",
        ("s c",),
        Scope.EXPERIMENTS,
        twin="experiment complete REF",
        disabled=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.calculate",
        "Calculate the results, and keep the look",
        ("x",),
        Scope.EXPERIMENTS,
        hint="calculate",
        twin="experiment calculate REF",
        disabled=_needs_status("running", "paused", "completed"),
    ),
    Command(
        "experiment.view.next",
        "Next view: verdict, plots, health, events, log",
        ("]",),
        Scope.EXPERIMENTS,
        hint="views",
        twin="experiment results REF",
        disabled=_needs_experiment,
    ),
    Command(
        "experiment.view.previous",
        "The view before",
        ("[",),
        Scope.EXPERIMENTS,
        twin="experiment events REF",
        disabled=_needs_experiment,
    ),
    Command(
        "experiment.edit",
        "Edit this draft",
        ("e",),
        Scope.EXPERIMENTS,
        hint="edit",
        twin="experiment update REF",
        disabled=_needs_draft,
    ),
    Command(
        "experiment.clone",
        "Make a draft like this experiment",
        ("C",),
        Scope.EXPERIMENTS,
        twin="experiment clone REF",
        disabled=_needs_experiment,
    ),
    Command(
        "experiment.delete",
        "Delete this draft",
        ("d",),
        Scope.EXPERIMENTS,
        twin="experiment delete REF",
        disabled=_needs_draft,
    ),
    Command(
        "experiment.weights",
        "Change the weights, in a new phase",
        ("w",),
        Scope.EXPERIMENTS,
        twin="experiment update REF --weights 50/50",
        disabled=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.ramp",
        "Change how many users enter, in a new phase",
        ("W",),
        Scope.EXPERIMENTS,
        twin="experiment update REF --ramp 50",
        disabled=_needs_status("running", "paused"),
    ),
    Command(
        "experiment.filter",
        "Show one status, with counts",
        ("f",),
        Scope.EXPERIMENTS,
        hint="filter",
        twin="experiment list --status S",
    ),
    Command(
        "mail.search", "Search the mail", ("/",), Scope.MAIL, hint="search", twin="notification list --search TEXT"
    ),
    Command(
        "mail.filter",
        "Show mail in one state, with counts",
        ("f",),
        Scope.MAIL,
        hint="filter",
        twin="notification list --status failed",
    ),
    Command(
        "mail.retry",
        "Send this message again",
        ("r",),
        Scope.MAIL,
        hint="retry",
        twin="notification retry REF",
        disabled=_needs_retried,
    ),
    Command("form.save", "Save", ("ctrl+s", "f10"), Scope.FORM, hint="save"),
    Command("suggestion.read", "Read the suggested answer in full", ("f7",), Scope.TICKET_FORM, hint="read"),
    Command("suggestion.use", "This answers it: no ticket is filed", ("f8",), Scope.TICKET_FORM, hint="answers it"),
    Command("suggestion.copy", "Copy the suggested answer into the text", ("f9",), Scope.TICKET_FORM, hint="copy"),
    Command("suggestion.next", "Choose the next suggestion", ("ctrl+n",), Scope.TICKET_FORM),
    Command(
        "plan.take", "Plan with the users an arm that are shown", ("f7",), Scope.EXPERIMENT_FORM, hint="take the plan"
    ),
    Command("form.reset", "Start over, without draft; again: back as it was", ("ctrl+r",), Scope.FORM),
    Command("form.help", "Help: the keys of this form", ("f1", "ctrl+p"), Scope.FORM, hint="help"),
    Command("form.editor", "Edit this text in $EDITOR", ("ctrl+e",), Scope.FORM, hint="$EDITOR"),
)

BY_ID = {command.id: command for command in COMMANDS}
