"""Export formats: CSV, JSON and JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from supportdesk.services.transfer.atomic_file import atomic_file
from supportdesk.services.transfer.csv_writer import CsvWriter, Writable

WATCH_EVERY = 500

Cell = str | int | float | list[str] | None
Document = Mapping[str, Cell]
"""A thing as its fields."""


class Form(StrEnum):
    """Formats of an export: JSON is one document, JSONL one document a line."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


def write_documents(
    form: Form,
    name: str,
    columns: Sequence[str],
    documents: Iterable[Document],
    out: Writable,
    watch: Callable[[int], None] = lambda done: None,
) -> int:
    """Write documents one by one, without keeping them; return how many, and tell `watch` now and then.

    CSV has these columns, the JSON document this `name`.
    """
    done = 0

    def counted() -> Iterator[Document]:
        nonlocal done
        for document in documents:
            yield document
            done += 1
            if done % WATCH_EVERY == 0:
                watch(done)

    match form:
        case Form.CSV:
            writer = CsvWriter(out)
            writer.write(columns)
            for document in counted():
                writer.write(document[column] for column in columns)
        case Form.JSON:
            out.write(f'{{"{name}": [')
            separator = "\n"
            for document in counted():
                out.write(separator + _json(document))
                separator = ",\n"
            out.write("\n]}\n")
        case Form.JSONL:
            for document in counted():
                out.write(_json(document) + "\n")
    return done


def save_export(write: Callable[[Writable], int], path: Path, desk_files: Sequence[Path]) -> int:
    """Write an export into a file that appears, or is replaced, when it is complete; return what `write` returns.

    Raises `InvalidValue` when there cannot be such a file, `Unavailable` when the disk does not take it.
    """
    with atomic_file("output", path, *desk_files) as file:
        done = write(file.text)
        file.finish()
    return done


def _json(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)
