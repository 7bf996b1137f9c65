"""Connection, tables, migrations, search, rows to domain objects; the only place that imports Peewee."""

import sys

_DRIVERS = ("psycopg", "psycopg2", "psycopg2cffi", "pymysql", "MySQLdb", "mysql")


def _import_peewee_without_drivers() -> None:
    """Import Peewee while the drivers of other databases cannot be found.

    Peewee imports each driver that is installed, which triples the time of its own import.
    """
    hidden = [name for name in _DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        import peewee  # noqa: F401
    finally:
        for name in hidden:
            del sys.modules[name]


_import_peewee_without_drivers()
