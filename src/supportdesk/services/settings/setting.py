"""Description of a setting."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT = "default"
CONFIG_FILE = "config file"


class Setting(NamedTuple):
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
