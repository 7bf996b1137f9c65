"""Who has which ticket open: seen by everybody, gone with its session, and silent while nothing changes."""

import json
import os
import stat
from pathlib import Path

import pytest

from supportdesk.services.presence import Presence

OPENS_AND_WAITS = """
import sys
from pathlib import Path
from supportdesk.services.presence import Presence

presence = Presence(Path(sys.argv[1]), "bob")
presence.show(7, writing=True)
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "support.db.files" / "presence"


@pytest.fixture
def ann(folder: Path) -> Presence:
    return Presence(folder, "ann", recheck_seconds=0)


def seen(presence: Presence) -> list[tuple[str, int, bool]]:
    return [(each.agent, each.ticket, each.writing) for each in presence.others()]


def test_a_session_is_seen_for_as_long_as_its_ticket_is_open(ann, folder):
    bob = Presence(folder, "bob")
    assert seen(ann) == []
    bob.show(7)
    assert seen(ann) == [("bob", 7, False)]
    bob.show(7, writing=True)
    assert seen(ann) == [("bob", 7, True)]
    assert seen(bob) == []
    bob.show(None)
    assert seen(ann) == []
    assert not list(folder.iterdir())


def test_the_same_agent_at_another_terminal_is_seen(ann, folder):
    other = Presence(folder, "ann")
    other.show(3)
    assert seen(ann) == [("ann", 3, False)]
    other.close()
    assert seen(ann) == []


def test_a_killed_session_is_gone(ann, folder, spawn):
    process = spawn(OPENS_AND_WAITS, folder)
    assert process.stdout.readline() == "open\n"
    assert seen(ann) == [("bob", 7, True)]
    process.kill()
    process.wait(30)
    assert seen(ann) == []
    assert not list(folder.iterdir()), "what it left behind is cleared away"


def test_nothing_is_written_while_nothing_changes(ann, folder):
    ann.show(1)
    bob = Presence(folder, "bob")
    bob.show(2)
    before = [(each.name, each.stat().st_mtime_ns, each.stat().st_ino) for each in folder.iterdir()]
    for _ in range(100):
        ann.show(1)
        ann.others()
        bob.show(2)
    assert [(each.name, each.stat().st_mtime_ns, each.stat().st_ino) for each in folder.iterdir()] == before


@pytest.mark.parametrize(("above", "folders", "file"), [(0o755, 0o700, 0o600), (0o2775, 0o2770, 0o660)])
def test_whoever_makes_the_folder_of_the_desks_files_opens_it_to_the_same_people(
    tmp_path, folder, above, folders, file
):
    tmp_path.chmod(above)
    Presence(folder, "ann").show(1)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder.parent, folder)] == [folders, folders]
    assert [stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()] == [file]


def test_a_folder_that_cannot_be_made_disturbs_nobody(tmp_path):
    (tmp_path / "file").touch()
    presence = Presence(tmp_path / "file" / "presence", "ann")
    presence.show(1, writing=True)
    assert presence.others() == ()
    presence.show(None)
    presence.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 900,
        json.dumps({"agent": "", "ticket": 1, "writing": False}).encode(),
        json.dumps({"agent": "eve", "ticket": -1, "writing": False}).encode(),
        json.dumps({"agent": "eve", "ticket": True, "writing": False}).encode(),
        json.dumps({"agent": "eve", "ticket": 10**30, "writing": False}).encode(),
        json.dumps({"agent": "e" * 5000, "ticket": 1, "writing": False}).encode(),
    ],
)
def test_a_file_that_says_nothing_sensible_is_passed_over(ann, folder, content):
    import fcntl

    folder.mkdir(parents=True)
    with (folder / "x.session").open("wb", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(content)
        assert seen(ann) == []


def test_a_pipe_a_link_and_a_folder_hold_nobody_up(ann, folder, tmp_path):
    folder.mkdir(parents=True)
    os.mkfifo(folder / "pipe.session")
    (folder / "link.session").symlink_to(tmp_path)
    (folder / "folder.session").mkdir()
    assert seen(ann) == []


def test_a_name_cannot_move_the_cursor_of_others(ann, folder):
    Presence(folder, "e\x1b[2Jve").show(1)
    assert all(name.isprintable() for name, _, _ in seen(ann))
