"""How things are written out for other programs: as CSV, or as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

Document = Mapping[str, str | int]
"""A thing as its fields."""


class Form(StrEnum):
    """How things are written: JSON is one document, JSONL one a line."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class Writable(Protocol):
    """What takes text."""

    def write(self, text: str, /) -> object:
        """Takes some."""


def write_documents(
    form: Form, name: str, columns: Sequence[str], documents: Iterable[Document], out: Writable
) -> None:
    """Writes documents one by one, without keeping them; CSV has these columns, the JSON document this `name`."""
    match form:
        case Form.CSV:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(columns)
            for document in documents:
                writer.writerow([document[column] for column in columns])
        case Form.JSON:
            out.write(f'{{"{name}": [')
            separator = "\n"
            for document in documents:
                out.write(separator + _json(document))
                separator = ",\n"
            out.write("\n]}\n")
        case Form.JSONL:
            for document in documents:
                out.write(_json(document) + "\n")


def _json(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)
