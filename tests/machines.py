"""Machines that agents work on: each has a home and a clock of its own, and the clocks are wrong by minutes."""

import os
from pathlib import Path
from typing import Any

SKEWS = (-300, -60, 60, 300)
"""By how many seconds the clocks are wrong."""

SET_CLOCK = """
import os
from datetime import timedelta
from supportdesk.domain import moment
true_time, skew = moment.now, timedelta(seconds=int(os.environ["SKEW"]))
moment.now = lambda: true_time() + skew
"""
"""How a program begins whose machine is wrong."""


def machine(number: int, folder: Path, *, shares_a_clock: bool) -> dict[str, Any]:
    """Return how a process is started on one of the machines; those of a desk in a file are one, with one clock."""
    home = folder / f"home{number % len(SKEWS)}"
    home.mkdir(exist_ok=True)
    skew = 0 if shares_a_clock else SKEWS[number % len(SKEWS)]
    return {"env": {**os.environ, "HOME": str(home), "SKEW": str(skew)}}
