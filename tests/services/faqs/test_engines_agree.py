"""Both engines suggest the same FAQs for the same ticket, and find the same by a search."""

import csv
from contextlib import ExitStack
from pathlib import Path

import pytest

from supportdesk.services.desk import Desk
from supportdesk.services.transfer.front_matter import parsed
from tests.services.faqs.samples import written

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture
def both(tmp_path, postgres_desk):
    """The demo desk's FAQs on both engines."""
    with ExitStack() as stack:
        desks = [stack.enter_context(Desk(address, "ann")) for address in (tmp_path / "support.db", postgres_desk)]
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
    file, server = ([desk.faqs.suggest(text) for text in texts] for desk in both)
    assert sum(map(bool, file)) > len(texts) / 4
    for one, other in zip(file, server, strict=True):
        assert [hit.faq.number for hit in one] == [hit.faq.number for hit in other]
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], rel=1e-4)


def test_words_of_two_letters_are_words_of_their_own(both):
    for desk in both:
        written(desk, "Which ps is running?", "The one that `ls` lists as such.")
        assert [hit.faq.question for hit in desk.faqs.search("p").hits] == []
        assert [hit.faq.question for hit in desk.faqs.search("ps").hits] == ["Which ps is running?"]


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
