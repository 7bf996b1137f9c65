"""The story of the demo desk's experiments: one that led to a decision, one that is broken, one that runs, a draft."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from supportdesk.domain.experiments.form import DEFAULTS, new_experiment
from supportdesk.domain.moment import to_text
from supportdesk.sample.content import Step, rows
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice

Row = dict[str, str]


def experiment_steps(end: datetime) -> Iterator[Step]:
    """Return everything that happened to experiments before `end`."""
    texts = {row["key"]: row for row in rows("experiments.csv")}
    days = rows("experiment_days.csv")
    started: dict[str, datetime] = {}
    for row in rows("experiment_events.csv"):
        key, at = row["key"], end - timedelta(minutes=int(row["minutes_ago"]))
        if row["act"] == "started":
            started[key] = at
        mine = [day for day in days if day["key"] == key]
        yield Step(at, row["agent"], f"experiment {key}", _act(row, texts[key], mine, started.get(key, at), at))


def _act(row: Row, texts: Row, days: Sequence[Row], start: datetime, at: datetime) -> Callable[[Desk, str], str]:
    act, text = row["act"], row["text"]

    def happen(desk: Desk, number: str) -> str:
        match act:
            case "created":
                new = new_experiment({name: value for name, value in texts.items() if name in DEFAULTS})
                number = str(desk.experiments.create(new).number)
            case "started":
                desk.experiments.start(number, reason=text)
            case "imported":
                assignments, events = _files(texts, days, start, at)
                desk.experiment_import.run(number, ColumnChoice(), assignments=assignments, events=events)
            case "calculated":
                desk.experiments.calculate(number)
            case "paused":
                desk.experiments.pause(number, reason=text)
            case "completed":
                said = desk.experiments.results(number).verdict
                desk.experiments.complete(number, said.decision, said.sentence)
        return number

    return happen


def _files(texts: Row, days: Sequence[Row], start: datetime, at: datetime) -> tuple[io.BytesIO, io.BytesIO]:
    """Return what the shop would have sent: its users and what they did, from how many there were each day."""
    users = ["user_identifier,variant,assigned_at"]
    events = ["user_identifier,event_name,created_at"]
    for day in days:
        many = int(day["users"])
        for number in range(many):
            user = f"{texts['key']}-{day['day']}-{day['variant'][:2]}{number}".replace(" ", "")
            came = start + timedelta(days=int(day["day"]), minutes=number * 600 // many)
            if came >= at:
                continue
            users.append(f"{user},{day['variant']},{to_text(came)}")
            soon = to_text(min(came + timedelta(minutes=5), at))
            if number < int(day["converted"]):
                events.append(f"{user},{texts['metric']},{soon}")
            if number >= many - int(day["unsubscribed"]):
                events.append(f"{user},unsubscribed,{soon}")
    return _file(users), _file(events)


def _file(lines: Sequence[str]) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())
