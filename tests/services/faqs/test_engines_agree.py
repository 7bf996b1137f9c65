"""Both engines suggest the same FAQs for the same ticket, and find the same by a search."""

import csv
from contextlib import ExitStack
from pathlib import Path

import pytest

from supportdesk.services.desk import Desk
from supportdesk.services.transfer.front_matter import parsed
from tests.services.faqs.samples import written

DATA = Path(__file__).parents[3] / "data"
ALIKE = 0.98
"""Stems of a few words are not the same: FTS5 cuts `is` to `i`."""


@pytest.fixture
def both(path, postgres_desk):
    """The demo desk's FAQs on both engines."""
    with ExitStack() as stack:
        desks = [stack.enter_context(Desk(address, "ann")) for address in (path, postgres_desk)]
        for desk in desks:
            for file in sorted((DATA / "faqs").glob("*.md")):
                head, answer = parsed(file.read_text(encoding="utf-8"))
                written(desk, head["question"], answer)
        yield desks


@pytest.fixture
def texts():
    """What requesters of the demo desk wrote."""
    with (DATA / "tickets.csv").open(encoding="utf-8", newline="") as file:
        return [f"{row['title']}\n{row['description']}" for row in csv.DictReader(file)]


def test_both_suggest_the_same_for_what_requesters_write(both, texts):
    file, server = ([[hit.faq.number for hit in desk.faqs.suggest(text)] for text in texts] for desk in both)
    assert sum(map(bool, file)) > len(texts) / 4
    assert sum(one == other for one, other in zip(file, server, strict=True)) >= ALIKE * len(texts)
    assert abs(sum(map(bool, file)) - sum(map(bool, server))) <= 0.005 * len(texts)


@pytest.mark.parametrize(
    "line",
    ["refund", "refunds", "re-fund", '"plant club"', "plants -refund", "sens* OR pott*", "café", "passwrod", "zebra"],
)
def test_both_find_the_same_by_a_search(both, line):
    file, server = (desk.faqs.search(line) for desk in both)
    assert [(hit.faq.number, hit.highlights) for hit in file.hits] == [
        (hit.faq.number, hit.highlights) for hit in server.hits
    ]
    assert [each.used for each in file.corrections] == [each.used for each in server.corrections]
