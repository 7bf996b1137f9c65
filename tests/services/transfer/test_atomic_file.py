"""Files with requesters' data: private, complete, and never written through a planted link."""

import os
import stat

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.atomic_file import atomic_file, create_private, partial_name
from tests.umask import umask


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def write(path, text="Lamp is dark"):
    with atomic_file("output", path) as file:
        file.text.write(text)
        file.finish()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_file_is_private_whatever_the_umask(tmp_path, mask):
    with umask(mask):
        write(tmp_path / "out.csv")
    assert mode(tmp_path / "out.csv") == 0o600


def test_in_a_folder_that_a_group_shares_the_group_reads_and_writes_it(tmp_path):
    tmp_path.chmod(0o2770)
    with umask(0o077):
        write(tmp_path / "out.csv")
    assert mode(tmp_path / "out.csv") == 0o660


def test_a_file_that_everybody_could_read_is_replaced_by_a_private_one(tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    out.chmod(0o644)
    write(out)
    assert (out.read_text(encoding="utf-8"), mode(out)) == ("Lamp is dark", 0o600)


def test_nobody_can_plant_a_link_where_the_file_is_written(tmp_path):
    assert len({partial_name(tmp_path / "out.csv") for _ in range(100)}) == 100
    mine, planted = tmp_path / "mine", tmp_path / "planted"
    mine.write_text("precious", encoding="utf-8")
    planted.symlink_to(mine)
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "new")
    for link in (planted, dangling):
        with pytest.raises(FileExistsError):
            create_private(link)
    assert mine.read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "new").exists()


def test_a_link_of_somebody_else_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "mine").write_text("mine")
    link = tmp_path / "out.csv"
    link.symlink_to("mine")
    if os.geteuid():
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
    else:
        os.chown(link, 4711, -1, follow_symlinks=False)
    with pytest.raises(InvalidValue, match="is a link that somebody else made"):
        write(link)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_link_to_a_file_is_followed_when_it_is_replaced(tmp_path):
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "Lamp is dark"


def test_a_file_that_is_not_finished_leaves_nothing_behind(tmp_path):
    with atomic_file("output", tmp_path / "out.csv") as file:
        file.text.write("never finished")
    assert os.listdir(tmp_path) == []


def test_long_names_and_loops_of_links_are_no_obstacle_or_refused_with_a_sentence(tmp_path):
    long = tmp_path / ("ü" * 120 + ".csv")
    write(long)
    assert long.exists()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InvalidValue, match="output: .*loop"):
        write(tmp_path / "loop")
