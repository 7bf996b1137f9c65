"""Pages of a search are the same however many tickets are looked at in one go."""

import pytest

from supportdesk.domain.page import END, START, Seek
from supportdesk.domain.query import parse_query
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk
from supportdesk.storage.postgres import text_match

OLD, ALL = list(range(7, 0, -1)), list(range(30, 0, -1))


@pytest.fixture
def searched(postgres_desk, monkeypatch):
    """A desk with a word in old tickets alone, and windows of few tickets."""
    monkeypatch.setattr(text_match, "WINDOWS", (2, 3, 4))
    with Desk(postgres_desk, "ann") as desk:
        for number in range(1, 31):
            word = "rusty" if number in OLD else "new"
            desk.tickets.create(new_ticket(f"A {word} lamp", "It is dark.", "rita@example.com"))
        yield desk


@pytest.mark.parametrize(("line", "expected"), [("rusty", OLD), ("lamp", ALL), ("lamp -new", OLD), ("zebra", [])])
@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("backwards", [False, True])
def test_all_pages_together_are_all_hits_in_order(searched, line, expected, limit, backwards):
    query, found = parse_query(line), []
    seek = END if backwards else START
    while page := [ticket.number for ticket in searched.tickets.page(query, seek, limit)]:
        found = page + found if backwards else found + page
        seek = Seek((page[0] if backwards else page[-1],), backwards)
    assert found == expected


def test_a_page_of_an_empty_desk_is_empty(postgres_desk):
    with Desk(postgres_desk, "ann") as desk:
        assert desk.tickets.page(parse_query("lamp"), START, 50) == []
