"""The figures of an analysis as text: what each arm comes to, and how the arms compare."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from supportdesk.domain.experiments.analysis import Analysis, ComparisonResult, GuardrailResult, MetricResult
from supportdesk.domain.experiments.look import p_text
from supportdesk.domain.experiments.metric import MetricKind
from supportdesk.domain.experiments.rounding import percent_decimals, significant_digits
from supportdesk.tui import style

ARM_SIGNS = "○●▲◆■◇△□◉▼"
"""A marker for each arm, the control's first, in figures and plots alike."""
ARM_COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "red")
NAME_LIMIT = 24
GUARDRAIL_SIGN = {"worse": ("✗ ", style.ERROR), "safe": ("✓ ", style.DONE)}


def arm_sign(arm: int) -> str:
    """Return the marker of an arm."""
    return ARM_SIGNS[arm % len(ARM_SIGNS)]


def arm_style(arm: int) -> Style:
    """Return the colour of an arm."""
    return Style(color=ARM_COLOURS[arm % len(ARM_COLOURS)])


def metric_text(metric: MetricResult, analysis: Analysis) -> list[Text]:
    """Return a metric of an analysis: a line for each arm, then how each test compares with the control."""
    rates = metric.kind == MetricKind.CONVERSION
    confidence = f"{100 * analysis.confidence_level:g} %"
    width = min(max(len(arm.variant) for arm in metric.variants), NAME_LIMIT)
    # A mean is over those who reported a value, not over all users.
    counted = "reported" if metric.kind == MetricKind.MEAN else "converted"
    what = metric.described or metric.kind
    value_name = {MetricKind.CONVERSION: "rate", MetricKind.RATIO: "ratio"}.get(metric.kind, "mean")
    lines = [
        Text.assemble((f"{metric.metric}", style.HEADING), (f"  {metric.role}, {what}", style.DIM)),
        Text(
            f"  {'':{width}}{'users':>10}{counted:>11}{value_name:>11}  {confidence} interval",
            style.DIM,
        ),
    ]
    for arm, row in enumerate(metric.variants):
        value, limits = _limited(row.value, row.lower, row.upper, rates)
        lines.append(
            Text.assemble(
                (f"{arm_sign(arm)} ", arm_style(arm)),
                style.fit(row.variant, width),
                f"{row.users:>10,}{row.conversions:>11,}{value:>11}",
                (f"  {limits}", style.PLAIN),
            )
        )
    if metric.adjusted:
        lines.append(Text("  weighted over phases, in which all variants count alike", style.DIM))
    for arm, each in enumerate(metric.comparisons, 1):
        lines += _comparison(arm, each, rates, provisional=analysis.provisional)
    return lines


def guardrail_text(each: GuardrailResult) -> Text:
    """Return what a variant does to a guardrail; a tick only where it was shown to be safe."""
    return Text.assemble(
        GUARDRAIL_SIGN.get(each.state, ("· ", style.DIM)),
        f"guardrail {each.metric} with {each.variant}: {each.says}",
    )


def _comparison(arm: int, each: ComparisonResult, rates: bool, *, provisional: bool) -> list[Text]:
    if each.z_score is None or each.p_value is None:
        why = each.reason or "too few users"
        return [Text.assemble((arm_sign(arm), arm_style(arm)), f" against the control: nothing to say, {why}")]
    shown, limits = _limited(each.lift, each.lift_lower, each.lift_upper, True, sign=True)
    lift = Text.assemble((arm_sign(arm), arm_style(arm)), (" lift ", style.DIM), (shown, style.BOLD))
    if limits:
        lift.append(f" ({limits})")
    lift.append_text(Text.assemble(("   difference ", style.DIM), each.says.removeprefix(f"{each.variant}: ")))
    holm = each.p_value_holm
    corrected = "" if holm is None or holm == each.p_value else f" ({p_text(holm)} by Holm)"
    soon = "  provisional: the sample is not full" if provisional else ""
    lines = [
        lift,
        Text.assemble(
            ("  z ", style.DIM),
            f"{each.z_score:.2f}",
            f"  {p_text(each.p_value)}{corrected}",
            (soon, Style(color="yellow")),
        ),
    ]
    if each.method:
        lines.append(Text(f"  p and interval by the {each.method}", style.DIM))
    band = each.always_valid.band
    if band is not None:
        always_p, low, high = band
        scale, unit = (100, " points") if rates else (1, "")
        lines.append(
            Text.assemble(
                ("  valid at every look: ", style.DIM),
                f"{p_text(always_p)}, {scale * low:.3g} to {scale * high:.3g}{unit}",
            )
        )
    return lines


def _limited(
    value: float | None, low: float | None, high: float | None, rates: bool, *, sign: bool = False
) -> tuple[str, str]:
    """Return a value and its interval, so rounded that they do not look alike."""
    shown = (value, low, high)
    digits = percent_decimals(shown) if rates else significant_digits(shown)
    plus = "+" if sign else ""
    text, limits = "–", ""
    if value is not None:
        text = f"{100 * value:{plus}.{digits}f} %" if rates else f"{value:{plus}.{digits}g}"
    if low is not None and high is not None:
        limits = (
            f"{100 * low:.{digits}f} to {100 * high:.{digits}f} %"
            if rates
            else f"{low:.{digits}g} to {high:.{digits}g}"
        )
    return text, limits
