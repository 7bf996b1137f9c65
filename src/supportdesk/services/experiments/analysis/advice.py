"""What to do next, for a reader who never took a course in statistics."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.experiments.analysis import GuardrailResult, Verdict

SHIPS = "effect"
NOT_SHOWN = "not shown"

ADVICE = {
    "split": "Do not read the figures. Find what lets users of one variant get lost or counted twice (a redirect, a "
    "crash, a filter for bots, events that do not arrive), repair it, and run a clone.",
    "both-arms": "Do not read the figures. Find why users change their variant (another identifier after login, "
    "a shared device, a second assignment), repair it, and run a clone.",
    "reporting": "Do not read the figures. Find why the events of that variant did not arrive; import them if they are "
    "kept somewhere, or run a clone.",
    "guardrail": "Keep the control. Find out why the guardrail suffers before you try again.",
    SHIPS: "Give {variant} to everybody{end}.",
    "harm": "Keep the control{end}.",
    "no-effect": "Keep what is simpler, usually the control{end}. A small difference may be there all the same; to "
    "find it, plan an experiment with more users.",
    "sample": "Let it run. Looking costs nothing, stopping early does.",
    "days": "Let it run. Weekdays differ, so the planned days have to be full.",
    "window": "Let it run. Users are part of the results once their conversion window is over.",
    "users": "Send users to it: every variant needs some before anything can be said.",
}
"""By the rule that decided."""
NO_TIMES = (
    " All users came at one time: if that was the import of a file that holds everything, clone the experiment with "
    "--min-days 0, or map the column of times with --column assigned_at=HEADER, and import it there."
)


def next_step(verdict: Verdict, guardrails: Sequence[GuardrailResult], *, running: bool, at_once: bool) -> str:
    """Return what to do next, in plain words; one that is running is to be completed.

    `at_once` says that all users came at one time.
    """
    end = ", and complete the experiment" if running else ""
    advice = ADVICE[verdict.rule].format(variant=verdict.variant, end=end)
    if verdict.rule == "days" and at_once:
        advice += NO_TIMES
    open_ones = [each for each in guardrails if each.state == NOT_SHOWN and each.variant == verdict.variant]
    if verdict.rule != SHIPS or not open_ones:
        return advice
    first = "; ".join(f"{each.metric} {each.says}" for each in open_ones)
    return (
        f"First decide whether you can live with the guardrails that are not shown to be safe: {first}. Then: {advice}"
    )
