"""Checks of the server for `doctor`: schema, encoding, permissions, statistics, connections, standbys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from supportdesk.domain.finding import Finding
from supportdesk.storage.postgres.migrate import all_statements

if TYPE_CHECKING:
    from supportdesk.storage.engine import Engine

_MADE = re.compile(r"^(CREATE|DROP) (?:UNIQUE )?(TABLE|INDEX|TRIGGER|VIEW) (\w+)", re.MULTILINE)
FREE_CONNECTIONS = 5
ROWS_WORTH_STATISTICS = 1_000


def schema_faults(engine: Engine) -> list[str]:
    """Return which tables, indexes, triggers and views of this program are missing or switched off."""
    found = set(
        engine.run(
            "SELECT CASE relkind WHEN 'i' THEN 'INDEX' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname::text "
            "FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i', 'v') "
            "UNION ALL "
            "SELECT 'TRIGGER', tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled = 'O'"
        )
    )
    made: set[tuple[str, str]] = set()
    for verb, *what in _MADE.findall(all_statements()):
        (made.add if verb == "CREATE" else made.discard)(tuple(what))
    faults = [f"the {kind.lower()} {name} is missing" for kind, name in sorted(made - found)]
    known = {name for kind, name in made if kind == "TRIGGER"}
    return faults + [
        f"the trigger {name} is not one of this program"
        for kind, name in sorted(found)
        if kind == "TRIGGER" and name not in known
    ]


def check_place(engine: Engine) -> Iterator[Finding]:
    """Yield what is to be known of server and database."""
    version, encoding, letters, size = engine.run(
        "SELECT current_setting('server_version'), current_setting('server_encoding'), "
        "(SELECT datctype FROM pg_database WHERE datname = current_database()), pg_database_size(current_database())"
    )[0]
    yield Finding("server", f"PostgreSQL {version}, {encoding}, {letters}, {size / 1e6:,.0f} MB")
    yield _extension(engine)
    yield _connections(engine)
    yield _statistics(engine)
    yield _standbys(engine)
    yield _durability(engine)


def _extension(engine: Engine) -> Finding:
    found = engine.run("SELECT extversion FROM pg_extension WHERE extname = 'unaccent'")
    if found:
        return Finding("extension", f"unaccent {found[0][0]}")
    return Finding("extension", "unaccent is missing", "the owner of the database runs: CREATE EXTENSION unaccent")


def _connections(engine: Engine) -> Finding:
    used, most = engine.run(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
        "current_setting('max_connections')::int"
    )[0]
    advice = "raise max_connections, or put pgbouncer in front" if most - used < FREE_CONNECTIONS else ""
    return Finding("connections", f"{used:,} of {most:,}", advice)


def _statistics(engine: Engine) -> Finding:
    """Return how old the figures are by which the planner chooses indexes."""
    found = engine.run(
        "SELECT relname::text, n_live_tup, "
        "extract(epoch FROM now() - greatest(last_analyze, last_autoanalyze))::bigint / 86400 FROM pg_stat_user_tables "
        f"WHERE schemaname = current_schema() AND n_live_tup > {ROWS_WORTH_STATISTICS} "
        f"AND n_mod_since_analyze > n_live_tup / 2 ORDER BY n_live_tup DESC LIMIT 1"
    )
    if not found:
        return Finding("statistics", "up to date")
    table, rows, days = found[0]
    age = "never taken" if days is None else f"{days:,} days old"
    return Finding("statistics", f"of {table} ({rows:,} rows) {age}", "run ANALYZE, and see that autovacuum is on")


def _standbys(engine: Engine) -> Finding:
    standbys = engine.run("SELECT coalesce(sync_state, '?') FROM pg_stat_replication")
    if not standbys:
        return Finding("standbys", "none that you may see")
    if any(state in ("sync", "quorum") for (state,) in standbys):
        return Finding("standbys", f"{len(standbys):,}, at least one synchronous")
    return Finding(
        "standbys",
        f"{len(standbys):,}, none synchronous",
        "name one in synchronous_standby_names: after a failover the last mails would be sent twice",
    )


def _durability(engine: Engine) -> Finding:
    waits, syncs = engine.run("SELECT current_setting('synchronous_commit'), current_setting('fsync')")[0]
    if syncs != "on":
        return Finding("durability", "fsync is off", "switch it on: a power cut would cost the whole desk")
    return Finding("durability", f"fsync on, synchronous_commit {waits}")
