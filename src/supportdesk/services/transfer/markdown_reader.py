"""Markdown files as rows: front matter and text are the cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from supportdesk.domain.errors import InvalidValue, invalid
from supportdesk.domain.text import clean_line
from supportdesk.services.transfer import front_matter
from supportdesk.services.transfer.rows import Row

FILE_LIMIT = 1_000_000
COUNT_LIMIT = 10_000


class MarkdownFolder:
    """The Markdown files of a folder and the folders in it, by name, or a single one, as a `RowSource`.

    The header has every field that is in one of them, and `body` for what is below the front matter.
    Raises `InvalidValue` when there is none, and when there are far too many.
    """

    place = "file"

    def __init__(self, folder: Path, title: str, body: str, *, encoding: str = "") -> None:
        """Read the files; `title` is a field that the header always has."""
        self.name = clean_line(folder.name)
        self.encoding = encoding or "utf-8"
        self.delimiter = ""
        self._body = body
        if folder.is_dir():
            found = sorted(folder.rglob("*.md"), key=lambda path: path.relative_to(folder).parts)
        else:
            found, folder = [folder], folder.parent
        visible = [path for path in found if not any(part[0] == "." for part in path.relative_to(folder).parts)]
        if not visible:
            raise InvalidValue(f"file: the folder {self.name} has no Markdown files (*.md)", field="file")
        if len(visible) > COUNT_LIMIT:
            raise InvalidValue(
                f"file: the folder {self.name} has {len(visible):,} Markdown files; it can have {COUNT_LIMIT:,}",
                field="file",
            )
        self._read = [self._one(path, str(path.relative_to(folder))) for path in visible]
        fields = dict.fromkeys([title, *(key for _, cells, _ in self._read for key in cells if key != body), body])
        self.header = list(fields)

    def position(self) -> tuple[int, int] | None:
        """Return None: all files are read when the folder is opened."""
        return None

    def __iter__(self) -> Iterator[Row]:
        """Return a row for each file; a field that it lacks is an empty cell."""
        for place, cells, problem in self._read:
            yield Row(clean_line(place), [cells.get(field, "") for field in self.header], problem)

    def _one(self, path: Path, place: str) -> tuple[str, dict[str, str], str]:
        text = ""
        try:
            with path.open("rb") as file:
                content = file.read(FILE_LIMIT + 1)
            if len(content) > FILE_LIMIT:
                raise InvalidValue(f"it has more than {FILE_LIMIT:,} bytes")
            text = content.decode(self.encoding)
            cells, body = front_matter.parsed(text)
        except LookupError:
            raise invalid("encoding", self.encoding, "it must be one that Python knows, such as cp1252") from None
        except UnicodeError:
            return place, {self._body: text}, f"it is not {self.encoding}; pass --encoding with the one it has"
        except OSError as error:
            return place, {}, f"it cannot be read: {error.strerror}"
        except InvalidValue as error:
            return place, {self._body: text}, error.message
        if self._body in cells:
            return place, cells, f"its {self._body} is in the front matter; it must be below"
        return place, {**cells, self._body: body}, ""
