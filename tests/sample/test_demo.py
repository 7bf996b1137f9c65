"""The demo desk: a story that is told by the services, in a place of its own."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from supportdesk.domain import moment
from supportdesk.domain.errors import Unavailable
from supportdesk.domain.faq import FaqQuery
from supportdesk.domain.journal import Subject
from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.page import START
from supportdesk.domain.preference import Frequency
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.sample import demo, demo_desk, fill
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.front_matter import parsed


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "demo.db"
    fill(path)
    return path


@pytest.fixture
def quick(filled, monkeypatch):
    """A build in no time, for tests of where the desk lies rather than of what it tells."""
    monkeypatch.setattr(demo, "fill", lambda path: shutil.copyfile(filled, path))


@pytest.fixture
def desk(filled):
    with Desk(filled, "ann") as opened:
        yield opened


def test_there_is_work_of_every_kind(desk):
    tickets = desk.tickets.whole_page(TicketQuery(), 1000)
    assert len(tickets) > 50
    for kind in ("status", "priority"):
        assert min(Counter(getattr(ticket, kind) for ticket in tickets).values()) >= 5


def test_the_newest_ticket_came_minutes_ago_and_nothing_comes_from_the_future(desk):
    now = moment.now()
    newest = desk.tickets.whole_page(parse_query("", order="newest"), 1)[0]
    assert timedelta() < now - newest.created_at < timedelta(hours=1)
    assert all(entry.at <= now for entry in desk.journal.page(START, 1000))


def test_history_journal_and_mail_agree(desk):
    entries = desk.journal.page(START, 1000)[::-1]
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert len({entry.actor for entry in entries}) >= 4
    moves = [entry for entry in entries if entry.concerns(Subject.TICKET) and "status" in entry.after]
    mail = [each for each in desk.mail.page(limit=1000) if each.notification_type != "reply"]
    assert len(mail) == len(moves)
    statuses = Counter(message.status for message in mail)
    assert statuses.keys() == {DeliveryStatus.SENT, DeliveryStatus.HELD}
    assert statuses[DeliveryStatus.SENT] > 100
    for ticket in desk.tickets.whole_page(TicketQuery(), 1000):
        steps = [step for step in desk.tickets.history(str(ticket.number)) if step.ticket_id == ticket.id]
        assert steps[-1].new_status is ticket.status
        assert steps[0].changed_at == ticket.created_at


def test_conversations_have_several_agents_notes_tags_a_merge_a_snooze_and_a_failed_reply(desk):
    tickets = desk.tickets.whole_page(TicketQuery(), 1000)
    said = [message for ticket in tickets for message in desk.conversation.messages(str(ticket.number))]
    assert {message.author for message in said if message.kind == "reply"} == {"ann", "bob", "chen", "dora"}
    assert [message.delivery for message in said].count("failed") == 1
    assert sum(message.is_internal for message in said) >= 7
    assert {each.tag for each in desk.tags.list()} >= {"outage", "refund", "carrier"}
    assert any(desk.relations.of(str(ticket.number)).merged for ticket in tickets)
    assert any(ticket.is_snoozed(moment.now()) for ticket in tickets)
    assert {agent.display_name for agent in desk.agents.list()} >= {"Ann", "Bob", "Chen", "Dora"}


def test_people_have_chosen_how_they_hear_from_the_desk(desk):
    stats = desk.preferences.stats()
    assert min(stats.frequencies[frequency] for frequency in Frequency) >= 1
    assert min(stats.languages[language] for language in ("en", "de", "fr", "es")) >= 1
    assert {"de", "es", "fr"} <= {message.language for message in desk.mail.page(limit=1000)}


def test_nothing_is_left_beside_a_built_desk(tmp_path):
    with demo_desk(tmp_path) as path:
        assert {file.name for file in tmp_path.iterdir()} == {"demo.db", "demo.lock"}
        assert path == tmp_path / "demo.db"


def test_a_desk_that_is_there_is_not_built_again(tmp_path, quick):
    with demo_desk(tmp_path) as path:
        first = path.stat().st_ino
    with demo_desk(tmp_path) as path:
        assert path.stat().st_ino == first
    with demo_desk(tmp_path, fresh=True) as path:
        assert path.stat().st_ino != first


def test_a_build_that_is_killed_leaves_nothing_half_done(tmp_path, monkeypatch):
    def killed(path):
        path.write_bytes(b"half")
        path.with_name(path.name + "-wal").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "fill", killed)
    with pytest.raises(KeyboardInterrupt), demo_desk(tmp_path):
        pass
    assert not (tmp_path / "demo.db").exists()

    monkeypatch.setattr(demo, "fill", fill)
    with demo_desk(tmp_path) as path, Desk(path, "ann") as desk:
        assert desk.maintenance.health()["status"] == "OK"


def test_a_killed_fresh_build_keeps_the_old_desk(tmp_path, quick, monkeypatch):
    with demo_desk(tmp_path) as path:
        before = path.read_bytes()

    def killed(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "fill", killed)
    with pytest.raises(KeyboardInterrupt), demo_desk(tmp_path, fresh=True):
        pass
    assert path.read_bytes() == before


def test_what_a_killed_app_left_is_not_taken_into_a_fresh_desk(tmp_path, quick):
    with demo_desk(tmp_path) as path:
        pass
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).write_bytes(b"stale" * 1000)
    with demo_desk(tmp_path, fresh=True) as path, Desk(path, "ann") as desk:
        assert desk.tickets.count(TicketQuery()).rows > 50


def test_two_windows_share_the_demo_and_neither_replaces_it_under_the_other(tmp_path, quick):
    with demo_desk(tmp_path) as path:
        with demo_desk(tmp_path) as same:
            assert same == path
        with pytest.raises(Unavailable, match="in use in another window"), demo_desk(tmp_path, fresh=True):
            pass
    with demo_desk(tmp_path, fresh=True):
        pass


def test_a_place_that_cannot_be_written_is_said_so(tmp_path):
    with pytest.raises(Unavailable, match="cannot be made"), demo_desk(tmp_path / "nowhere"):
        pass


def test_there_are_faqs_of_every_category_that_were_written_over_months(desk):
    faqs = desk.faqs.page(FaqQuery(), START, 1000)
    assert len(faqs) == 40
    assert min(desk.faqs.categories().values()) >= 5
    assert moment.now() - faqs[-1].created_at > timedelta(days=100)
    assert moment.now() - faqs[0].created_at < timedelta(days=2)
    assert [faq.created_at for faq in faqs] == sorted((faq.created_at for faq in faqs), reverse=True)


def test_what_faqs_say_stands_in_files_and_edits_led_there(desk):
    folder = Path(__file__).parents[2] / "data" / "faqs"
    written = {parsed(path.read_text(encoding="utf-8"))[1].strip() for path in folder.glob("*.md")}
    faqs = desk.faqs.page(FaqQuery(), START, 1000)
    assert {faq.answer for faq in faqs} == written
    edited = [faq for faq in faqs if faq.version > 1]
    assert len(edited) >= 5
    for faq in edited:
        first, *_, last = desk.faqs.revisions(str(faq.number))
        assert len(first.answer) < len(last.answer)
        assert last.changed_at == faq.updated_at > faq.created_at == first.changed_at


def test_the_gaps_of_the_demo_have_something_of_every_kind(desk):
    gaps = desk.faqs.gaps()
    assert all(getattr(gaps, kind) for kind in ("searches", "ignored", "tickets", "most_read", "least_helpful"))
    assert any(desk.faqs.wordings(str(faq.number)) for faq in gaps.most_read)


def test_there_is_an_experiment_of_every_kind(desk):
    found = {each.status: each for each in desk.experiments.page()}
    assert set(found) == {"draft", "running", "paused", "completed"}
    looks = desk.experiments.last_looks(list(found.values()))
    verdicts = {status: looks[each.number].verdict for status, each in found.items() if each.number in looks}
    assert {status: said.state for status, said in verdicts.items()} == {
        "running": "not yet",
        "paused": "blocked",
        "completed": "ship",
    }
    assert verdicts["paused"].rule == "split"
    assert found["completed"].decision == "ship"
    assert found["completed"].decision_reason == verdicts["completed"].sentence
    assert all(each.hypothesis for each in found.values())
    assert desk.experiments.calculate(str(found["running"].number), keep=False).verdict.state == "not yet"
