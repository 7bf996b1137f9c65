"""What is reported late: no analysis that somebody could have seen changes afterwards."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import pytest

from supportdesk.domain.experiments.event import NewEvent
from supportdesk.services.experiments.analysis.figures import gather
from supportdesk.services.experiments.exporting import Part
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.export_format import Form
from tests.services.experiments.samples import drafted, running

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
METRICS = {
    "metric": "bought",
    "min_days": "0",
    "min_sample": "100000",
    "secondary": "basket:revenue:before; basket:mean:cap=30; click/view:ratio; view:within=2d",
}


@pytest.fixture
def feed(desk, clock, tmp_path):
    """Import users and events that came to be known on a day."""

    def feed(day, users=(), events=(), header="user_identifier,variant,assigned_at"):
        clock.at = FIRST + timedelta(days=day, hours=6)
        files = {}
        heads = {"assignments": header, "events": "user_identifier,event_name,event_value,created_at"}
        for name, rows in (("assignments", users), ("events", events)):
            if rows:
                files[name] = tmp_path / f"{name}.csv"
                files[name].write_text("\n".join([heads[name], *rows]) + "\n", encoding="utf-8")
        return desk.experiment_import.run("1", ColumnChoice(), **files).moved

    return feed


def at(day, hour=12):
    return (FIRST + timedelta(days=day, hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def judged(desk):
    """Return the sums of the days that are over."""
    with desk._context.database.reading():
        figures = gather(desk._context, desk.experiments.get("1"))
    days = [day for day in figures.days if figures.open_from is None or day.day < figures.open_from]
    return {day: list(each) for day, each in groupby(days, key=lambda each: each.day)}


def totals(desk):
    """Return users, conversions and values of each arm in sum."""
    with desk._context.database.reading():
        days = gather(desk._context, desk.experiments.get("1")).days
    found = {}
    for day in days:
        # The metric with a window, the last one, has only those whose windows are over.
        row = [day.users, *day.converted[:-1], *(each for values in day.values[:-1] for each in values)]
        known = found.setdefault(day.variant, [0.0] * len(row))
        found[day.variant] = [a + b for a, b in zip(known, row, strict=True)]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_day_that_was_judged_stays_as_it_was(desk, clock, feed, seed):
    clock.at = FIRST
    running(desk, **METRICS)
    draw = random.Random(seed)
    waiting, known = [], {}
    for day in range(10):
        for n in range(12):
            user, late = f"u{day}-{n}", draw.choice((0, 0, 0, 1, 3))
            waiting.append((day + late, "user", f"{user},{draw.choice(('green', 'blue'))},{at(day, 3)},{n}"))
            for _ in range(draw.randrange(4)):
                name, since = draw.choice(("bought", "basket", "click", "view")), day + draw.choice((0, 0, 1, 4))
                row = f"{user},{name},{draw.randrange(1, 50)},{at(since)}"
                waiting.append((max(since, day + late) + draw.choice((0, 0, 1, 2, 5)), "event", row))
    for today in range(1, 20):
        arrived = [(kind, row) for told, kind, row in waiting if told == today - 1]
        users, events = ([row for each, row in arrived if each == kind] for kind in ("user", "event"))
        clock.at = FIRST + timedelta(days=today, hours=6)
        if users or events:
            feed(today, users, events, "user_identifier,variant,assigned_at,before")
        now = judged(desk)
        assert {day: now[day] for day in known} == known
        # Of a metric without an outcome there is nothing to judge.
        told = [map(bool, each.converted) for of in now.values() for each in of]
        known = now if told and all(any(of_metric) for of_metric in zip(*told, strict=True)) else {}
    assert sum(users for users, *_ in totals(desk).values()) == 120
    assert max(known) < "2026-03-21"


def test_whoever_acts_on_the_first_verdict_reads_the_same_later(desk, clock, feed):
    clock.at = FIRST
    running(desk, min_days="2", min_sample="40")
    users = [f"u{n},{('green', 'blue')[n % 2]},{at(n // 50, 1)}" for n in range(100)]
    bought = [f"u{n},bought,,{at(n // 50)}" for n in range(100) if n % 2 or n % 10 == 0]
    feed(2, users, bought)
    verdict = desk.experiments.calculate("1").analysis.verdict
    assert verdict.state == "ship"
    # Those of the control were reported late.
    moved = feed(3, events=[f"u{n},bought,,{at(n // 50)}" for n in range(0, 100, 2)])
    assert (moved.late_users, moved.late_events) == (0, 40)
    later = desk.experiments.calculate("1").analysis
    assert (later.verdict.state, later.decided.day) == ("ship", "2026-03-02")
    assert [arm.conversions for arm in later.target.variants] == [50, 50]


def test_files_that_come_on_one_day_are_known_together(desk, clock, feed):
    clock.at = FIRST
    running(desk)
    feed(9, [f"u{n},{('green', 'blue')[n % 2]},{at(n // 10, 1)}" for n in range(60)])
    for part in (range(30), range(30, 60)):
        moved = feed(9, events=[f"u{n},bought,,{at(n // 10)}" for n in part])
        assert (moved.events, moved.late_events) == (30, 0)
    assert [sum(day.converted[0] for day in of) for of in judged(desk).values()] == [10] * 6


def test_a_day_is_waited_for_that_was_not_reported_yet(desk, clock, feed):
    clock.at = FIRST
    running(desk, min_days="3", min_sample="12")
    for n in range(3):
        feed(n + 1, [f"u{n}-{m},{('green', 'blue')[m % 2]},{at(n, 1)}" for m in range(12)])
        if n < 2:
            feed(n + 1, events=[f"u{n}-{m},bought,,{at(n)}" for m in range(4)])
    assert sorted(judged(desk)) == ["2026-03-01", "2026-03-02"]
    sentence = desk.experiments.calculate("1").analysis.verdict.sentence
    assert sentence == "not yet: nothing was reported of 2026-03-03 or later; it is waited for up to 7 days"
    clock.at = FIRST + timedelta(days=10)
    assert sorted(judged(desk)) == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_a_hole_in_the_events_of_an_arm_can_be_filled_afterwards(desk, clock, feed):
    clock.at = FIRST
    running(desk, min_days="7", min_sample="350")
    rows = [(f"u{day}-{n}", ("green", "blue")[n % 2], day) for day in range(8) for n in range(100)]
    bought = [(user, arm, day) for user, arm, day in rows if int(user.split("-")[1]) % 10 < 4]
    missing = [f"{user},bought,,{at(day)}" for user, arm, day in bought if arm == "blue" and 2 < day < 6]
    events = [f"{user},bought,,{at(day)}" for user, arm, day in bought]
    feed(9, [f"{user},{arm},{at(day, 1)}" for user, arm, day in rows], [row for row in events if row not in missing])
    assert desk.experiments.calculate("1").analysis.verdict.rule == "reporting"
    assert feed(10, events=missing).late_events == 0
    assert desk.experiments.calculate("1").analysis.verdict.rule == "no-effect"


def test_a_single_event_of_an_earlier_day_counts_on_one_that_is_open(desk, clock):
    clock.at = FIRST
    running(desk)
    for name in ("ann", "bob", "eve"):
        desk.experiments.assign("1", name)
    desk.experiments.track("1", "ann", NewEvent("bought"))
    clock.at += timedelta(days=2)
    desk.experiments.track("1", "bob", NewEvent("bought", at=FIRST))
    desk.experiments.track("1", "eve", NewEvent("bought"))
    with desk._context.database.reading():
        days = gather(desk._context, desk.experiments.get("1")).days
    assert [(day, sum(each.converted[0] for each in of)) for day, of in groupby(days, key=lambda each: each.day)] == [
        ("2026-03-01", 1),
        ("2026-03-02", 1),
        ("2026-03-03", 1),
    ]


def test_a_file_can_say_when_something_came_to_be_known(desk, clock, tmp_path):
    clock.at = FIRST + timedelta(days=30)
    drafted(desk)
    users, events = tmp_path / "users.csv", tmp_path / "events.csv"
    users.write_text(f"user_identifier,variant,assigned_at,reported_at\na,green,{at(0)},\nb,blue,{at(0)},{at(2)}\n")
    events.write_text(
        f"user_identifier,event_name,created_at,reported_at\na,bought,{at(1)},{at(4)}\nb,bought,{at(1)},{at(1)}\n"
    )
    desk.experiment_import.run("1", ColumnChoice(), assignments=users, events=events)

    def days(number):
        with desk._context.database.reading():
            found = gather(desk._context, desk.experiments.get(number)).days
        return [(each.day, each.users, each.converted) for each in found]

    assert days("1") == [
        ("2026-03-01", 1, (0,)),
        ("2026-03-03", 1, (1,)),
        ("2026-03-05", 0, (1,)),
    ]
    # It survives an export.
    for part in (Part.ASSIGNMENTS, Part.EVENTS):
        desk.experiment_export.save("1", part, Form.CSV, tmp_path / f"{part}.csv")
    desk.experiments.clone("1")
    files = {part.value: tmp_path / f"{part}.csv" for part in (Part.ASSIGNMENTS, Part.EVENTS)}
    desk.experiment_import.run("2", ColumnChoice(), **files)
    assert days("2") == days("1")


def test_users_who_are_left_out_later_leave_nothing_behind(desk, clock, feed):
    clock.at = FIRST
    running(desk, **METRICS)
    draw, first = random.Random(5), date(2026, 3, 1)
    assert first == FIRST.date()
    header = "user_identifier,variant,assigned_at,before"
    users = [f"u{n},{('green', 'blue')[n % 2]},{at(n % 4, 1)},{n}" for n in range(40)]
    feed(4, users[:20], [f"u{n},bought,3,{at(3)}" for n in range(10)], header)
    names = ("basket", "click", "view", "bought")
    late = [f"u{draw.randrange(40)},{draw.choice(names)},{n},{at(3, 2 + n % 20)}" for n in range(120)]
    feed(5, users[20:], late, header)
    feed(6, [f"u{n},{('blue', 'green')[n % 2]},{at(4)},1" for n in range(40)], header=header)
    for row in totals(desk).values():
        assert row == pytest.approx([0.0] * len(row), abs=1e-9)
