"""The tables of mail as Peewee models."""

from __future__ import annotations

from peewee import IntegerField, Model, TextField


class NotificationRow(Model):
    """Table `notifications`, which is also the outbox."""

    seq = IntegerField(primary_key=True)
    id = TextField()
    ticket_id = TextField(null=True)
    recipient_email = TextField()
    notification_type = TextField()
    subject = TextField()
    content = TextField()
    status = TextField()
    message_id = TextField()
    error = TextField()
    leased_until = TextField(null=True)
    sent_at = TextField(null=True)
    created_at = TextField()
    recipient_key = TextField()
    html = TextField()
    language = TextField()
    in_reply_to = TextField()
    change = IntegerField(null=True)
    waits_for = TextField()
    due_at = TextField()
    due_set_at = TextField()
    leased_by = TextField()
    handed_over_at = TextField(null=True)
    attempts = IntegerField()
    provider = TextField()
    answer = TextField()
    provider_message_id = TextField()
    reason = TextField()
    held_by = IntegerField(null=True)
    digest_id = TextField(null=True)
    template_values = TextField()
    experiment = IntegerField(null=True)
    variant = TextField()
    templates = TextField()
    variant_fault = TextField()
    message = TextField()
    sender_name = TextField()
    to_header = TextField()
    cc_header = TextField()

    class Meta:
        table_name = "notifications"


class NotificationCountRow(Model):
    """Table `notification_counts`: how many messages are in each state, kept by triggers."""

    status = TextField(primary_key=True)
    notifications = IntegerField()

    class Meta:
        table_name = "notification_counts"


class PreferenceRow(Model):
    """Table `user_preferences`; `email_key` is what tells one person from another."""

    number = IntegerField(primary_key=True)
    id = TextField()
    email = TextField()
    email_key = TextField()
    email_notifications = IntegerField()
    sms_notifications = IntegerField()
    notification_frequency = TextField()
    preferred_language = TextField()
    created_at = TextField()
    updated_at = TextField()

    class Meta:
        table_name = "user_preferences"
