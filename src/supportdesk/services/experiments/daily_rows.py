"""Conversion of rows to daily sums: what an arm had on a day, as a warehouse keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from supportdesk.domain.errors import InvalidValue, invalid, one_of
from supportdesk.domain.experiments.event import event_value
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.metric import Metric, MetricKind
from supportdesk.domain.experiments.numbers import count
from supportdesk.domain.time_formats import TimeReader
from supportdesk.services.experiments.fields import with_names
from supportdesk.services.transfer.column_mapping import ColumnChoice, Fields, RowReader, Value
from supportdesk.services.transfer.rows import Row

COUNT_LIMIT = 10**12
AMOUNT_LIMIT = 1e30
ROUNDING = 1e-9
"""How far a sum of squares may be below the least that there can be: it was added up in floats."""
COLUMNS = (
    "day", "variant", "users", "users_so_far", "left_out", "metric", "conversions", "reported", "sum",
    "sum_of_squares", "mean", "sd", "variance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """What one metric had: users who converted, users who reported a value, the sum of the values and of squares."""

    conversions: int = 0
    reported: int = 0
    total: float = 0.0
    squares: float = 0.0

    def less(self, before: Sums) -> Sums:
        """Return what came since."""
        return Sums(
            self.conversions - before.conversions,
            self.reported - before.reported,
            self.total - before.total,
            self.squares - before.squares,
        )


@dataclass(frozen=True, slots=True)
class DailyRow:
    """The sums of a variant on a day, by the place of the metric; of all days up to it where they are `so_far`."""

    row: Row
    day: str
    variant: int
    users: int
    left_out: int
    sums: Mapping[int, Sums]


class DailyReader:
    """Reader of daily sums; raises `InvalidValue` for a choice that does not fit the header and, called, for a bad row.

    `so_far` says that the numbers of a row are those of all days up to it.
    """

    def __init__(
        self, experiment: Experiment, choice: ColumnChoice, header: Sequence[str], today: date, times: TimeReader
    ) -> None:
        self._metrics = experiment.metrics
        fields = _fields(experiment, today)
        self.so_far = "users_so_far" in header or any(field == "users_so_far" for field, _ in choice.columns)
        fields = replace(fields, required=("day", "variant", "users_so_far" if self.so_far else "users"))
        self._reader = RowReader(fields, with_names(choice, experiment), header, times)
        self._places = None if "metric" in self._reader.fields else self._targets()

    def __call__(self, number: int, row: Row) -> DailyRow:
        """Return the sums in a row; raises `InvalidValue` for impossible ones."""
        values = self._reader.read(row.cells)
        users = values["users_so_far" if self.so_far else "users"]
        left_out = values.get("left_out") or 0
        places = [values["metric"]] if self._places is None else self._places
        sums = {place: _sums(self._metrics[place], users, values) for place in places}
        return DailyRow(row, values["day"], values["variant"], users, left_out, sums)

    def _targets(self) -> list[int]:
        """Return the metrics that a file without a column `metric` is about: of each kind that it has columns for."""
        found = []
        for columns, kinds in (
            ({"conversions"}, {MetricKind.CONVERSION}),
            ({"sum", "mean"}, {MetricKind.MEAN, MetricKind.REVENUE}),
        ):
            places = [place for place, metric in enumerate(self._metrics) if metric.kind in kinds]
            if not places or not columns & self._reader.fields:
                continue
            if len(places) > 1 and places[0]:
                raise InvalidValue(
                    "metric: several metrics could be meant; add a column metric with one of "
                    f"{', '.join(metric_names(self._metrics))}",
                    field="metric",
                )
            found.append(places[0])
        if 0 not in found:
            target = self._metrics[0]
            needed = "conversions" if target.kind is MetricKind.CONVERSION else "sum and sum_of_squares, or mean and sd"
            raise InvalidValue(f"{target.name}: the file has no column {needed} for the target", field="file")
        return found


def metric_names(metrics: Sequence[Metric]) -> list[str]:
    """Return what each metric is called in a file: its events, with the kind where two have the same."""
    names = [metric.name for metric in metrics]
    return [
        name if names.count(name) == 1 else f"{name}:{metric.kind}" for name, metric in zip(names, metrics, strict=True)
    ]


def _fields(experiment: Experiment, today: date) -> Fields:
    places = {variant.name: place for place, variant in enumerate(experiment.variants)}
    metrics = {name: place for place, name in enumerate(metric_names(experiment.metrics))}

    def known(field: str, text: str, names: Mapping[str, int]) -> Value:
        if text.strip() in names:
            return names[text.strip()]
        raise invalid(field, text, one_of(names))

    def day(text: str) -> Value:
        if text[:10] > today.isoformat():
            raise invalid("day", text[:10], f"it is in the future; today is {today.isoformat()}")
        return text[:10]

    clean: dict[str, Any] = {
        "day": day,
        "variant": lambda text: known("variant", text, places),
        "metric": lambda text: known("metric", text, metrics),
    }
    for field in COLUMNS:
        if field in ("users", "users_so_far", "left_out", "conversions", "reported"):
            clean[field] = lambda text, field=field: _count(field, text)
        elif field not in clean:
            clean[field] = lambda text, field=field: _amount(field, text)
    return Fields(clean=clean, required=(), words=("variant", "metric"), identity=(), times=("day",))


def _count(field: str, text: str) -> int | None:
    return count(field, text, COUNT_LIMIT) if text.strip() else None


def _amount(field: str, text: str) -> float | None:
    return event_value(text, field, AMOUNT_LIMIT) if text.strip() else None


def _sums(metric: Metric, users: int | None, values: Mapping[str, Any]) -> Sums:
    """Return the sums of a metric; raises `InvalidValue` for those that no users can have."""
    if users is None:
        raise InvalidValue("users: the cell is empty; 0 says that nobody came", field="users")
    conversions = values.get("conversions")
    if metric.kind is MetricKind.CONVERSION and conversions is None:
        raise InvalidValue(f"conversions: {metric.name} needs how many of the users converted", field="conversions")
    for field in ("conversions", "reported"):
        if (values.get(field) or 0) > users:
            said = f"{field}: {values[field]:,} are impossible of {users:,} users"
            raise InvalidValue(
                f"{said}; where users of earlier days are among them, give running totals, with a column users_so_far",
                field=field,
            )
    if metric.kind is MetricKind.CONVERSION:
        return Sums(conversions or 0)
    reported = values.get("reported")
    number = reported if metric.kind is MetricKind.MEAN and reported is not None else users
    total, squares = _total_and_squares(metric, number, values)
    if not number and (total or squares):
        raise InvalidValue(f"sum: {total:g} is impossible without users", field="sum")
    least = total * total / number if number else 0.0
    if squares < least * (1 - ROUNDING):
        raise InvalidValue(
            f"sum_of_squares: {squares:g} is impossible for {number:,} users with the sum {total:g}; "
            f"it is {least:g} at least",
            field="sum_of_squares",
        )
    return Sums(conversions or 0, number if reported is None else reported, total, max(squares, least))


def _total_and_squares(metric: Metric, number: int, values: Mapping[str, Any]) -> tuple[float, float]:
    total, squares, mean, sd, variance = (
        values.get(field) for field in ("sum", "sum_of_squares", "mean", "sd", "variance")
    )
    if total is not None and squares is not None:
        return total, squares
    for field, spread in (("sd", sd), ("variance", variance)):
        if spread is not None and spread < 0:
            raise InvalidValue(f"{field}: {spread:g} is impossible, it is 0 at least", field=field)
    if mean is None and total is not None and number:
        mean = total / number
    if variance is None and sd is not None:
        variance = sd * sd
    if variance is None and number == 1:
        variance = 0.0
    if number == 0 and mean is None:
        return 0.0, 0.0
    if mean is None or variance is None:
        raise InvalidValue(f"sum: {metric.name} needs sum and sum_of_squares, or mean and sd or variance", field="sum")
    if number < 2 and variance:
        raise InvalidValue(f"variance: {variance:g} is impossible for one user", field="variance")
    return mean * number, variance * max(number - 1, 0) + mean * mean * number
