"""Many tests of counts from one file, compared one by one and corrected together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.text import optional_line
from supportdesk.services.experiments.analysis.comparison import Comparison, compare
from supportdesk.services.transfer.column_mapping import ColumnChoice, Fields, RowReader, Value
from supportdesk.services.transfer.csv_reader import open_csv
from supportdesk.services.transfer.import_session import ImportOptions, Source, open_import
from supportdesk.services.transfer.rows import Row
from supportdesk.stats import Proportion, alpha_of, benjamini_hochberg, holm, sample_ratio

COUNTS = ("control_conversions", "control_users", "test_conversions", "test_users")
COUNT_LIMIT = 10**12


@dataclass(frozen=True, slots=True)
class CountTest:
    """One row of a file: what it is called, and its two arms."""

    name: str
    control: Proportion
    test: Proportion


@dataclass(frozen=True, slots=True)
class CountResult:
    """One test; rates are fractions. `p_value_holm` and `p_value_bh` are corrected for all tests of the file.

    Holm's bounds the chance of any false finding, Benjamini and Hochberg's the share of false ones among the findings.
    `split_p_value` is of the users against the planned split.
    """

    name: str
    control_users: int
    control_conversions: int
    control_rate: float | None
    test_users: int
    test_conversions: int
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


def evaluate_file(
    source: Source,
    choice: ColumnChoice,
    options: ImportOptions,
    confidence: float,
    weights: Sequence[float],
    watch: Callable[[int], None],
) -> list[CountResult]:
    """Return the results of all rows in their order; raises `InvalidValue` for the first bad row."""
    with open_csv(source, encoding=options.encoding, delimiter=options.delimiter) as rows:
        reader = RowReader(_fields(), choice, rows.header)
        with open_import(rows, source, options, ()) as file:
            tests = list(file.checked(lambda number, row: _test(reader, number, row)))
            file.check_any(len(tests))
            file.finish()
    alpha = alpha_of(confidence)
    compared = []
    for number, each in enumerate(tests, 1):
        compared.append(compare((each.control,), (each.test,), alpha, 0))
        watch(number)
    p_values = [each.p_value for each in compared]
    corrected = zip(_corrected(p_values, holm), _corrected(p_values, benjamini_hochberg), strict=True)
    return [
        _result(each, comparison, p_holm, p_bh, weights)
        for each, comparison, (p_holm, p_bh) in zip(tests, compared, corrected, strict=True)
    ]


def _fields() -> Fields:
    def counter(field: str) -> Callable[[str], Value]:
        return lambda text: _count(field, text)

    clean: dict[str, Callable[[str], Value]] = {field: counter(field) for field in COUNTS}
    named = {"name": lambda text: optional_line("name", text)}
    return Fields(clean={**named, **clean}, required=COUNTS, words=(), identity=())


def _count(field: str, text: str) -> int:
    try:
        amount = float(text)
    except ValueError:
        amount = -1
    if not (0 <= amount <= COUNT_LIMIT and amount == int(amount)):
        raise invalid(field, text, f"it must be a whole number from 0 to {COUNT_LIMIT:,}")
    return int(amount)


def _test(reader: RowReader, number: int, row: Row) -> CountTest:
    values = reader.read(row.cells)
    for arm in ("control", "test"):
        if values[f"{arm}_conversions"] > values[f"{arm}_users"]:
            field = f"{arm}_conversions"
            raise InvalidValue(
                f"{field}: {values[field]:,} are impossible of {values[f'{arm}_users']:,} users", field=field
            )
    return CountTest(
        values.get("name") or str(number),
        Proportion(values["control_conversions"], values["control_users"]),
        Proportion(values["test_conversions"], values["test_users"]),
    )


def _corrected(
    p_values: Sequence[float | None], correct: Callable[[Sequence[float]], Sequence[float]]
) -> list[float | None]:
    known = iter(correct([p for p in p_values if p is not None]))
    return [None if p is None else next(known) for p in p_values]


def _result(
    test: CountTest, comparison: Comparison, p_holm: float | None, p_bh: float | None, weights: Sequence[float]
) -> CountResult:
    control, tested = test.control, test.test
    return CountResult(
        test.name,
        control.users,
        control.conversions,
        control.rate,
        tested.users,
        tested.conversions,
        tested.rate,
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
        sample_ratio((control.users, tested.users), weights).p_value,
        comparison.method,
        comparison.reason,
    )
