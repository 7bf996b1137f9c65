"""Import of daily sums of an experiment from a CSV file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from supportdesk.domain.errors import InvalidValue, NotAllowed
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.experiments.metric_text import described
from supportdesk.domain.journal import EntryKind
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments import lifecycle as experiment_life
from supportdesk.services.experiments.daily_rows import DailyReader, DailyRow, Sums, metric_names
from supportdesk.services.journal_entries import write_entry
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import (
    PLAIN,
    Detected,
    DryRun,
    ImportOptions,
    ImportSession,
    Source,
    open_csv_import,
)
from supportdesk.storage.experiments import daily_sums
from supportdesk.storage.experiments import queries as experiments
from supportdesk.storage.experiments.daily_sums import StoredSums

Key = tuple[str, int]
"""Day and variant."""
NOTHING = Sums()


@dataclass(slots=True)
class DayArmSums:
    """What an arm had on a day, by the place of the metric."""

    users: int
    left_out: int
    sums: dict[int, Sums] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportedDays:
    """Result of an import of daily sums: a day of a variant is new, changed or known already."""

    experiment: Experiment
    new: int
    changed: int
    known: int
    users: int
    rejected: int
    detected: Detected | None = field(default=None, compare=False)


class DailyImport:
    """Use case: import daily sums of an experiment."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def run(self, reference: str, source: Source, choice: ColumnChoice, options: ImportOptions = PLAIN) -> ImportedDays:
        """Import the sums of each day and variant in one transaction; a draft experiment is started by it.

        What is known of a day and variant is replaced. Raises `InvalidValue` for the first bad row, unless `rejects`
        takes them, and `NotAllowed` for an experiment that is completed or has users of its own.
        """
        experiment = experiment_changes.get_experiment(self._context, reference)
        self._check(experiment)
        with ExitStack() as closing:
            file = closing.enter_context(open_csv_import(source, options, self._database.files))
            today = self._context.now().date()
            reader = DailyReader(experiment, choice, file.header, today, file.times)
            found = _gathered(file, reader)
            if reader.so_far:
                found = _steps(file, found)
            days = {key: of_day for key, (of_day, _) in found.items()}
            file.check_any(len(days))
            _check_complete(experiment, days)
            try:
                counts = self._save(reference, days, file, dry_run=options.dry_run)
            except DryRun as tried:
                (counts,) = tried.args
        return ImportedDays(*counts, file.rejected, file.detected)

    def _check(self, experiment: Experiment) -> None:
        number = experiment.number
        if experiment.status is ExperimentStatus.COMPLETED:
            raise NotAllowed(f"experiment #{number} is completed and takes no more data", field="status")
        special = [metric for metric in experiment.metrics if not metric.is_plain]
        if special:
            raise NotAllowed(
                f"experiment #{number} has {special[0].name} ({described(special[0])}), which needs single users; "
                "import users and events, or plan the metric without that and import sums in which it is done",
                field="daily",
            )
        if not experiment.from_sums and daily_sums.has_users(self._database, number):
            raise NotAllowed(
                f"experiment #{number} has users of its own, and sums would count them twice; "
                f"supportdesk experiment clone {number} makes a draft that takes sums",
                field="daily",
            )

    def _save(
        self, reference: str, days: Mapping[Key, DayArmSums], file: ImportSession, *, dry_run: bool
    ) -> tuple[Experiment, int, int, int, int]:
        with self._database.writing():
            # Looked up again, now that nobody else can change it.
            experiment = experiment_changes.get_experiment(self._context, reference)
            self._check(experiment)
            if experiment.status is ExperimentStatus.DRAFT:
                experiment = experiment_life.start(self._context, experiment, f"data was imported from {file.name}")
            stored = [_stored(experiment, key, days[key]) for key in sorted(days)]
            new, changed = daily_sums.store(self._database, experiment.number, stored)
            if stored:
                experiments.save_start(self._database, experiment.number, f"{stored[0].day}T00:00:00.000Z")
            users = sum(each.users for each in stored)
            write_entry(
                self._context,
                EntryKind.EXPERIMENT_IMPORTED,
                experiment,
                after={"days": str(len({day for day, _ in days})), "users": str(users), "file": file.name},
            )
            file.finish()
            experiment = experiment_changes.get_by_number(self._context, experiment.number)
            counts = experiment, new, changed, len(stored) - new - changed, users
            if dry_run:
                raise DryRun(counts)
        return counts


def _gathered(file: ImportSession, read: DailyReader) -> dict[Key, tuple[DayArmSums, DailyRow]]:
    """Return what the rows say of each day and variant, with its first row; rows that contradict others are refused."""
    found: dict[Key, tuple[DayArmSums, DailyRow]] = {}
    for each in file.checked(read):
        key = each.day, each.variant
        known, first = found.setdefault(key, (DayArmSums(each.users, each.left_out), each))
        if set(known.sums) & set(each.sums):
            error = f"day: {each.day} has this variant and metric in {file.place} {first.row.place} already"
            file.refuse(each.row.place, each.row.cells, InvalidValue(error, field="day"))
        elif (known.users, known.left_out) != (each.users, each.left_out):
            error = f"users: {each.users:,} contradict the {known.users:,} in {file.place} {first.row.place}"
            file.refuse(each.row.place, each.row.cells, InvalidValue(error, field="users"))
        else:
            known.sums.update(each.sums)
    return found


def _steps(
    file: ImportSession, found: Mapping[Key, tuple[DayArmSums, DailyRow]]
) -> dict[Key, tuple[DayArmSums, DailyRow]]:
    """Return what each day added to running totals; a total that fell is refused."""
    before: dict[int, DayArmSums] = {}
    steps = {}
    for key in sorted(found):
        now, row = found[key]
        last = before.get(key[1], DayArmSums(0, 0))
        if now.users < last.users or any(
            sums.conversions < last.sums.get(place, NOTHING).conversions for place, sums in now.sums.items()
        ):
            error = InvalidValue(
                "users_so_far: a running total cannot fall from one day to the next", field="users_so_far"
            )
            file.refuse(row.row.place, row.row.cells, error)
            continue
        added = {place: sums.less(last.sums.get(place, NOTHING)) for place, sums in now.sums.items()}
        steps[key] = DayArmSums(now.users - last.users, max(now.left_out - last.left_out, 0), added), row
        before[key[1]] = now
    return steps


def _check_complete(experiment: Experiment, days: Mapping[Key, DayArmSums]) -> None:
    """Raise `InvalidValue` where a day of a variant lacks a metric that others have: it would count as nothing."""
    places = {place for of_day in days.values() for place in of_day.sums}
    for (day, variant), of_day in sorted(days.items()):
        missing = sorted(places - set(of_day.sums))
        if missing:
            name, metric = experiment.variants[variant].name, metric_names(experiment.metrics)[missing[0]]
            raise InvalidValue(f"metric: {day} of {name} has no row of {metric}; nothing was imported", field="metric")


def _stored(experiment: Experiment, key: Key, of_day: DayArmSums) -> StoredSums:
    day, variant = key
    sums: Sequence[tuple[int, Sums]] = sorted(of_day.sums.items())
    return StoredSums(
        day,
        _phase(experiment, day),
        variant,
        of_day.users,
        of_day.left_out,
        tuple((place, each.conversions, each.reported, each.total, each.squares) for place, each in sums),
    )


def _phase(experiment: Experiment, day: str) -> int:
    """Return the phase that was in force at the end of a day."""
    begun = [each.phase for each in experiment.phases if each.started_at and each.started_at.date().isoformat() <= day]
    return begun[-1] if begun else experiment.phases[0].phase
