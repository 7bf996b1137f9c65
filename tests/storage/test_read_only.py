"""A desk on read-only media, or of somebody who may only read it, can be listed, shown and copied."""

import os
import subprocess

import pytest

from supportdesk.domain.errors import NotAllowed
from supportdesk.domain.faq import NewFaq
from supportdesk.domain.page import START
from supportdesk.domain.query import TicketQuery, parse_query
from supportdesk.domain.ticket import new_ticket
from supportdesk.services.desk import Desk

pytestmark = pytest.mark.sqlite


def test_a_desk_on_read_only_media_is_read(mounted, tmp_path, clock):
    folder = mounted("20m")
    path = folder / "support.db"
    with Desk(path, "ann", now=clock) as desk:
        desk.tickets.create(new_ticket("Lamp is dark", "d", "rita@example.com"))
        desk.faqs.create(NewFaq("How do I log in?", "Press the button."))
    before = sorted(os.listdir(folder))
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    with Desk(path, "ann", now=clock) as desk:
        assert [ticket.number for ticket in desk.tickets.page(parse_query("lamp"), START, 9)] == [1]
        assert desk.tickets.history("1")[0].new_status == "new"
        assert desk.faqs.read("1").reads == 0
        assert not desk.faqs.search("zyzzyva", record=True).hits
        assert desk.mail.page(text="lamp") == []
        assert desk.mail.count().rows == 1
        assert len(desk.journal.page(START, 9)) == 2
        desk.changes_elsewhere()
        with pytest.raises(NotAllowed, match="cannot be written by you"):
            desk.tickets.create(new_ticket("t", "d", "rita@example.com"))
        desk.maintenance.backup(tmp_path / "copy.db")
    assert sorted(os.listdir(folder)) == before
    with Desk(tmp_path / "copy.db", "ann") as copied:
        assert copied.tickets.count(TicketQuery()).rows == 1
