"""`python -m tests.benchmarks [NAME...]`: runs these measurements, or all that take less than minutes.

`python -m tests.benchmarks faq FOLDER [OTHER]` measures a folder with a `faqs.csv` and a `queries.csv`.
"""

import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.table import print_table

WHEN_NAMED = ("million", "faq", "experiments", "experiment_sums", "queries", "answering", "sessions", "postgres")
ALL = ("startup", "wire", "commands", "ticket_import", "mail", "intake")


def main(names: list[str]) -> int:
    """Prints one table; gives 1 when a promise is not met."""
    if names[:1] == ["faq"]:
        rows = import_module("tests.benchmarks.faq").rows(*map(Path, names[1:3]))
        print_table(rows)
        return 0 if all(row.met for row in rows) else 1
    unknown = set(names) - {*ALL, *WHEN_NAMED}
    if unknown:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join((*ALL, *WHEN_NAMED))}")
    rows = [row for name in names or ALL for row in import_module(f"tests.benchmarks.{name}").rows()]
    print_table(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
