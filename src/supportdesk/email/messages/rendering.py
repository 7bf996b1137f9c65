"""Rendering of mail templates: those of this package, and a folder's instead where it has some.

A mail's text is `LANGUAGE/KIND.txt`, whose first line is its subject; its HTML is `LANGUAGE/KIND.html`. What is the
same in all mails of a language, such as the words for a status, is in `LANGUAGE/words.json`. What an experiment
tries is `LANGUAGE/KIND.VARIANT.txt` and `.html`, each of which replaces the file without the variant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from minijinja import Environment, TemplateError

from supportdesk.domain.errors import DeskError
from supportdesk.domain.text import clean_line
from supportdesk.email.messages.direction import direction_of, isolated
from supportdesk.email.messages.subjects import cut_subject

FALLBACK = "en"
ENDINGS = ("txt", "html")
OWN = Path(__file__).parents[1] / "templates"
_FUEL = 1_000_000
"""Steps that a template may take: enough for a digest of thousands, and an end to one that has none."""
_SUBJECT = "Subject: "
_END = "\0"  # of the subject: no text that was cleaned has it, as it might have line breaks
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
# No template reaches out of the folders by including a file.
_NAME = re.compile(r"(?:[\w-]+/)?[\w-]+(?:\.[\w-]+)?\.\w+")
_BUILT_IN = {"range", "dict", "debug", "namespace"}


class TemplateFault(DeskError):
    """A template that cannot be filled in; the sentence names file, line and what is wrong.

    `values` are what it was to be filled with, for another try once it is fixed.
    """

    code = "template_fault"
    values: Mapping[str, object] = {}


class Rendered(NamedTuple):
    """A mail in words. `html` is empty where there is only a text.

    `files` are the templates it was written with, and `fault` is why they are not those of the variant.
    """

    subject: str
    text: str
    html: str
    files: tuple[str, ...] = ()
    fault: str = ""


class VariantFile(NamedTuple):
    """A template that a variant has of its own."""

    language: str
    variant: str
    ending: str


class Templates:
    """The templates in force, each read and compiled once."""

    def __init__(self, folder: Path | None) -> None:
        """Prefer the templates of `folder` to our own; raise `TemplateFault` when there is no such folder."""
        try:
            if folder is not None and not folder.is_dir():
                raise TemplateFault(f"mail.templates: there is no folder {folder}", field="mail.templates")
        except OSError as error:
            raise TemplateFault(
                f"mail.templates: {folder} cannot be read: {error.strerror}", field="mail.templates"
            ) from None
        self._folders = (OWN,) if folder is None else (folder, OWN)
        self._engine = Environment(
            loader=self._source,
            undefined_behavior="strict",
            fuel=_FUEL,
            filters={"quoted": _quoted, "indented": _indented, "isolated": isolated},
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._sources: dict[str, str | None] = {}
        self._needs: dict[str, frozenset[str]] = {}
        self._words: dict[str, Mapping[str, Any]] = {}

    def render(self, kind: str, language: str, values: Mapping[str, object], variant: str = "") -> Rendered:
        """Return a mail of a kind in a language, or in the nearest one there is; raise `TemplateFault`.

        Templates get the values, `words` of their language, its tag as `language` and its `direction`. A `variant`
        comes with its own templates in that language, as far as it has some.
        """
        tag = next((tag for tag in _tags(language) if self._text(f"{tag}/{kind}.txt") is not None), FALLBACK)
        given = {**values, "language": tag, "direction": direction_of(tag), "words": self._words_of(tag)}
        words, page = (self._of_variant(f"{tag}/{kind}", variant, ending) for ending in ENDINGS)
        first, _, rest = self._filled(words, given).partition(_END)
        subject = cut_subject(clean_line(first.removeprefix(_SUBJECT)))
        text = rest.lstrip("\n")
        html = "" if self._text(page) is None else self._filled(page, {**given, "subject": subject})
        return Rendered(subject, text, html, (words, page) if html else (words,))

    def languages(self) -> list[str]:
        """Return the languages that have at least one mail."""
        found = {text.parent.name for folder in self._folders for text in folder.glob("*/*.txt")}
        return sorted(tag for tag in found if _TAG.fullmatch(tag))

    def has(self, language: str, kind: str, ending: str) -> bool:
        """Return whether a kind of mail has a template in exactly this language."""
        return self._text(f"{language}/{kind}.{ending}") is not None

    def of_variants(self, kind: str) -> list[VariantFile]:
        """Return the templates that variants of a kind of mail have of their own."""
        found = []
        for path in sorted(file for folder in self._folders for file in folder.glob(f"*/{kind}.*.*")):
            variant, _, ending = path.name.removeprefix(f"{kind}.").rpartition(".")
            if _TAG.fullmatch(path.parent.name) and ending in ENDINGS:
                found.append(VariantFile(path.parent.name, variant, ending))
        return found

    def _of_variant(self, base: str, variant: str, ending: str) -> str:
        own = f"{base}.{variant}.{ending}"
        return own if variant and self._text(own) is not None else f"{base}.{ending}"

    def _filled(self, name: str, values: Mapping[str, object]) -> str:
        try:
            # Also what is in a branch that is not taken today: it would be a hole tomorrow.
            if name not in self._needs:
                self._needs[name] = frozenset(self._engine.undeclared_variables_in_template(name)) - _BUILT_IN
            if unknown := self._needs[name] - values.keys():
                raise self._unknown(name, min(unknown), values)
            return self._engine.render_template(name, **values)
        except TemplateError as error:
            place = error.name or name
            line = f", line {error.line}" if error.line else ""
            raise TemplateFault(f"template {self._place(place)}{line}: {_reason(error)}") from None

    def _unknown(self, name: str, variable: str, values: Mapping[str, object]) -> TemplateFault:
        lines = (self._text(name) or "").split("\n")
        number = next((number for number, line in enumerate(lines, 1) if re.search(rf"\b{variable}\b", line)), 1)
        known = ", ".join(sorted(values))
        return TemplateFault(f"template {self._place(name)}, line {number}: {variable} is unknown; there are {known}")

    def _place(self, name: str) -> Path:
        return next((folder / name for folder in self._folders if (folder / name).is_file()), OWN / name)

    def _text(self, name: str) -> str | None:
        if not _NAME.fullmatch(name):
            return None
        if name not in self._sources:
            try:
                self._sources[name] = self._place(name).read_text(encoding="utf-8")
            except FileNotFoundError:
                self._sources[name] = None
            except OSError as error:
                raise TemplateFault(f"template {error.filename} cannot be read: {error.strerror}") from None
            except UnicodeDecodeError:
                raise TemplateFault(f"template {self._place(name)} must be text in UTF-8") from None
        return self._sources[name]

    def _source(self, name: str) -> str | None:
        text = self._text(name)
        if text is None or not name.endswith(".txt"):
            return text
        if not text.startswith(_SUBJECT):
            raise TemplateFault(f"template {self._place(name)}, line 1: it must begin with {_SUBJECT.strip()!r}")
        return text.replace("\n", f"{_END}\n", 1)

    def _words_of(self, tag: str) -> Mapping[str, Any]:
        if tag not in self._words:
            for nearest in _tags(tag):
                name = f"{nearest}/words.json"
                if (text := self._text(name)) is not None:
                    try:
                        self._words[tag] = json.loads(text)
                    except (ValueError, RecursionError) as error:
                        raise TemplateFault(f"template {self._place(name)} is not valid JSON: {error}") from None
                    break
        return self._words[tag]


@cache
def templates(folder: Path | None) -> Templates:
    """Return the templates of a folder, read once per process."""
    return Templates(folder)


def _reason(error: TemplateError) -> str:
    return clean_line(error.detail or (error.message or error.kind).partition(" (in ")[0])


def _tags(language: str) -> Iterator[str]:
    # Only what looks like a language becomes part of a path.
    tag = language.strip().lower().replace("_", "-")
    while _TAG.fullmatch(tag):
        yield tag
        tag = tag.rpartition("-")[0]
    yield FALLBACK


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))
