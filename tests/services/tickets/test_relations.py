"""Duplicates are merged and taken apart again, exactly; tickets that belong together are linked."""

from datetime import timedelta

import pytest

from supportdesk.domain.conversation.message import new_reply
from supportdesk.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from supportdesk.domain.query import TicketQuery
from supportdesk.domain.ticket import Status, TicketChange
from tests.services.tickets.samples import all_of


def said(desk, reference):
    return [message.text for message in desk.conversation.messages(reference)]


def test_a_merged_ticket_is_continued_by_the_other_one(desk, filed, clock):
    for title in ("One", "Two"):
        filed(title, f"About {title}.")
        clock.at += timedelta(minutes=1)
    desk.conversation.note("2", "Note on two.")
    desk.relations.merge(["2"], "1")
    assert said(desk, "1") == ["About One.", "About Two.", "Note on two."]
    assert [each.number for each in all_of(desk)] == [1]
    assert desk.tickets.count(TicketQuery()).rows == 1
    merged = desk.tickets.get("2")
    assert (merged.merged_into, merged.is_listed, merged.deleted_at) == (1, False, None)
    assert desk.relations.of("1").merged == (2,)
    assert {each.ticket_id for each in desk.tickets.history("1")} == {desk.tickets.get("1").id, merged.id}


def test_what_is_said_to_a_merged_ticket_goes_to_the_one_that_continues_it(desk, filed):
    for title in ("One", "Two", "Three"):
        filed(title)
    desk.relations.merge(["2"], "1")
    desk.relations.merge(["1"], "3")
    assert desk.conversation.reply("2", new_reply("Hello")).ticket.number == 3
    desk.conversation.note("2", "For us.")
    assert said(desk, "3")[-2:] == ["Hello", "For us."]
    with pytest.raises(NotAllowed, match="#2 is merged into #1"):
        desk.tickets.update(["2"], TicketChange(status=Status.RESOLVED))
    with pytest.raises(NotAllowed, match="#2 is merged into #1"):
        desk.tickets.delete(["2"])


def test_unmerge_gives_each_ticket_what_was_its_own(desk, filed):
    filed("One", "About one.")
    filed("Two", "About two.")
    desk.conversation.note("2", "Note on two.")
    before = {number: (desk.tickets.get(number), desk.conversation.messages(number)) for number in ("1", "2")}
    desk.relations.merge(["2"], "1")
    desk.conversation.note("2", "Said after the merge.")
    desk.relations.unmerge(["2"])
    assert desk.conversation.messages("2") == before["2"][1]
    assert said(desk, "1") == ["About one.", "Said after the merge."]
    assert desk.tickets.get("2").version == before["2"][0].version + 2
    assert [each.number for each in all_of(desk)] == [1, 2]


def test_a_merge_into_itself_or_in_a_ring_is_refused(desk, filed):
    for title in ("One", "Two", "Three"):
        filed(title)
    with pytest.raises(NotAllowed, match="#1 cannot be merged into itself"):
        desk.relations.merge(["2", "1"], "1")
    assert desk.tickets.get("2").merged_into is None
    desk.relations.merge(["2"], "1")
    with pytest.raises(NotAllowed, match="#1 cannot be merged into #2, which is merged into it"):
        desk.relations.merge(["1"], "2")
    with pytest.raises(NotAllowed, match="#2 is merged into #1"):
        desk.relations.merge(["2"], "3")
    with pytest.raises(NotAllowed, match="#3 is not merged"):
        desk.relations.unmerge(["3"])
    desk.tickets.delete(["3"])
    with pytest.raises(NotAllowed, match="#3 is deleted"):
        desk.relations.merge(["1"], "3")
    with pytest.raises(NotFound):
        desk.relations.merge(["9"], "1")


def test_a_merge_into_a_merged_ticket_goes_to_the_one_that_continues_it(desk, filed):
    for title in ("One", "Two", "Three"):
        filed(title)
    desk.relations.merge(["2"], "1")
    assert desk.relations.merge(["3"], "2").tickets[0].number == 1
    assert desk.tickets.get("3").merged_into == 1


def test_a_ring_in_a_damaged_file_ends(desk, filed, sql):
    filed("One")
    filed("Two")
    sql("UPDATE tickets SET merged_into = 3 - number")
    assert len(desk.conversation.messages("1")) == 2
    assert desk.tickets.get_continuing("1").number in (1, 2)


def test_merge_and_unmerge_are_undone(desk, colleague, filed):
    for title in ("One", "Two", "Three"):
        filed(title)
    desk.relations.merge(["2", "3"], "1")
    desk.journal.undo()
    assert [each.number for each in all_of(desk)] == [1, 2, 3]
    desk.relations.merge(["2"], "1")
    desk.relations.unmerge(["2"])
    desk.journal.undo()
    assert desk.tickets.get("2").merged_into == 1
    colleague.relations.unmerge(["2"])
    with pytest.raises(Conflict, match="#2 has changed since: bob"):
        desk.journal.undo()


def test_an_undo_never_makes_a_ring(desk, colleague, filed):
    filed("One")
    filed("Two")
    desk.relations.merge(["2"], "1")
    desk.relations.unmerge(["2"])
    colleague.relations.merge(["1"], "2")
    with pytest.raises(Conflict, match=r"#2 has changed since: .*took in #1.*; nothing was undone"):
        desk.journal.undo()


def test_a_change_of_a_ticket_that_was_merged_since_is_not_undone(desk, colleague, filed):
    filed("One")
    filed("Two")
    desk.tickets.update(["2"], TicketChange(title="Three"))
    colleague.relations.merge(["2"], "1")
    with pytest.raises(Conflict, match="#2 was merged into #1 by bob since"):
        desk.journal.undo()


def test_links_show_on_both_tickets_and_are_undone(desk, filed):
    for title in ("One", "Two", "Three"):
        filed(title)
    assert desk.relations.link(["2", "3"], "1").changed == {2, 3}
    assert desk.relations.link(["2"], "1").changed == frozenset()
    assert desk.relations.of("1").linked == (2, 3)
    assert desk.relations.of("3").linked == (1,)
    desk.relations.unlink(["1"], "2")
    assert desk.relations.of("1").linked == (3,)
    desk.journal.undo()
    desk.journal.undo()
    assert desk.relations.of("1").linked == ()
    with pytest.raises(InvalidValue, match="#1 cannot be linked to itself"):
        desk.relations.link(["1"], "1")


def test_hundreds_of_duplicates_are_merged_at_once_and_thousands_refused(desk, filed):
    for number in range(41):
        filed(f"Lamp {number}")
    others = [str(number) for number in range(2, 42)]
    assert len(desk.relations.merge(others, "1").changed) == 40
    assert len(desk.conversation.messages("1")) == 41
    desk.journal.undo()
    assert len(all_of(desk)) == 41
    with pytest.raises(InvalidValue, match="up to 500 tickets can be merged at once"):
        desk.relations.merge([str(number) for number in range(2, 600)], "1")


def test_who_wrote_a_merged_ticket_takes_part_in_the_one_that_continues_it(desk, filed):
    filed("One", contact_email="rita@example.com")
    filed("Two", contact_email="sam@example.com")
    desk.conversation.reply("2", new_reply("Hello.", cc=["kim@example.com"]))
    desk.relations.merge(["2"], "1")
    assert desk.tickets.get("1").participants == ("sam@example.com", "kim@example.com")
    replied = desk.conversation.reply("1", new_reply("Hello, both."), to_all=True).message
    assert (replied.to, replied.cc) == (("rita@example.com",), ("sam@example.com", "kim@example.com"))
    desk.relations.unmerge(["2"])
    assert desk.tickets.get("2").participants == ("kim@example.com",)
