"""FAQs learn how requesters put it, and tell what they lack."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import AnsweredAlready, NotFound
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.ticket import Status, TicketChange
from tests.services.faqs.samples import written


def texts(desk, reference="1"):
    return [wording.text for wording in desk.faqs.wordings(reference)]


def answers_mailed(desk):
    return [mail for mail in desk.mail.page() if mail.notification_type is NotificationType.FAQ_ANSWER]


class TestAnswering:
    """A ticket is answered with an FAQ."""

    def test_the_requester_gets_the_answer_and_the_ticket_is_resolved(self, desk, filed):
        filed("Cannot get in", "It says wrong.", contact_email="rita@example.com")
        written(desk, answer="Ask for a mail.\n\n- twice")
        ticket = desk.faqs.answer_ticket("1", "1")
        assert ticket == desk.tickets.get("1")
        assert ticket.status is Status.RESOLVED
        step = desk.tickets.history("1")[-1]
        assert step.notes == "answered with FAQ #1: How do I reset my password?"
        mail = desk.mail.page()[0]
        assert (mail.recipient_email, mail.subject) == ("rita@example.com", "Re: Cannot get in [#1]")
        assert mail.notification_type is NotificationType.FAQ_ANSWER
        assert "How do I reset my password?\n\nAsk for a mail.\n\n- twice\n" in mail.content
        assert len(desk.mail.page()) == 2, "no second mail about the status"

    def test_its_words_find_the_faq_from_then_on(self, desk, filed):
        written(desk)
        written(desk, "Do you ship plants?")
        filed("Locked out", "gibberish sesame")
        assert desk.faqs.suggest("sesame gibberish") == []
        desk.faqs.answer_ticket("1", "1")
        assert [hit.faq.number for hit in desk.faqs.search("sesame").hits] == [1]

    def test_it_is_one_change_that_undo_takes_back(self, desk, filed):
        filed("Locked out")
        written(desk)
        desk.faqs.answer_ticket("1", "1")
        kinds = [entry.kind for entry in desk.journal.undo().entries]
        assert kinds == [EntryKind.FAQ_WORDING_KEPT, EntryKind.TICKET_UPDATED]
        assert desk.tickets.get("1").status is Status.NEW
        assert texts(desk) == []
        assert desk.faqs.search("locked").hits == ()
        changes = {entry.change for entry in desk.journal.after(0) if entry.undoes}
        assert len(changes) == 1

    def test_a_ticket_that_is_resolved_already_gets_the_answer_too(self, desk, filed):
        filed("Locked out")
        written(desk)
        desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
        desk.faqs.answer_ticket("1", "1")
        assert desk.mail.page()[0].notification_type is NotificationType.FAQ_ANSWER
        assert len(texts(desk)) == 1

    def test_the_same_answer_is_not_mailed_twice_by_mistake(self, desk, colleague, filed):
        filed("Locked out")
        written(desk)
        written(desk, "Do you ship plants?")
        colleague.faqs.answer_ticket("1", "1")
        with pytest.raises(AnsweredAlready, match="bob has answered #1 with FAQ #1 before.*nothing was sent"):
            desk.faqs.answer_ticket("1", "1")
        assert len(answers_mailed(desk)) == 1
        desk.faqs.answer_ticket("1", "2")
        desk.faqs.answer_ticket("1", "1", again=True)
        assert len(answers_mailed(desk)) == 3

    def test_what_was_undone_can_be_answered_anew(self, desk, filed):
        filed("Locked out")
        written(desk)
        desk.faqs.answer_ticket("1", "1")
        desk.journal.undo()
        desk.faqs.answer_ticket("1", "1")
        assert desk.tickets.get("1").status is Status.RESOLVED

    def test_nothing_happens_when_one_of_them_is_not_there(self, desk, filed):
        filed()
        written(desk)
        for ticket, faq in (("1", "9"), ("9", "1")):
            with pytest.raises(NotFound):
                desk.faqs.answer_ticket(ticket, faq)
        assert (len(desk.mail.page()), texts(desk)) == (1, [])


class TestWordings:
    """How requesters put it."""

    def test_the_newest_ten_are_kept(self, desk):
        written(desk)
        for number in range(12):
            desk.faqs.used(f"wording{number}", "1")
        assert texts(desk) == [f"wording{number}" for number in range(11, 1, -1)]
        assert desk.faqs.search("wording1").hits == ()

    def test_a_repeat_only_becomes_the_newest_again(self, desk):
        written(desk)
        for text in ("Locked out!", "No way in", "locked  OUT"):
            desk.faqs.used(text, "1")
        assert texts(desk) == ["locked OUT", "No way in"]

    def test_undo_gives_back_what_had_to_go(self, desk):
        written(desk)
        for number in range(10):
            desk.faqs.used(f"wording{number}", "1")
        before = desk.faqs.wordings("1")
        for text in ("another", "wording5"):
            desk.faqs.used(text, "1")
            assert desk.faqs.wordings("1") != before
            desk.journal.undo()
            assert desk.faqs.wordings("1") == before

    def test_they_are_short_and_hold_no_addresses(self, desk):
        written(desk)
        desk.faqs.used("from ann@example.com\n" + "long " * 500, "1")
        (text,) = texts(desk)
        assert text.startswith("from <address> long")
        assert len(text) == 500

    def test_one_can_be_forgotten_and_that_be_undone(self, desk):
        written(desk)
        desk.faqs.used("sesame", "1")
        (wording,) = desk.faqs.wordings("1")
        desk.faqs.forget_wording("1", wording.number)
        assert (texts(desk), desk.faqs.search("sesame").hits) == ([], ())
        with pytest.raises(NotFound, match="FAQ #1 has no wording"):
            desk.faqs.forget_wording("1", wording.number)
        desk.journal.undo()
        assert desk.faqs.wordings("1") == [wording]
        assert len(desk.faqs.search("sesame").hits) == 1

    def test_that_an_answer_was_used_is_counted_and_can_be_taken_back(self, desk):
        written(desk)
        assert desk.faqs.used("sesame", "1").helpful == 1
        assert [entry.kind for entry in desk.journal.after(1)] == [EntryKind.FAQ_USED, EntryKind.FAQ_WORDING_KEPT]
        desk.journal.undo()
        assert (desk.faqs.get("1").helpful, texts(desk)) == (0, [])

    def test_an_undo_finds_the_faq_gone_and_goes_on(self, desk, colleague, filed):
        filed("Locked out")
        written(desk)
        desk.faqs.answer_ticket("1", "1")
        colleague.faqs.delete("1")
        desk.journal.undo()
        assert desk.tickets.get("1").status is Status.NEW
        colleague.journal.undo()
        assert texts(desk) == []


class TestGaps:
    """What the FAQs lack."""

    def test_searches_in_vain_are_summed_up(self, desk, clock):
        written(desk)
        for text in ("Sesame", " sesame ", "zebra", "password"):
            desk.faqs.search(text, record=True)
        desk.faqs.search("not recorded zebras")
        told = [(each.text, each.times, each.last_at) for each in desk.faqs.gaps().searches]
        assert told == [("sesame", 2, clock.at), ("zebra", 1, clock.at)]

    def test_they_name_nobody_and_are_short(self, desk):
        desk.faqs.search("ann@example.com " + "x" * 200, record=True)
        (missed,) = desk.faqs.gaps().searches
        assert missed.text.startswith("<address> xxx")
        assert len(missed.text) == 100

    def test_signs_alone_are_no_search(self, desk):
        for text in ("", "?", "-", '""'):
            desk.faqs.search(text, record=True)
        assert desk.faqs.gaps().searches == ()

    def test_a_gap_is_closed_by_an_faq_that_is_found(self, desk, sql):
        desk.faqs.search("sesame", record=True)
        written(desk, "What is sesame?")
        assert desk.faqs.gaps().searches == ()
        desk.faqs.search("sesame", record=True)
        assert sql("SELECT count(*) FROM faq_searches") == [(0,)]

    def test_old_searches_are_not_kept_for_ever(self, desk, sql, clock, monkeypatch):
        monkeypatch.setattr("supportdesk.storage.faqs.gaps.SEARCHES_KEPT", 3)
        for text in ("one", "two", "three", "one", "four"):
            clock.at += timedelta(seconds=1)
            desk.faqs.search(text, record=True)
        assert {text for (text,) in sql("SELECT text FROM faq_searches")} == {"one", "three", "four"}

    def test_suggestions_in_vain_are_counted_with_what_they_were_made_for(self, desk):
        written(desk, "Q1")
        written(desk, "Q2")
        desk.faqs.ignored("first ann@example.com", [1, 2, 99])
        desk.faqs.ignored("second", [2])
        gaps = desk.faqs.gaps()
        assert [(faq.number, times) for faq, times in gaps.ignored] == [(2, 2), (1, 1)]
        assert gaps.ignored_for == {1: "first <address>", 2: "second"}
        desk.faqs.delete("2")
        assert [faq.number for faq, _ in desk.faqs.gaps().ignored] == [1]

    def test_open_tickets_that_nothing_answers_are_told_newest_first(self, desk, filed):
        written(desk)
        for number in range(9):
            written(desk, f"Q{number}", f"answer {number}")
        filed("Password reset", "I cannot reset my password", priority="high")
        filed("Zebra", "stripes")
        filed("Yak", "hair", priority="high")
        filed("Gnu", "horns")
        desk.tickets.update(["4"], TicketChange(Status.RESOLVED))
        assert [ticket.title for ticket in desk.faqs.gaps().tickets] == ["Yak", "Zebra"]
        assert [ticket.title for ticket in desk.faqs.gaps(limit=1).tickets] == ["Yak"]

    def test_only_the_newest_open_tickets_are_looked_at(self, desk, filed, monkeypatch):
        monkeypatch.setattr("supportdesk.services.faqs.gaps.TICKETS_CHECKED", 2)
        for title in ("Yak", "Gnu", "Emu"):
            filed(title)
        assert [ticket.title for ticket in desk.faqs.gaps().tickets] == ["Emu", "Gnu"]

    def test_most_and_least_read_and_voted_for(self, desk):
        for number in range(1, 5):
            written(desk, f"Q{number}")
        for number in (2, 2, 3):
            desk.faqs.read(str(number))
        for number, helpful in ((1, True), (1, True), (2, True), (2, False), (3, True), (4, False)):
            desk.faqs.vote(str(number), helpful=helpful)
        gaps = desk.faqs.gaps(limit=3)
        assert [faq.number for faq in gaps.most_read] == [2, 3]
        assert [faq.number for faq in gaps.least_read] == [1, 4, 3]
        assert [faq.number for faq in gaps.most_helpful] == [1, 3]
        assert [faq.number for faq in gaps.least_helpful] == [4]
        assert desk.faqs.gaps(limit=1).most_helpful == (desk.faqs.get("1"),)

    def test_a_new_desk_lacks_nothing_that_could_be_told(self, desk):
        gaps = desk.faqs.gaps()
        assert not any((gaps.searches, gaps.ignored, gaps.tickets, gaps.most_read, gaps.least_read))
