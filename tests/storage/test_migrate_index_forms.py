"""Texts that were filed before names with symbols were indexed are found afterwards, and the indexes stay whole."""

import sqlite3
from contextlib import closing

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.page import START
from supportdesk.domain.query import parse_query
from supportdesk.storage.database import Database
from supportdesk.storage.faqs.search.search import search
from supportdesk.storage.mail import notifications
from supportdesk.storage.mail.notifications import NotificationFilter
from supportdesk.storage.tickets import queries as tickets
from tests.storage.test_migrate import ALL, bring, up_to

pytestmark = pytest.mark.sqlite

AT = "2026-11-20T09:30:00.000Z"


def fill(path):
    with closing(sqlite3.connect(path)) as file, file:
        for number, title in enumerate(("C++ SDK", "Plain lamp", "订单退款问题"), 1):
            file.execute(
                "INSERT INTO tickets (number, id, title, description, contact_email, created_at, updated_at) "
                "VALUES (?, ?, ?, '-', 'a@example.com', ?, ?)",
                (number, f"t{number}", title, AT, AT),
            )
            file.execute(
                "INSERT INTO faqs (number, id, question, answer, created_at, updated_at, question_key) "
                "VALUES (?, ?, ?, 'So.', ?, ?, ?)",
                (number, f"f{number}", title, AT, AT, title.lower()),
            )
            file.execute(
                "INSERT INTO notifications (seq, id, recipient_email, notification_type, subject, content, message_id, "
                "created_at, due_at) VALUES (?, ?, 'a@example.com', 'ticket_created', ?, '-', '<m>', ?, ?)",
                (number, f"n{number}", title, AT, AT),
            )
        file.execute("INSERT INTO faq_wordings (faq_id, text, kept_at) VALUES ('f2', 'my .NET lamp', ?)", (AT,))
        file.execute(
            "INSERT INTO notifications_text (rowid, recipient_email, subject) "
            "SELECT seq, recipient_email, subject FROM notifications WHERE seq < 3"
        )


def test_texts_of_an_old_file_are_indexed_again(tmp_path):
    path = tmp_path / "old.db"
    before = [step for step in ALL if int(step.stem[:4]) < 13]
    bring(path, up_to(tmp_path / "steps", before))
    fill(path)
    with closing(Database(SqliteFile(path))) as database:
        for typed, number in (("C++", 1), ("lamp", 2), ("退款", 3)):
            assert [each.number for each in tickets.page(database, parse_query(typed), START, 5)] == [number]
            assert [hit.faq.number for hit in search(database, typed, limit=5).hits] == [number]
            notifications.update_text_index(database)
            found = notifications.page(database, NotificationFilter(text=typed), START, 5)
            assert [message.seq for message in found] == [number]
        assert [hit.faq.number for hit in search(database, ".NET", limit=5).hits] == [2]
        for table in ("tickets_text", "faqs_text", "faqs_words", "notifications_text"):
            database.sql(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        database.sql("DELETE FROM tickets")
        database.sql("DELETE FROM faqs")
        assert database.sql("SELECT count(*) FROM tickets_text WHERE tickets_text MATCH 'c OR lamp'") == [(0,)]
