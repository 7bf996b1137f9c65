"""CSV as other programs write it: whatever can be read is, and of the rest it is said why not."""

import gzip

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.import_session import ImportOptions
from tests.services.tickets.samples import GOOD, HEADER, MANY_LINES, all_of


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_known_by_themselves(desk, tmp_path, delimiter, line_end):
    text = line_end.join(line.replace(",", delimiter) for line in (HEADER, "", GOOD, GOOD))
    (tmp_path / "in.csv").write_bytes(text.encode())
    assert desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice()).tickets == 2


def test_a_delimiter_can_be_said(take):
    assert take(HEADER.replace(",", "#"), GOOD.replace(",", "#"), delimiter="#").tickets == 1
    assert take(HEADER.replace(",", "\t"), GOOD.replace(",", "\t"), delimiter="tab").tickets == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_files_need_no_option(desk, tmp_path, encoding):
    (tmp_path / "in.csv").write_bytes(f"{HEADER}\n{GOOD.replace('dark', 'dünkel 🙂')}\n".encode(encoding))
    desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())
    assert all_of(desk)[0].title == "Lamp is dünkel 🙂"


def test_another_encoding_is_said_after_the_line_that_needs_it_was_named(desk, tmp_path):
    file = tmp_path / "in.csv"
    file.write_bytes(f"{HEADER}\n{GOOD}\n{GOOD.replace('dark', 'dünkel')}\n".encode("cp1252"))
    with pytest.raises(InvalidValue, match=r"line 3: the byte 0xFC is not utf-8; pass --encoding cp1252"):
        desk.ticket_import.run(file, ColumnChoice())
    desk.ticket_import.run(file, ColumnChoice(), ImportOptions(encoding="cp1252"))
    assert all_of(desk)[1].title == "Lamp is dünkel"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file: in.csv is empty"),
        (b"\n\n", "file: in.csv is empty"),
        (HEADER.encode(), "file: in.csv has a header, but no rows"),
        (
            HEADER.encode("utf-16-le"),
            "header of in.csv cannot be read: it holds a NUL character; if the file is in UTF-16",
        ),
        (b'"title,description', "header of in.csv cannot be read: the file ends inside a quoted cell"),
        (b"\x89PNG\r\n\x1a\n", "header of in.csv cannot be read: the byte 0x89 is not utf-8"),
        (gzip.compress(f"{HEADER}\n{GOOD}\n".encode())[:-9], "file: in.csv is damaged or cut off soon after line 0"),
        (b"\x1f\x8bnot gzip", "file: in.csv cannot be read after line 0"),
        (f"{HEADER}\n{GOOD}\n".encode("utf-16")[:-1], "file: in.csv is not utf-16 soon after line 1"),
        (b"x" * 4_000_001, "line 1: it has more than 4,000,000 characters; is in.csv a CSV file?"),
        (
            f'{HEADER}\na,"{MANY_LINES}'.encode(),
            "line 2: a cell has over 1,000,000 characters; is a closing quote",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be(desk, tmp_path, content, said):
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(InvalidValue) as caught:
        desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())
    assert said in caught.value.message
    assert all_of(desk) == []


def test_a_folder_and_a_missing_file_are_said_to_be(desk, tmp_path):
    for path, said in ((tmp_path, "is a folder; it must be a CSV file"), (tmp_path / "none.csv", "file: there is no ")):
        with pytest.raises(InvalidValue, match=said):
            desk.ticket_import.run(path, ColumnChoice())
