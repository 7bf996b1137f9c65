"""Taking in users and events of an experiment from CSV files: all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from supportdesk.domain.errors import InvalidValue, NotAllowed
from supportdesk.domain.experiment import Experiment, ExperimentStatus
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.services import experiment_changes, experiment_life
from supportdesk.services.columns import ColumnChoice, RowReader
from supportdesk.services.context import Context
from supportdesk.services.csv_file import CsvFile, open_csv
from supportdesk.services.experiment_columns import (
    EVENT_USER,
    NUMBERED,
    assignment_fields,
    choice_for,
    event_fields,
    outcome_columns,
    outcome_value,
    with_names,
)
from supportdesk.services.experiment_traffic import refusal
from supportdesk.services.import_progress import WATCH_EVERY, Step, Watch, unwatched
from supportdesk.services.refused_rows import Refusals, SetAside, StopAtFirst
from supportdesk.services.row_source import Row
from supportdesk.services.whole_file import whole_file
from supportdesk.storage import experiment_traffic, experiments
from supportdesk.storage.experiment_staging import (
    BothArms,
    ExperimentStaging,
    Moved,
    Seen,
    StagedEvent,
    StagedUser,
    staging,
)
from supportdesk.storage.experiment_traffic import ASK_FOR

__all__ = ["BothArms", "ExperimentImport", "ImportedExperiment"]

Source = Path | BinaryIO


@dataclass(frozen=True, slots=True)
class ImportedExperiment:
    """What stood in the files, what went in, and how many rows were set aside."""

    experiment: Experiment
    seen: Seen
    moved: Moved
    rejected: int


class _DryRun(Exception):
    """Takes back what was only tried."""


class ExperimentImport:
    """The use case of taking in users and events."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database

    def run(
        self,
        reference: str,
        choice: ColumnChoice,
        *,
        assignments: Source | None = None,
        events: Source | None = None,
        outcomes: Sequence[tuple[str, str]] = (),
        both_arms: BothArms = BothArms.LEAVE_OUT,
        encoding: str = "",
        delimiter: str = "",
        rejects: Path | None = None,
        dry_run: bool = False,
        watch: Watch = unwatched,
    ) -> ImportedExperiment:
        """Takes in assignments, events or both in one transaction; a draft is started by it, since it has data then.

        `outcomes` are events that stand as numbers in columns of the assignments' file: (event, header). Raises
        `InvalidValue` for the first bad row, unless `rejects` takes them, and `NotAllowed` for a completed experiment.
        """
        experiment = experiment_changes.one(self._context, reference)
        _check_open(experiment)
        sources = [each for each in (assignments, events) if each is not None]
        if not sources:
            raise InvalidValue("file: name a file of assignments, of events, or both", field="file")
        if rejects is not None and len(sources) > 1:
            raise InvalidValue("rejects: it takes the rows of one file; import one at a time", field="rejects")
        with ExitStack() as closing:
            staged = closing.enter_context(staging(self._database))
            rejected, both = 0, len(sources) > 1
            refused: Refusals = StopAtFirst()
            for source in sources:
                name = _name(source)
                file = closing.enter_context(open_csv(source, name, encoding=encoding, delimiter=delimiter))
                refused = StopAtFirst()
                if rejects is not None:
                    inputs = [source] if isinstance(source, Path) else []
                    target = closing.enter_context(whole_file("rejects", rejects, self._database.path, *inputs))
                    refused = SetAside(target, file.header)
                if source is assignments:
                    self._stage_assignments(staged, experiment, file, choice, outcomes, refused, watch, both=both)
                else:
                    self._stage_events(staged, experiment, file, choice, refused, watch, both=both)
                rejected += refused.count
            seen = staged.seen()
            staged.settle(both_arms)
            try:
                imported = self._save(staged, reference, both_arms, sources, refused, watch, dry_run=dry_run)
            except _DryRun as tried:
                experiment, moved = tried.args
            else:
                experiment, moved = imported
        return ImportedExperiment(experiment, seen, moved, rejected)

    def _stage_assignments(
        self,
        staged: ExperimentStaging,
        experiment: Experiment,
        file: CsvFile,
        choice: ColumnChoice,
        outcomes: Sequence[tuple[str, str]],
        refused: Refusals,
        watch: Watch,
        *,
        both: bool,
    ) -> None:
        numbered = ("user_identifier", NUMBERED) in choice.columns and NUMBERED not in file.header
        if numbered:
            choice = replace(choice, columns=[pair for pair in choice.columns if pair[1] != NUMBERED])
        now = to_text(self._context.now())
        fields = assignment_fields(experiment, now, numbered=numbered)
        others = {**event_fields(now).clean, EVENT_USER: None} if both else {}
        reader = RowReader(fields, with_names(choice_for(choice, fields.clean, others), experiment), file.header)
        columns = outcome_columns(outcomes, file.header, experiment.metrics)
        happened: list[StagedEvent] = []

        def users() -> Iterator[StagedUser]:
            for count, row in enumerate(file, 1):
                if count % WATCH_EVERY == 0:
                    watch(Step.READING, *(file.position() or (count, None)))
                try:
                    if row.problem:
                        raise InvalidValue(row.problem)
                    values = reader.read(row.cells)
                    user = str(count) if numbered else values["user_identifier"]
                    variant, told = values["variant"], values.get("assigned_at", "")
                    at = told or now
                    for column in columns:
                        cell = row.cells[column.place]
                        # Most users did nothing.
                        value = None if cell == "0" else outcome_value(column, cell)
                        if value is not None:
                            happened.append(StagedEvent(user, count, column.event, value, None, None, at, told))
                except InvalidValue as error:
                    refused.add(row.place, row.cells, error)
                    continue
                yield StagedUser(count, user, variant, at, int(values.get("exposed", variant) == variant))
                if len(happened) >= WATCH_EVERY:
                    staged.fill_events(happened)
                    happened.clear()

        staged.fill_users(users())
        staged.fill_events(happened)

    def _stage_events(
        self,
        staged: ExperimentStaging,
        experiment: Experiment,
        file: CsvFile,
        choice: ColumnChoice,
        refused: Refusals,
        watch: Watch,
        *,
        both: bool,
    ) -> None:
        now = to_text(self._context.now())
        fields = event_fields(now)
        own = [("user_identifier", header) for field, header in choice.columns if field == EVENT_USER]
        replaced = (EVENT_USER, "user_identifier") if own else ()
        choice = replace(choice, columns=[*(pair for pair in choice.columns if pair[0] not in replaced), *own])
        others = assignment_fields(experiment, now, numbered=False).clean if both else {}
        reader = RowReader(fields, choice_for(choice, fields.clean, others), file.header)

        def events() -> Iterator[tuple[Row, StagedEvent | InvalidValue]]:
            for count, row in enumerate(file, 1):
                if count % WATCH_EVERY == 0:
                    watch(Step.READING, *(file.position() or (count, None)))
                try:
                    if row.problem:
                        raise InvalidValue(row.problem)
                    values = reader.read(row.cells)
                except InvalidValue as error:
                    yield row, error
                    continue
                value, told = values.get("event_value"), values.get("created_at", "")
                event = StagedEvent(
                    values["user_identifier"],
                    None,
                    values["event_name"],
                    value,
                    values.get("event_data"),
                    values.get("event_id"),
                    told or now,
                    told if value is None else f"{told} {value!r}",
                )
                yield row, event

        with self._database.reading():
            staged.fill_events(self._taken(experiment, events(), refused))

    def _taken(
        self, experiment: Experiment, rows: Iterator[tuple[Row, StagedEvent | InvalidValue]], refused: Refusals
    ) -> Iterator[StagedEvent]:
        """The events of good rows; of those that cannot count for want of their user, the rows are set aside too."""
        now = self._context.now()
        while some := list(islice(rows, ASK_FOR)):
            known = None
            if isinstance(refused, SetAside):
                users = list({event.user for _, event in some if isinstance(event, StagedEvent)})
                known = experiment_traffic.assigned_among(self._database, experiment.number, users)
            for row, event in some:
                if isinstance(event, InvalidValue):
                    refused.add(row.place, row.cells, event)
                    continue
                if known is not None:
                    cannot = refusal(experiment, event.user, known.get(event.user), from_text(event.at), now)
                    if cannot is not None:
                        refused.add(row.place, row.cells, cannot[1])
                # Also what cannot count: it is told with the others that were left out.
                yield event

    def _save(
        self,
        staged: ExperimentStaging,
        reference: str,
        both_arms: BothArms,
        sources: Sequence[Source],
        refused: Refusals,
        watch: Watch,
        *,
        dry_run: bool,
    ) -> tuple[Experiment, Moved]:
        files = ", ".join(map(_name, sources))
        with self._database.writing():
            # Looked up again, now that nobody else can change it.
            experiment = experiment_changes.one(self._context, reference)
            _check_open(experiment)
            if experiment.status is ExperimentStatus.DRAFT:
                experiment = experiment_life.start(self._context, experiment, f"data was imported from {files}")
            moved = staged.move(
                experiment.number,
                experiment.phase,
                both_arms,
                lambda done, total: watch(Step.SAVING, done, total),
            )
            if moved.first_at is not None:
                experiments.save_start(self._database, experiment.number, moved.first_at)
            at = to_text(self._context.now())
            for reason, times in (
                ("no assignment", moved.without_assignment),
                ("before assignment", moved.before_assignment),
            ):
                if times:
                    experiment_traffic.note_refusal(self._database, experiment.number, reason, at, times)
            experiment_changes.write_entry(
                self._context,
                EntryKind.EXPERIMENT_IMPORTED,
                experiment,
                after={
                    "users": str(moved.users),
                    "events": str(moved.events),
                    "left_out": str(moved.left_out),
                    "both_arms": both_arms,
                    "file": files,
                },
            )
            experiment = experiment_changes.numbered(self._context, experiment.number)
            # Before the commit: no import without its bad rows in the file.
            refused.finish()
            if dry_run:
                raise _DryRun(experiment, moved)
        return experiment, moved


def _check_open(experiment: Experiment) -> None:
    if experiment.status is ExperimentStatus.COMPLETED:
        raise NotAllowed(f"experiment #{experiment.number} is completed and takes nothing more", field="status")


def _name(source: Source) -> str:
    return clean_line(source.name) if isinstance(source, Path) else "standard input"
