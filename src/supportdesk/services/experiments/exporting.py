"""Export of the data of an experiment in the form that the import takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.form import weights_text
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.domain.experiments.metric_text import described
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments.daily_rows import metric_names
from supportdesk.services.experiments.fields import ATTRIBUTE, shown_event_id
from supportdesk.services.transfer.csv_writer import Writable
from supportdesk.services.transfer.export_format import Cell, Form, save_export, write_documents
from supportdesk.storage.experiments import daily as experiment_daily
from supportdesk.storage.experiments import reading
from supportdesk.storage.experiments.daily import NO_VALUES

USERS = ("user_identifier", "variant", "assigned_at", "before", "left_out", "reported_at")
PHASES = ("phase", "weights")
EVENTS = ("user_identifier", "event_name", "event_value", "event_data", "event_id", "created_at", "reported_at")
DAILY = (
    "day", "variant", "users_so_far", "left_out", "metric", "conversions", "reported", "sum", "sum_of_squares",
)  # fmt: skip

Cells = Sequence[Cell]
Watch = Callable[[int], None]
"""Called now and then with the number of rows written."""


class Part(StrEnum):
    """What of an experiment is exported."""

    ASSIGNMENTS = "assignments"
    EVENTS = "events"
    DAILY = "daily"


class ExperimentExport:
    """Use case: export the data of an experiment."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def write(self, reference: str, part: Part, form: Form, out: Writable, *, watch: Watch = lambda done: None) -> int:
        """Write one part of an experiment's data as of one moment; return the number of rows."""
        with self._database.reading():
            columns, rows = self._table(experiment_changes.get_experiment(self._context, reference), part)
            documents = (dict(zip(columns, cells, strict=True)) for cells in rows)
            return write_documents(form, part, columns, documents, out, watch)

    def save(self, reference: str, part: Part, form: Form, path: Path, *, watch: Watch = lambda done: None) -> int:
        """Write one part of an experiment's data into a file; see `save_export`."""
        return save_export(lambda out: self.write(reference, part, form, out, watch=watch), path, self._database.files)

    def default_part(self, reference: str) -> Part:
        """Return the part that an experiment has."""
        experiment = experiment_changes.get_experiment(self._context, reference)
        return Part.DAILY if experiment.from_sums else Part.ASSIGNMENTS

    def _table(self, experiment: Experiment, part: Part) -> tuple[Sequence[str], Iterator[Cells]]:
        """Return the columns and the rows of one part."""
        match part:
            case Part.ASSIGNMENTS:
                names = reading.attribute_names(self._database, experiment.number)
                phases = PHASES if len(experiment.phases) > 1 else ()
                return [*USERS, *phases, *(ATTRIBUTE + name for name in names)], self._users(experiment, names)
            case Part.EVENTS:
                return EVENTS, self._events(experiment)
            case Part.DAILY:
                return DAILY, self._daily(experiment)

    def _users(self, experiment: Experiment, names: Sequence[str]) -> Iterator[Cells]:
        variants = [variant.name for variant in experiment.variants]
        weights = {each.phase: weights_text(each.weights) for each in experiment.phases}
        with closing(reading.users(self._database, experiment.number)) as found:
            for _, rows in groupby(found, key=lambda row: row[0]):
                listed = list(rows)
                _, user, variant, at, before, left_out, counted_on, phase, *_ = listed[0]
                of = {name: value for *_, name, value in listed}
                head = (user, variants[variant], at, before, int(bool(left_out)), counted_on)
                of_phase = (phase, weights[phase]) if len(weights) > 1 else ()
                yield *head, *of_phase, *(of.get(name) for name in names)

    def _events(self, experiment: Experiment) -> Iterator[Cells]:
        with closing(reading.events(self._database, experiment.number)) as found:
            for user, name, value, data, event_id, at, counted_on in found:
                yield user, name, value, data, shown_event_id(event_id), at, counted_on

    def _daily(self, experiment: Experiment) -> Iterator[Cells]:
        """Yield running totals: the conversions of a day can be of users of earlier days."""
        _check_sums(experiment)
        metrics = list(zip(experiment.metrics, metric_names(experiment.metrics), strict=True))
        users = [[0, 0] for _ in experiment.variants]
        converted = [[0] * len(metrics) for _ in experiment.variants]
        values = [[list(NO_VALUES) for _ in metrics] for _ in experiment.variants]
        days = experiment_daily.days(self._database, experiment, "")
        for date, of_date in groupby(days, key=lambda each: each.day):
            touched = set()
            for day in of_date:
                touched.add(day.variant)
                users[day.variant] = [users[day.variant][0] + day.users, users[day.variant][1] + day.left_out]
                for place in range(len(metrics)):
                    converted[day.variant][place] += day.converted[place]
                    values[day.variant][place] = [
                        a + b for a, b in zip(values[day.variant][place], day.values[place], strict=True)
                    ]
            for variant in sorted(touched):
                for place, (metric, name) in enumerate(metrics):
                    if not metric.is_plain:
                        continue
                    sums: Cells = ("", "", "")
                    if metric.kind is not MetricKind.CONVERSION:
                        reported, total, squares, *_ = values[variant][place]
                        sums = int(reported), repr(total), repr(max(squares, 0.0))
                    head = (date, experiment.variants[variant].name, *users[variant], name)
                    yield *head, converted[variant][place], *sums


def _check_sums(experiment: Experiment) -> None:
    """Raise `NotAllowed` where daily sums cannot say what the target is."""
    if not experiment.target.is_plain:
        raise NotAllowed(
            f"daily: the target of experiment #{experiment.number} ({described(experiment.target)}) is more than sums "
            "of a day can say; export users and events instead",
            field="daily",
        )
