"""Metrics of experiments as rows."""

from __future__ import annotations

from supportdesk.domain.experiments.metric import Direction, Metric, MetricKind, MetricRole
from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database
from supportdesk.storage.experiments.tables import MetricRow

COLUMNS = (
    MetricRow.name,
    MetricRow.kind,
    MetricRow.role,
    MetricRow.better,
    MetricRow.margin,
    MetricRow.below_events,
    MetricRow.window_days,
    MetricRow.cap,
    MetricRow.uses_before,
)


def add(database: Database, test: int, place: int, metric: Metric) -> None:
    """Store a metric of a draft, and which events it counts."""
    key = database.insert(
        MetricRow.insert(
            test=test,
            place=place,
            name=",".join(metric.events),
            kind=metric.kind,
            role=metric.role,
            better=metric.better,
            margin=metric.margin,
            below_events=",".join(metric.below),
            window_days=metric.within,
            cap=metric.cap,
            uses_before=int(metric.before),
        )
    )
    for event in metric.all_events:
        database.sql(
            "INSERT INTO experiment_event_names (test, name) VALUES (?, ?) ON CONFLICT (test, name) DO NOTHING",
            (test, event),
        )
        database.sql(
            "INSERT INTO experiment_metric_events (name, metric, below) "
            "SELECT number, ?, ? FROM experiment_event_names WHERE test = ? AND name = ?",
            (key, int(event in metric.below), test, event),
        )


def of_row(
    name: str,
    kind: str,
    role: str,
    better: str,
    margin: float | None,
    below: str,
    window_days: int | None,
    cap: float | None,
    uses_before: int,
) -> Metric:
    """Return the metric in a row; raises `ValueError` for words that are none of ours."""
    return Metric(
        _names(name),
        MetricKind(kind),
        MetricRole(role),
        Direction(better),
        margin,
        window_days,
        cap,
        bool(uses_before),
        _names(below) if below else (),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(clean_line(text).split(","))
