"""Commands of forms."""

from __future__ import annotations

from supportdesk.tui.commands.command import Command, Scope

FORMS: tuple[Command, ...] = (
    Command("form.save", "Save", ("ctrl+s", "f10"), Scope.FORM, hint="save"),
    Command("form.reset", "Clear the form; again: restore your text", ("ctrl+r",), Scope.FORM),
    Command("form.help", "Help: the keys of this form", ("f1", "ctrl+p"), Scope.FORM, hint="help"),
    Command("form.editor", "Edit this text in $EDITOR", ("ctrl+e",), Scope.FORM, hint="$EDITOR"),
    Command("form.theirs", "Take what somebody else saved in this field; again: yours", ("f7",), Scope.EDIT_FORM),
    Command("suggestion.read", "Read the suggested answer in full", ("f7",), Scope.TICKET_FORM, hint="read"),
    Command("suggestion.use", "This answers it: create no ticket", ("f8",), Scope.TICKET_FORM, hint="answers it"),
    Command("suggestion.copy", "Copy the suggested answer into the text", ("f9",), Scope.TICKET_FORM, hint="copy"),
    Command("suggestion.next", "Choose the next suggestion", ("ctrl+n",), Scope.TICKET_FORM),
    Command(
        "reply.status", "Send and set the status (asks first)", ("ctrl+t",), Scope.REPLY_FORM, hint="send + status"
    ),
    Command("reply.canned", "Insert a canned reply", ("f8",), Scope.REPLY_FORM, hint="canned"),
    Command("reply.faq", "Insert the answer of an FAQ", ("f9",), Scope.REPLY_FORM, hint="FAQ"),
    Command(
        "reply.share",
        "Take a colleague's shared draft, or share this one",
        ("f7",),
        Scope.REPLY_FORM,
        hint="share",
        cli_equivalent="ticket draft REF --share TEXT",
    ),
    Command(
        "plan.take",
        "Plan with the users per variant that are shown",
        ("f7",),
        Scope.EXPERIMENT_FORM,
        hint="take the plan",
    ),
)
