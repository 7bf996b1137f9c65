"""Tables of conversations as Peewee models."""

from __future__ import annotations

from peewee import IntegerField, Model, TextField


class MessageRow(Model):
    """Table `messages`: what was said in a ticket after its description."""

    seq = IntegerField(primary_key=True)
    id = TextField(unique=True)
    ticket_id = TextField()
    kind = TextField()
    author = TextField()
    author_name = TextField()
    to_addresses = TextField()
    cc_addresses = TextField()
    subject = TextField()
    content = TextField()
    trimmed_at = IntegerField()
    source = TextField()
    message_id = TextField()
    in_reply_to = TextField()
    created_at = TextField()
    edited_at = TextField(null=True)
    removed_at = TextField(null=True)
    indexed_content = TextField(null=True)
    indexed = IntegerField()
    pending = IntegerField()

    class Meta:
        table_name = "messages"
