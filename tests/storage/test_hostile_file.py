"""The desk's file was written by nobody knows whom: it is shown harmlessly, or said to be unreadable."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.domain.errors import DeskError, NotAllowed, Unavailable
from supportdesk.domain.faq import new_faq
from supportdesk.domain.page import START
from supportdesk.domain.query import Order, TicketQuery, parse_query
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.database import Database

pytestmark = pytest.mark.sqlite

HOSTILE = "\x1b]0;owned\x07Lamp\x1b[2J\r\nis\x00 dark\u202e\x9b31m"


def readings(desk):
    """Everything that shows what is in the file."""
    return [
        lambda: desk.tickets.page(TicketQuery(), START, 50),
        lambda: desk.tickets.whole_page(TicketQuery(order=Order.UPDATED), 50),
        lambda: list(desk.tickets.stream(TicketQuery())),
        lambda: desk.tickets.get("1"),
        lambda: desk.tickets.history("1"),
        lambda: desk.tickets.summaries([1]),
        lambda: desk.journal.page(START, 50),
        lambda: desk.journal.after(0),
        lambda: desk.mail.page(),
        lambda: desk.conversation.messages("1"),
    ]


def assert_one_sentence(error, start):
    assert error.message.startswith(start)
    assert error.message.isprintable()
    assert len(error.message) < 400


def test_controls_in_the_file_never_reach_the_screen(desk, filed, sql):
    filed()
    sql("DROP TRIGGER journal_is_kept_whole")
    sql("UPDATE tickets SET title = ?1, description = ?1, contact_email = ?1", HOSTILE)
    sql("UPDATE ticket_status_history SET changed_by = ?1, notes = ?1", HOSTILE)
    sql(
        "UPDATE notifications SET recipient_email = ?1, subject = ?1, content = ?1, message_id = ?1, error = ?1",
        HOSTILE,
    )
    sql("UPDATE journal SET actor = ?1, notes = ?1, after = json_object(?1, ?1)", HOSTILE)
    shown = desk.tickets.get("1")
    assert (shown.title, shown.description, shown.contact_email) == ("Lamp is dark", "Lamp\nis dark", "Lamp is dark")
    step, message, entry = desk.tickets.history("1")[0], desk.mail.page()[0], desk.journal.page(START, 1)[0]
    assert {step.changed_by, step.notes} == {"Lamp is dark"}
    assert {message.recipient_email, message.subject, message.message_id, message.error} == {"Lamp is dark"}
    assert message.content == "Lamp\nis dark"
    assert {entry.actor, entry.notes, *entry.after, *entry.after.values()} == {"Lamp is dark"}


@pytest.mark.parametrize(
    ("statement", "unreadable"),
    [
        ("UPDATE tickets SET status = 'done'", 0),
        ("UPDATE tickets SET priority = 'urgent'", 0),
        ("UPDATE tickets SET created_at = 'yesterday'", 0),
        ("UPDATE tickets SET updated_at = ''", 0),
        ("UPDATE tickets SET updated_at = '0001-01-01T00:00:00.000Z'", 0),
        ("UPDATE tickets SET updated_at = '9999-12-31T23:59:59.999Z'", 0),
        ("UPDATE tickets SET title = CAST(x'ff1b5d303b6f776e656407' AS TEXT)", 0),
        ("UPDATE messages SET kind = 'shout', source = 'fax', created_at = 'now', to_addresses = '{'", 0),
        ("UPDATE messages SET content = CAST(x'00ff' AS TEXT), cc_addresses = '{}'", 0),
        ("UPDATE ticket_status_history SET new_status = 'done'", 0),
        ("UPDATE ticket_status_history SET changed_at = '-'", 0),
        ("UPDATE notifications SET status = 'lost'", 0),
        ("UPDATE notifications SET notification_type = 'sms'", 0),
        ("UPDATE notifications SET created_at = 'soon'", 0),
        ("UPDATE journal SET kind = 'ticket.burnt'", 0),
        ("UPDATE journal SET at = 'now'", 0),
        ("UPDATE journal SET after = 'null'", 0),
        ("UPDATE journal SET after = '[]'", 0),
        ("UPDATE journal SET after = '{'", 0),
        ("UPDATE journal SET before = replace(hex(zeroblob(50000)), '0', '[')", 0),
    ],
)
def test_rows_that_no_desk_wrote_hide_no_others(desk, filed, path, statement, unreadable):
    filed()
    desk.conversation.note("1", "Call her back.")
    with closing(Database(SqliteFile(path))) as database:
        database.sql("PRAGMA ignore_check_constraints = 1")
        database.sql("DROP TRIGGER journal_is_kept_whole")
        database.sql(statement)
    refused = []
    for read in readings(desk):
        try:
            assert read()
        except Unavailable as error:
            refused.append(error)
    assert len(refused) == unreadable
    for error in refused:
        assert_one_sentence(error, "the desk")
    assert desk.maintenance.health()["tickets"] == 1


def test_a_time_that_cannot_be_read_shows_as_1970_and_the_doctor_says_where_it_is(desk, filed, sql):
    filed()
    sql("UPDATE tickets SET created_at = 'yesterday'")
    assert desk.tickets.get("1").created_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert [finding.found for finding in desk.doctor.examine() if finding.check == "times"] == [
        "some cannot be read and show as 1970: 1 in tickets.created_at"
    ]


def test_the_doctor_names_text_that_is_not_utf_8_and_entries_of_unknown_kinds(desk, filed, sql):
    filed()
    sql("UPDATE tickets SET title = CAST(x'4c616dff' AS TEXT)")
    sql("DROP TRIGGER journal_is_kept_whole")
    sql("UPDATE journal SET kind = 'ticket.burnt'")
    assert desk.tickets.get("1").title == "Lam\ufffd"
    entry = desk.journal.page(START, 1)[0]
    assert (entry.about, entry.summary) == ("number 1", "something that this program does not know")
    with pytest.raises(NotAllowed, match="does not know what it was"):
        desk.journal.undo()
    found = {finding.check: finding.found for finding in desk.doctor.examine()}
    assert found["text"] == "some is not UTF-8 and shows with \ufffd: 1 in tickets.title"
    assert found["history"].endswith("of a kind that this program does not know: ticket.burnt")


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("INSERT INTO tickets_text (tickets_text) VALUES ('delete-all')", "tickets_text"),
        ("DELETE FROM faqs_text", "faqs_text"),
        ("INSERT INTO faqs_words (faqs_words) VALUES ('delete-all')", "faqs_words"),
        ("INSERT INTO notes_text (notes_text) VALUES ('delete-all')", "notes_text"),
    ],
)
def test_the_doctor_names_an_index_that_was_emptied(desk, filed, sql, statement, index):
    filed()
    desk.conversation.note("1", "Call her back.")
    desk.faqs.create(new_faq("How do I pay?", "By card."))
    [before] = [finding for finding in desk.doctor.examine() if finding.check == "file"]
    assert (before.found, before.advice) == ("whole", "")
    sql(statement)
    [after] = [finding for finding in desk.doctor.examine() if finding.check == "file"]
    assert after.found == f"damaged: the index {index} has 0 of 1 rows"


def test_a_time_that_plain_sql_wrote_is_taken_for_utc(desk, filed, sql, clock):
    filed()
    sql("UPDATE tickets SET updated_at = '2026-11-20 09:30:00'")
    assert desk.tickets.get("1").updated_at == clock.at


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE journal SET after = '{"nope": "x"}' WHERE seq = 2""",
        """UPDATE journal SET after = '{"_context": "x"}' WHERE seq = 2""",
        """UPDATE journal SET before = '{"status": "done"}' WHERE seq = 2""",
        "UPDATE journal SET before = '{}' WHERE seq = 2",
        "UPDATE journal SET after = '{}' WHERE seq = 2",
        "UPDATE journal SET number = NULL WHERE seq = 2",
        "UPDATE journal SET number = 7 WHERE seq = 2",
        "UPDATE journal SET subject = NULL WHERE seq = 2",
        "UPDATE journal SET kind = 'ticket.created' WHERE seq = 2",
        "UPDATE journal SET kind = 'tickets.imported' WHERE seq = 2",
        "DELETE FROM tickets",
    ],
)
def test_nothing_is_undone_by_a_journal_that_makes_no_sense(desk, filed, sql, statement):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    sql("DROP TRIGGER journal_is_kept_whole")
    sql(statement)
    before = sql("SELECT * FROM tickets"), sql("SELECT * FROM journal"), sql("SELECT * FROM notifications")
    with pytest.raises(DeskError) as caught:
        desk.journal.undo()
    assert caught.value.message.isprintable()
    assert (sql("SELECT * FROM tickets"), sql("SELECT * FROM journal"), sql("SELECT * FROM notifications")) == before


def test_a_damaged_file_is_said_to_be_damaged_wherever_the_damage_is(path, clock):
    with Desk(path, "ann", now=clock) as desk:
        for _ in range(3):
            desk.tickets.create(new_ticket("Lamp is dark", "It does not shine." * 400, "rita@example.com"))
        desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    whole = path.read_bytes()
    said = set()
    for start in range(0, len(whole), 4096):
        # The file's first hundred bytes say what it is and where its parts are.
        begin = start or 100
        path.write_bytes(whole[:begin] + b"\xa5" * (start + 4096 - begin) + whole[start + 4096 :])
        said |= uses(path)
    assert any("is damaged" in message for message in said)
    for message in said:
        # A damaged page can claim more pages than a copy may have.
        known = (f"the desk {path} ", "the desk's file ", "db: ", "your last change", "no space is left for the copy ")
        assert message.startswith(known)
        assert message.isprintable()


def uses(path):
    """What is said while a file is used in every way."""
    said = set()
    try:
        with Desk(path, "ann") as desk:
            for use in [
                *readings(desk),
                lambda: desk.tickets.page(parse_query("lamp"), START, 50),
                lambda: desk.tickets.count(TicketQuery()),
                lambda: desk.tickets.create(new_ticket("t", "d", "r@example.com")),
                lambda: desk.tickets.update(["2"], TicketChange(Status.RESOLVED)),
                desk.journal.undo,
                desk.mail.deliver,
                desk.maintenance.health,
                lambda: desk.maintenance.backup(path.with_name("copy.db"), replace=True),
            ]:
                try:
                    use()
                except DeskError as error:
                    said.add(error.message)
    except DeskError as error:
        said.add(error.message)
    return said


def test_a_journal_that_has_used_up_its_numbers_is_said(desk, filed, sql):
    filed()
    sql("DROP TRIGGER journal_is_kept_whole")
    sql("UPDATE journal SET seq = 9223372036854775807")
    with pytest.raises(Unavailable, match="a number is larger than the desk .* can hold; nothing was saved"):
        filed()
    assert desk.tickets.count(TicketQuery()).rows == 1
