"""Run claims and print a table of targets and figures; `--write` keeps it for the manual."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulations.claims import CLAIMS
from tests.simulations.table import TABLE, Row, judged, write


def main(arguments: list[str]) -> int:
    """Print a table of the claims; return 1 if one does not hold, 2 for a name that none has."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulations", description="Simulate the rules.")
    parser.add_argument("names", nargs="*", help="claims, or how their names begin; all unless given")
    parser.add_argument("--write", action="store_true", help=f"keep the results in {TABLE.name}")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if not any(each.name.startswith(name) for each in CLAIMS)]
    if unknown:
        print(f"no claim is called {unknown[0]}; there are {', '.join(each.name for each in CLAIMS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for claim in CLAIMS:
        if given.names and not any(claim.name.startswith(name) for name in given.names):
            continue
        start = time.perf_counter()
        for found in claim.measure():
            row = judged(claim, found)
            rows.append(row)
            print(f"{row.line}  {time.perf_counter() - start:.0f} s", flush=True)
    if given.write:
        write(rows)
    return 1 if any(row.verdict == "FAIL" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
