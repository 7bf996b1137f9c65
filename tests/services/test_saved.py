"""Macros, canned replies and views are in the journal, and undone like everything else."""

import pytest

from supportdesk.domain.actions import parse_actions
from supportdesk.domain.errors import Conflict, NotAllowed, NotFound
from supportdesk.domain.page import START

RESOLVE, TAG = parse_actions({"status": "resolved"}), parse_actions({"tags": "+vip"})
SAVED = {
    "macro": (
        lambda desk: desk.macros,
        lambda desk: desk.macros.save("close", RESOLVE),
        lambda desk: desk.macros.save("Close", TAG),
        lambda desk: [(each.name, each.actions) for each in desk.macros.list()],
        "macro close",
    ),
    "canned reply": (
        lambda desk: desk.canned_replies,
        lambda desk: desk.canned_replies.save("close", "It is solved."),
        lambda desk: desk.canned_replies.save("Close", "Solved."),
        lambda desk: [(each.name, each.text) for each in desk.canned_replies.list()],
        "canned reply close",
    ),
    "view": (
        lambda desk: desk.views,
        lambda desk: desk.views.save("close", "status:new"),
        lambda desk: desk.views.save("Close", "status:resolved"),
        lambda desk: [(each.name, each.query, each.owner) for each in desk.views.list()],
        "view close",
    ),
    "team view": (
        lambda desk: desk.views,
        lambda desk: desk.views.save("close", "status:new", team=True),
        lambda desk: desk.views.save("Close", "status:resolved", team=True),
        lambda desk: [(each.name, each.query, each.owner) for each in desk.views.list()],
        "team view close",
    ),
}


def newest(desk):
    return desk.journal.page(START, 1)[0]


@pytest.mark.parametrize(("service", "save", "change", "there", "words"), SAVED.values(), ids=SAVED)
def test_each_step_is_told_and_taken_back(desk, service, save, change, there, words):
    states = [there(desk)]
    told = []
    for step in (save, change, lambda desk: service(desk).delete("close")):
        step(desk)
        states.append(there(desk))
        told.append((newest(desk).actor, newest(desk).summary.lower()))
    assert told == [("ann", f"{words} {verb}") for verb in ("saved", "changed", "deleted")]
    for state in reversed(states[:-1]):
        desk.journal.undo()
        assert there(desk) == state
    for state in states[1:]:
        desk.journal.redo()
        assert there(desk) == state


@pytest.mark.parametrize(("service", "save", "change", "there", "words"), SAVED.values(), ids=SAVED)
def test_the_same_again_is_no_change(desk, service, save, change, there, words):
    save(desk)
    before = desk.journal.last_seq()
    save(desk)
    assert desk.journal.last_seq() == before
    with pytest.raises(NotFound):
        service(desk).delete("another")
    assert desk.journal.last_seq() == before


def test_what_a_colleague_has_changed_since_stays(desk, colleague):
    desk.canned_replies.save("close", "It is solved.")
    colleague.canned_replies.save("close", "Solved.")
    with pytest.raises(Conflict, match=r"canned reply close has changed since: .*bob"):
        desk.journal.undo()
    assert desk.canned_replies.get("close").text == "Solved."


def test_a_view_of_mine_is_not_the_teams(desk, colleague):
    desk.views.save("urgent", "prio:high")
    colleague.views.save("urgent", "prio:high", team=True)
    desk.journal.undo()
    assert [view.is_team for view in desk.views.list()] == [True]


def test_a_draft_is_shared_and_taken_before_everybodys_eyes(desk, colleague, filed):
    filed()
    desk.shared_drafts.share("1", "Dear Rita,")
    desk.shared_drafts.share("1", "Dear Rita, we")
    assert (newest(desk).about, newest(desk).summary) == ("#1", "shared a draft of a reply")
    colleague.shared_drafts.take("1")
    assert (newest(desk).actor, newest(desk).summary) == ("bob", "took the draft that ann had shared")
    # What was not sent is not kept in a journal that keeps everything.
    assert "Dear" not in "".join(str(entry) for entry in desk.journal.page(START, 100))
    with pytest.raises(Conflict, match="the draft for #1 was taken since"):
        desk.journal.undo()
    with pytest.raises(NotAllowed, match="who took it has the text"):
        colleague.journal.undo()


def test_a_shared_draft_is_taken_back(desk, filed):
    filed()
    desk.shared_drafts.share("1", "Dear Rita,")
    desk.journal.undo()
    assert desk.shared_drafts.find("1") is None


@pytest.mark.parametrize("name", ["shut", "Thanks", "CLOSE"], ids=["new", "one that there is", "other letters"])
def test_a_canned_reply_with_another_name_is_no_copy_and_one_change(desk, name):
    there = SAVED["canned reply"][3]
    desk.canned_replies.save("close", "It is solved.")
    desk.canned_replies.save("thanks", "Thank you.")
    before = there(desk)
    desk.canned_replies.save(name, "Solved.", renamed="close")
    after = there(desk)
    assert (name, "Solved.") in after
    assert "close" not in [each for each, _ in after]
    desk.journal.undo()
    assert there(desk) == before
    desk.journal.redo()
    assert there(desk) == after
    with pytest.raises(NotFound):
        desk.canned_replies.save("x", "X.", renamed="never was")
    assert there(desk) == after
