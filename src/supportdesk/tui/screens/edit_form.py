"""Base of the forms that edit shared records: nothing is overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from supportdesk.tui.commands import BY_ID
from supportdesk.tui.commands.keymap import format_keys
from supportdesk.tui.screens.form import Form, Saved

Edited = TypeVar("Edited")


class EditForm(Form[Saved], Generic[Saved, Edited]):
    """A form for something as it is now; a kind of form says what state that is in, and what changed since another."""

    def __init__(
        self,
        heading: str,
        draft_name: str,
        edited: Edited,
        *,
        names: Mapping[str, str] | None = None,
        save: str = "save",
    ) -> None:
        """`edited` is what is edited, as far as is known."""
        super().__init__(heading, draft_name, names=names, save=save)
        self.edited = edited
        # The state that what stands here was made from, and the one that a save may overwrite.
        self.begun = self.seen = self.state()
        self._forgotten_states = (self.begun, self.seen)

    def state(self) -> str:
        """Return the state of what is edited, such as its version; empty where nothing is."""
        raise NotImplementedError

    def changed_since(self, state: str) -> str:
        """Return who changed it since another state, as in "FAQ #3 was changed by bob"; empty if unknown."""
        raise NotImplementedError

    def basis(self) -> str:
        """Return the state that the edit began with."""
        return self.begun

    def draft_back(self, basis: str) -> str:
        """Show what has changed since the draft was begun; to save it all the same takes two saves."""
        changed = self.changed_since(basis) if basis != self.state() else ""
        if not changed:
            return super().draft_back(basis)
        self.begun = self.seen = basis
        return f"Your draft is back, but {changed} since; {self._reset_key} loads the current version."

    def start_over(self, fresh: Mapping[str, str]) -> None:
        """Fill in what is edited as it is now."""
        super().start_over(fresh)
        self._forgotten_states = (self.begun, self.seen)
        self.begun = self.seen = self.state()

    def bring_back(self, typed: Mapping[str, str]) -> None:
        """Bring back what was typed, with the version that it was based on."""
        super().bring_back(typed)
        self.begun, self.seen = self._forgotten_states

    def overtaken_by(self, edited: Edited) -> str:
        """Record the version somebody else saved, which the next save overwrites; return how to continue."""
        self.edited = edited
        self.seen = self.state()
        return f"; save again to overwrite, {self._reset_key} to load the current version"

    def gone(self, nothing: Edited) -> None:
        """Record that there is `nothing` to edit any more: the next save creates it again."""
        self.edited = nothing
        self.begun = self.seen = self.state()

    @property
    def _reset_key(self) -> str:
        return format_keys(self.desk_app.keymap.keys_of(BY_ID["form.reset"])[0])
