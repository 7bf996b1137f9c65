"""What somebody typed about an experiment, checked value by value; and an experiment as the texts that made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.experiments.experiment import ExperimentDefinition, Variant
from supportdesk.domain.experiments.metric import Direction, MetricKind, MetricRole
from supportdesk.domain.experiments.metric_text import (
    cap_text,
    metric_spec,
    one_word,
    parse_metrics,
    refuse_repeats,
    target_metric,
    window_text,
)
from supportdesk.domain.experiments.numbers import EVERYBODY, number, percent, whole
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.text import BODY_LIMIT, NAME_LIMIT, clean_body, clean_line, optional_line, required_line

VARIANTS_LIMIT = 10
METRICS_LIMIT = 20
PAIR = 2
SAMPLE_LIMIT = 1_000_000_000
DAYS_LIMIT = 3_650
CONFIDENCE = (0.5, 0.9999)

DEFAULTS: Mapping[str, str] = {
    "name": "",
    "control": "",
    "test": "",
    "metric": "",
    "description": "",
    "hypothesis": "",
    "weights": "",
    "kind": MetricKind.CONVERSION,
    "better": Direction.UP,
    "within": "",
    "cap": "",
    "before": "no",
    "secondary": "",
    "guardrails": "",
    "confidence": "0.95",
    "min_sample": "100",
    "min_days": "7",
    "surface": "",
    "ramp": "100",
    "holdout": "0",
    "measures_holdout": "no",
    "max_events": "",
    "auto_pause": "no",
    "group": "",
}
"""Every field that can be typed, and what it is when nobody does."""


class YesNo(StrEnum):
    """What is done or not."""

    YES = "yes"
    NO = "no"


_SPLIT = re.compile(r"[/,;\s]+")


def new_experiment(texts: Mapping[str, str]) -> ExperimentDefinition:
    """Check what somebody typed, by field (see `DEFAULTS`); raises `InvalidValue` for the first one at fault.

    `test` and `weights` may name several, with commas; a weight is a share of 1 or of 100. `metric` may name several
    events. `secondary` and `guardrails` hold metrics with semicolons between them: `complained:down; basket:revenue`.
    """
    given = {**DEFAULTS, **texts}
    variants = _variants(given["control"], given["test"], given["weights"])
    target = target_metric(given, before=one_word("before", given["before"], YesNo) is YesNo.YES)
    others = [
        *parse_metrics("secondary", given["secondary"], MetricRole.SECONDARY),
        *parse_metrics("guardrails", given["guardrails"], MetricRole.GUARDRAIL),
    ]
    refuse_repeats("metric", [f"{metric.name}:{metric.kind}" for metric in (target, *others)], "a metric")
    if len(others) >= METRICS_LIMIT:
        raise InvalidValue(
            f"metric: {len(others) + 1} are too many; there can be up to {METRICS_LIMIT}", field="metric"
        )
    holdout = percent("holdout", given["holdout"])
    if holdout >= EVERYBODY:
        raise invalid("holdout", given["holdout"], "somebody has to be left: it can be from 0 to under 100 per cent")
    measures_holdout = one_word("measures_holdout", given["measures_holdout"], YesNo) is YesNo.YES
    if measures_holdout and (holdout or len(variants) > PAIR):
        raise InvalidValue(
            "measures_holdout: it compares those held out, as control, with everybody else: one test variant, "
            "and no holdout of its own",
            field="measures_holdout",
        )
    return ExperimentDefinition(
        name=required_line("name", given["name"]),
        variants=variants,
        metrics=(target, *others),
        description=_body("description", given["description"]),
        hypothesis=optional_line("hypothesis", given["hypothesis"]),
        confidence_level=confidence(given["confidence"]),
        minimum_sample_size=whole("min_sample", given["min_sample"], 1, SAMPLE_LIMIT),
        minimum_days=whole("min_days", given["min_days"], 0, DAYS_LIMIT),
        surface=one_word("surface", given["surface"], Surface) if given["surface"].strip() else None,
        ramp=ramp(given["ramp"]),
        holdout=holdout,
        max_events=whole("max_events", given["max_events"], 1, SAMPLE_LIMIT) if given["max_events"].strip() else None,
        auto_pause=one_word("auto_pause", given["auto_pause"], YesNo) is YesNo.YES,
        measures_holdout=measures_holdout,
        exclusion_group=optional_line("group", given["group"]),
    )


def texts_of(definition: ExperimentDefinition) -> dict[str, str]:
    """Return what would have to be typed for this experiment; `new_experiment` makes the same of it again."""
    target = definition.metrics[0]
    return {
        "name": definition.name,
        "control": definition.variants[0].name,
        "test": ", ".join(variant.name for variant in definition.variants[1:]),
        "metric": target.name,
        "description": definition.description,
        "hypothesis": definition.hypothesis,
        "weights": weights_text(tuple(variant.weight for variant in definition.variants)),
        "kind": target.kind,
        "better": target.better,
        "within": window_text(target),
        "cap": cap_text(target),
        "before": YesNo.YES if target.before else YesNo.NO,
        "secondary": _spec(definition, MetricRole.SECONDARY),
        "guardrails": _spec(definition, MetricRole.GUARDRAIL),
        "confidence": f"{definition.confidence_level:.15g}",
        "min_sample": str(definition.minimum_sample_size),
        "min_days": str(definition.minimum_days),
        "surface": definition.surface or "",
        "ramp": f"{definition.ramp:.15g}",
        "holdout": f"{definition.holdout:.15g}",
        "measures_holdout": YesNo.YES if definition.measures_holdout else YesNo.NO,
        "max_events": "" if definition.max_events is None else str(definition.max_events),
        "auto_pause": YesNo.YES if definition.auto_pause else YesNo.NO,
        "group": definition.exclusion_group,
    }


def changed(definition: ExperimentDefinition, texts: Mapping[str, str]) -> ExperimentDefinition:
    """Return an experiment with some fields typed anew; other variants without other weights share equally."""
    before = texts_of(definition)
    if "test" in texts and "weights" not in texts and len(_names(texts["test"])) != len(definition.variants) - 1:
        before["weights"] = ""
    return new_experiment({**before, **texts})


def weights(text: str, arms: int) -> tuple[float, ...]:
    """Return shares of users that sum to 1, from shares of 1 or of 100; equal ones from an empty text."""
    if not text.strip():
        return (1 / arms,) * arms
    words = [word for word in _SPLIT.split(text.strip()) if word]
    shares = tuple(number("weights", word.removesuffix("%")) for word in words)
    if len(shares) != arms:
        raise invalid("weights", text, f"there are {arms} variants, so it needs {arms} numbers, the control's first")
    if min(shares) <= 0:
        raise invalid("weights", text, "every variant needs a share over 0")
    for all_of_it in (1, 100):
        # Thirds are written 33.33: close is close enough, and the rest is spread.
        if abs(sum(shares) - all_of_it) <= all_of_it * 0.001:
            return tuple(share / sum(shares) for share in shares)
    raise invalid("weights", text, f"they sum to {sum(shares):.6g}; they must sum to 1 or to 100")


def weights_text(shares: tuple[float, ...]) -> str:
    """Return shares of users as people write them: `50/50`."""
    return "/".join(f"{100 * share:.12g}" for share in shares)


def confidence(text: str) -> float:
    """Return a confidence level as a fraction; raises `InvalidValue`, with a hint for one in per cent."""
    amount = number("confidence", text)
    low, high = CONFIDENCE
    if low <= amount <= high:
        return amount
    hint = f"; write {amount / 100:.12g} for {amount:.12g} %" if low * 100 <= amount <= high * 100 else ""
    raise invalid("confidence", text, f"it must be a fraction from {low} to {high}, such as 0.95{hint}")


def ramp(text: str) -> float:
    """Return the part of users who enter, in per cent; raises `InvalidValue` outside of over 0 to 100."""
    amount = percent("ramp", text)
    if amount == 0:
        raise invalid("ramp", text, "somebody has to enter: it can be over 0 up to 100 per cent")
    return amount


def _variants(control: str, test: str, shares: str) -> tuple[Variant, ...]:
    names = [required_line("control", control, NAME_LIMIT)]
    if "," in names[0]:
        raise invalid("control", control, "there is one control, and its name holds no comma")
    tests = _names(test)
    names += [required_line("test", name, NAME_LIMIT) for name in tests or [""]]
    if len(names) > VARIANTS_LIMIT:
        raise InvalidValue(f"test: {len(names)} variants are too many; there can be {VARIANTS_LIMIT}", field="test")
    # c and C would be told apart by nobody who reads the results.
    refuse_repeats("test", [name.casefold() for name in names], "a variant")
    return tuple(map(Variant, names, weights(shares, len(names))))


def _names(text: str) -> list[str]:
    return [name for name in map(clean_line, text.split(",")) if name]


def _spec(definition: ExperimentDefinition, role: MetricRole) -> str:
    return "; ".join(metric_spec(each) for each in definition.metrics if each.role is role)


def _body(field: str, text: str) -> str:
    body = clean_body(text).strip()
    if len(body) > BODY_LIMIT:
        raise InvalidValue(f"{field}: {len(body):,} characters are too many; it can have {BODY_LIMIT:,}", field=field)
    return body
