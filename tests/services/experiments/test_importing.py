"""Users and events from files: all or nothing, who is odd is counted, and real experiments give their known numbers."""

import gzip
import json
from datetime import timedelta

import pytest

from supportdesk.domain.errors import InvalidValue, NotAllowed, NotFound
from supportdesk.domain.experiments.experiment import Decision
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from supportdesk.storage.experiments.staged_rows import BothArms
from tests.services.experiments.samples import drafted, running

HEADER = "user_identifier,variant,assigned_at"
EVENTS = "user_identifier,event_name,event_value,created_at,event_id"


@pytest.fixture
def take(desk, tmp_path):
    """Import these lines into experiment 1."""

    def take(users=(), events=(), both_arms="leave-out", outcomes=(), rejects=None, dry_run=False, **choice):
        files = {}
        for name, lines in (("assignments", users), ("events", events)):
            if lines:
                files[name] = tmp_path / f"{name}.csv"
                files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
        return desk.experiment_import.run(
            "1",
            ColumnChoice(**choice),
            ImportOptions(rejects=rejects, dry_run=dry_run),
            outcomes=outcomes,
            both_arms=BothArms(both_arms),
            **files,
        )

    return take


def arms(desk):
    return [(arm.users, arm.converted) for arm in desk.experiments.arms([desk.experiments.get("1")])[1]]


def test_users_and_events_go_in_and_a_draft_is_started(desk, take, sql):
    drafted(desk)
    done = take(
        [HEADER, "a,green,2026-11-01T10:00:00Z", "b,blue,2026-11-02 10:00:00", "c,blue,2026-11-02T12:00:00+02:00"],
        [EVENTS, "b,bought,19.9,2026-11-03,e1", "c,looked,,2026-11-03,"],
    )
    assert (done.moved.users, done.moved.events) == (3, 2)
    assert arms(desk) == [(1, 0), (2, 1)]
    test = desk.experiments.get("1")
    assert (test.status, test.start_date.isoformat()) == ("running", "2026-11-01T10:00:00+00:00")
    assert sql("SELECT user_identifier, variant, assigned_at FROM ab_test_assignments ORDER BY 1") == [
        ("a", "green", "2026-11-01T10:00:00.000Z"),
        ("b", "blue", "2026-11-02T10:00:00.000Z"),
        ("c", "blue", "2026-11-02T10:00:00.000Z"),
    ]
    assert sql("SELECT event_name, event_value FROM ab_test_events ORDER BY 1") == [("bought", 19.9), ("looked", None)]


def test_the_same_files_again_change_nothing(desk, take):
    running(desk)
    files = (
        [HEADER, "a,green,2026-11-01", "b,blue,2026-11-01"],
        [EVENTS, "a,bought,1,2026-11-02,e1", "b,bought,1,2026-11-02,e2"],
    )
    take(*files)
    again = take(*files)
    assert (again.moved.users, again.moved.known_users, again.moved.left_out) == (0, 2, 0)
    assert (again.moved.events, again.moved.repeated_events) == (0, 2)
    assert arms(desk) == [(1, 1), (1, 1)]


@pytest.mark.parametrize("header", ["user_identifier,variant,assigned_at,spent", "user_identifier,variant,-,spent"])
def test_the_same_revenue_again_is_not_added_up(desk, take, header):
    running(desk, metric="spent", kind="revenue")
    users = [header, "a,green,2026-11-01,5", "b,blue,2026-11-01,7", "b,blue,2026-11-02,2", "b,blue,2026-11-02,2"]
    done = take(users, outcomes=[("spent", "spent")])
    again = take(users, outcomes=[("spent", "spent")])
    assert (done.moved.events, done.moved.repeated_events) == (4, 0)
    assert (again.moved.events, again.moved.repeated_events) == (0, 4)
    arms = desk.experiments.calculate("1").analysis.metrics[0].variants
    assert [arm.value for arm in arms] == [5, 11]


def test_events_without_an_id_are_known_again_by_what_the_file_tells_of_them(desk, take):
    running(desk)
    users = [HEADER, "a,green,2026-11-01"]
    first = ["user_identifier,event_name,event_value,created_at", "a,bought,5,2026-11-02", "a,bought,5,2026-11-02"]
    assert take(users, first).moved.events == 2
    more = take((), [*first, "a,bought,6,2026-11-02", "a,bought,5,2026-11-03"]).moved
    assert (more.events, more.repeated_events) == (2, 2)


def test_who_stands_in_both_arms_is_left_out_however_late_it_shows(desk, take):
    running(desk)
    done = take(
        [
            HEADER,
            "a,green,2026-11-01",
            "a,blue,2026-11-02",
            "b,blue,2026-11-01",
            "b,blue,2026-11-02",
            "c,green,2026-11-01",
        ],
        [EVENTS, "a,bought,,2026-11-03,", "b,bought,,2026-11-03,", "c,bought,,2026-11-03,"],
    )
    assert (done.seen.rows, done.seen.users, done.seen.users_in_both_arms, done.seen.users_with_more_rows) == (
        5,
        3,
        1,
        2,
    )
    assert (done.moved.users, done.moved.left_out) == (3, 1)
    assert arms(desk) == [(1, 1), (1, 1)]
    assert take([HEADER, "c,blue,2026-11-05"]).moved.left_out == 1
    assert arms(desk) == [(0, 0), (1, 1)]
    assert desk.experiments.get("1").total_participants == 3


def test_the_first_row_by_time_decides_and_only_it_counts(desk, take):
    users = [
        "user_identifier,variant,assigned_at,hit",
        "a,green,2026-11-02,1",
        "a,blue,2026-11-01,0",
        "b,blue,2026-11-01,2",
    ]
    running(desk)
    take(users, both_arms="first", outcomes=[("bought", "hit")])
    assert arms(desk) == [(0, 0), (2, 1)]


def test_every_row_is_a_user_of_its_own(desk, take):
    running(desk)
    users = [
        "user_identifier,variant,assigned_at,hit",
        "a,green,2026-11-02,1",
        "a,blue,2026-11-01,1",
        "b,blue,2026-11-01,0",
    ]
    done = take(users, both_arms="every-row", outcomes=[("bought", "hit")])
    assert (done.moved.users, done.moved.events) == (3, 2)
    assert arms(desk) == [(1, 1), (2, 1)]


def test_rows_in_which_the_user_saw_something_else_are_left_out(desk, take):
    running(desk)
    done = take(
        ["user_identifier,variant,page,hit", "a,green,old,1", "a,green,new,1", "b,blue,new,0", "c,blue,old,1"],
        outcomes=[("bought", "hit")],
        columns=[("user_identifier", "user_identifier"), ("variant", "variant"), ("exposed", "page")],
        values=[("exposed", "old", "green"), ("exposed", "new", "blue")],
    )
    assert (done.seen.mismatched_rows, done.moved.users, done.moved.events) == (2, 2, 1)
    assert arms(desk) == [(1, 1), (1, 0)]


def test_events_that_cannot_count_are_left_out_and_counted(desk, take):
    running(desk)
    done = take(
        [HEADER, "a,green,2026-11-05"],
        # A second before is before: one file has one clock.
        [
            EVENTS,
            "a,bought,,2026-11-04,",
            "a,bought,,2026-11-04 23:59:59,",
            "stranger,bought,,2026-11-06,",
            "a,bought,,2026-11-06,",
        ],
    )
    assert (done.moved.events, done.moved.without_assignment, done.moved.before_assignment) == (1, 1, 2)
    assert desk.experiments.refusals("1") == {"before assignment": 2, "no assignment": 1}


def test_rows_that_name_no_user_are_numbered_and_columns_have_any_name(desk, take):
    drafted(desk, test="blue,red", metric="spend", kind="revenue")
    done = take(
        ["segment,spend", "None,0", "Mail A,12.5", "Mail B,", "None,3"],
        outcomes=[("spend", "spend")],
        columns=[("user_identifier", "#"), ("variant", "segment")],
        values=[("variant", "None", "green"), ("variant", "Mail A", "blue"), ("variant", "Mail B", "red")],
    )
    assert (done.moved.users, done.moved.events) == (4, 2)
    assert arms(desk) == [(2, 1), (1, 1), (1, 0)]


@pytest.mark.parametrize(
    ("users", "events", "said"),
    [
        (
            [HEADER, "a,green,2026-11-01", "b,purple,2026-11-01"],
            (),
            "line 3, variant: 'purple' is not allowed; it can be",
        ),
        ([HEADER, "a,green,2026-11-01", ",blue,2026-11-01"], (), "line 3, user_identifier: '' is not allowed"),
        (
            [HEADER, "a,green,2999-01-01"],
            (),
            "line 2, assigned_at: '2999-01-01T00:00:00.000Z' is not allowed; it is in the future",
        ),
        ([HEADER, "a,green"], (), "line 2: it has 2 cells, but the header has 3"),
        (["user,arm", "a,green"], (), "user_identifier: the file has no column for it"),
        ((), [EVENTS, "a,bought,nan,2026-11-01,"], "line 2, value: 'nan' is not allowed; it must be a finite number"),
        ((), [EVENTS, "a,bought,much,2026-11-01,"], "line 2, value: 'much' is not allowed"),
        ((), [EVENTS, "a,bought,,2999-01-01,"], "it is in the future"),
        ((), ["user_identifier,event_name,event_data", 'a,bought,"{"'], "it must be JSON"),
        ((), ["user_identifier", "a"], "event_name: the file has no column for it"),
    ],
)
def test_nothing_goes_in_when_a_row_is_bad(desk, take, users, events, said):
    draft = drafted(desk)
    with pytest.raises(InvalidValue) as caught:
        take(users, events)
    assert said in caught.value.message
    assert desk.experiments.get("1") == draft
    assert desk.journal.last_seq() == 1


@pytest.mark.parametrize(
    ("event", "header", "cell", "said"),
    [
        ("nope", "hit", "1", "outcome: 'nope' is not allowed; no metric counts it; it can be bought or basket"),
        ("bought", "nope", "1", "outcome: 'nope' is not allowed; the file has no such header"),
        ("bought", "hit", "-1", "line 2, bought: '-1' is not allowed; it is how often that happened, from 0 up"),
    ],
)
def test_an_outcome_that_cannot_count_is_refused(desk, take, event, header, cell, said):
    drafted(desk, secondary="basket:revenue")
    with pytest.raises(InvalidValue) as caught:
        take(["user_identifier,variant,hit", f"a,green,{cell}"], outcomes=[(event, header)])
    assert said in caught.value.message


def test_money_that_was_given_back_is_an_outcome(desk, take):
    running(desk, secondary="basket:revenue")
    assert take(["user_identifier,variant,sum", "a,green,-5"], outcomes=[("basket", "sum")]).moved.events == 1


def test_bad_rows_are_set_aside_when_asked(desk, take, tmp_path):
    running(desk)
    done = take([HEADER, "a,green,2026-11-01", "b,purple,2026-11-01"], rejects=tmp_path / "bad.csv")
    assert (done.moved.users, done.rejected) == (1, 1)
    assert "purple" in (tmp_path / "bad.csv").read_text()


def test_events_that_cannot_count_are_set_aside_too_and_come_in_once_they_can(desk, take, tmp_path):
    running(desk)
    take([HEADER, "a,green,2026-11-05"])
    lines = ["a,bought,,2026-11-04,", "stranger,bought,,2026-11-06,e1", "a,bought,,2026-11-06,", "a,,,2026-11-06,"]
    done = take(events=[EVENTS, *lines], rejects=tmp_path / "bad.csv")
    assert (done.moved.events, done.moved.without_assignment, done.moved.before_assignment) == (1, 1, 1)
    assert done.rejected == 3
    header, early, unknown, nameless = (tmp_path / "bad.csv").read_text().splitlines()
    assert header == f"{EVENTS},line,reason"
    assert early.startswith("a,bought,,2026-11-04,,2,at: 2026-11-04T00:00:00.000Z is before the assignment of 'a' at")
    assert unknown.startswith("stranger,bought,,2026-11-06,e1,3,\"user: 'stranger' has no assignment in experiment #1")
    assert nameless.startswith('a,,,2026-11-06,,5,"event_name: ')
    assert desk.experiments.refusals("1") == {"before assignment": 1, "no assignment": 1}

    take([HEADER, "stranger,blue,2026-11-05"])
    again = take(events=[header, unknown])
    assert (again.moved.events, again.rejected) == (1, 0)


def test_a_dry_run_counts_and_changes_nothing(desk, take):
    draft = drafted(desk)
    done = take([HEADER, "a,green,2026-11-01"], [EVENTS, "a,bought,,2026-11-02,"], dry_run=True)
    assert (done.moved.users, done.moved.events) == (1, 1)
    assert desk.experiments.get("1") == draft
    assert desk.journal.last_seq() == 1


def test_a_completed_or_unknown_experiment_takes_nothing(desk, take):
    with pytest.raises(NotFound):
        take([HEADER, "a,green,2026-11-01"])
    running(desk)
    desk.experiments.complete("1", Decision.NO_RESULT, "x")
    with pytest.raises(NotAllowed, match="is completed and takes no more data"):
        take([HEADER, "a,green,2026-11-01"])


def test_a_compressed_file_is_read_as_it_is(desk, tmp_path):
    running(desk)
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(f"{HEADER}\na,green,2026-11-01\n".encode()))
    assert desk.experiment_import.run("1", ColumnChoice(), assignments=file).moved.users == 1


POLICIES = {
    "hyg_raw_rows": ("every-row", False),
    "hyg_clean_first": ("first", True),
    "hyg_first_exposure": ("first", False),
    "hyg_exclude_multi_exposed": ("leave-out", False),
}


@pytest.mark.parametrize("case", POLICIES)
def test_a_real_page_test_gives_its_known_numbers_by_each_policy(desk, shared_data, case):
    cases = json.loads((shared_data / "experiments" / "reference_cases.json").read_text("utf-8"))
    known = {each["id"]: each["expected"] for each in cases}
    policy, exposed = POLICIES[case]
    drafted(desk, control="control", test="treatment", metric="converted", min_sample="140000")
    columns = [("user_identifier", "user_id"), ("variant", "group"), ("assigned_at", "timestamp")]
    values = []
    if exposed:
        columns.append(("exposed", "landing_page"))
        values = [("exposed", "old_page", "control"), ("exposed", "new_page", "treatment")]
    done = desk.experiment_import.run(
        "1",
        ColumnChoice(columns, values),
        assignments=shared_data / "experiments" / "ab_data.csv.gz",
        outcomes=[("converted", "converted")],
        both_arms=BothArms(policy),
    )
    counts = known["hyg_counts"]
    assert (done.seen.rows, done.seen.users) == (counts["rows"], counts["unique_users"])
    assert done.seen.users_in_both_arms == counts["users_in_both_groups"]
    assert done.seen.users_with_more_rows == counts["users_with_more_than_one_row"]
    if exposed:
        assert done.seen.mismatched_rows == counts["group_page_mismatch_rows"]
    look = desk.experiments.calculate("1")
    control, test = look.results
    expected = known[case]
    assert (control.conversion_count, control.sample_size) == (expected["x_control"], expected["n_control"])
    assert (test.conversion_count, test.sample_size) == (expected["x_test"], expected["n_test"])
    assert test.z_score == pytest.approx(expected["z"], abs=1e-9)
    assert test.p_value == pytest.approx(expected["p_value"], abs=1e-9)


def test_a_real_mailing_with_three_arms_and_revenue_gives_its_known_numbers(desk, shared_data):
    arms = {"none": "No E-Mail", "mens": "Mens E-Mail", "womens": "Womens E-Mail"}
    drafted(desk, control="none", test="mens,womens", metric="spend", kind="revenue", secondary="visit; conversion")
    desk.experiment_import.run(
        "1",
        ColumnChoice(
            [("user_identifier", "#"), ("variant", "segment")],
            [("variant", theirs, ours) for ours, theirs in arms.items()],
        ),
        assignments=shared_data / "experiments" / "hillstrom_email.csv.gz",
        outcomes=[("spend", "spend"), ("visit", "visit"), ("conversion", "conversion")],
    )
    target = desk.experiments.calculate("1").analysis.metrics[0]
    mens = target.comparisons[0]
    assert mens.difference == pytest.approx(0.7698271558945367, abs=1e-9)
    assert mens.difference_lower == pytest.approx(0.4851, abs=1e-4)
    assert mens.difference_upper == pytest.approx(1.0545, abs=1e-4)
    assert mens.p_value == pytest.approx(1.16e-7, rel=0.01)
    # The plan wants more days than one import without times has.
    assert not mens.significant


def test_a_file_from_a_clock_that_is_minutes_ahead_is_taken(desk, take, clock):
    drafted(desk)
    ahead = (clock.at + timedelta(minutes=3)).isoformat()
    done = take([HEADER, f"a,green,{ahead}"], [EVENTS, f"a,bought,,{ahead},"])
    assert (done.moved.users, done.moved.events) == (1, 1)


def test_an_id_of_another_users_event_is_said(desk, take):
    running(desk)
    users = [HEADER, "a,green,2026-11-01", "b,blue,2026-11-01"]
    done = take(users, [EVENTS, "a,bought,,2026-11-02,e1", "b,bought,,2026-11-02,e1", "a,bought,,2026-11-02,e1"])
    assert (done.moved.events, done.moved.repeated_events, done.moved.foreign_ids) == (1, 1, 1)
    assert desk.experiments.calculate("1").analysis.refused == {"event id of another user": 1}
