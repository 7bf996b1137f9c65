"""Who else can change a config file that names programs to run."""

from __future__ import annotations

import os
import stat
from pathlib import Path

PROGRAMS = ("mail.sendmail.path", "command")
"""Settings, or the ends of their names, that name a program."""


def exposed_programs(config: Path) -> str:
    """Return why others can have this user run a program, in words; empty when they cannot.

    They can when they may write the config file, or replace it in its folder, and it names a program.
    """
    # Lazy import: most people have no such file.
    from supportdesk.services.settings.config_file import read_config_file

    programs = [name for name in read_config_file(config, must_exist=False).mail if name.endswith(PROGRAMS)]
    if not programs:
        return ""
    for path in (config.resolve(), config.resolve().parent):
        status = path.stat()
        who = _writers(status)
        # In a sticky folder only the owner of a file may replace it.
        if who and not (path != config.resolve() and status.st_mode & stat.S_ISVTX):
            return f"{who} can write {path}, and {programs[0]} names a program that runs as you"
    return ""


def _writers(status: os.stat_result) -> str:
    if status.st_mode & stat.S_IWOTH:
        return "everybody on this machine"
    if status.st_mode & stat.S_IWGRP:
        return "the group"
    return "" if status.st_uid in (0, os.getuid()) else "another account"
