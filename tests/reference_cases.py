"""Runs worked cases against the library: `python -m tests.reference_cases FILE.json [--data FOLDER]`.

A file is a list of cases: id, kind, inputs, expected, tolerance. Numbers agree when they differ by at most the
tolerance, absolutely or relatively. Where null is expected the library must give no number, or refuse the inputs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from supportdesk.stats import InvalidInput
from tests.reference_kinds import KINDS


def failures(case: dict[str, Any], data: Path) -> list[str]:
    """Return a line for each expected field that the library does not give; none when the case passes."""
    name, kind, tolerance = case.get("id", "?"), case.get("kind"), float(case.get("tolerance") or 0)
    if kind not in KINDS:
        return [f"{name}: the kind {kind!r} is not known"]
    try:
        got = KINDS[kind](case["inputs"], data)
    except InvalidInput as error:
        refused = all(wanted is None for wanted in case["expected"].values())
        return [] if refused else [f"{name}: refused: {error}"]
    except Exception as error:  # a file of others' cases must be run to its end
        return [f"{name}: {type(error).__name__}: {error}"]
    return [
        f"{name}: {field}: expected {expected!r}, got {found!r}, tolerance {tolerance:g}"
        for field, wanted in case["expected"].items()
        for field, expected, found in _differences(field, wanted, got.get(field, "nothing"), tolerance)
    ]


def _differences(field: str, expected: Any, got: Any, tolerance: float) -> Iterator[tuple[str, Any, Any]]:
    match expected:
        case list():
            if not isinstance(got, list | tuple) or len(got) != len(expected):
                yield field, expected, got
                return
            for index, (inner, found) in enumerate(zip(expected, got, strict=True)):
                yield from _differences(f"{field}[{index}]", inner, found, tolerance)
        case dict():
            for key, inner in expected.items():
                found = got.get(key, "nothing") if isinstance(got, dict) else "nothing"
                yield from _differences(f"{field}.{key}", inner, found, tolerance)
        case _ if not _agree(expected, got, tolerance):
            yield field, expected, got


def _agree(expected: Any, got: Any, tolerance: float) -> bool:
    if expected is None or isinstance(expected, bool | str):
        return type(expected) is type(got) and expected == got
    if isinstance(got, bool) or not isinstance(got, int | float):
        return False
    return math.isclose(expected, got, rel_tol=tolerance, abs_tol=tolerance)


def main(arguments: list[str]) -> int:
    """Print what fails and the count; 1 if anything does, 2 if the file can't be read."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference_cases", description="Run worked cases.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", type=Path, help="where the data files of the cases are; beside FILE unless given")
    given = parser.parse_args(arguments)
    try:
        cases = json.loads(given.file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return 2
    failed = 0
    for case in cases:
        lines = failures(case, given.data or given.file.parent)
        failed += bool(lines)
        for line in lines:
            print(line)
    print(f"{len(cases) - failed} of {len(cases)} cases pass, {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
