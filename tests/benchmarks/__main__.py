"""`python -m tests.benchmarks [NAME...]`: runs these measurements, or all that take less than minutes."""

import sys
from importlib import import_module

from tests.benchmarks.table import print_table

ALL = ("startup", "wire", "commands", "ticket_import")
WHEN_NAMED = ("million",)


def main(names: list[str]) -> int:
    """Prints one table; gives 1 when a promise is not met."""
    unknown = set(names) - {*ALL, *WHEN_NAMED}
    if unknown:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join((*ALL, *WHEN_NAMED))}")
    rows = [row for name in names or ALL for row in import_module(f"tests.benchmarks.{name}").rows()]
    print_table(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
