"""Connection, tables, migrations, search, rows to domain objects; the only place that imports Peewee."""
