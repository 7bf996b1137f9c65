"""The command that plans an experiment, without a desk."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from supportdesk.cli.io.output import counted, json_option, say, say_json
from supportdesk.cli.io.param_types import TEXT, Whole
from supportdesk.domain.experiments.form import confidence as parse_confidence
from supportdesk.domain.experiments.form import weights, weights_text
from supportdesk.domain.experiments.numbers import number, percent

if TYPE_CHECKING:
    from supportdesk.services.experiments.analysis.planning import Plan, Setting

USERS_LIMIT = 1_000_000_000


@click.command()
@click.option(
    "--baseline", required=True, type=TEXT, metavar="RATE", help="The current rate, such as 0.13; a mean with --sd."
)
@click.option("--effect", type=TEXT, metavar="RATE", help="The smallest difference to detect, such as 0.02.")
@click.option(
    "--sd", type=TEXT, metavar="VALUE", help="Standard deviation of what users bring or report: plans a mean."
)
@click.option(
    "--margin", type=TEXT, metavar="PERCENT", help="Instead of --effect: by how much a guardrail may get worse, 1%."
)
@click.option(
    "--power", default="0.8", show_default=True, type=TEXT, help="Statistical power: the chance to detect it."
)
@click.option("--confidence", default="0.95", show_default=True, type=TEXT, help="1 less what is left to chance.")
@click.option("--daily-users", type=Whole(USERS_LIMIT), help="Users a day, all variants together.")
@click.option("--variants", type=Whole(10), help="Number of variants, the control included.  [default: 2]")
@click.option("--weights", "shares", default="", type=TEXT, metavar="50/50", help="The planned split.  [default: even]")
@click.option("--looks", default=1, show_default=True, type=Whole(200), help="Looks (days) to keep the power with.")
@click.option("--metrics", default=1, show_default=True, type=Whole(20), help="Metrics that share the error.")
@json_option
def plan(
    baseline: str,
    effect: str | None,
    sd: str | None,
    margin: str | None,
    power: str,
    confidence: str,
    daily_users: int | None,
    variants: int | None,
    shares: str,
    looks: int,
    metrics: int,
    form: str | None,
) -> None:
    """Plan the users, and days, that an experiment needs."""
    if (effect is None) == (margin is None):
        raise click.UsageError("Give --effect, the smallest difference to detect, or --margin, that of a guardrail.")
    # Lazy import: keeps start-up fast.
    from supportdesk.services.experiments.analysis.planning import Setting, guardrail_plan
    from supportdesk.services.experiments.analysis.planning import plan as plan_effect

    arms = variants if variants is not None else max(2, len(re.findall(r"[^/,;\s]+", shares)))
    setting = Setting(
        number("power", power),
        parse_confidence(confidence),
        daily_users or 0,
        weights(shares, arms) if arms > 1 else (1.0,),
        looks,
        metrics,
    )
    deviation = _deviation(sd)
    if margin is not None:
        share = percent("margin", margin) / 100
        planned = guardrail_plan(number("baseline", baseline), share, setting, deviation=deviation)
    else:
        planned = plan_effect(
            number("baseline", baseline), number("effect", effect or ""), setting, deviation=deviation
        )
    if form == "json":
        say_json(asdict(planned))
        return
    for line in _lines(planned, setting, guardrail=margin is not None):
        say(line)


def _deviation(text: str | None) -> float:
    from supportdesk.domain.errors import invalid

    if text is None:
        return 0.0
    amount = number("sd", text)
    if amount <= 0:
        raise invalid("sd", text, "it must be above 0")
    return amount


def _lines(planned: Plan, setting: Setting, *, guardrail: bool) -> list[str]:
    even = len(set(setting.shares)) == 1
    each = f"{planned.users_per_arm:,} users per variant"
    if not even:
        each = f"{' / '.join(f'{users:,}' for users in planned.arms)} users by {weights_text(setting.shares)}"
    lines = [f"{each}, {planned.users:,} in all"]
    if not even:
        lines.append(f"the smallest variant is full last: plan it with --min-sample {planned.users_per_arm}")
    if planned.days is not None:
        lines.append(f"{planned.days:,} days at {setting.daily_users:,} users a day; run whole weeks")
    compared = len(setting.shares) - 1
    if not guardrail and compared * setting.metrics > 1:
        among = " of ".join(
            ([counted(compared, "test variant")] if compared > 1 else [])
            + ([counted(setting.metrics, "metric")] if setting.metrics > 1 else [])
        )
        lines.append(f"{among} share the error: each is planned at {planned.alpha:.4g}, Holm's first and hardest step")
    if planned.looks == 1:
        lines.append(
            f"the verdict here looks at the end of each day: {planned.users_with_looks:,} users per variant keep the "
            f"power of {100 * setting.power:g} % with that"
        )
    lines.append(f"by {planned.formula}")
    return lines
