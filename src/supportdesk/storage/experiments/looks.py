"""Looks (interim analyses) of experiments; never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from peewee import fn

from supportdesk.domain.experiments.analysis import Analysis, from_document, to_document
from supportdesk.domain.experiments.event import clean_json
from supportdesk.domain.experiments.experiment import Experiment
from supportdesk.domain.experiments.look import Look, VariantResult
from supportdesk.domain.moment import from_text, to_text
from supportdesk.domain.text import clean_line
from supportdesk.storage import rows
from supportdesk.storage.database import Database
from supportdesk.storage.experiments.tables import LookRow, ResultRow

_RESULT = (
    ResultRow.variant,
    ResultRow.sample_size,
    ResultRow.conversion_count,
    ResultRow.conversion_rate,
    ResultRow.confidence_interval_lower,
    ResultRow.confidence_interval_upper,
    ResultRow.z_score,
    ResultRow.p_value,
    ResultRow.is_statistically_significant,
    ResultRow.calculated_at,
)


def store(
    database: Database,
    experiment: Experiment,
    ids: Sequence[str],
    results: Sequence[VariantResult],
    analysis: Analysis,
    actor: str,
    at: datetime,
) -> int:
    """Store a look inside the caller's transaction, and return its number (from 1)."""
    look = count(database, experiment) + 1
    text = json.dumps(to_document(analysis), ensure_ascii=False, allow_nan=False)
    database.execute(
        LookRow.insert(test=experiment.number, look=look, calculated_at=to_text(at), actor=actor, analysis=text)
    )
    for place, (row_id, result) in enumerate(zip(ids, results, strict=True)):
        database.execute(
            ResultRow.insert(
                id=row_id,
                test_id=experiment.id,
                look=look,
                place=place,
                variant=result.variant,
                sample_size=result.sample_size,
                conversion_count=result.conversion_count,
                conversion_rate=result.conversion_rate,
                confidence_interval_lower=result.confidence_interval_lower,
                confidence_interval_upper=result.confidence_interval_upper,
                z_score=result.z_score,
                p_value=result.p_value,
                is_statistically_significant=int(result.is_statistically_significant),
                calculated_at=to_text(at),
            )
        )
    return look


def last(database: Database, experiments: Sequence[Experiment]) -> dict[int, Look]:
    """Return the newest look of each of these experiments that has one, by the experiment's number."""
    found = {}
    for experiment in experiments:
        query = (
            LookRow.select(LookRow.look, LookRow.calculated_at, LookRow.actor, LookRow.analysis)
            .where(LookRow.test == experiment.number)
            .order_by(LookRow.look.desc())
            .limit(1)
        )
        for row in database.rows(query):
            results = ResultRow.select(*_RESULT).where(
                (ResultRow.test_id == experiment.id) & (ResultRow.look == row[0])
            )
            of_variants = rows.read(database.rows(results.order_by(ResultRow.place)), _result)
            found[experiment.number] = rows.read_one((*row, of_variants), _look)
    return found


def count(database: Database, experiment: Experiment) -> int:
    """Return how often results of an experiment were saved."""
    newest = LookRow.select(fn.COALESCE(fn.MAX(LookRow.look), 0)).where(LookRow.test == experiment.number)
    return int(database.rows(newest)[0][0])


def _look(look: int, at: str, actor: str, analysis: str, results: list[VariantResult]) -> Look:
    found = clean_json(json.loads(analysis))
    if not isinstance(found, dict):
        raise TypeError("no analysis")
    try:
        whole = from_document(found)
    except (KeyError, AttributeError) as error:
        raise ValueError("no analysis of this program") from error
    return Look(look, from_text(at), clean_line(actor), tuple(results), whole)


def _result(
    variant: str,
    sample_size: int,
    conversion_count: int,
    conversion_rate: float,
    lower: float | None,
    upper: float | None,
    z_score: float | None,
    p_value: float | None,
    significant: int,
    at: str,
) -> VariantResult:
    return VariantResult(
        clean_line(variant),
        sample_size,
        conversion_count,
        conversion_rate,
        lower,
        upper,
        z_score,
        p_value,
        bool(significant),
        from_text(at),
    )
