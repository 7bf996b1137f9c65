"""A draft survives, whole or not at all, and is never in anybody's way."""

import os
import resource

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supportdesk.domain.desk_address import SqliteFile
from supportdesk.services.drafts import Drafts
from tests.umask import umask

FIELDS = {"title": "Lamp is dark 🌿", "description": "It does\n\tnot shine.", "priority": "high"}

pytestmark = pytest.mark.sqlite


@pytest.fixture
def drafts(tmp_path, path):
    return Drafts(tmp_path / "state", SqliteFile(path), "ann")


def files(tmp_path):
    return list((tmp_path / "state" / "drafts").iterdir())


def test_a_draft_comes_back_until_it_is_dropped(drafts, tmp_path, path):
    assert drafts.load("ticket") == {}
    drafts.keep("ticket", FIELDS)
    assert Drafts(tmp_path / "state", SqliteFile(path), "ann").load("ticket") == FIELDS
    drafts.keep("ticket", {"title": "Door"})
    assert drafts.load("ticket") == {"title": "Door"}
    drafts.drop("ticket")
    drafts.drop("ticket")
    assert drafts.load("ticket") == {}
    assert files(tmp_path) == []


def test_drafts_of_other_forms_agents_and_desks_are_others(drafts, tmp_path, path):
    drafts.keep("ticket", FIELDS)
    assert drafts.load("reply") == {}
    assert Drafts(tmp_path / "state", SqliteFile(path), "bob").load("ticket") == {}
    assert Drafts(tmp_path / "state", SqliteFile(tmp_path / "other.db"), "ann").load("ticket") == {}
    # The same desk by another way is the same desk, and no agent's name is a path.
    (tmp_path / "link.db").symlink_to(path)
    assert Drafts(tmp_path / "state", SqliteFile(tmp_path / "link.db"), "ann").load("ticket") == FIELDS
    Drafts(tmp_path / "state", SqliteFile(path), "../../../ann").keep("ticket", FIELDS)
    assert len(files(tmp_path)) == 2
    # A file's name need not be text.
    Drafts(tmp_path / "state", SqliteFile(tmp_path / os.fsdecode(b"\xff.db")), "ann").keep("ticket", FIELDS)
    assert len(files(tmp_path)) == 3


def test_nobody_else_can_read_a_draft(drafts, tmp_path):
    with umask(0):
        drafts.keep("ticket", FIELDS)
    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"[]",
        b"null",
        b'"title"',
        b"[" * 100_000,
        b'{"title": ' * 100_000,
        b'{"title": null}',
        b'{"title": 12}',
        b'{"title": {"a": "b"}}',
        b'{"title": ["a"]}',
        b"\0" * 100,
    ],
)
def test_a_garbage_draft_is_no_draft(drafts, tmp_path, content):
    drafts.keep("ticket", FIELDS)
    files(tmp_path)[0].write_bytes(content)
    assert drafts.load("ticket") == {}
    drafts.keep("ticket", FIELDS)
    assert drafts.load("ticket") == FIELDS


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=5), st.text(st.characters(categories=None), max_size=20)))
def test_any_text_can_be_drafted(drafts, fields):
    drafts.keep("ticket", fields)

    def as_a_file_has_it(text):
        return text.encode("utf-8", "replace").decode()

    assert drafts.load("ticket") == {as_a_file_has_it(name): as_a_file_has_it(text) for name, text in fields.items()}


def test_a_draft_that_finds_no_space_leaves_the_one_before_and_nothing_else(drafts, tmp_path):
    drafts.keep("ticket", FIELDS)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    drafts.keep("ticket", {"description": "x" * 20_000})
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert drafts.load("ticket") == FIELDS
    assert len(files(tmp_path)) == 1


def test_a_state_folder_that_cannot_be_costs_the_draft_and_nothing_else(tmp_path, path):
    (tmp_path / "state").write_text("in the way")
    drafts = Drafts(tmp_path / "state", SqliteFile(path), "ann")
    drafts.keep("ticket", FIELDS)
    assert drafts.load("ticket") == {}
    drafts.drop("ticket")


KILLED = """
import sys
from pathlib import Path
from supportdesk.domain.desk_address import SqliteFile
from supportdesk.services.drafts import Drafts

drafts = Drafts(Path(sys.argv[1]), SqliteFile(Path(sys.argv[2])), "ann")
for letter in "abcdefghij" * 10_000:
    drafts.keep("ticket", {"description": letter * 50_000})
    print(letter, flush=True)
"""


def test_a_kill_leaves_a_whole_draft(drafts, tmp_path, path, spawn):
    typing = spawn(KILLED, tmp_path / "state", path)
    for _ in range(20):
        assert typing.stdout.readline()
    typing.kill()
    typing.wait()
    text = drafts.load("ticket")["description"]
    assert text == text[0] * 50_000
