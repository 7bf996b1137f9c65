"""The config file: TOML with `db`, `agent`, `theme`, `bell`, `internal_domains` and tables for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supportdesk.domain.errors import InvalidValue, one_of, quoted

TEXTS = ("db", "agent", "theme")
KEYS = "keys"
MACROS = "macros"
MAIL = "mail"
INTERNAL = "internal_domains"
BELL = "bell"
VIEWERS = "viewers"
CONFIG_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """Contents of the file: texts by setting, keys by command id, macros by name, mail settings by dotted name."""

    path: Path
    texts: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mail: Mapping[str, object] = field(default_factory=dict)
    internal_domains: tuple[str, ...] | None = None
    bell: bool | None = None
    macros: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    viewers: Mapping[str, str] = field(default_factory=dict)


def read_config_file(path: Path, *, must_exist: bool) -> ConfigFile:
    """Read and check the file; raises `InvalidValue` that names file, setting and what is allowed."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            # Not all of it: it may be a device without an end.
            text = file.read(CONFIG_LIMIT + 1)
    except FileNotFoundError:
        if must_exist:
            raise _refusal(path, "there is no such file") from None
        return ConfigFile(path)
    except OSError as error:
        raise _refusal(path, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _refusal(path, "it must be text in UTF-8") from None
    if len(text) > CONFIG_LIMIT:
        raise _refusal(path, f"it can have up to {CONFIG_LIMIT:,} characters")
    # Lazy import: keeps start-up fast.
    import tomllib

    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(path, f"it is not valid TOML: {error}") from None
    return _checked(path, values)


def _checked(path: Path, values: Mapping[str, Any]) -> ConfigFile:
    keys: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    mail: dict[str, object] = {}
    internal: tuple[str, ...] | None = None
    bell: bool | None = None
    macros: Mapping[str, Mapping[str, object]] = {}
    viewers: Mapping[str, str] = {}
    for name, value in values.items():
        if name == KEYS and isinstance(value, dict):
            keys = {command: _key_list(path, command, given) for command, given in value.items()}
        elif name == KEYS:
            raise _refusal(
                path, f'{name}: {quoted(value)} is not allowed; it must be a table such as "ticket.create" = "n"'
            )
        elif name == MACROS:
            macros = _macros(path, value)
        elif name == MAIL and isinstance(value, dict):
            mail = dict(_flat(MAIL, value))
        elif name == MAIL:
            raise _refusal(path, f"{name}: {quoted(value)} is not allowed; it must be a table such as [mail]")
        elif name == INTERNAL:
            internal = _domains(path, value)
        elif name == BELL and isinstance(value, bool):
            bell = value
        elif name == BELL:
            raise _refusal(path, f"{name}: {quoted(value)} is not allowed; it must be true or false")
        elif name == VIEWERS:
            viewers = _viewers(path, value)
        elif name not in TEXTS:
            known = (*TEXTS, BELL, INTERNAL, KEYS, MACROS, VIEWERS, MAIL)
            raise _refusal(path, f"there is no setting {quoted(name)}; {one_of(known)}")
        elif not isinstance(value, str) or not value.strip():
            raise _refusal(path, f"{name}: {quoted(value)} is not allowed; it must be a text that is not empty")
        else:
            texts[name] = value
    return ConfigFile(path, texts, keys, mail, internal, bell, macros, viewers)


def _flat(name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    # An empty table is a name of its own, so that one which means nothing is refused like any other.
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(f"{name}.{key}", value)
        else:
            yield f"{name}.{key}", value


def _key_list(path: Path, command: str, given: object) -> tuple[str, ...]:
    keys = given if isinstance(given, list) else [given]
    if not all(isinstance(key, str) and key for key in keys):
        raise _refusal(
            path, f"{KEYS}: {quoted(command)} = {quoted(given)} is not allowed; it must be a key or a list of keys"
        )
    return tuple(keys)


def _viewers(path: Path, given: object) -> Mapping[str, str]:
    if not isinstance(given, dict) or not all(isinstance(each, str) and each.strip() for each in given.values()):
        raise _refusal(
            path, f'{VIEWERS}: {quoted(given)} is not allowed; it must be a table such as image = "chafa {{file}}"'
        )
    return {kind.strip().lower(): command for kind, command in given.items()}


def _macros(path: Path, given: object) -> Mapping[str, Mapping[str, object]]:
    # What they do is checked when one is used: a fault in one keeps nobody from working.
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise _refusal(path, f"{MACROS}: {quoted(given)} is not allowed; it must be tables such as [macros.close]")
    return given


def _domains(path: Path, given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(name, str) and name.strip(". ") for name in given):
        allowed = 'it must be a list of domains such as ["local", "localhost"], or an empty one for none'
        raise _refusal(path, f"{INTERNAL}: {quoted(given)} is not allowed; {allowed}")
    return tuple(given)


def _refusal(path: Path, why: str) -> InvalidValue:
    return InvalidValue(f"config: {path}: {why}", field="config")
