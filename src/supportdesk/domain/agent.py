"""Names of agents."""

from __future__ import annotations

from supportdesk.domain.text import NAME_LIMIT, required_line


def agent_name(text: str) -> str:
    """A name as it stands in history and journal; raises `InvalidValue` when empty or over-long."""
    return required_line("agent", text, NAME_LIMIT)
