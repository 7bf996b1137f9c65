"""A desk in a PostgreSQL database; the only place that imports psycopg."""
