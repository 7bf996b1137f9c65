"""Keys of questions in which signs that are part of a name count: C++ and C# ask about two things."""

import re
import unicodedata

NAME_SIGNS = re.compile(r"(?<=\w)[+#]+(?!\w)|(?<![\w.])\.(?=\w)")


def question_key(question):  # type: ignore[no-untyped-def]
    """Return the key of a question as of this version of the desk."""
    folded = unicodedata.normalize("NFKD", question.casefold())
    signs = {place for found in NAME_SIGNS.finditer(folded) for place in range(*found.span())}
    kept = (
        mark if place in signs or unicodedata.category(mark)[0] in "LMN" else " "
        for place, mark in enumerate(folded)
        if not unicodedata.combining(mark)
    )
    return " ".join("".join(kept).split())


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Compute the keys of questions with such signs again."""
    query = "SELECT number, question, question_key FROM faqs WHERE question GLOB '*[+#.]*'"
    for number, question, old in db.execute_sql(query).fetchall():
        key = question_key(question)  # type: ignore[no-untyped-call]
        if key and key != old:
            db.execute_sql("UPDATE faqs SET question_key = ? WHERE number = ?", (key, number))
