"""A reply that one agent began can be sent by another."""

import pytest

from supportdesk.domain.errors import Conflict, InvalidValue, NotFound
from tests.hostile import HOSTILE_STRINGS


def test_a_draft_is_shared_and_taken_once(desk, colleague, filed):
    filed()
    assert colleague.shared_drafts.find("1") is None
    desk.shared_drafts.share("1", "Dear Rita,")
    desk.shared_drafts.share("1", "Dear Rita,\n\nhave you")
    with pytest.raises(Conflict, match="ann has shared a draft for #1"):
        colleague.shared_drafts.share("1", "Hello")
    assert colleague.shared_drafts.find("1").text == "Dear Rita,\n\nhave you"
    assert colleague.shared_drafts.take("1").agent == "ann"
    for agent in (desk, colleague):
        with pytest.raises(NotFound, match="nobody has shared a draft for #1"):
            agent.shared_drafts.take("1")


def test_a_draft_of_a_merged_ticket_is_that_of_the_one_that_continues_it(desk, filed):
    filed()
    filed()
    desk.relations.merge(["2"], "1")
    desk.shared_drafts.share("2", "Hello")
    assert desk.shared_drafts.take("1").text == "Hello"


def test_hostile_drafts_are_kept_or_refused_and_never_mailed(desk, filed):
    filed()
    for text in HOSTILE_STRINGS:
        try:
            saved = desk.shared_drafts.share("1", text).text
        except InvalidValue:
            continue
        assert desk.shared_drafts.find("1").text == saved
    assert [each.notification_type for each in desk.mail.page()] == ["ticket_created"]
