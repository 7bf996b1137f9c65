"""Types of parameters of the FAQ commands."""

from __future__ import annotations

from supportdesk.cli.io.param_types import Word
from supportdesk.domain.faq import Category

CATEGORY = Word(Category)
