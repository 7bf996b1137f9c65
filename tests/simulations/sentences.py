"""What the manual and the README say of error rates, from the results that are kept."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulations.table import Row, read

KINDS = ("conversion", "mean", "revenue")
WITHOUT_DIFFERENCE = ("overshoot", "phases", "unequal", "small", "odd-two-arms", "odd-triggered")
"""Worlds without a difference that are named for what is odd about them."""


def error_rates() -> str:
    """Return the part of the manual about error rates."""
    rows = {row.name: row for row in reversed(read())}
    looks = [row.looks for row in read() if row.name == "aa-60-conversion"]
    lines = [
        "Simulated with `python -m tests.simulations`; ± is the standard error. Of experiments without any difference "
        f"there end as if there were one, whether somebody looks {', '.join(looks[:-1])} or {looks[-1]}:",
        "",
        "| experiment | days | conversion | mean | revenue |",
        "|---|---|---|---|---|",
        *(
            f"| two variants | {days} | " + " | ".join(_figure(rows[f"aa-{days}-{kind}"]) for kind in KINDS) + " |"
            for days in (20, 60)
        ),
        "",
        *(f"- {line}" for line in _others(rows)),
    ]
    return "\n".join(lines)


def readme_sentence() -> str:
    """Return the sentence of the README about error rates."""
    rows = [row for row in read() if row.name.startswith(("aa-", *WITHOUT_DIFFERENCE))]
    worst = max(rows, key=lambda row: row.percent)
    return (
        f"Of {worst.runs:,} simulated experiments without a difference, at most {worst.percent:.1f} % end as if there "
        "were one, whoever looks and however often (`python -m tests.simulations`)."
    )


def _others(rows: dict[str, Row]) -> Sequence[str]:
    measured = ("window", "cap", "before", "ratio")
    power = [rows[f"power-{kind}"] for kind in (*KINDS, "week", "three", "five")]
    least, most = (pick(power, key=lambda row: row.percent) for pick in (min, max))
    return (
        f"Conversions that take ten days: {_figure(rows['aa-late'])}; users who buy again and again: "
        f"{_figure(rows['aa-repeats'])}; three variants: {_figure(rows['aa-three'])}; five: "
        f"{_figure(rows['aa-five'])}; 15 users a day and 4 %: "
        f"{_figure(rows['aa-small'])}; the sample full on day 1 of 7: {_figure(rows['overshoot'])}.",
        "Of conversions 30 % reported 1 to 3 days late, for who acts on the first verdict: "
        f"{_figure(rows['aa-reported'])}, and the planned effect ships in {rows['power-reported'].percent:.1f} %.",
        f"3 % of users seen in two variants: {_figure(rows['odd-two-arms'])}; users who saw the change alone: "
        f"{_figure(rows['odd-triggered'])}. An arm that stops reporting blocks in "
        f"{rows['odd-silent'].percent:.0f} %. A gain of 3 points on day 1 alone, with the sample full then, ships "
        f"after 7 days in {_figure(rows['novelty'])}, as one test of the whole week does.",
        f"Weights changed from 90/10 to 20/80 while the rate falls: {_figure(rows['phases'])}; revenue of 900 users "
        f"against 100: {_figure(rows['unequal'])}; 100 users with 2 %: {rows['small'].percent:.1f} %, counted exactly.",
        "Conversions within 7 days: "
        + "; ".join(
            f"{words}{_figure(rows[f'aa-{name}'])}"
            for name, words in zip(
                measured, ("", "capped revenue: ", "revenue adjusted by values from before: ", "a ratio: "), strict=True
            )
        )
        + f"; their planned effects ship in {min(rows[f'power-{name}'].percent for name in measured):.1f} to "
        f"{max(rows[f'power-{name}'].percent for name in measured):.1f} %.",
        f"An effect that was planned with 80 % power ships in {least.percent:.1f} to {most.percent:.1f} %.",
        f"A guardrail without harm is said to have got worse: one {_figure(rows['guardrails-1'])}, one of nine "
        f"{_figure(rows['guardrails-9'])}; harm that was planned for with 80 % power is found in "
        f"{rows['harm-1'].percent:.1f} % and, among nine, {rows['harm-9'].percent:.1f} %.",
        f"A guardrail worse by exactly its margin is said to be beyond it in {_figure(rows['margin-worse'])}, to be "
        f"within it in {_figure(rows['margin-safe'])}; one without harm is shown to be within it in "
        f"{rows['margin-power'].percent:.1f} % with the users of its plan.",
        f"A healthy split is blocked in {_figure(rows['split'])} of experiments of 30 days.",
    )


def _figure(row: Row) -> str:
    return f"{row.percent:.1f} ± {row.error:.1f} %"
