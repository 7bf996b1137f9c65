"""The tables as Peewee models; every query names its database, so that one process can open several desks."""

from __future__ import annotations

from peewee import IntegerField, Model, TextField

HIDDEN = "9998-12-31T00:00:00.000Z"
"""The time of deletion of imported tickets that are not published yet; migration 0017 has it too."""


class TicketRow(Model):
    """Table `tickets`."""

    number = IntegerField(primary_key=True)
    id = TextField(unique=True)
    title = TextField()
    description = TextField()
    priority = TextField()
    status = TextField()
    contact_email = TextField()
    contact_key = TextField(null=True)
    created_at = TextField()
    updated_at = TextField()
    version = IntegerField()
    queue_rank = IntegerField()
    indexed_title = TextField(null=True)
    indexed_description = TextField(null=True)
    deleted_at = TextField(null=True)
    merged_into = IntegerField(null=True)
    snoozed_until = TextField(null=True)
    awaiting = TextField()
    last_word = IntegerField()
    mail_failed = IntegerField()
    contact_domain = TextField(null=True)
    import_id = TextField(null=True)
    owner = TextField()
    tags = TextField()

    class Meta:
        table_name = "tickets"


class TicketTagRow(Model):
    """Table `ticket_tags`: the tags of tickets one by one, kept by triggers."""

    tag = TextField()
    number = IntegerField()

    class Meta:
        table_name = "ticket_tags"
        primary_key = False


class TicketMarkRow(Model):
    """Table `ticket_marks`: up to which word an agent has looked at a ticket."""

    agent = TextField()
    number = IntegerField()
    seen = IntegerField()

    class Meta:
        table_name = "ticket_marks"
        primary_key = False


class TicketCountRow(Model):
    """Table `ticket_counts`: how many tickets of each status and priority, kept by triggers."""

    status = TextField()
    priority = TextField()
    tickets = IntegerField()

    class Meta:
        table_name = "ticket_counts"
        primary_key = False


class StatusChangeRow(Model):
    """Table `ticket_status_history`."""

    seq = IntegerField(primary_key=True)
    id = TextField()
    ticket_id = TextField()
    old_status = TextField(null=True)
    new_status = TextField()
    changed_by = TextField()
    notes = TextField()
    changed_at = TextField()
    login = TextField()

    class Meta:
        table_name = "ticket_status_history"


class JournalRow(Model):
    """Table `journal`, append-only."""

    seq = IntegerField(primary_key=True)
    change = IntegerField()
    at = TextField()
    actor = TextField()
    kind = TextField()
    subject = TextField(null=True)
    number = IntegerField(null=True)
    before = TextField()
    after = TextField()
    notes = TextField()
    undoes = IntegerField(null=True)
    login = TextField()
    uid = IntegerField(null=True)

    class Meta:
        table_name = "journal"
