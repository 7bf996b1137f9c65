"""What the desk knows about itself."""

from __future__ import annotations

from supportdesk.domain.text import clean_line
from supportdesk.storage.database import Database


def secret(database: Database) -> str:
    """What only this desk knows, made with its file: nobody outside can tell its Message-IDs before they are seen."""
    return clean_line(str(database.sql("SELECT value FROM desk WHERE name = 'secret'")[0][0]))
