"""What to know before an experiment starts."""

from __future__ import annotations

from math import ceil

from supportdesk.domain.experiments.experiment import Check, Experiment, ExperimentStatus
from supportdesk.domain.experiments.surface import SURFACE_EVENTS, Surface
from supportdesk.services.context import Context
from supportdesk.storage.experiments import daily as experiment_daily
from supportdesk.storage.experiments import queries as experiments
from supportdesk.storage.mail import variants as mail_variants

OK, WARNING, REFUSED = "ok", "warning", "refused"


def checklist(context: Context, experiment: Experiment) -> list[Check]:
    """Return what to know before an experiment starts; a refused check lets it not start."""
    checks = [
        _hypothesis(experiment),
        _metric(context, experiment),
        _sample(context, experiment),
        clash(context, experiment),
    ]
    if experiment.surface is not None:
        checks.append(_templates(context, experiment) if experiment.surface.mail else _form_variants(experiment))
    return checks


def users_a_day(context: Context, number: int | None, surface: Surface | None) -> float:
    """Return how many users come a day to an experiment, to an earlier one on its surface, or get the mail that it is.

    Or 0.

    `number` is None for an experiment that is not there yet.
    """
    known = experiment_daily.users_a_day(context.database, number, surface)
    if known or surface is None or not surface.mail:
        return known
    return mail_variants.recipients_a_day(context.database, surface.mail)


def _hypothesis(experiment: Experiment) -> Check:
    if experiment.hypothesis:
        return Check("hypothesis", OK, experiment.hypothesis)
    return Check("hypothesis", WARNING, "none: write down what you expect before you see any data")


def _metric(context: Context, experiment: Experiment) -> Check:
    reported = SURFACE_EVENTS[experiment.surface] if experiment.surface else ()
    told = ""
    if experiment.surface and experiment.surface.mail:
        event = experiment.target.events[0]
        told = (
            "; the desk reports nothing of a mail by itself: "
            f"`supportdesk experiment track {experiment.number} ADDRESS {event}` does"
        )
    unknown = [
        name
        for name in experiment.target.all_events
        if name not in reported and not experiments.is_event_known(context.database, name)
    ]
    if not unknown:
        seen = "has been seen" if told else "has been seen or is reported by the surface"
        return Check("metric", OK, f"{experiment.target_metric} {seen}{told}")
    names = ", ".join(unknown)
    spelled = f"no event {names} was reported yet: check the spelling"
    return Check("metric", WARNING, spelled + told)


def _sample(context: Context, experiment: Experiment) -> Check:
    arms = len(experiment.variants)
    planned = f"{experiment.minimum_sample_size:,} users per variant, {experiment.minimum_sample_size * arms:,} in all"
    daily = users_a_day(context, experiment.number, experiment.surface)
    if not daily:
        return Check("sample", WARNING, f"{planned}; no traffic yet, so the duration cannot be estimated")
    # The smallest arm is full last.
    days = ceil(experiment.minimum_sample_size / min(experiment.weights) / (daily * experiment.definition.ramp / 100))
    return Check(
        "sample",
        OK,
        f"{planned}: about {max(days, experiment.definition.minimum_days)} days at {daily:,.0f} users a day",
    )


def clash(context: Context, experiment: Experiment) -> Check:
    """Return whether another experiment is on the same surface."""
    if experiment.surface is None:
        return Check("surface", OK, "it changes no surface of this program, so it cannot clash with another experiment")
    running = experiments.on_surface(
        context.database, experiment.surface, ExperimentStatus.RUNNING, ExperimentStatus.PAUSED
    )
    others = [each for each in running if each.number != experiment.number]
    if not others:
        return Check("surface", OK, f"no other experiment is on {experiment.surface}")
    other = others[0]
    return Check(
        "surface",
        REFUSED,
        f"experiment #{other.number} {other.name} is {other.status} on {experiment.surface}; complete it first",
    )


def _form_variants(experiment: Experiment) -> Check:
    """Return whether our forms, which have a control and one variant, can show every variant."""
    _, test, *others = (variant.name for variant in experiment.variants)
    if not others:
        return Check("variants", OK, f"{test} has a form of its own")
    return Check(
        "variants", WARNING, f"only {test} has a form of its own; the control's is shown for {', '.join(others)}"
    )


def _templates(context: Context, experiment: Experiment) -> Check:
    """Return what the test variants of a mail lack to be another mail than everybody's."""
    # Imported here: only a mail has templates, and to see what is wrong with them they are filled in.
    from supportdesk.email.variant_templates import missing_variant_templates

    assert experiment.surface is not None
    tests = [variant.name for variant in experiment.variants[1:]]
    lacks = missing_variant_templates(context.mail.templates, experiment.surface.mail, tests)
    if lacks:
        return Check("templates", WARNING, "; ".join(lacks))
    return Check("templates", OK, f"{', '.join(tests)}: written by templates of their own in every language")
