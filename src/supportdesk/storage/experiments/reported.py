"""What was reported of experiments when: days that could be judged before an import take nothing more.

An analysis that changed afterwards would be a second chance to find an effect that is not there. So what is reported
late counts on the first day of which nothing had been reported; what is reported on one day (UTC) is known together.
"""

from __future__ import annotations

from datetime import date, timedelta

from supportdesk.storage.database import Database

NEXT_DAY = timedelta(days=1)


def begin(database: Database, test: int, today: date) -> None:
    """Note, before what is reported first on a day, up to where all was reported; inside the caller's transaction.

    A metric of which nothing was reported yet has nothing that could have been judged.
    """
    day = today.isoformat()
    waiting = database.sql("SELECT number FROM experiment_metrics WHERE test = ? AND reported_on < ?", (test, day))
    last = {metric: _last_day(database, metric, day) for (metric,) in waiting}
    latest = max(filter(None, last.values()), default="")
    for metric, known in last.items():
        open_from = (date.fromisoformat(latest) + NEXT_DAY).isoformat() if known else ""
        database.sql(
            "UPDATE experiment_metrics SET open_from = ?, reported_on = ? WHERE number = ?", (open_from, day, metric)
        )


def _last_day(database: Database, metric: int, before: str) -> str | None:
    """Return the last day before another one on which somebody did what a metric counts."""
    found = database.sql(
        "SELECT max(day) FROM (SELECT day FROM experiment_daily_conversions WHERE metric = ? AND day < ? "
        "UNION ALL SELECT day FROM experiment_daily_values WHERE metric = ? AND day < ?) AS days",
        (metric, before, metric, before),
    )
    return None if found[0][0] is None else str(found[0][0])


def reopen(database: Database, test: int, day: str) -> None:
    """Let days from one on take again what is reported of them, inside the caller's transaction."""
    database.sql("UPDATE experiment_metrics SET open_from = ? WHERE test = ? AND open_from > ?", (day, test, day))


def open_from(database: Database, test: int) -> str:
    """Return the first day of which nothing had been reported before the last import; empty if there was no such."""
    found = database.sql("SELECT coalesce(max(open_from), '') FROM experiment_metrics WHERE test = ?", (test,))
    return str(found[0][0])


def open_from_of(database: Database, test: int, event: str) -> str:
    """Return the same for the metrics that count an event."""
    found = database.sql(
        "SELECT coalesce(max(metrics.open_from), '') FROM experiment_event_names AS names "
        "JOIN experiment_metric_events AS counts ON counts.name = names.number "
        "JOIN experiment_metrics AS metrics ON metrics.number = counts.metric WHERE names.test = ? AND names.name = ?",
        (test, event),
    )
    return str(found[0][0])


def is_fed(database: Database, test: int) -> bool:
    """Return whether the target of an experiment was reported afterwards, on several days."""
    found = database.sql("SELECT 1 FROM experiment_metrics WHERE test = ? AND place = 0 AND open_from <> ''", (test,))
    return bool(found)
