"""Drafts: what was typed and not saved yet; they survive a lost line and a kill."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from supportdesk.domain.desk_address import DeskAddress


class Drafts:
    """The drafts of one agent on one desk, in files that only this user can read."""

    def __init__(self, folder: Path, desk: DeskAddress, agent: str) -> None:
        owner = sha256(f"{desk.identity}\0{agent}".encode(errors="surrogateescape")).hexdigest()[:16]
        self._folder = folder / "drafts"
        self._owner = owner

    def load(self, form: str) -> dict[str, str]:
        """Return the fields of a form as they were left; empty when there is no draft, or none that can be read."""
        try:
            fields = json.loads(self._path(form).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        ours = isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())
        return fields if ours else {}

    def keep(self, form: str, fields: Mapping[str, str]) -> None:
        """Write a draft, whole or not at all; a full disk costs the draft, never the app."""
        path = self._path(form)
        # Lazy import: keeps start-up fast.
        from tempfile import mkstemp

        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, partial = mkstemp(".part", path.stem, self._folder)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
                    json.dump(dict(fields), file, ensure_ascii=False)
                os.replace(partial, path)
            finally:
                Path(partial).unlink(missing_ok=True)

    def drop(self, form: str) -> None:
        """Forget a draft."""
        with contextlib.suppress(OSError):
            self._path(form).unlink(missing_ok=True)

    def _path(self, form: str) -> Path:
        return self._folder / f"{self._owner}-{form}.json"
