"""Front matter: YAML fields between two lines of dashes, at the head of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.text import clean_line

if TYPE_CHECKING:
    from yaml.nodes import Node

FENCE = "---"
_ENDS = (FENCE, "...")
_UNQUOTED = re.compile(r"^(\w[\w .-]*?:[ \t]+)([^\s'\"|>\[{&*!%@`#-].*:(?:[ \t].*)?)$", re.MULTILINE)


def parsed(text: str) -> tuple[dict[str, str], str]:
    """Return the fields and the text below them; raises `InvalidValue` that says what is wrong.

    Values are the text that is written there, whatever YAML makes of it: `no` is no refusal. Lists and tables are
    passed over.
    """
    lines = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").lstrip("\n").split("\n")
    if lines[0].rstrip() != FENCE:
        raise InvalidValue("it has no front matter: it must begin with a line of three dashes")
    end = next((place for place, line in enumerate(lines) if place and line.rstrip() in _ENDS), 0)
    if not end:
        raise InvalidValue("its front matter has no end: a second line of three dashes")
    return _fields("\n".join(lines[1:end])), "\n".join(lines[end + 1 :])


def written(fields: Mapping[str, str], text: str) -> str:
    """Return the file with these fields and this text."""
    # Lazy import: keeps start-up fast.
    import yaml

    head = yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=float("inf"))
    return f"{FENCE}\n{head}{FENCE}\n{text}\n"


def _fields(head: str) -> dict[str, str]:
    # Lazy import: keeps start-up fast.
    import yaml

    try:
        root = _composed(head)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        where = f"line {place.line + 2} of its front matter" if place else "its front matter"
        raise InvalidValue(f"{where} is not YAML: {clean_line(str(error.problem or error.context))}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidValue(f"its front matter is not YAML: {clean_line(str(error))[:100]}") from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise InvalidValue("its front matter has no fields such as category: billing")
    fields: dict[str, str] = {}
    seen: set[str] = set()
    for line, key, value in _scalars(root):
        if key in seen:
            raise InvalidValue(f"line {line} of its front matter repeats {key}")
        seen.add(key)
        if value is not None:
            fields[key] = value
    return fields


def _composed(head: str) -> Node | None:
    """Return the YAML tree; people leave the quotes out that a text with a colon needs, and that is understood."""
    import yaml

    # Composed, not constructed: no value becomes a date or a number, and no alias is multiplied.
    try:
        return yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError:
        quoted = _UNQUOTED.sub(lambda line: f"{line[1]}'{line[2].replace(chr(39), chr(39) * 2)}'", head)
        if quoted == head:
            raise
        return yaml.compose(quoted, Loader=yaml.SafeLoader)


def _scalars(root: Node) -> Iterator[tuple[int, str, str | None]]:
    """Yield line, key and text of each field; None for a value that is no text."""
    from yaml.nodes import ScalarNode

    for key, value in root.value:
        if isinstance(key, ScalarNode):
            text = value.value if isinstance(value, ScalarNode) else None
            yield key.start_mark.line + 2, clean_line(key.value), text
