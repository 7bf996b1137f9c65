"""The tables of FAQs as Peewee models."""

from __future__ import annotations

from peewee import IntegerField, Model, TextField


class FaqRow(Model):
    """Table `faqs`; `question_key` is the question without what doesn't tell one from another."""

    number = IntegerField(primary_key=True)
    id = TextField(unique=True)
    question = TextField()
    answer = TextField()
    category = TextField()
    created_at = TextField()
    updated_at = TextField()
    version = IntegerField()
    reads = IntegerField()
    helpful = IntegerField()
    unhelpful = IntegerField()
    question_key = TextField()
    indexed_question = TextField(null=True)
    indexed_answer = TextField(null=True)

    class Meta:
        table_name = "faqs"


class FaqCountRow(Model):
    """Table `faq_counts`: how many FAQs of each category, kept by triggers."""

    category = TextField(primary_key=True)
    faqs = IntegerField()

    class Meta:
        table_name = "faq_counts"


class FaqRevisionRow(Model):
    """Table `faq_revisions`; an FAQ's revision of the same number as its version is what it says now."""

    faq_id = TextField()
    revision = IntegerField()
    question = TextField()
    answer = TextField()
    category = TextField()
    changed_by = TextField()
    changed_at = TextField()

    class Meta:
        table_name = "faq_revisions"
        primary_key = False


class FaqWordingRow(Model):
    """Table `faq_wordings`; those of a deleted FAQ wait for its return."""

    number = IntegerField(primary_key=True)
    faq_id = TextField()
    text = TextField()
    kept_at = TextField()
    indexed_text = TextField(null=True)

    class Meta:
        table_name = "faq_wordings"


class FaqSearchRow(Model):
    """Table `faq_searches`: searches without hits, summed up."""

    text = TextField(primary_key=True)
    times = IntegerField()
    last_at = TextField()

    class Meta:
        table_name = "faq_searches"


class FaqIgnoredRow(Model):
    """Table `faq_ignored`: how often an FAQ was suggested but not used, and for which text last."""

    faq_id = TextField(primary_key=True)
    times = IntegerField()
    last_text = TextField()

    class Meta:
        table_name = "faq_ignored"
