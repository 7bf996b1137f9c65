"""The text index of the mail log, which a move or an old desk may have left far behind."""

from contextlib import closing

import pytest

from supportdesk.storage.database import Database
from supportdesk.storage.mail import notifications
from supportdesk.storage.pending_messages import PORTION

MANY = PORTION + 200
MORE = (
    "WITH RECURSIVE more (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < ?) "
    "INSERT INTO notifications (id, ticket_id, recipient_email, recipient_key, notification_type, subject, content, "
    "message_id, status, created_at) SELECT 'mail' || n, ticket_id, recipient_email, recipient_key, "
    "notification_type, CASE WHEN n % 2 = 0 THEN 'Überweisung' ELSE 'Lamp' END || ' ' || n, content, "
    "'<' || n || '@example.com>', status, created_at FROM notifications, more"
)


@pytest.fixture
def log(path, desk, filed):
    filed()
    with closing(Database(desk.address)) as database:
        with database.writing():
            database.sql(MORE, (MANY,))
        yield database


def test_a_log_that_is_far_behind_is_indexed_in_short_transactions(desk, log):
    index = log.engine.mail
    with log.writing():
        index.update()
    assert index.is_behind()
    notifications.update_text_index(log)
    assert not index.is_behind()
    for words in (f"Lamp {PORTION + 1}", f"überweisung {MANY}", "lamp 3"):
        assert len(desk.mail.page(text=words, limit=5)) == 1


def test_who_has_no_time_leaves_the_rest_for_later(log):
    notifications.update_text_index(log, 0)
    assert log.engine.mail.is_behind()
