"""Ratios, windows, caps and values from before: what daily sums have is what single users did."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiments.assignment import UserFacts
from supportdesk.domain.experiments.event import NewEvent
from supportdesk.domain.experiments.experiment import Decision
from supportdesk.services.experiments.analysis.comparison import compare
from supportdesk.services.experiments.exporting import Part
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.export_format import Form
from supportdesk.stats import Mean, Pairs, Proportion, cuped, ratio_mean
from tests.services.experiments.samples import drafted, running

DAYS = 12
METRICS = {
    "metric": "bought",
    "within": "3d",
    "secondary": "basket:revenue:within=2d:cap=40; basket:mean:cap=30; click/view:ratio; spent:revenue:before; "
    "spent,tip:revenue:within=1w:before:cap=80; click/view,seen:ratio:within=1d; seen:mean:within=2d:before",
}


class People:
    """Users of a running experiment and what they did, beside what the desk was told."""

    def __init__(self, desk, clock, seed):
        self.desk, self.clock, self.draw = desk, clock, random.Random(seed)
        self.users, self.left_out = {}, set()

    def live(self):
        """Let some users come on each day, and do something on that day and on later ones."""
        for day in range(DAYS):
            for n in range(12):
                self.clock.at = datetime(2026, 3, 1 + day, self.draw.randrange(23), 30, tzinfo=UTC)
                name, before = f"u{day}-{n}", self.draw.choice((None, self.draw.gauss(20, 5)))
                found = self.desk.experiments.assign("1", name, UserFacts(before))
                self.users[name] = (found.variant_place, self.clock.at, before or 0.0, [])
        for name in self.draw.sample(sorted(self.users), 120):
            for _ in range(self.draw.randint(1, 6)):
                self.do(name)

    def do(self, name):
        _, since, _, events = self.users[name]
        at = since + timedelta(hours=self.draw.randrange(9 * 24), minutes=self.draw.randrange(60))
        kind = self.draw.choice(("bought", "basket", "click", "view", "seen", "spent", "tip"))
        value = self.draw.choice((None, self.draw.gauss(25, 20)))
        self.clock.at = datetime(2026, 4, 1, tzinfo=UTC)
        self.desk.experiments.track("1", name, NewEvent(kind, value, at=at))
        events.append((kind, value, at))

    def expected(self, metric, until=date(2026, 4, 1)):
        """Return what each arm has of a metric at the end of a day, user by user."""
        arms = ([], [])
        for name, (arm, since, before, events) in self.users.items():
            if name in self.left_out:
                continue
            closes = since + timedelta(days=metric.within or 0)
            if (closes if metric.within else since).date() > until:
                continue
            mine = [each for each in events if each[0] in metric.all_events]
            if metric.within:
                mine = [each for each in mine if each[2] <= closes]
            else:
                mine = [each for each in mine if each[2].date() <= until]
            arms[arm].append(one_value(metric, before, mine))
        return arms


def one_value(metric, before, events):
    values = [(1.0 if metric.below else 0.0) if value is None else value for kind, value, _ in events]
    if metric.below:
        above = sum(v for v, each in zip(values, events, strict=True) if each[0] in metric.events)
        return above, sum(values) - above
    total = sum(values) / len(values) if metric.kind == "mean" and values else sum(values)
    value = total if metric.cap is None else min(total, metric.cap)
    return (value if events else 0.0), before, bool(events)


def sample_of(metric, arms):
    if metric.below:
        return [ratio_mean(Pairs.of(*zip(*arm, strict=True))) for arm in arms]
    if metric.before and metric.kind == "mean":
        arms = [[each for each in arm if each[2]] for arm in arms]
    if metric.before:
        found = cuped(*(Pairs.of([x for _, x, _ in arm], [y for y, *_ in arm]) for arm in arms))
        return [found.control, found.test]
    if metric.kind == "conversion":
        return [Proportion(sum(hit for *_, hit in arm), len(arm)) for arm in arms]
    if metric.kind == "mean":
        return [Mean.of([y for y, _, hit in arm if hit]) for arm in arms]
    return [Mean.of([y for y, *_ in arm]) for arm in arms]


@pytest.fixture
def people(desk, clock, tmp_path, request):
    """Make users who did this and that, a few of whom were seen in the other variant later."""
    clock.at = datetime(2026, 3, 1, tzinfo=UTC)
    running(desk, **METRICS)
    found = People(desk, clock, request.param)
    found.live()
    found.left_out.update(found.draw.sample(sorted(found.users), 15))
    rows = [f"{name},{('blue', 'green')[found.users[name][0]]}" for name in sorted(found.left_out)]
    again = tmp_path / "again.csv"
    again.write_text("\n".join(["user_identifier,variant", *rows]) + "\n")
    assert desk.experiment_import.run("1", ColumnChoice(), assignments=again).moved.left_out == 15
    return found


@pytest.mark.parametrize("people", [1, 2, 3], indirect=True)
def test_daily_sums_have_what_single_users_did(desk, people):
    analysis = desk.experiments.calculate("1").analysis
    experiment = desk.experiments.get("1")
    for metric, found in zip(experiment.metrics, analysis.metrics, strict=True):
        control, test = sample_of(metric, people.expected(metric))
        wanted = compare([control], [test], 0.05, 100)
        (row,) = found.comparisons
        assert [arm.users for arm in found.variants] == [len(arm) for arm in people.expected(metric)]
        assert (row.difference, row.z_score, row.p_value) == pytest.approx(
            (wanted.difference, wanted.z, wanted.p_value), rel=1e-7
        ), metric.name


@pytest.mark.parametrize("people", [4], indirect=True)
def test_an_analysis_of_a_day_has_users_whose_window_was_over_by_then(desk, people):
    series = desk.experiments.calculate("1").analysis.series
    metric = desk.experiments.get("1").target
    for each in series:
        expected = people.expected(metric, date.fromisoformat(each.day))
        assert [arm.users for arm in each.arms] == [len(arm) for arm in expected], each.day
        assert [arm.conversions for arm in each.arms] == [sum(hit for *_, hit in arm) for arm in expected]


def test_users_are_no_part_of_a_window_before_it_is_over(desk, clock):
    running(desk, within="3d", min_days="0")
    since = clock.at
    for n in range(40):
        desk.experiments.assign("1", f"u{n}")
        desk.experiments.track("1", f"u{n}", NewEvent("bought"))
    for days, users in ((0, 0), (2, 0), (3, 0), (4, 40)):
        clock.at = since + timedelta(days=days)
        analysis = desk.experiments.calculate("1").analysis
        assert sum(arm.users for arm in analysis.target.variants) == users, days
        assert ("no users whose 3 days are over" in analysis.verdict.sentence) == (users == 0)


def test_an_event_after_the_window_is_kept_and_does_not_count(desk, clock):
    running(desk, within="2d")
    desk.experiments.assign("1", "ann")
    clock.at += timedelta(days=2)
    assert desk.experiments.track("1", "ann", NewEvent("bought")).counted
    desk.experiments.assign("1", "bob")
    clock.at += timedelta(days=2, milliseconds=1)
    late = desk.experiments.track("1", "bob", NewEvent("bought"))
    assert not late.counted
    assert "is past the conversion window" in late.note


def test_after_the_end_nobody_grows_into_a_window(desk, clock):
    running(desk, within="3d")
    desk.experiments.assign("1", "ann")
    clock.at += timedelta(days=1)
    desk.experiments.complete("1", Decision.NO_RESULT, "too early")
    clock.at += timedelta(days=9)
    assert sum(arm.users for arm in desk.experiments.calculate("1").analysis.target.variants) == 0


@pytest.mark.parametrize("texts", [{"within": "7d"}, {"kind": "revenue", "before": "yes"}])
def test_sums_of_days_are_refused_where_they_cannot_say_it(desk, tmp_path, texts):
    drafted(desk, **texts)
    sums = tmp_path / "sums.csv"
    sums.write_text("day,variant,users,conversions\n2026-11-01,green,5,1\n2026-11-01,blue,5,1\n")
    with pytest.raises(NotAllowed, match="needs single users"):
        desk.experiment_daily_import.run("1", sums, ColumnChoice())
    with pytest.raises(NotAllowed, match="more than sums"):
        desk.experiment_export.save("1", Part.DAILY, Form.CSV, tmp_path / "out.csv")
