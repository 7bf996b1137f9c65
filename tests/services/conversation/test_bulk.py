"""The same done to many tickets: one change, one undo, and a preview that tells the truth."""

import pytest

from supportdesk.domain.actions import parse_actions
from supportdesk.domain.errors import InvalidValue, NotAllowed, NotFound
from supportdesk.domain.preference import PreferenceChange
from supportdesk.domain.ticket import Status, parse_change
from tests.hostile import HOSTILE_STRINGS

UPDATE_WAITS = ("status_update", "pending")
CLOSE = parse_actions({"status": "resolved", "tags": "+done -open", "note": "Closed.", "owner": "me"})


@pytest.fixture
def three(filed):
    for number in (1, 2, 3):
        filed(f"Lamp {number}", contact_email=f"r{number}@example.com")
    return ["1", "2", "3"]


def state(desk):
    tickets = [desk.tickets.get(each) for each in "123"]
    return [(each.status, each.owner, each.tags, len(desk.conversation.messages(str(each.number)))) for each in tickets]


def test_all_of_it_is_one_change_and_one_undo(desk, three):
    before, seq = state(desk), desk.journal.last_seq()
    assert desk.bulk.run(three, CLOSE).changed == {1, 2, 3}
    assert state(desk) == [(Status.RESOLVED, "ann", ("done",), 2)] * 3
    assert len({entry.change for entry in desk.journal.after(seq)}) == 1
    desk.journal.undo()
    assert state(desk) == before


def test_a_preview_says_what_would_be_done_and_changes_nothing(desk, three):
    desk.tickets.update(["3"], parse_change(status="resolved"))
    desk.preferences.set("r1@example.com", PreferenceChange(email_notifications=False))
    before, mails = desk.journal.last_seq(), len(desk.mail.page())
    preview = desk.bulk.preview(three, parse_actions({"status": "resolved"}))
    assert preview.summary == "will resolve 2 tickets (1 are so already) and mail 1 requester"
    assert (desk.journal.last_seq(), len(desk.mail.page())) == (before, mails)
    desk.bulk.run(three, preview.actions)
    told = {each.ticket_id for each in desk.mail.page() if (each.notification_type, each.status) == UPDATE_WAITS}
    assert told == {desk.tickets.get(each).id for each in "23"}


def test_an_answer_goes_to_each_requester_once_and_is_not_held_by_preferences(desk, three):
    desk.preferences.set("r1@example.com", PreferenceChange(email_notifications=False))
    answer = parse_actions({"reply": "Hello {{requester}}, #{{number}} is done.", "status": "resolved"})
    assert desk.bulk.preview(three, answer).summary == "will answer 3 tickets and resolve them and mail 3 requesters"
    desk.bulk.run(three, answer)
    mails = {each.recipient_email: each.content for each in desk.mail.page() if each.notification_type == "reply"}
    assert mails["r2@example.com"] == "Hello r2@example.com, #2 is done."
    assert len(mails) == 3
    assert {desk.tickets.get(each).owner for each in three} == {"ann"}
    assert [each.notification_type for each in desk.mail.page()].count("status_update") == 0
    desk.journal.undo()
    assert {each.status for each in desk.mail.page() if each.notification_type == "reply"} == {"withdrawn"}


def test_one_that_cannot_be_changed_keeps_all_from_changing(desk, colleague, three):
    colleague.tickets.assign(["2"], "me")
    for actions, error in (
        ({"owner": "me"}, NotAllowed),
        ({"owner": "zoe"}, InvalidValue),
        ({"snooze": "yesterday"}, InvalidValue),
        ({"canned": "none such"}, NotFound),
        ({"reply": "{{nobody}}"}, InvalidValue),
    ):
        for call in (desk.bulk.preview, desk.bulk.run):
            with pytest.raises(error):
                call(three, parse_actions(actions))
    assert desk.bulk.run(three, parse_actions({"owner": "me"}), take=True).changed == {1, 2, 3}
    desk.relations.merge(["3"], "1")
    with pytest.raises(NotAllowed, match="#3 is merged"):
        desk.bulk.run(three, CLOSE)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"status": "lost"},
        {"priority": "never"},
        {"tags": "vip"},
        {"tags": 7},
        {"tags": ["+", "x"]},
        {"verb": "x"},
        {"note": 3},
        {"reply": "a", "canned": "b"},
    ],
)
def test_what_is_no_action_is_refused_in_a_sentence(values):
    with pytest.raises(InvalidValue) as caught:
        parse_actions(values)
    assert "\n" not in caught.value.message


def test_macros_are_saved_run_and_deleted(desk, three):
    desk.macros.save("Close", CLOSE)
    assert [each.name for each in desk.macros.list()] == ["Close"]
    assert desk.macros.get("cLOSE").actions == CLOSE
    assert desk.macros.preview("close", three).summary == (
        "will add a note to 3 tickets, resolve them, assign them to you and tag them +done -open and mail 3 requesters"
    )
    assert desk.macros.run("close", ["1", "2"]).changed == {1, 2}
    desk.journal.undo()
    assert desk.tickets.get("1").status is Status.NEW
    desk.macros.delete("CLOSE")
    with pytest.raises(NotFound, match="no macro 'close'"):
        desk.macros.run("close", three)
    with pytest.raises(InvalidValue, match="a variable can be"):
        desk.macros.save("bad", parse_actions({"reply": "{{secret}}"}))
    with pytest.raises(NotFound, match="no canned reply"):
        desk.macros.save("bad", parse_actions({"canned": "gone"}))


def test_hostile_names_and_texts_of_macros_are_kept_or_refused(desk, three):
    for text in HOSTILE_STRINGS:
        try:
            saved = desk.macros.save(text, parse_actions({"note": text, "reply": text}))
        except InvalidValue:
            continue
        assert desk.macros.get(saved.name).actions == saved.actions
        desk.macros.run(saved.name, ["1"])
