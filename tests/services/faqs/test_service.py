"""FAQs are written, changed, deleted and brought back, and nobody overwrites anybody."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import AmbiguousReference, Conflict, DeskError, DuplicateQuestion, InvalidValue, NotFound
from supportdesk.domain.faq import Category, FaqQuery, new_faq
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.page import END, START, Seek
from tests.services.faqs.samples import all_of, written


def test_an_faq_is_kept_as_it_was_written(desk, clock):
    faq = desk.faqs.create(new_faq("How?", "# So\n\n- like *this*", "billing"))
    assert faq == desk.faqs.get("#1") == desk.faqs.get(faq.id) == desk.faqs.get(faq.id[:9])
    assert (faq.number, faq.question, faq.answer, faq.category) == (1, "How?", "# So\n\n- like *this*", "billing")
    assert (faq.created_at, faq.updated_at, faq.version) == (clock.at, clock.at, 1)
    assert (faq.reads, faq.helpful, faq.unhelpful) == (0, 0, 0)


def test_every_edit_is_a_revision_that_says_who_and_when(desk, colleague, clock):
    written(desk, "How?", "So.")
    clock.at += timedelta(hours=1)
    edited = colleague.faqs.update("1", new_faq("How now?", "So.", "account"), seen=1)
    assert (edited.version, edited.created_at, edited.updated_at) == (2, clock.at - timedelta(hours=1), clock.at)
    told = [(each.revision, each.question, each.category, each.changed_by) for each in desk.faqs.revisions("1")]
    assert told == [(1, "How?", "general", "ann"), (2, "How now?", "account", "bob")]
    assert desk.faqs.revisions("1")[1].changed_at == clock.at


def test_saving_the_same_again_is_no_edit(desk):
    faq = written(desk)
    assert desk.faqs.update("1", new_faq(faq.question, faq.answer), seen=1) == faq
    assert len(desk.faqs.revisions("1")) == 1
    assert desk.journal.last_seq() == 1


def test_any_revision_can_be_brought_back(desk):
    written(desk, "How?", "So.", "billing")
    desk.faqs.update("1", new_faq("What?", "That."))
    restored = desk.faqs.restore("1", 1, seen=2)
    assert (restored.question, restored.answer, restored.category) == ("How?", "So.", Category.BILLING)
    assert [each.question for each in desk.faqs.revisions("1")] == ["How?", "What?", "How?"]
    with pytest.raises(NotFound, match="FAQ #1 has no revision 9"):
        desk.faqs.restore("1", 9)


def test_what_somebody_else_has_changed_is_not_overwritten(desk, colleague):
    written(desk, "How?", "So.")
    colleague.faqs.update("1", new_faq("How?", "Like that."), seen=1)
    for change in (
        lambda: desk.faqs.update("1", new_faq("Why?", "So."), seen=1),
        lambda: desk.faqs.delete("1", seen=1),
        lambda: desk.faqs.restore("1", 1, seen=1),
    ):
        with pytest.raises(Conflict) as caught:
            change()
        assert caught.value.message == "FAQ #1 was changed by bob (answer) since you opened it; nothing was saved"
    assert desk.faqs.get("1").answer == "Like that."


def test_counting_readers_is_no_change_that_an_edit_trips_over(desk):
    written(desk)
    desk.faqs.read("1")
    assert desk.faqs.update("1", new_faq("Why?", "So."), seen=1).version == 2


def test_an_faq_that_was_deleted_meanwhile_is_told_in_one_sentence(desk, colleague):
    faq = written(desk)
    colleague.faqs.delete("1")
    for reference in ("1", "#1", faq.id):
        with pytest.raises(NotFound) as caught:
            desk.faqs.update(reference, new_faq("Why?", "So."), seen=1)
        assert caught.value.message == f"there is no FAQ {reference}; bob deleted it; nothing was saved"
    with pytest.raises(NotFound, match=r"^there is no FAQ 7$"):
        desk.faqs.get("7")


def test_the_number_of_a_deleted_faq_is_never_given_again(desk):
    written(desk)
    desk.faqs.delete("1")
    assert written(desk).number == 2


@pytest.mark.parametrize("question", ["How do I pay?", "  HOW do í, pay"])
def test_a_question_that_is_asked_already_needs_a_confirmation(desk, question):
    written(desk, "How do I pay?")
    with pytest.raises(DuplicateQuestion, match="FAQ #1 asks the same: 'How do I pay\\?'") as caught:
        desk.faqs.create(new_faq(question, "So."))
    assert (caught.value.code, caught.value.field) == ("duplicate", "question")
    assert desk.faqs.create(new_faq(question, "So."), duplicate=True).number == 2


def test_an_edit_is_asked_about_a_duplicate_only_when_it_makes_one(desk):
    written(desk, "How?")
    written(desk, "How?")
    assert desk.faqs.update("2", new_faq("How?", "Like that.")).version == 2
    written(desk, "Why?")
    with pytest.raises(DuplicateQuestion, match="FAQ #1"):
        desk.faqs.update("3", new_faq("how", "So."))
    assert desk.faqs.update("3", new_faq("how", "So."), duplicate=True).question == "how"


def test_a_reference_that_fits_several_lists_them(desk, sql):
    for digit in "12":
        written(desk)
        sql("UPDATE faqs SET id = ? WHERE number = ?", f"abcd000{digit}", int(digit))
    with pytest.raises(AmbiguousReference, match="#1 abcd0001, #2 abcd0002"):
        desk.faqs.get("abcd")
    with pytest.raises(InvalidValue):
        desk.faqs.get("an FAQ")


def test_the_list_is_walked_from_the_newest_in_both_directions(desk):
    for number in range(7):
        written(desk, f"Q{number}", category="billing" if number % 2 else "general")
    assert [faq.number for faq in desk.faqs.page(FaqQuery(), START, 3)] == [7, 6, 5]
    assert [faq.number for faq in desk.faqs.page(FaqQuery(), Seek((5,)), 3)] == [4, 3, 2]
    assert [faq.number for faq in desk.faqs.page(FaqQuery(), Seek((5,), skip=2), 3)] == [2, 1]
    assert [faq.number for faq in desk.faqs.page(FaqQuery(), Seek((2,), backwards=True), 3)] == [5, 4, 3]
    assert [faq.number for faq in desk.faqs.page(FaqQuery(), END, 2)] == [2, 1]
    billing = FaqQuery(Category.BILLING)
    assert [faq.number for faq in desk.faqs.page(billing, Seek((6,)), 5)] == [4, 2]
    for query in (FaqQuery(), billing):
        listed = desk.faqs.page(query, START, 10)
        assert desk.faqs.count(query).rows == len(listed)
        assert [desk.faqs.position(query, query.sort_key(faq)) for faq in listed] == list(range(len(listed)))


def test_categories_are_counted_through_everything_that_happens(desk):
    assert set(desk.faqs.categories()) == set(Category)
    assert desk.faqs.statistics() == []
    written(desk, "a", category="billing")
    written(desk, "b", category="billing")
    written(desk, "c", category="account")
    desk.faqs.update("2", new_faq("b", "moved", "technical"))
    desk.faqs.delete("3")
    desk.journal.undo()
    written(desk, "d", category="billing")
    assert desk.faqs.statistics() == [("billing", 2), ("account", 1), ("technical", 1)]
    desk.faqs.delete("4")
    assert desk.faqs.categories() == {"general": 0, "account": 1, "technical": 1, "billing": 1}


def test_readers_and_votes_are_counted(desk, colleague):
    written(desk)
    assert desk.faqs.read("1").reads == 1
    assert colleague.faqs.read("1").reads == 2
    assert desk.faqs.vote("1", helpful=True).helpful == 1
    assert desk.faqs.vote("1", helpful=False).unhelpful == 1
    assert [entry.summary for entry in desk.journal.after(1)] == ["voted helpful", "voted not helpful"]


class TestUndo:
    """`u` takes back whatever was done with FAQs."""

    def test_a_new_faq_is_deleted(self, desk):
        written(desk)
        desk.journal.undo()
        assert all_of(desk) == []
        assert desk.faqs.search("password").hits == ()

    def test_votes_go_back_one_by_one_before_anything_older(self, desk):
        written(desk)
        desk.faqs.vote("1", helpful=True)
        desk.faqs.vote("1", helpful=True)
        desk.faqs.vote("1", helpful=False)
        counts = []
        for _ in range(3):
            desk.journal.undo()
            faq = desk.faqs.get("1")
            counts.append((faq.helpful, faq.unhelpful))
        assert counts == [(2, 0), (1, 0), (0, 0)]
        assert [entry.summary for entry in desk.journal.after(4)] == [
            "vote taken back: not helpful",
            "vote taken back: helpful",
            "vote taken back: helpful",
        ]

    def test_a_vote_goes_back_though_the_faq_has_been_edited(self, desk, colleague):
        written(desk)
        desk.faqs.vote("1", helpful=True)
        colleague.faqs.update("1", new_faq("Why?", "No."))
        desk.journal.undo()
        assert (desk.faqs.get("1").question, desk.faqs.get("1").helpful) == ("Why?", 0)

    def test_an_edit_is_edited_back(self, desk):
        written(desk, "How?", "So.\n\nYes.", "billing")
        desk.faqs.update("1", new_faq("Why?", "No.", "account"))
        desk.journal.undo()
        faq = desk.faqs.get("1")
        assert (faq.question, faq.answer, faq.category, faq.version) == ("How?", "So.\n\nYes.", "billing", 3)
        assert [each.changed_by for each in desk.faqs.revisions("1")] == ["ann"] * 3

    def test_a_deleted_faq_comes_back_whole(self, desk, filed):
        written(desk, "How do I pay?", "By card.\n\nOr cash.", "billing")
        desk.faqs.update("1", new_faq("How can I pay?", "By card.\n\nOr cash.", "billing"))
        desk.faqs.vote("1", helpful=True)
        desk.faqs.used("what does paying take", "1")
        before = desk.faqs.get("1"), desk.faqs.wordings("1"), desk.faqs.revisions("1")
        assert desk.faqs.delete("1") == before[0]
        assert desk.faqs.suggest("what does paying take") == []
        written(desk, "Another one?")
        desk.journal.undo()
        desk.journal.undo()
        assert (desk.faqs.get("1"), desk.faqs.wordings("1"), desk.faqs.revisions("1")) == before
        assert [hit.faq.number for hit in desk.faqs.search("what does paying take").hits] == [1]

    def test_what_somebody_else_has_changed_since_stays(self, desk, colleague):
        written(desk, "How?", "So.")
        desk.faqs.update("1", new_faq("Why?", "So."))
        colleague.faqs.update("1", new_faq("What?", "So."))
        with pytest.raises(Conflict, match="FAQ #1 has changed since: bob changed its question; nothing was undone"):
            desk.journal.undo()
        colleague.faqs.delete("1")
        with pytest.raises(Conflict, match="FAQ #1 was deleted by bob since; nothing was undone"):
            desk.journal.undo()

    def test_what_somebody_else_wanted_too_stays(self, desk, colleague):
        written(desk, "How?", "So.")
        desk.faqs.update("1", new_faq("Why?", "So."))
        colleague.faqs.update("1", new_faq("What?", "So."))
        colleague.faqs.update("1", new_faq("Why?", "So."))
        with pytest.raises(Conflict, match="bob"):
            desk.journal.undo()
        assert desk.faqs.get("1").question == "Why?"

    def test_an_edit_of_other_fields_is_no_hindrance(self, desk, colleague):
        written(desk, "How?", "So.")
        desk.faqs.update("1", new_faq("Why?", "So."))
        colleague.faqs.update("1", new_faq("Why?", "Because."))
        desk.journal.undo()
        faq = desk.faqs.get("1")
        assert (faq.question, faq.answer) == ("How?", "Because.")

    def test_the_journal_tells_both(self, desk):
        written(desk)
        desk.faqs.delete("1")
        desk.journal.undo()
        kinds = [(entry.kind, entry.undoes) for entry in desk.journal.after(0)]
        assert kinds == [(EntryKind.FAQ_CREATED, None), (EntryKind.FAQ_DELETED, None), (EntryKind.FAQ_UNDELETED, 2)]

    @pytest.mark.parametrize(
        "damage",
        [
            """UPDATE journal SET before = '{"nope": "x"}', after = '{"nope": "y"}' WHERE seq = 2""",
            "UPDATE journal SET before = '{}' WHERE seq = 2",
            """UPDATE journal SET before = '{"category": "sport"}' WHERE seq = 2""",
            "UPDATE journal SET kind = 'faq.deleted' WHERE seq = 2",
            "UPDATE journal SET kind = 'faq.wording_kept' WHERE seq = 2",
            "UPDATE journal SET kind = 'faqs.imported' WHERE seq = 2",
            "UPDATE journal SET number = 7 WHERE seq = 2",
        ],
    )
    @pytest.mark.sqlite
    def test_a_journal_that_makes_no_sense_changes_nothing(self, desk, sql, damage):
        written(desk, "How?", "So.")
        desk.faqs.update("1", new_faq("Why?", "So.", "account"))
        sql("DROP TRIGGER journal_is_kept_whole")
        sql(damage)
        before = desk.faqs.get("1")
        with pytest.raises(DeskError) as caught:
            desk.journal.undo()
        assert caught.value.message.isprintable()
        assert desk.faqs.get("1") == before
