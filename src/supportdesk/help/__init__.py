"""The manual: a Markdown file per topic, shown by `supportdesk help` and by the screens."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent

TOPICS = (
    "triage",
    "search",
    "query",
    "conversation",
    "faqs",
    "experiments",
    "terms",
    "mail",
    "incoming",
    "mail-server",
    "mail-fetching",
    "import",
    "settings",
    "keys",
    "commands",
    "shared-desk",
    "postgresql",
    "backup",
    "upgrade",
    "privacy",
    "limits",
)
"""The topics, in the order in which a newcomer reads them."""

TOPIC_OF_SCREEN = {
    "Tickets": "triage",
    "FAQs": "faqs",
    "Gaps": "faqs",
    "Preferences": "mail",
    "Incoming mail": "incoming",
    "History": "shared-desk",
    "Experiments": "experiments",
}
"""The topic about each kind of screen, by the name of its scope of commands."""


def read_topic(topic: str) -> str:
    """Return the Markdown of a topic, without the comments that mark its generated parts."""
    lines = (FOLDER / f"{topic}.md").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("<!--")) + "\n"


def close_topics(typed: str) -> list[str]:
    """Return the topics that a name may be a typing error of."""
    # Lazy import: only a typing error needs it.
    from difflib import get_close_matches

    return get_close_matches(typed.strip().lower(), TOPICS)


def title_of(topic: str) -> str:
    """Return the heading of a topic."""
    with (FOLDER / f"{topic}.md").open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()
