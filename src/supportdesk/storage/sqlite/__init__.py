"""The SQLite engine: connection, file, errors, migrations, text indexes."""
