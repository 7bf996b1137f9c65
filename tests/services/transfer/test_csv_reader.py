"""CSV as other programs write it: whatever can be read is, and of the rest it is said why not."""

import codecs
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
    assert (
        take(HEADER.replace(",", "\t"), GOOD.replace(",", "\t").replace("Lamp", "Door"), delimiter="tab").tickets == 1
    )


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
            HEADER.replace("title", "ti\0tle").encode(),
            "header of in.csv cannot be read: it holds a NUL character; if the file is in UTF-16",
        ),
        (b'"title,description', "header of in.csv cannot be read: the file ends inside a quoted cell"),
        (b"\x89QNG\r\n\x1a\n", "header of in.csv cannot be read: the byte 0x89 is not utf-8"),
        (b"\x89PNG\r\n\x1a\n", "file: in.csv is a picture; export the table as CSV"),
        (b"PK\x03\x04\0\0", "file: in.csv is an Excel or OpenDocument file, or a zip archive; save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "file: in.csv is an old Excel or Word file; save the sheet as CSV"),
        (b"BZh91AY", "file: in.csv is packed with bzip2; unpack it, or pack it with gzip"),
        (gzip.compress(b"%PDF-1.7", mtime=0), "file: in.csv is a PDF"),
        (b" <!DOCTYPE html>", "file: in.csv is HTML or XML; it must be CSV with a header"),
        (b'[{"title": "Lamp"}]', "file: in.csv is JSON; it must be CSV with a header"),
        ('{"title": "Lamp"}\n'.encode("utf-16"), "file: in.csv is JSON; it must be CSV with a header"),
        (
            gzip.compress(f"{HEADER}\n{GOOD}\n".encode(), mtime=0)[:-9],
            "file: in.csv is damaged or cut off soon after line 0",
        ),
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


def test_headers_that_are_called_like_a_field_need_no_option(desk, tmp_path):
    (tmp_path / "in.csv").write_text(f"Title,DESCRIPTION,\u200bContact Email\n{GOOD.rsplit(',', 2)[0]}\n\x1a")
    assert desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice()).tickets == 1


def test_of_headers_that_are_called_alike_the_exact_one_is_read(desk, tmp_path):
    (tmp_path / "in.csv").write_text("Title,title,description,contact_email\nx,Lamp,-,ann@example.com\n")
    desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())
    assert all_of(desk)[0].title == "Lamp"
    (tmp_path / "in.csv").write_text("Title,TITLE,description,contact_email\nx,Lamp,-,ann@example.com\n")
    with pytest.raises(InvalidValue, match="title: the file has no column for it"):
        desk.ticket_import.run(tmp_path / "in.csv", ColumnChoice())


def test_a_folder_and_a_missing_file_are_said_to_be(desk, tmp_path):
    for path, said in ((tmp_path, "is a folder; it must be a CSV file"), (tmp_path / "none.csv", "file: there is no ")):
        with pytest.raises(InvalidValue, match=said):
            desk.ticket_import.run(path, ColumnChoice())


def imported(desk, tmp_path, content: bytes, choice=None, **options):
    file = tmp_path / "in.csv"
    file.write_bytes(content)
    desk.ticket_import.run(file, choice or ColumnChoice(), ImportOptions(**options))
    return [(ticket.title, ticket.description) for ticket in all_of(desk)]


LAMP = [("Lamp is dark", "Since noon; badly, too")]
SHORT = "title,description,contact_email"


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "\ufeffsep=;"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_first_line_of_a_spreadsheet_names_the_delimiter(desk, tmp_path, line, end):
    lines = [line, SHORT.replace(",", ";"), 'Lamp is dark;"Since noon; badly, too";ann@example.com']
    assert imported(desk, tmp_path, end.join(lines).encode()) == LAMP


def test_that_line_counts_as_a_line_and_an_option_beats_it(refusal, desk, tmp_path):
    assert "line 3, contact_email" in refusal("sep=;", SHORT.replace(",", ";"), "a;b;nobody")
    text = f'sep=|\n{SHORT.replace(",", ";")}\nLamp is dark;"Since noon; badly, too";ann@example.com'
    assert imported(desk, tmp_path, text.encode(), delimiter=";") == LAMP


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize(
    "header",
    ['"What, when; and | where?"', '"It said ""no"", then; stopped, or\tnot|?"', '"Two\nlines, of; one | header"'],
)
def test_delimiters_in_quoted_headers_are_text(desk, tmp_path, delimiter, header):
    name = header[1:-1].replace('""', '"')
    rows = [["title", header, "contact_email"], ["Lamp is dark", '"Since noon; badly, too"', "ann@example.com"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    assert imported(desk, tmp_path, text.encode(), ColumnChoice([("description", name)])) == LAMP


def test_the_rows_decide_between_two_delimiters_of_a_header(desk, tmp_path):
    text = "title;description;contact_email;Open, urgent, or late\nLamp is dark;Since noon, badly;ann@example.com;yes\n"
    assert imported(desk, tmp_path, text.encode()) == [("Lamp is dark", "Since noon, badly")]


@pytest.mark.parametrize("blank", ["", ",,", " , ,", '"","",""', ",,,,,"])
def test_rows_without_text_are_passed_over_wherever_they_are(desk, tmp_path, blank):
    good = 'Lamp is dark,"Since noon; badly, too",ann@example.com'
    lines = [blank, SHORT, blank, good, blank, blank]
    assert imported(desk, tmp_path, "\n".join(lines).encode()) == LAMP


@pytest.mark.parametrize("header_ends", ["", ",", ",,, "])
@pytest.mark.parametrize("row_ends", ["", ",", ",,,"])
def test_empty_cells_at_the_end_of_a_header_or_a_row_are_none(desk, tmp_path, header_ends, row_ends):
    text = f'{SHORT}{header_ends}\nLamp is dark,"Since noon; badly, too",ann@example.com{row_ends}\n'
    assert imported(desk, tmp_path, text.encode()) == LAMP


def test_text_beyond_the_header_is_never_dropped_silently(refusal):
    assert "line 2: it has 4 cells, but the header has 3" in refusal(SHORT, "a,b,ann@example.com,urgent")
    assert "line 2: cell 4 holds text, but its column has no header" in refusal(
        SHORT + ",", "a,b,ann@example.com,urgent"
    )
    assert "line 2: it has 2 cells, but the header has 3" in refusal(SHORT, "a,b")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("title", ["Lamp is dark", "请问退款问题", "Лампа не горит"])
def test_wide_encodings_need_no_mark(desk, tmp_path, encoding, title):
    content = f"{SHORT}\n{title},Since noon,ann@example.com\n".encode(encoding)
    assert imported(desk, tmp_path, content) == [(title, "Since noon")]


@pytest.mark.parametrize("asked", ["utf-16", "UTF_16", "utf-16-le"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF16_LE])
def test_an_encoding_that_is_asked_for_needs_no_mark_and_may_have_one(desk, tmp_path, asked, mark):
    content = mark + f"{SHORT}\nLamp,Since noon,ann@example.com\n".encode("utf-16-le")
    assert imported(desk, tmp_path, content, encoding=asked) == [("Lamp", "Since noon")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"\ufeff\ufeff{SHORT}\nLamp,Since noon,ann@example.com\n", ""),
        ('"\ufefftitle",description,contact_email\nLamp,Since noon,ann@example.com\n', ""),
        (f"{SHORT}\n\ufeffLamp,Since noon,ann@example.com\n", ""),
        (f"{SHORT}\nLamp,Since noon,\ufeffann@example.com\n", ""),
        (f"\ufeff{SHORT}\nLamp,Since noon,ann@example.com\n", "cp1252"),
    ],
)
def test_byte_order_marks_are_no_text_wherever_they_are(desk, tmp_path, text, encoding):
    assert imported(desk, tmp_path, text.encode(), encoding=encoding) == [("Lamp", "Since noon")]


def test_what_an_export_escaped_comes_back(desk, tmp_path):
    content = f"{SHORT}\n'=cmd|' /C calc'!A0,\"'-1 is less\",ann@example.com\n'tis dark,'-5,ann@example.com\n"
    assert imported(desk, tmp_path, content.encode()) == [("=cmd|' /C calc'!A0", "-1 is less"), ("'tis dark", "'-5")]
