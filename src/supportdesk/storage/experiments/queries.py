"""Queries on experiments: find, save, page through."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import fn

from supportdesk.domain.experiments.experiment import (
    Decision,
    Experiment,
    ExperimentDefinition,
    ExperimentStatus,
    Phase,
    Variant,
)
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.page import Count, Seek
from supportdesk.domain.reference import Reference
from supportdesk.domain.text import clean_body, clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.experiments import metrics
from supportdesk.storage.experiments.tables import DailyUsersRow, ExperimentRow, MetricRow, PhaseRow, VariantRow
from supportdesk.storage.references import named

if TYPE_CHECKING:
    from peewee import ModelSelect

    Select = ModelSelect[Any]

_COLUMNS = tuple(ExperimentRow._meta.sorted_fields)
_CONTENT = (
    "name",
    "description",
    "hypothesis",
    "confidence_level",
    "minimum_sample_size",
    "minimum_days",
    "surface",
    "ramp",
    "holdout",
    "max_events",
    "auto_pause",
    "measures_holdout",
    "exclusion_group",
)


def insert(
    database: Database,
    experiment_id: str,
    definition: ExperimentDefinition,
    at: datetime,
    *,
    number: int | None = None,
    created_at: datetime | None = None,
    version: int = 1,
) -> int:
    """Store a new or restored draft, and return its number."""
    given = {} if number is None else {"number": number}
    number = database.insert(
        ExperimentRow.insert(
            id=experiment_id,
            status=ExperimentStatus.DRAFT,
            decision_reason="",
            from_sums=0,
            forgotten=0,
            robots=0,
            created_at=to_text(created_at or at),
            updated_at=to_text(at),
            version=version,
            **given,
            **{name: getattr(definition, name) for name in _CONTENT},
        )
    )
    _add_parts(database, number, definition)
    return number


def update(database: Database, experiment: Experiment, definition: ExperimentDefinition, at: datetime) -> bool:
    """Save a draft if its version is unchanged; return whether it was."""
    if not _save(database, experiment, at, **{name: getattr(definition, name) for name in _CONTENT}):
        return False
    _remove_parts(database, experiment.number)
    _add_parts(database, experiment.number, definition)
    return True


def save_status(
    database: Database,
    experiment: Experiment,
    status: ExperimentStatus,
    at: datetime,
    *,
    decision: Decision | None = None,
    reason: str = "",
) -> bool:
    """Save a new status of an experiment if its version is unchanged; return whether it was."""
    dates: dict[str, str] = {}
    if experiment.start_date is None:
        dates["start_date"] = to_text(at)
        started = PhaseRow.update(started_at=to_text(at)).where(PhaseRow.test == experiment.number)
        database.execute(started)
    if status is ExperimentStatus.COMPLETED:
        dates["end_date"] = to_text(at)
    return _save(database, experiment, at, status=status, decision=decision, decision_reason=reason, **dates)


def save_start(database: Database, number: int, at: str) -> None:
    """Move the start of an experiment back to `at`, never forward."""
    query = ExperimentRow.update(start_date=at).where(
        (ExperimentRow.number == number) & (ExperimentRow.start_date > at)
    )
    database.execute(query)


def add_phase(database: Database, experiment: Experiment, weights: Sequence[float], ramp: float, at: datetime) -> bool:
    """Start a phase with new weights and ramp if the version is unchanged; return whether it was."""
    if not _save(database, experiment, at, ramp=ramp):
        return False
    _add_phase(database, experiment.number, experiment.phase + 1, weights, to_text(at))
    return True


def set_phases(database: Database, number: int, phases: Iterable[tuple[int, Sequence[float], str | None]]) -> None:
    """Replace the phases of an experiment by number, weights and start of each."""
    database.sql("DELETE FROM experiment_phases WHERE test = ?", (number,))
    for phase, weights, at in phases:
        _add_phase(database, number, phase, weights, at)


def delete(database: Database, number: int) -> None:
    """Delete a draft with all its parts."""
    database.execute(ExperimentRow.delete().where(ExperimentRow.number == number))


def find(database: Database, reference: Reference, limit: int = 5) -> list[Experiment]:
    """Return the experiments a reference matches, at most `limit`, by number."""
    here = named(ExperimentRow.number, ExperimentRow.id, reference)
    query = ExperimentRow.select(*_COLUMNS).where(here).order_by(ExperimentRow.number).limit(limit)
    return _read(database, query)


def page(database: Database, status: ExperimentStatus | None, seek: Seek, limit: int) -> list[Experiment]:
    """Return up to `limit` experiments, newest first; the key of the list is `(number,)`."""
    query = _filtered(ExperimentRow.select(*_COLUMNS), status).limit(limit).offset(seek.skip)
    if seek.key is not None:
        here = seek.key[0]
        query = query.where(ExperimentRow.number > here if seek.backwards else ExperimentRow.number < here)
    order = ExperimentRow.number.asc() if seek.backwards else ExperimentRow.number.desc()
    found = _read(database, query.order_by(order))
    return found[::-1] if seek.backwards else found


def count(database: Database, status: ExperimentStatus | None) -> Count:
    """Return how many experiments a list has."""
    return Count(int(database.rows(_filtered(ExperimentRow.select(fn.COUNT(ExperimentRow.number)), status))[0][0]))


def position(database: Database, status: ExperimentStatus | None, number: int) -> int:
    """Return the number of newer experiments in a list."""
    query = _filtered(ExperimentRow.select(fn.COUNT(ExperimentRow.number)), status)
    return int(database.rows(query.where(ExperimentRow.number > number))[0][0])


def on_surface(database: Database, surface: Surface, *statuses: ExperimentStatus) -> list[Experiment]:
    """Return the experiments on a surface that have one of these statuses, newest first."""
    query = ExperimentRow.select(*_COLUMNS).where(
        (ExperimentRow.status << list(statuses)) & (ExperimentRow.surface == surface)
    )
    return _read(database, query.order_by(ExperimentRow.number.desc()))


def is_event_known(database: Database, name: str) -> bool:
    """Return whether any experiment has had an event of this name."""
    return bool(database.sql("SELECT 1 FROM experiment_event_names WHERE name = ? AND events <> 0 LIMIT 1", (name,)))


def _save(database: Database, experiment: Experiment, at: datetime, **values: object) -> bool:
    mine = (ExperimentRow.number == experiment.number) & (ExperimentRow.version == experiment.version)
    saving = ExperimentRow.update(updated_at=to_text(at), version=ExperimentRow.version + 1, **values)
    return bool(database.execute(saving.where(mine)))


def _filtered(query: Select, status: ExperimentStatus | None) -> Select:
    return query if status is None else query.where(ExperimentRow.status == status)


def _add_parts(database: Database, number: int, definition: ExperimentDefinition) -> None:
    """Store variants, weights and metrics of a draft."""
    for place, variant in enumerate(definition.variants):
        database.execute(VariantRow.insert(test=number, place=place, name=variant.name))
    _add_phase(database, number, 1, [variant.weight for variant in definition.variants], None)
    for place, metric in enumerate(definition.metrics):
        metrics.add(database, number, place, metric)


def _remove_parts(database: Database, number: int) -> None:
    for table in ("experiment_variants", "experiment_phases", "experiment_metrics", "experiment_event_names"):
        database.sql(f"DELETE FROM {table} WHERE test = ?", (number,))


def _add_phase(database: Database, number: int, phase: int, weights: Sequence[float], at: str | None) -> None:
    database.execute(PhaseRow.insert(test=number, phase=phase, weights=json.dumps(list(weights)), started_at=at))


def _read(database: Database, query: Select) -> list[Experiment]:
    found = database.rows(query)
    if not found:
        return []
    numbers = [row[0] for row in found]
    parts: dict[str, dict[int, list[tuple[Any, ...]]]] = {}
    for name, selected in (
        ("variants", VariantRow.select().where(VariantRow.test << numbers).order_by(VariantRow.test, VariantRow.place)),
        ("phases", PhaseRow.select().where(PhaseRow.test << numbers).order_by(PhaseRow.test, PhaseRow.phase)),
        (
            "metrics",
            MetricRow.select(MetricRow.test, *metrics.COLUMNS)
            .where(MetricRow.test << numbers)
            .order_by(MetricRow.test, MetricRow.place),
        ),
        (
            "users",
            DailyUsersRow.select(DailyUsersRow.test, fn.SUM(DailyUsersRow.users + DailyUsersRow.left_out))
            .where(DailyUsersRow.test << numbers)
            .group_by(DailyUsersRow.test),
        ),
    ):
        parts[name] = defaultdict(list)
        for row in database.rows(selected):
            parts[name][row[0]].append(row[1:])
    return rows.read(
        ((row, *(parts[name][row[0]] for name in ("variants", "phases", "metrics", "users"))) for row in found),
        _experiment,
    )


def _experiment(
    row: tuple[Any, ...],
    variants: list[tuple[Any, ...]],
    phases: list[tuple[Any, ...]],
    measured: list[tuple[Any, ...]],
    users: list[tuple[Any, ...]],
) -> Experiment:
    of = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    stretches = tuple(
        Phase(phase, tuple(map(float, json.loads(weights))), None if at is None else from_text(at))
        for phase, weights, at in phases
    )
    names = [clean_line(name) for _, name in variants]
    if not (stretches and measured):
        raise ValueError("an experiment without weights or metrics")
    definition = ExperimentDefinition(
        name=clean_line(of["name"]),
        variants=tuple(map(Variant, names, stretches[-1].weights)),
        metrics=tuple(metrics.of_row(*row) for row in measured),
        description=clean_body(of["description"]),
        hypothesis=clean_line(of["hypothesis"]),
        confidence_level=float(of["confidence_level"]),
        minimum_sample_size=int(of["minimum_sample_size"]),
        minimum_days=int(of["minimum_days"]),
        surface=None if of["surface"] is None else Surface(of["surface"]),
        ramp=float(of["ramp"]),
        holdout=float(of["holdout"]),
        max_events=None if of["max_events"] is None else int(of["max_events"]),
        auto_pause=bool(of["auto_pause"]),
        measures_holdout=bool(of["measures_holdout"]),
        exclusion_group=clean_line(of["exclusion_group"]),
    )
    return Experiment(
        number=of["number"],
        id=clean_line(of["id"]),
        definition=definition,
        status=ExperimentStatus(of["status"]),
        phase=stretches[-1].phase,
        phases=stretches,
        start_date=_maybe(of["start_date"]),
        end_date=_maybe(of["end_date"]),
        decision=None if of["decision"] is None else Decision(of["decision"]),
        decision_reason=clean_line(of["decision_reason"]),
        total_participants=int(users[0][0]) if users else 0,
        created_at=from_text(of["created_at"]),
        updated_at=from_text(of["updated_at"]),
        version=of["version"],
        from_sums=bool(of["from_sums"]),
        forgotten=int(of["forgotten"]),
        robots=int(of["robots"]),
    )


def _maybe(moment: str | None) -> datetime | None:
    return None if moment is None else from_text(moment)
