"""Connection, tables, migrations, search, rows to domain objects; the only place that imports Peewee."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_DRIVERS = ("psycopg", "psycopg2", "psycopg2cffi", "pymysql", "MySQLdb", "mysql")


@contextmanager
def without_drivers() -> Iterator[None]:
    """Import Peewee, or parts of it, in the block while the drivers of other databases cannot be found.

    Peewee imports each driver that is installed, which triples the time of its own import.
    """
    hidden = [name for name in _DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with without_drivers():
    import peewee  # noqa: F401
