"""Import of users and events of an experiment from CSV files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from supportdesk.domain.errors import InvalidValue, NotAllowed
from supportdesk.domain.experiments.experiment import Experiment, ExperimentStatus
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import from_text, to_text
from supportdesk.services.context import Context
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments import lifecycle as experiment_life
from supportdesk.services.experiments.analysis.figures import gather
from supportdesk.services.experiments.analysis.silent_arms import first_hole
from supportdesk.services.experiments.import_rows import AssignmentReader, event_reader, staged_event
from supportdesk.services.experiments.phases import take_phases
from supportdesk.services.experiments.traffic import refusal
from supportdesk.services.experiments.users import leave_out_robots
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
from supportdesk.services.transfer.rows import Row
from supportdesk.storage.experiments import queries as experiments
from supportdesk.storage.experiments import reported
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.staged_rows import BothArms, Moved, Seen, StagedEvent
from supportdesk.storage.experiments.staging import ExperimentStaging, staging
from supportdesk.storage.experiments.traffic import ASK_FOR

__all__ = ["BothArms", "ExperimentImport", "ImportedExperiment"]

PORTION = 2_000
"""Rows that are kept until they are staged."""


@dataclass(frozen=True, slots=True)
class ImportedExperiment:
    """Result of an import: rows seen, rows saved, rejected rows."""

    experiment: Experiment
    seen: Seen
    moved: Moved
    rejected: int
    detected: tuple[Detected, ...] = field(default=(), compare=False)


READ_WHOLE = ("experiment_assignments", "experiment_attributes", "experiment_events", "experiment_event_names")
"""The tables that exports and explorations read from end to end, joined."""


class ExperimentImport:
    """Use case: import users and events of an experiment."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def run(
        self,
        reference: str,
        choice: ColumnChoice,
        options: ImportOptions = PLAIN,
        *,
        assignments: Source | None = None,
        events: Source | None = None,
        outcomes: Sequence[tuple[str, str]] = (),
        attributes: Sequence[tuple[str, str]] = (),
        both_arms: BothArms = BothArms.LEAVE_OUT,
    ) -> ImportedExperiment:
        """Import assignments, events or both in one transaction; a draft experiment is started by it.

        `outcomes` are events that stand as numbers in columns of the assignments' file: (event, header), `attributes`
        what else is known of users there: (name, header). Raises
        `InvalidValue` for the first bad row, unless `rejects` takes them, and `NotAllowed` for a completed experiment.
        """
        experiment = experiment_changes.get_experiment(self._context, reference)
        _check_open(experiment)
        sources = [each for each in (assignments, events) if each is not None]
        both = len(sources) > 1
        if not sources:
            raise InvalidValue("file: name a file of assignments, of events, or both", field="file")
        if options.rejects is not None and both:
            raise InvalidValue("rejects: it takes the rows of one file; import one at a time", field="rejects")
        with ExitStack() as closing:
            staged = closing.enter_context(staging(self._database))
            now = to_text(self._context.now())
            files, phases = [], dict[int, tuple[float, ...]]()
            for source in sources:
                file = closing.enter_context(open_csv_import(source, options, self._database.files))
                files.append(file)
                if source is assignments:
                    read = AssignmentReader(
                        experiment, choice, outcomes, attributes, file.header, now, file.times, beside_events=both
                    )
                    _stage_users(staged, file, read)
                    phases = read.phases
                else:
                    reader = event_reader(experiment, choice, file.header, now, file.times, beside_assignments=both)
                    with self._database.reading():
                        happened = self._events(experiment, file, partial(staged_event, reader, now), options)
                        # In portions: rows are looked up between them, not while they are copied.
                        while some := list(islice(happened, PORTION)):
                            staged.fill_events(some)
            seen = staged.seen()
            staged.settle(both_arms)
            try:
                experiment, moved = self._save(staged, reference, both_arms, files, phases, dry_run=options.dry_run)
                self._database.learn_sizes(READ_WHOLE, moved.users + moved.events)
            except DryRun as tried:
                experiment, moved = tried.args
        rejected = sum(file.rejected for file in files)
        return ImportedExperiment(experiment, seen, moved, rejected, tuple(file.detected for file in files))

    def _events(
        self,
        experiment: Experiment,
        file: ImportSession,
        read: Callable[[int, Row], StagedEvent],
        options: ImportOptions,
    ) -> Iterator[StagedEvent]:
        """Yield the events of good rows; with a rejects file, events that cannot count are rejected too.

        They are staged all the same, and counted with all that is left out.
        """
        if options.rejects is None:
            yield from file.checked(read)
            return

        def read_or_refused(number: int, row: Row) -> tuple[Row, StagedEvent | InvalidValue]:
            try:
                return row, read(number, row)
            except InvalidValue as error:
                return row, error

        rows = file.checked(read_or_refused)
        now = self._context.now()
        while some := list(islice(rows, ASK_FOR)):
            users = list({event.user for _, event in some if isinstance(event, StagedEvent)})
            known = experiment_traffic.assigned_among(self._database, experiment.number, users)
            for row, event in some:
                if isinstance(event, InvalidValue):
                    file.refuse(row.place, row.cells, event)
                    continue
                cannot = refusal(experiment, event.user, known.get(event.user), from_text(event.at), now)
                if cannot is not None:
                    file.refuse(row.place, row.cells, cannot[1])
                yield event

    def _save(
        self,
        staged: ExperimentStaging,
        reference: str,
        both_arms: BothArms,
        files: Sequence[ImportSession],
        phases: Mapping[int, tuple[float, ...]],
        *,
        dry_run: bool,
    ) -> tuple[Experiment, Moved]:
        names = ", ".join(file.name for file in files)
        with self._database.writing():
            # Looked up again, now that nobody else can change it.
            experiment = experiment_changes.get_experiment(self._context, reference)
            _check_open(experiment)
            if experiment.status is ExperimentStatus.DRAFT:
                experiment = experiment_life.start(self._context, experiment, f"data was imported from {names}")
            experiment = take_phases(self._context, experiment, phases, staged.phase_starts())
            reported.begin(self._database, experiment.number, self._context.now().date())
            hole = first_hole(gather(self._context, experiment))
            if hole:
                # Nothing could be judged by data with a hole, which this may fill.
                reported.reopen(self._database, experiment.number, hole)
            moved = staged.move(experiment.number, experiment.phase, both_arms, files[0].saving)
            if moved.first_at is not None:
                experiments.save_start(self._database, experiment.number, moved.first_at)
            leave_out_robots(self._context, experiment)
            at = to_text(self._context.now())
            for reason, times in (
                ("no assignment", moved.without_assignment),
                ("before assignment", moved.before_assignment),
                ("event id of another user", moved.foreign_ids),
            ):
                if times:
                    experiment_traffic.note_refusal(self._database, experiment.number, reason, at, times)
            write_entry(
                self._context,
                EntryKind.EXPERIMENT_IMPORTED,
                experiment,
                after={
                    "users": str(moved.users),
                    "events": str(moved.events),
                    "left_out": str(moved.left_out),
                    "both_arms": both_arms,
                    "file": names,
                },
            )
            experiment = experiment_changes.get_by_number(self._context, experiment.number)
            for file in files:
                file.finish()
            if dry_run:
                raise DryRun(experiment, moved)
        return experiment, moved


def _stage_users(staged: ExperimentStaging, file: ImportSession, read: AssignmentReader) -> None:
    """Stage users as they come, each portion with what they did and what is known of them."""
    rows = file.checked(read)
    with staged.filling():
        while users := list(islice(rows, PORTION)):
            staged.fill_users(users)
            staged.fill_events(read.happened)
            staged.fill_attributes(read.known)
            read.happened.clear()
            read.known.clear()


def _check_open(experiment: Experiment) -> None:
    if experiment.status is ExperimentStatus.COMPLETED:
        raise NotAllowed(f"experiment #{experiment.number} is completed and takes no more data", field="status")
    if experiment.from_sums:
        raise NotAllowed(
            f"experiment #{experiment.number} has daily sums as its data and takes no users besides",
            field="assignments",
        )
