"""Many tests of counts or means from one file, compared one by one and corrected together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.experiments.event import event_value
from supportdesk.domain.experiments.numbers import count
from supportdesk.domain.text import optional_line
from supportdesk.services.experiments.analysis.comparison import Comparison, compare
from supportdesk.services.experiments.analysis.planning import mean_arm
from supportdesk.services.experiments.analysis.statistic import corrected
from supportdesk.services.experiments.analysis.sums import Sample
from supportdesk.services.transfer.column_mapping import ColumnChoice, Fields, RowReader, Value
from supportdesk.services.transfer.import_session import ImportOptions, Source, open_csv_import
from supportdesk.services.transfer.rows import Row
from supportdesk.stats import Mean, Proportion, alpha_of, benjamini_hochberg, sample_ratio

COUNTS = ("control_conversions", "control_users", "test_conversions", "test_users")
MEANS = ("control_mean", "control_users", "test_mean", "test_users")
SPREADS = ("control_sd", "control_variance", "test_sd", "test_variance")
COUNT_LIMIT = 10**12


@dataclass(frozen=True, slots=True)
class Tested:
    """One row of a file: what it is called, and its two arms."""

    name: str
    control: Sample
    test: Sample


@dataclass(frozen=True, slots=True)
class BatchResult:
    """One test of rates, which are fractions, or of means.

    `p_value_holm` and `p_value_bh` are corrected for all tests of the file: Holm's bounds the chance of any false
    finding, Benjamini and Hochberg's the share of false ones among the findings.
    `split_p_value` is of the users against the planned split.
    """

    name: str
    control_users: int
    control_conversions: int | None
    control_rate: float | None
    test_users: int
    test_conversions: int | None
    test_rate: float | None
    difference: float | None
    difference_lower: float | None
    difference_upper: float | None
    lift: float | None
    lift_lower: float | None
    lift_upper: float | None
    z_score: float | None
    p_value: float | None
    p_value_holm: float | None
    p_value_bh: float | None
    split_p_value: float | None
    method: str
    reason: str
    control_mean: float | None = None
    test_mean: float | None = None


def evaluate_file(
    source: Source,
    choice: ColumnChoice,
    options: ImportOptions,
    confidence: float,
    weights: Sequence[float],
    watch: Callable[[int], None],
    *,
    means: bool = False,
) -> list[BatchResult]:
    """Return the results of all rows in their order; raises `InvalidValue` for the first bad row."""
    read = _means if means else _counts
    with open_csv_import(source, options, ()) as file:
        reader = RowReader(_fields(means=means), choice, file.header)
        tests = list(file.checked(lambda number, row: read(reader, number, row)))
        file.check_any(len(tests))
        file.finish()
    alpha = alpha_of(confidence)
    compared = []
    for number, each in enumerate(tests, 1):
        compared.append(compare((each.control,), (each.test,), alpha, 0))
        watch(number)
    p_values = [each.p_value for each in compared]
    by_holm_and_bh = zip(corrected(p_values), corrected(p_values, benjamini_hochberg), strict=True)
    return [
        _result(each, comparison, p_holm, p_bh, weights)
        for each, comparison, (p_holm, p_bh) in zip(tests, compared, by_holm_and_bh, strict=True)
    ]


def _fields(*, means: bool) -> Fields:
    def counter(field: str) -> Callable[[str], Value]:
        return lambda text: count(field, text, COUNT_LIMIT)

    def amount(field: str) -> Callable[[str], Value]:
        return lambda text: event_value(text, field)

    required = MEANS if means else COUNTS
    clean: dict[str, Callable[[str], Value]] = {
        field: amount(field) if field.endswith("_mean") else counter(field) for field in required
    }
    clean |= {field: amount(field) for field in SPREADS} if means else {}
    named = {"name": lambda text: optional_line("name", text)}
    return Fields(clean={**named, **clean}, required=required, words=(), identity=())


def _counts(reader: RowReader, number: int, row: Row) -> Tested:
    values = reader.read(row.cells)
    for arm in ("control", "test"):
        if values[f"{arm}_conversions"] > values[f"{arm}_users"]:
            field = f"{arm}_conversions"
            raise InvalidValue(
                f"{field}: {values[field]:,} are impossible of {values[f'{arm}_users']:,} users", field=field
            )
    return Tested(
        values.get("name") or str(number),
        Proportion(values["control_conversions"], values["control_users"]),
        Proportion(values["test_conversions"], values["test_users"]),
    )


def _means(reader: RowReader, number: int, row: Row) -> Tested:
    values = reader.read(row.cells)

    def arm(name: str) -> Mean:
        deviation, variance = values.get(f"{name}_sd"), values.get(f"{name}_variance")
        if (deviation is None) == (variance is None):
            raise InvalidValue(f"{name}_sd: a mean needs one of {name}_sd and {name}_variance", field=f"{name}_sd")
        if deviation is not None:
            variance = deviation**2 if deviation >= 0 else deviation
        return mean_arm(f"{name}_mean", values[f"{name}_mean"], variance or 0.0, values[f"{name}_users"])

    return Tested(values.get("name") or str(number), arm("control"), arm("test"))


def _result(
    test: Tested, comparison: Comparison, p_holm: float | None, p_bh: float | None, weights: Sequence[float]
) -> BatchResult:
    (control, hits_c, rate_c, mean_c), (tested, hits_t, rate_t, mean_t) = map(_shown, (test.control, test.test))
    return BatchResult(
        test.name,
        control,
        hits_c,
        rate_c,
        tested,
        hits_t,
        rate_t,
        comparison.difference,
        comparison.low,
        comparison.high,
        comparison.lift,
        comparison.lift_low,
        comparison.lift_high,
        comparison.z,
        comparison.p_value,
        p_holm,
        p_bh,
        sample_ratio((control, tested), weights).p_value,
        comparison.method,
        comparison.reason,
        mean_c,
        mean_t,
    )


def _shown(arm: Sample) -> tuple[int, int | None, float | None, float | None]:
    """Return users, conversions, rate and mean of an arm."""
    if isinstance(arm, Proportion):
        return arm.users, arm.conversions, arm.rate, None
    return arm.users, None, None, arm.mean if arm.users else None
