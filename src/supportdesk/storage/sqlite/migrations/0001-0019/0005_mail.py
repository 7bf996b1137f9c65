"""The variables of a template that failed, so that its mail can be made once it is repaired; keys of addresses.

Two domains that differ only as `straße.de` and `strasse.de` do are two domains, and so two people.
"""

import unicodedata


def address_key(address):  # type: ignore[no-untyped-def]
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).lower())


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE notifications ADD COLUMN template_values TEXT NOT NULL DEFAULT ''")
    db.connection().create_function("address_key", 1, address_key, deterministic=True)
    for table, address, key in (
        ("user_preferences", "email", "email_key"),
        ("notifications", "recipient_email", "recipient_key"),
    ):
        # Plain ASCII keeps its key.
        db.execute_sql(f"UPDATE {table} SET {key} = address_key({address}) WHERE {address} GLOB '*[^ -~]*'")
