"""The README and the manual say what the code does."""

import re

import pytest

from supportdesk.domain.query import parse_query
from supportdesk.help import FOLDER, TOPICS, read_topic
from tests.readme import GENERATED, PICTURE, README, commands, readme, written

DOCUMENTS = [README, *(FOLDER / f"{topic}.md" for topic in TOPICS)]


@pytest.mark.parametrize("topic", GENERATED)
def test_what_is_generated_is_that_of_the_code(topic):
    assert written(topic) == (FOLDER / f"{topic}.md").read_text("utf-8"), "run: python -m tests.readme"


def test_the_readme_says_of_error_rates_what_the_simulations_found():
    assert readme() == README.read_text("utf-8"), "run: python -m tests.readme"
    assert "<!-- error rates" in README.read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_command_that_is_shown_exists(document):
    known = {line.split("  ")[0] for line in commands().split("\n")[1:-1]}
    names = {" ".join(word for word in usage.split() if word.islower()) for usage in known}
    shown = re.findall(
        r"^\s*(?:\.venv/bin/)?supportdesk(?: --db \S+)? ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?",
        document.read_text("utf-8"),
        re.M,
    )
    unknown = [words for words in shown if not {f"supportdesk {words[0]}", f"supportdesk {' '.join(words)}"} & names]
    assert unknown == []


@pytest.mark.parametrize("topic", ["search", "query"])
def test_the_searches_that_are_shown_can_be_typed(topic):
    searches = re.findall(r"^\| `([^`]+)` \| tickets", read_topic(topic), re.M)
    assert searches
    for search in searches:
        parse_query(search)


def test_the_readme_is_short_and_everything_it_links_to_is_there():
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 160
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert f"src/supportdesk/help/{PICTURE.name}" in links
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_every_file_of_the_manual_is_a_topic():
    assert {file.stem for file in FOLDER.glob("*.md")} == set(TOPICS)
