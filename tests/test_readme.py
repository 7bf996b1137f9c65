"""The README says what the code does."""

import re

from supportdesk.domain.query import parse_query
from tests.readme import README, commands, written


def test_keys_commands_and_settings_are_those_of_the_code():
    text = README.read_text("utf-8")

    assert written(text) == text, "run: python -m tests.readme"


def test_every_command_the_readme_shows_exists():
    text = README.read_text("utf-8")
    known = {line.split("  ")[0] for line in commands().split("\n")[1:-1]}
    names = {" ".join(word for word in usage.split() if word.islower()) for usage in known}

    shown = re.findall(
        r"^\s*(?:\.venv/bin/)?supportdesk(?: --db \S+)?"
        r" ((?:ticket|faq|notification|preference|email|experiment) \w+|[a-z]+)",
        text,
        re.M,
    )

    assert shown
    assert {f"supportdesk {name}" for name in shown} <= names


def test_the_searches_the_readme_shows_can_be_typed():
    searches = re.findall(r"^\| `([^`]+)` \| tickets", README.read_text("utf-8"), re.M)

    assert searches
    for search in searches:
        parse_query(search)
