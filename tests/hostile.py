"""Texts and addresses that try to do harm, of every class that is known to have harmed a program."""

import csv
import json
from pathlib import Path

DATA = Path(__file__).parent / "data"

HOSTILE_STRINGS: list[str] = json.loads((DATA / "hostile_strings.json").read_text("utf-8"))
"""Empty and blank, reserved words, numbers, markup, SQL, control sequences, headers, formulas, scripts, long texts."""

with (DATA / "email_addresses.csv").open(encoding="utf-8", newline="") as _file:
    ADDRESSES: dict[str, bool] = {row["address"]: row["valid"] == "yes" for row in csv.DictReader(_file)}
"""Addresses, and whether mail can be sent to each."""
