"""The command that compares what the plan of an experiment does not name."""

from __future__ import annotations

from dataclasses import asdict

import click

from supportdesk.cli.context import open_desk
from supportdesk.cli.experiments.text import experiment_document
from supportdesk.cli.io.output import json_option, say, say_json, say_table
from supportdesk.cli.io.param_types import TEXT
from supportdesk.domain.experiments.look import p_text

NONE = "–"
MISMATCH = 0.001


@click.command()
@click.argument("ref", type=TEXT)
@click.option(
    "--event",
    "events",
    multiple=True,
    type=TEXT,
    metavar="EVENT[:KIND]",
    help="An event that was kept, counted or not.",
)
@click.option(
    "--ratio", "ratios", multiple=True, type=TEXT, metavar="A/B", help="Two events, user by user: clicks/views."
)
@click.option(
    "--cap",
    default="",
    type=TEXT,
    metavar="QUANTILE",
    help="Lower values above it, such as .999, of all variants alike.",
)
@click.option(
    "--within",
    default="",
    type=TEXT,
    metavar="7d",
    help="Only events so long after the assignment; younger users are out.",
)
@click.option("--before", is_flag=True, help="Adjust by the users' value from before (CUPED): less variance.")
@click.option("--segment", default="", type=TEXT, metavar="NAME", help="Apart for each value of this attribute.")
@json_option
@click.pass_context
def explore(
    ctx: click.Context,
    ref: str,
    events: tuple[str, ...],
    ratios: tuple[str, ...],
    cap: str,
    within: str,
    before: bool,
    segment: str,
    form: str | None,
) -> None:
    """Compare what the plan does not name: other events, ratios, caps, windows, segments.

    What is found is exploratory: it never decides, and is corrected (Holm) for all that is asked at once. Plan an
    experiment of its own for what looks good here.

    \b
        supportdesk experiment explore 3 --event basket:revenue --cap .999
        supportdesk experiment explore 3 --segment country --within 7d
    """
    # Lazy import: keeps start-up fast.
    from supportdesk.services.experiments.exploring.question import parse_question

    question = parse_question(events, ratios, cap=cap, within=within, before=before, segment=segment)
    with open_desk(ctx, existing=True) as desk:
        found = desk.experiments.explore(ref, question)
    if form == "json":
        say_json(
            {
                "test": experiment_document(found.experiment),
                "exploratory": True,
                "found": [asdict(each) for each in found.found],
                "notes": list(found.notes),
            }
        )
        return
    say("exploratory: it does not decide; p is corrected for all that was asked here")
    rows = []
    for each in found.found:
        rates = each.kind == "conversion"
        rows.append(
            (
                each.metric,
                each.segment,
                each.variant,
                f"{each.control_users:,} / {each.users:,}",
                f"{_value(each.control_value, rates)} / {_value(each.value, rates)}",
                _difference(each.difference, each.difference_lower, each.difference_upper, rates),
                NONE if each.p_value_holm is None else p_text(each.p_value_holm),
                "; ".join(filter(None, (each.note, each.reason, _split(each.split_p_value)))),
            )
        )
    say_table(("METRIC", "SEGMENT", "VARIANT", "USERS", "VALUES", "DIFFERENCE", "P BY HOLM", "NOTE"), rows)
    for note in found.notes:
        say(note)


def _value(value: float | None, rates: bool) -> str:
    if value is None:
        return NONE
    return f"{100 * value:.2f} %" if rates else f"{value:.4g}"


def _difference(difference: float | None, low: float | None, high: float | None, rates: bool) -> str:
    if difference is None:
        return NONE
    scale, unit = (100, " points") if rates else (1, "")
    limits = "" if low is None or high is None else f" ({scale * low:.3g} to {scale * high:.3g})"
    return f"{scale * difference:+.3g}{unit}{limits}"


def _split(p_value: float | None) -> str:
    if p_value is None or p_value >= MISMATCH:
        return ""
    return f"the split is broken here ({p_text(p_value)}): do not read it"
