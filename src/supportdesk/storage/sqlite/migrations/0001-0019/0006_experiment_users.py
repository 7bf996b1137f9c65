"""One person is one user of an experiment: addresses by their key, as preferences know them, other names composed.

Who had assignments under several spellings keeps one of them; another one in another variant leaves both
out, since that person saw both. Their events stay where they are.
"""

import re
import unicodedata

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def user_key(user):  # type: ignore[no-untyped-def]
    user = unicodedata.normalize("NFC", user)
    if not ADDRESS.fullmatch(user):
        return user
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", user).lower())


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.connection().create_function("user_key", 1, user_key, deterministic=True)
    db.execute_sql(
        "CREATE TEMP TABLE respelled AS SELECT number, test, user_key(user_identifier) AS key, variant "
        "FROM experiment_assignments WHERE user_identifier <> user_key(user_identifier)"
    )
    db.execute_sql(
        "UPDATE OR IGNORE experiment_assignments SET user_identifier = user_key(user_identifier) "
        "WHERE number IN (SELECT number FROM respelled)"
    )
    # What is left has the key of somebody else, whose assignment stays.
    db.execute_sql(
        "CREATE TEMP TABLE doubled AS SELECT kept.number AS kept, again.number AS again FROM respelled AS again "
        "JOIN experiment_assignments AS kept ON kept.test = again.test AND kept.user_identifier = again.key "
        "WHERE kept.number <> again.number AND kept.variant <> again.variant"
    )
    db.execute_sql(
        "UPDATE experiment_assignments SET left_out = 1 WHERE NOT left_out "
        "AND number IN (SELECT kept FROM doubled UNION SELECT again FROM doubled)"
    )
    db.execute_sql("DROP TABLE doubled")
    db.execute_sql("DROP TABLE respelled")
