"""The only place that imports Peewee: connection, tables, migrations, search, rows to domain objects."""
