"""The life of an experiment: what each step allows, what it freezes, and what is in the journal."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from supportdesk.domain.experiments.experiment import Decision, ExperimentStatus
from supportdesk.domain.experiments.form import DEFAULTS
from supportdesk.domain.page import END, START, Seek
from tests.services.experiments.samples import drafted, running


def said(desk):
    return [(entry.about, entry.summary) for entry in desk.journal.page(START, 100)][::-1]


def test_a_life_from_draft_to_decision_stands_in_the_journal(desk, colleague, clock):
    drafted(desk)
    colleague.experiments.update("1", {"min_sample": "500"})
    started = desk.experiments.start("1", reason="the shop is open")
    assert started.start_date == clock.at
    clock.at += timedelta(days=2)
    desk.experiments.pause("1", reason="a bug")
    resumed = desk.experiments.start("1")
    assert resumed.start_date == started.start_date
    done = desk.experiments.complete("1", Decision.KEEP_CONTROL, "No gain.")
    assert (done.status, done.decision, done.decision_reason) == ("completed", "keep-control", "No gain.")
    assert done.end_date == clock.at
    assert said(desk) == [
        ("experiment #1", "created: Button"),
        ("experiment #1", "edited: min_sample"),
        ("experiment #1", "started (the shop is open)"),
        ("experiment #1", "paused (a bug)"),
        ("experiment #1", "resumed"),
        ("experiment #1", "completed: keep-control (No gain.)"),
    ]
    assert desk.journal.page(START, 100)[-2].actor == "bob"


def test_steps_that_are_not_allowed_say_which_are(desk):
    drafted(desk)
    for step in (lambda: desk.experiments.pause("1"), lambda: desk.experiments.complete("1", Decision.SHIP, "x")):
        with pytest.raises(NotAllowed, match="is draft and cannot become .*; it can be running"):
            step()
    desk.experiments.start("1")
    with pytest.raises(NotAllowed, match="is running already; it can be paused or completed"):
        desk.experiments.start("1")
    desk.experiments.complete("1", Decision.NO_RESULT, "x")
    with pytest.raises(
        NotAllowed, match="a completed one stays as it is; clone it with: supportdesk experiment clone 1"
    ):
        desk.experiments.start("1")
    assert desk.experiments.get("1").status is ExperimentStatus.COMPLETED


@pytest.mark.parametrize("field", sorted(DEFAULTS.keys() - {"weights", "ramp"}))
def test_the_start_freezes_what_it_is(desk, field):
    before = running(desk)
    with pytest.raises(NotAllowed, match="only a draft can be edited"):
        desk.experiments.update("1", {field: "5"})
    with pytest.raises(NotAllowed, match="only a draft can be deleted"):
        desk.experiments.delete("1")
    assert desk.experiments.get("1") == before


def test_other_weights_while_it_runs_open_a_phase_and_users_keep_what_they_see(desk, clock):
    running(desk)
    seen = {user: desk.experiments.assign("1", user).variant for user in map(str, range(50))}
    clock.at += timedelta(days=1)
    phased = desk.experiments.update("1", {"weights": "10/90"})
    assert [(each.phase, each.weights, each.started_at) for each in phased.phases][1] == (2, (0.1, 0.9), clock.at)
    assert {user: desk.experiments.assign("1", user).variant for user in seen} == seen
    new = [desk.experiments.assign("1", f"new {number}").variant for number in range(200)]
    assert new.count("blue") > 150
    assert said(desk)[-1][1] == "weights 50/50 → 10/90, phase 1 → 2"


def test_another_ramp_while_it_runs_opens_a_phase_and_who_is_in_stays_in(desk, clock):
    running(desk, ramp="10", weights="30/70")
    users = [f"user {number}" for number in range(300)]

    def entered():
        return {user: shown.variant for user in users if (shown := desk.experiments.assign("1", user)).stored}

    first = entered()
    clock.at += timedelta(days=1)
    wider = desk.experiments.update("1", {"ramp": "60 %"})
    assert (wider.definition.ramp, wider.weights, wider.phase, wider.phases[1].started_at) == (
        60,
        (0.3, 0.7),
        2,
        clock.at,
    )
    second = entered()
    assert len(first) < 60 < 120 < len(second) < 240
    assert first.items() < second.items()
    assert said(desk)[-1][1] == "ramp 10 → 60, phase 1 → 2"

    assert desk.experiments.update("1", {"ramp": "60"}).version == wider.version
    desk.experiments.update("1", {"ramp": "1", "weights": "50/50"})
    assert entered() == second
    assert said(desk)[-1][1] == "weights 30/70 → 50/50, ramp 60 → 1, phase 2 → 3"
    with pytest.raises(InvalidValue, match="^ramp: '0' is not allowed; somebody has to enter"):
        desk.experiments.update("1", {"ramp": "0"})


def test_the_checklist_knows_what_is_missing(desk):
    drafted(desk, hypothesis="", surface="ticket_form", metric="ticket_submited")
    states = {check.name: (check.state, check.says) for check in desk.experiments.checklist("1")}
    assert states["hypothesis"][0] == states["metric"][0] == states["sample"][0] == "warning"
    assert "ticket_submited" in states["metric"][1]
    desk.experiments.update("1", {"metric": "ticket_submitted", "hypothesis": "More tickets."})
    states = {check.name: check.state for check in desk.experiments.checklist("1")}
    assert (states["hypothesis"], states["metric"]) == ("ok", "ok")


def test_the_checklist_says_how_long_it_takes_at_the_present_traffic(desk, clock):
    running(desk, surface="ticket_form")
    for day in range(3):
        clock.at += timedelta(days=1)
        for user in range(10):
            desk.experiments.assign("1", f"{day} {user}")
    desk.experiments.complete("1", Decision.SHIP, "x")
    drafted(desk, surface="ticket_form", min_sample="100")
    sample = next(check for check in desk.experiments.checklist("2") if check.name == "sample")
    assert (sample.state, sample.says) == ("ok", "100 users per variant, 200 in all: about 20 days at 10 users a day")


def test_the_present_traffic_counts_those_whom_a_ramp_kept_out(desk, clock):
    running(desk, surface="ticket_form", ramp="10")
    entered = 0
    while entered < 20:
        entered += desk.experiments.assign("1", f"{entered} {clock.at}").stored
        clock.at += timedelta(seconds=1)
    desk.experiments.complete("1", Decision.SHIP, "x")
    drafted(desk, surface="ticket_form", min_sample="100")
    sample = next(check for check in desk.experiments.checklist("2") if check.name == "sample")
    assert sample.says.endswith("at 200 users a day")


def test_two_experiments_do_not_share_a_surface(desk):
    running(desk, surface="ticket_form")
    drafted(desk, surface="ticket_form")
    with pytest.raises(NotAllowed, match="experiment #1 Button is running on ticket_form; complete it first"):
        desk.experiments.start("2")
    desk.experiments.complete("1", Decision.SHIP, "x")
    assert desk.experiments.start("2").status is ExperimentStatus.RUNNING


def test_a_completed_one_is_cloned_as_a_draft_with_what_shall_be_different(desk):
    running(desk, guardrails="complained:down", weights="20/80")
    desk.experiments.update("1", {"weights": "50/50"})
    desk.experiments.complete("1", Decision.SHIP, "x")
    clone = desk.experiments.clone("1", {"metric": "bought,upgraded"})
    assert (clone.number, clone.status, clone.name, clone.phase) == (2, "draft", "Button (again)", 1)
    assert clone.target_metric == "bought,upgraded"
    assert clone.metrics[1:] == desk.experiments.get("1").metrics[1:]
    assert clone.weights == (0.5, 0.5)


def test_who_edits_what_another_has_changed_is_told(desk, colleague):
    draft = drafted(desk)
    colleague.experiments.update("1", {"name": "Other"})
    colleague.experiments.update("1", {"name": "Other yet", "metric": "sold"})
    said = r"^experiment #1 was changed by bob \(name, metric\) since you looked; nothing was saved$"
    with pytest.raises(Conflict, match=said):
        desk.experiments.update("1", {"name": "Mine"}, seen=draft.version)
    colleague.experiments.start("1")
    with pytest.raises(Conflict, match=r"changed by bob \(status\) since"):
        desk.experiments.pause("1", seen=draft.version + 2)
    assert (desk.experiments.get("1").name, desk.experiments.get("1").status) == ("Other yet", "running")


def test_nothing_of_a_bad_edit_is_saved(desk):
    before = drafted(desk)
    with pytest.raises(InvalidValue):
        desk.experiments.update("1", {"name": "New", "confidence": "95"})
    assert desk.experiments.get("1") == before
    assert desk.journal.last_seq() == 1


def test_undo_takes_back_what_happened_to_a_draft(desk):
    first = drafted(desk, description="Two\nlines.", guardrails="complained:down")
    desk.experiments.update("1", {"name": "New", "test": "blue,red", "metric": "a,b"})
    desk.journal.undo()
    assert desk.experiments.get("1").definition == first.definition
    desk.experiments.delete("1")
    with pytest.raises(NotFound, match="there is no experiment 1; ann deleted it"):
        desk.experiments.get("1")
    desk.journal.undo()
    back = desk.experiments.get(first.id)
    assert (back.number, back.definition, back.created_at) == (1, first.definition, first.created_at)
    assert desk.experiments.start("1").status is ExperimentStatus.RUNNING


def test_undo_takes_the_creation_back_and_the_number_is_not_given_again(desk):
    drafted(desk)
    desk.journal.undo()
    assert desk.experiments.page() == []
    assert drafted(desk).number == 2


def test_a_step_cannot_be_undone_and_says_so(desk):
    running(desk)
    with pytest.raises(NotAllowed, match="your last change cannot be undone: experiment #1 started"):
        desk.journal.undo()


def test_undo_is_refused_when_somebody_has_changed_the_same(desk, colleague):
    drafted(desk)
    desk.experiments.update("1", {"name": "Mine"})
    colleague.experiments.update("1", {"name": "Theirs"})
    with pytest.raises(Conflict, match="bob changed its name; nothing was undone"):
        desk.journal.undo()
    colleague.experiments.start("1")
    with pytest.raises(Conflict, match="is running by now"):
        desk.journal.undo()


def test_lists_are_walked_by_key(desk):
    for number in range(5):
        drafted(desk, name=str(number))
    desk.experiments.start("3")
    page = desk.experiments.page(None, START, 2)
    assert [each.number for each in page] == [5, 4]
    assert [each.number for each in desk.experiments.page(None, Seek((4,)), 9)] == [3, 2, 1]
    assert [each.number for each in desk.experiments.page(None, END, 2)] == [2, 1]
    assert desk.experiments.position((3,)) == 2
    assert [each.number for each in desk.experiments.page(ExperimentStatus.RUNNING)] == [3]
    assert desk.experiments.count(ExperimentStatus.DRAFT).rows == 4
