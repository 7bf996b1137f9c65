"""Commands on experiments that need no desk: a calculator and a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supportdesk.cli.experiments.text import results_text
from supportdesk.cli.io.import_options import COLUMN, DEFAULT, DELIMITER, ENCODING, IGNORE
from supportdesk.cli.io.output import Stdout, json_option, say, say_json, say_table
from supportdesk.cli.io.param_types import FILE, TEXT, Whole, source
from supportdesk.cli.io.progress import Progress
from supportdesk.domain.experiments.analysis import to_document
from supportdesk.domain.experiments.form import confidence as parse_confidence
from supportdesk.domain.experiments.form import weights
from supportdesk.domain.experiments.numbers import number

if TYPE_CHECKING:
    from supportdesk.services.transfer.column_mapping import ColumnChoice
    from supportdesk.services.transfer.import_session import ImportOptions

RUNS_LIMIT = 100_000

HERE = {
    "z-test at every look": "the plain p-value, tested every day",
    "O'Brien-Fleming bounds": "the verdict here",
    "mixture SPRT": "p and interval here, valid at every look",
}

CONFIDENCE = click.option(
    "--confidence", default="0.95", show_default=True, type=TEXT, help="1 less what is left to chance."
)


@click.command()
@click.option("--control", type=TEXT, metavar="CONVERSIONS/USERS", help="The control; MEAN/SD/USERS with --means.")
@click.option(
    "--test",
    multiple=True,
    type=TEXT,
    metavar="CONVERSIONS/USERS",
    help="A test variant; repeat for more.",
)
@click.option("--means", is_flag=True, help="Compare means: each variant is typed as MEAN/SD/USERS, 10.2/4.1/500.")
@CONFIDENCE
@click.option("--weights", "shares", default="", type=TEXT, metavar="50/50", help="The planned split.  [default: even]")
@click.option("--csv", "file", type=FILE, metavar="FILE", help="Many tests, one a row; - reads standard input.")
@COLUMN
@DEFAULT
@IGNORE
@DELIMITER
@ENCODING
@json_option
def evaluate(
    control: str | None,
    test: Sequence[str],
    means: bool,
    confidence: str,
    shares: str,
    file: Path | None,
    columns: Sequence[tuple[str, str]],
    defaults: Sequence[tuple[str, str]],
    ignored: Sequence[str],
    delimiter: str,
    encoding: str,
    form: str | None,
) -> None:
    """Calculate results of typed numbers, without a desk: all that needs no days.

    With --csv, each row of FILE is a test of its own, with control_conversions, control_users, test_conversions and
    test_users, and if you like a name; the results are CSV, with p-values corrected for all rows. With --means, a row
    has control_mean, control_sd (or control_variance), control_users and the same of the test.
    """
    about_file = any((columns, defaults, ignored, delimiter, encoding))
    if file is not None:
        if control or test:
            raise click.UsageError("--csv takes the numbers from a file; give it without --control and --test.")
        # Lazy import, as in all of these: help need not pay for it.
        from supportdesk.services.transfer.column_mapping import ColumnChoice
        from supportdesk.services.transfer.import_session import ImportOptions

        choice = ColumnChoice(columns, (), defaults, ignored)
        _evaluate_file(file, choice, ImportOptions(encoding, delimiter), confidence, shares, form, means=means)
        return
    if not control or not test or about_file:
        raise click.UsageError("Give --control and --test, or a file with --csv.")
    from supportdesk.services.experiments.analysis import figures as experiment_figures
    from supportdesk.services.experiments.analysis.planning import parse_arm, parse_mean
    from supportdesk.services.experiments.analysis.report import analyse

    parse = parse_mean if means else parse_arm
    arms = [parse("control", control), *(parse("test", each) for each in test)]
    figures = experiment_figures.typed(arms, parse_confidence(confidence), weights(shares, len(arms)))
    analysis = analyse(figures)
    if form == "json":
        say_json(to_document(analysis))
    else:
        say(results_text("result", analysis))


def _evaluate_file(
    file: Path,
    choice: ColumnChoice,
    options: ImportOptions,
    confidence: str,
    shares: str,
    form: str | None,
    *,
    means: bool,
) -> None:
    from supportdesk.services.experiments.analysis.batch import BatchResult, evaluate_file
    from supportdesk.services.transfer.csv_writer import CsvWriter

    with Progress() as progress:
        found = evaluate_file(
            source(file),
            choice,
            options,
            parse_confidence(confidence),
            weights(shares, 2),
            lambda done: progress.say(f"Calculating: {done:,} tests"),
            means=means,
        )
    if form == "json":
        say_json({"tests": [asdict(each) for each in found]})
        return
    out = Stdout()
    writer = CsvWriter(out)
    names = list(BatchResult.__dataclass_fields__)
    writer.write(names)
    for each in found:
        writer.write(getattr(each, name) for name in names)
    out.flush()


@click.command()
@click.option("--aa", is_flag=True, help="Of tests in which both variants are the same.")
@click.option("--runs", default=1_000, show_default=True, type=Whole(RUNS_LIMIT), help="How many tests.")
@click.option("--looks", default=20, show_default=True, type=Whole(200), help="Looks, one a day.")
@click.option("--daily-users", default=1_000, show_default=True, type=Whole(1_000_000), help="Users a day.")
@click.option("--baseline", default="0.1", show_default=True, type=TEXT, help="The rate of both variants.")
@CONFIDENCE
@click.option("--seed", default=1, show_default=True, type=Whole(2**31), help="The same one gives the same numbers.")
@json_option
def simulate(
    aa: bool, runs: int, looks: int, daily_users: int, baseline: str, confidence: str, seed: int, form: str | None
) -> None:
    """Show how often each method finds what is not there, when somebody looks every day."""
    if not aa:
        raise click.UsageError("Give --aa: tests in which both variants are the same are what can be simulated.")
    from supportdesk.services.experiments.analysis import planning as experiment_plan

    found = experiment_plan.false_alarms(
        runs=runs,
        looks=looks,
        daily_users=daily_users,
        baseline=number("baseline", baseline),
        confidence=parse_confidence(confidence),
        seed=seed,
    )
    if form == "json":
        say_json({"methods": [asdict(each) for each in found]})
        return
    say_table(
        ("FALSE ALARMS", "METHOD", ""),
        [
            (f"{100 * each.rate:.1f} % ± {100 * each.error:.1f}", each.method, HERE.get(each.method, ""))
            for each in found
        ],
    )
