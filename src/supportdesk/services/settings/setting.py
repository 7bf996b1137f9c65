"""Description of a setting."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT = "default"
CONFIG_FILE = "config file"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set.

    What was typed as `option` beats the first of the variables `environment` that is not empty, which beats
    the config file, which beats the default.
    """

    name: str
    type: str
    default: str
    meaning: str
    option: str = ""
    environment: tuple[str, ...] = ()
