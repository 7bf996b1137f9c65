"""Who sees what and who did what: from one process and from many, and on a desk that cannot be written."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import InvalidValue, NotAllowed, NotFound
from supportdesk.domain.experiments.assignment import UserFacts, drawn_variant
from supportdesk.domain.experiments.event import new_event
from supportdesk.domain.experiments.experiment import ArmCount, Decision
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.moment import to_text
from supportdesk.services.desk import Desk
from tests.conftest import locked_desk
from tests.hostile import HOSTILE_STRINGS
from tests.services.experiments.samples import drafted, running

RACE = """
import sys
from supportdesk.domain.desk_address import parse_desk_address
from supportdesk.services.desk import Desk
with Desk(parse_desk_address(sys.argv[1]), "ann") as desk:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(sys.argv[2]), 200, 3):
        print(desk.experiments.assign("1", f"user {number % 100}").variant)
"""


def arms(desk):
    found = desk.experiments.page()
    return desk.experiments.arms(found)[found[0].number]


def test_the_first_assignment_is_the_originals_and_stays(desk, colleague, clock):
    test = running(desk)
    first = desk.experiments.assign("1", "user 1")
    assert first.stored
    digits, place = drawn_variant("user 1", test.id, (0.5, 0.5))
    assert (first.hash_value, first.variant_place) == (digits, place)
    clock.at += timedelta(days=1)
    assert desk.experiments.assign("1", "user 1") == colleague.experiments.assign("#1", "user 1") == first


def test_a_user_with_an_address_is_one_user(desk):
    running(desk)
    assert desk.experiments.assign("1", "Rita@EXAMPLE.com") == desk.experiments.assign("1", "rita@example.com")
    assert sum(arm.users for arm in arms(desk)) == 1


def test_processes_that_race_agree_and_every_user_is_counted_once(desk, path, sql, spawn):
    running(desk)
    desk.close()
    racing = [spawn(RACE, path, start) for start in range(3)] + [spawn(RACE, path, start) for start in range(3)]
    for process in racing:
        assert process.stdout.readline() == "ready\n"
    for process in racing:
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in racing]
    assert [process.returncode for process in racing] == [0] * 6
    assert outputs[:3] == outputs[3:]
    assert sql("SELECT count(*), count(DISTINCT user_identifier) FROM ab_test_assignments") == [(100, 100)]
    assert sql("SELECT total_participants FROM ab_tests") == [(100,)]


def test_many_users_get_what_each_would_get(desk):
    running(desk)
    alone = desk.experiments.assign("1", "user 7")
    users = [f"user {number % 1500}" for number in range(3000)]
    together = list(desk.experiments.assign_many("1", iter(users)))
    assert [each.user_identifier for each in together] == users
    assert together[7] == together[1507] == alone
    assert together[11] == desk.experiments.assign("1", "user 11")
    assert sum(arm.users for arm in arms(desk)) == 1500


def test_a_measured_holdout_compares_those_whom_experiments_leave_alone_with_everybody_else(desk):
    running(desk, holdout="7")
    running(desk, name="All of them", weights="7/93", measures_holdout="yes")
    users = [f"user {number}" for number in range(1000)]
    left_alone = [user for user in users if "held out" in desk.experiments.assign("1", user).note]
    control = [each for each in desk.experiments.assign_many("2", users) if each.variant_place == 0]
    assert [each.user_identifier for each in control] == left_alone != []
    assert all(each.stored for each in control)
    assert desk.experiments.clone("2").definition.measures_holdout


@pytest.mark.parametrize("texts", [{"holdout": "5"}, {"test": "blue, red", "weights": "10/45/45"}])
def test_a_measured_holdout_has_no_holdout_and_one_test_variant(desk, texts):
    with pytest.raises(InvalidValue, match="measures_holdout: it compares those held out"):
        drafted(desk, **{"weights": "10/90", **texts}, measures_holdout="yes")


def test_a_draft_shows_what_its_rule_says_and_stores_nothing(desk):
    test = drafted(desk)
    shown = desk.experiments.assign("1", "user 1")
    assert (shown.stored, shown.variant_place) == (False, drawn_variant("user 1", test.id, (0.5, 0.5))[1])
    assert "a draft" in shown.note
    assert arms(desk) == (ArmCount("green", 0, 0), ArmCount("blue", 0, 0))
    desk.experiments.start("1")
    stored = desk.experiments.assign("1", "user 1")
    assert (stored.stored, stored.variant) == (True, shown.variant)


def test_paused_shows_the_control_to_who_is_new_and_keeps_who_is_in(desk):
    running(desk)
    inside = {user: desk.experiments.assign("1", user) for user in map(str, range(20))}
    desk.experiments.pause("1")
    assert {user: desk.experiments.assign("1", user) for user in inside} == inside
    for user in map(str, range(100, 120)):
        shown = desk.experiments.assign("1", user)
        assert (shown.variant, shown.stored) == ("green", False)
    assert sum(arm.users for arm in arms(desk)) == 20


def test_after_the_decision_to_ship_who_is_new_sees_the_test(desk):
    running(desk)
    desk.experiments.complete("1", Decision.SHIP, "x")
    shown = desk.experiments.assign("1", "user")
    assert (shown.variant, shown.stored) == ("blue", False)


def test_who_is_outside_the_ramp_or_held_out_sees_the_control_and_is_not_stored(desk):
    running(desk, ramp="20", holdout="10")
    shown = [desk.experiments.assign("1", f"user {number}") for number in range(500)]
    outside = [each for each in shown if not each.stored]
    assert {each.variant for each in outside} == {"green"}
    assert {each.note for each in outside} == {"outside the ramp of 20 %", "held out: 10 % of users are"}
    assert 40 < len(shown) - len(outside) < 140


def test_a_desk_that_cannot_be_written_assigns_by_its_rule_and_says_so(path, clock):
    with Desk(path, "ann", now=clock, busy_seconds=0.05) as desk:
        test = running(desk)
        before = desk.experiments.assign("1", "known")
        with locked_desk(path):
            shown = desk.experiments.assign("1", "new")
            assert desk.experiments.assign("1", "known") == before
        assert not shown.stored
        assert shown.note.startswith("not stored: the desk ")
        assert "locked" in shown.note
        assert shown.variant_place == drawn_variant("new", test.id, (0.5, 0.5))[1]
        assert desk.experiments.assign("1", "new").variant == shown.variant
        assert desk.experiments.assign("1", "new").stored


def test_a_pause_elsewhere_is_seen_at_once(desk, colleague):
    running(desk)
    assert desk.experiments.assign("1", "1").stored
    colleague.experiments.pause("1")
    assert not desk.experiments.assign("1", "2").stored
    colleague.experiments.start("1")
    assert desk.experiments.assign("1", "2").stored


def test_a_surface_shows_what_runs_on_it_and_the_control_otherwise(desk):
    assert desk.experiments.on_surface(Surface.TICKET_FORM, "ann") is None
    running(desk, surface="ticket_form")
    shown = desk.experiments.on_surface(Surface.TICKET_FORM, "ann")
    assert shown == desk.experiments.assign("1", "ann")
    assert desk.experiments.on_surface(Surface.FAQ_FORM, "ann") is None
    desk.experiments.pause("1")
    assert desk.experiments.on_surface(Surface.TICKET_FORM, "ann") is None


def test_a_conversion_counts_once_and_every_event_is_kept(desk):
    running(desk)
    where = desk.experiments.assign("1", "u").variant_place
    event = new_event("bought", value="2.5", data='{"a": 1}')
    assert [desk.experiments.track("1", "u", event).counted for _ in range(3)] == [True, False, False]
    assert not desk.experiments.track("1", "u", new_event("looked")).counted
    assert (arms(desk)[where].users, arms(desk)[where].converted) == (1, 1)
    counts = {each.name: (each.events, each.counted) for each in desk.experiments.events("1")}
    assert counts == {"bought": (3, True), "looked": (1, False)}
    newest = desk.experiments.latest_events("1")
    assert [each.event_name for each in newest] == ["looked", "bought", "bought", "bought"]


def test_an_event_that_comes_again_with_its_id_changes_nothing(desk, clock):
    running(desk)
    desk.experiments.assign("1", "u")
    first = desk.experiments.track("1", "u", new_event("bought", event_id="k", value="1"))
    clock.at += timedelta(minutes=1)
    again = desk.experiments.track("1", "u", new_event("bought", event_id="k", value="9"))
    assert again.repeated
    assert (again.id, again.event_value, again.created_at) == (first.id, 1, first.created_at)
    assert desk.experiments.events("1")[0].events == 1
    desk.experiments.complete("1", Decision.SHIP, "x")
    assert desk.experiments.track("1", "u", new_event("bought", event_id="k")).repeated


def test_any_event_of_a_metric_counts(desk):
    running(desk, metric="bought,upgraded")
    for user, event in (("a", "bought"), ("b", "upgraded"), ("b", "bought")):
        desk.experiments.assign("1", user)
        desk.experiments.track("1", user, new_event(event))
    assert sum(arm.converted for arm in arms(desk)) == 2


def test_events_that_cannot_count_are_refused_in_a_sentence_and_summed_up(desk, clock):
    running(desk)
    clock.at += timedelta(hours=1)
    desk.experiments.assign("1", "u")
    for user, at, said in (
        ("stranger", clock.at, "'stranger' has no assignment in experiment #1"),
        ("u", clock.at + timedelta(hours=1), "lies in the future"),
        ("u", clock.at - timedelta(hours=1), "is before the assignment of 'u'"),
        ("stranger", clock.at, "has no assignment"),
    ):
        with pytest.raises(InvalidValue, match=said):
            desk.experiments.track("1", user, new_event("bought", at=to_text(at)))
    assert desk.experiments.events("1")[0].events == 0
    assert desk.experiments.refusals("1") == {"before assignment": 1, "from the future": 1, "no assignment": 2}


@pytest.mark.parametrize("minutes", [-4, -0.01, 0.01, 4])
def test_clocks_that_differ_by_minutes_lose_no_event(desk, clock, minutes):
    """Of whoever assigned and whoever sends: ahead of the desk's, or behind it."""
    running(desk)
    desk.experiments.assign("1", "u")
    assert desk.experiments.track(
        "1", "u", new_event("bought", at=to_text(clock.at + timedelta(minutes=minutes)))
    ).counted
    assert desk.experiments.refusals("1") == {}


def test_drafts_and_completed_ones_take_no_events_and_paused_ones_do(desk):
    drafted(desk)
    with pytest.raises(NotAllowed, match="supportdesk experiment start 1 starts it"):
        desk.experiments.track("1", "u", new_event("bought"))
    desk.experiments.start("1")
    desk.experiments.assign("1", "u")
    desk.experiments.pause("1")
    assert desk.experiments.track("1", "u", new_event("bought")).counted
    desk.experiments.complete("1", Decision.SHIP, "x")
    with pytest.raises(NotAllowed, match="is completed and takes no more events"):
        desk.experiments.track("1", "u", new_event("bought"))
    with pytest.raises(NotFound):
        desk.experiments.track("9", "u", new_event("bought"))


def test_every_naughty_string_is_a_user_or_is_refused_in_a_sentence(desk):
    running(desk)
    users, refused = set(), []
    for text in HOSTILE_STRINGS:
        try:
            assignment = desk.experiments.assign("1", text)
            desk.experiments.track("1", text, new_event("bought", value="1"))
        except InvalidValue as error:
            refused.append(error.message)
        else:
            users.add(assignment.user_identifier)
    assert not [message for message in refused if "\n" in message]
    assert len(users) > 140
    assert sum(arm.users for arm in arms(desk)) == sum(arm.converted for arm in arms(desk)) == len(users)


def test_what_is_kept_agrees_with_what_is_there(desk, sql, clock):
    running(desk, secondary="looked", guardrails="basket:revenue")
    desk.experiments.update("1", {"weights": "30/70"})
    for number in range(60):
        clock.at += timedelta(hours=1)
        desk.experiments.assign("1", f"u{number}")
        if number % 2:
            event = new_event(("bought", "looked", "basket", "other")[number % 4], value="3")
            desk.experiments.track("1", f"u{number}", event)
    kept = sql("SELECT variant, day, users FROM experiment_daily_users WHERE users <> 0 ORDER BY 1, 2")
    assert kept == sql(
        "SELECT variant, substr(assigned_at, 1, 10), count(*) FROM experiment_assignments GROUP BY 1, 2 ORDER BY 1, 2"
    )
    counted = sql(
        'SELECT metrics.metric, users.variant, substr(min_at, 1, 10), count(*) FROM (SELECT "user", name, '
        'min(created_at) AS min_at FROM experiment_events GROUP BY "user", name) AS firsts '
        "JOIN experiment_metric_events AS metrics ON metrics.name = firsts.name "
        'JOIN experiment_assignments AS users ON users.number = firsts."user" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3'
    )
    assert counted == sql("SELECT metric, variant, day, users FROM experiment_daily_conversions ORDER BY 1, 2, 3")
    assert sql("SELECT name, events FROM experiment_event_names WHERE events <> 0 ORDER BY 1") == sql(
        "SELECT event_name, count(*) FROM ab_test_events GROUP BY 1 ORDER BY 1"
    )


def test_an_event_id_of_another_user_is_refused(desk):
    running(desk)
    for user in ("u", "v"):
        desk.experiments.assign("1", user)
    desk.experiments.track("1", "u", new_event("bought", event_id="e1"))
    with pytest.raises(InvalidValue, match="event_id: 'e1' was used for another user"):
        desk.experiments.track("1", "v", new_event("bought", event_id="e1"))


def test_a_clock_a_little_ahead_loses_no_event(desk, clock):
    running(desk)
    desk.experiments.assign("1", "u")
    ahead = (clock.at + timedelta(seconds=2)).isoformat()
    assert desk.experiments.track("1", "u", new_event("bought", at=ahead)).created_at == clock.at


def test_a_user_is_in_one_running_experiment_of_a_group(desk):
    running(desk, group="checkout")
    running(desk, group="checkout")
    running(desk, group="elsewhere")
    assert desk.experiments.assign("1", "ann").stored
    second = desk.experiments.assign("2", "ann")
    assert (second.stored, second.variant) == (False, "green")
    assert "experiment #1 of the group checkout" in second.note
    assert desk.experiments.assign("3", "ann").stored
    desk.experiments.complete("1", Decision.NO_RESULT, "over")
    assert desk.experiments.assign("2", "ann").stored


def test_what_is_known_of_a_user_is_kept_at_the_assignment_and_not_later(desk, sql):
    running(desk)
    desk.experiments.assign("1", "ann", UserFacts(12.5, {"country": "de"}))
    desk.experiments.assign("1", "ann", UserFacts(99, {"country": "fr"}))
    assert sql(
        'SELECT before, name, value FROM experiment_assignments JOIN experiment_attributes ON "user" = number'
    ) == [(12.5, "country", "de")]
