"""Taking in FAQs: what is understood, and what is said of what is not."""

import csv
import io
from pathlib import Path

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.faq import new_faq
from supportdesk.domain.journal import EntryKind
from supportdesk.domain.moment import to_text
from supportdesk.services.faqs.importing import Imported
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.duplicates import Duplicates
from supportdesk.services.transfer.import_session import ImportOptions
from tests.services.faqs.samples import AN_ID, all_of

HEADER = "question,answer,category"
GOOD = "How do I pay?,By card.,billing"
OTHERS = ColumnChoice(values=[("category", "*", "technical")], ignored=["id"])


@pytest.fixture
def take(desk):
    """Imports a CSV file of these lines."""

    def take(*lines: str, how=None, **choice) -> Imported:
        source = io.BytesIO(("\n".join(lines) + "\n").encode())
        return desk.faq_import.run(source, ColumnChoice(**choice), **(how or {}))

    return take


@pytest.fixture
def folder(tmp_path):
    """Makes a folder of Markdown files: `folder({"pay.md": "…"})`."""

    def folder(files: dict[str, str | bytes]) -> Path:
        for name, text in files.items():
            path = tmp_path / "faqs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "faqs"

    return folder


def refusal(desk, run) -> str:
    """What an import says that refuses; makes sure that nothing was imported."""
    before = (all_of(desk), desk.journal.last_seq())
    with pytest.raises(InvalidValue) as caught:
        run()
    assert (all_of(desk), desk.journal.last_seq()) == before
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_foreign_set_moves_in_when_every_category_has_a_meaning(desk, shared_data):
    file = shared_data / "faq" / "stackfaq" / "faqs.csv"
    choice = ColumnChoice(values=[("category", "*", "general"), ("category", "github", "technical")], ignored=["id"])
    assert desk.faq_import.run(file, choice) == Imported(faqs=125, rejected=0, duplicates=0, first=1, last=125)
    assert desk.faqs.categories() == {"general": 119, "account": 0, "technical": 6, "billing": 0}
    [entry] = desk.journal.after(0)
    assert (entry.kind, entry.actor) == (EntryKind.FAQS_IMPORTED, "ann")
    assert entry.after == {"faqs": "125", "first": "1", "last": "125", "file": "faqs.csv"}


def test_a_large_set_moves_in_without_its_duplicates_or_with_them(desk, shared_data, tmp_path):
    file = shared_data / "faq" / "datatalks" / "faqs.csv"
    message = refusal(desk, lambda: desk.faq_import.run(file, OTHERS))
    assert message.startswith("line 2457, question: ")
    assert "already exists: line 2450; --duplicates skip leaves such rows out" in message
    rejects = tmp_path / "bad.csv"
    dry = desk.faq_import.run(file, OTHERS, ImportOptions(rejects=rejects, dry_run=True))
    assert dry == Imported(faqs=943, rejected=4, duplicates=4)
    with rejects.open(encoding="utf-8", newline="") as text:
        assert [row["line"] for row in csv.DictReader(text)][0] == "2457"
    assert desk.faq_import.run(file, OTHERS, duplicates=Duplicates.SKIP) == Imported(943, 0, 4, 1, 943)
    assert desk.faq_import.run(file, OTHERS, duplicates=Duplicates.SKIP) == Imported(0, 0, 947)
    assert desk.faq_import.run(file, OTHERS, duplicates=Duplicates.KEEP) == Imported(947, 0, 947, 944, 1890)


def test_imported_faqs_are_found_counted_and_have_a_first_revision(desk, take):
    take(HEADER, GOOD)
    [hit] = desk.faqs.search("card").hits
    assert (hit.faq.question, hit.faq.version) == ("How do I pay?", 1)
    assert desk.faqs.categories()["billing"] == 1
    [revision] = desk.faqs.revisions("1")
    assert (revision.answer, revision.changed_by) == ("By card.", "ann")


def test_ids_and_times_are_kept_when_the_file_is_ours(desk, take):
    take("id,created_at," + HEADER, f"{AN_ID.upper()},2020-02-03,{GOOD}", ",,How do I leave?,By bus.,general")
    ours, new = all_of(desk)
    assert (ours.id, to_text(ours.created_at), to_text(ours.updated_at)) == (AN_ID, *["2020-02-03T00:00:00.000Z"] * 2)
    assert new.created_at == desk.now()


def test_a_foreign_id_column_does_no_harm_once_columns_are_named(desk, take):
    take("id,title,answer", "7,How?,So.", columns=[("question", "title")])
    [faq] = all_of(desk)
    assert (len(faq.id), faq.category) == (36, "general")


def test_a_star_stands_for_every_word_that_means_nothing_here(desk, take):
    take(
        HEADER,
        "a?,1,billing",
        "b?,2,BILLING ",
        "c?,3,payment",
        "d?,4,gmail",
        values=[("category", "*", "technical"), ("category", "payment", "account")],
    )
    assert [faq.category for faq in all_of(desk)] == ["billing", "billing", "account", "technical"]


def test_a_star_fills_no_empty_cells_but_a_default_does(desk, take):
    values = [("category", "*", "technical")]
    message = refusal(desk, lambda: take(HEADER, "a?,1,", values=values))
    assert "line 2, category: '' is not allowed" in message
    assert "--default category=TEXT fills empty cells" in message
    take(HEADER, "a?,1,", values=values, defaults=[("category", "account")])
    assert all_of(desk)[0].category == "account"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",b,general", "line 3, question: '' is not allowed; it needs some text, up to 500 characters"),
        ("a, ,general", "line 3, answer: '' is not allowed; it needs some text"),
        (f"{'a' * 501},b,general", "line 3, question: 501 characters are too many"),
        ("a,b,gmail", "line 3, category: 'gmail' is not allowed; it can be general, account, technical or billing"),
        ("a,b,google docs", "map it with --value 'category:google docs=WORD'"),
        ("a\x1b[31m,b,general", "line 3, question: 'a\\x1b[31m' is not allowed; it holds the control character U+001B"),
        ("a,b", "line 3: it has 2 cells, but the header has 3"),
        ("HOW do i — pay,b,general", "line 3, question: 'HOW do i — pay' already exists: line 2"),
    ],
)
def test_a_bad_row_names_its_line_field_and_value_and_nothing_is_imported(desk, take, row, said):
    message = refusal(desk, lambda: take(HEADER, GOOD, row))
    assert said in message
    assert message.endswith("; nothing was imported")


def test_what_the_desk_has_is_not_taken_twice(desk, take):
    faq = desk.faqs.create(new_faq("How do I pay?", "So.", "billing"))
    assert "already exists: FAQ #1 of this desk" in refusal(desk, lambda: take(HEADER, GOOD))
    rows = ("id," + HEADER, f"{faq.id},a,b,general")
    assert f"line 2, id: '{faq.id}' is taken; an FAQ of this desk has or had it" in refusal(desk, lambda: take(*rows))
    desk.faqs.delete("1")
    assert "is taken" in refusal(desk, lambda: take(*rows))
    assert "line 3, id" in refusal(desk, lambda: take("id," + HEADER, f"{AN_ID},a,b,general", f"{AN_ID},c,d,general"))


def test_an_import_is_said_to_be_no_change_to_undo(desk, take):
    take(HEADER, GOOD)
    with pytest.raises(Exception, match="cannot be undone"):
        desk.journal.undo()


def test_a_folder_of_markdown_moves_in_oldest_first(desk, folder):
    source = folder(
        {
            "b.md": "---\nquestion: How do I pay?\ncategory: billing\ncreated_at: 2026-01-02\n---\nBy *card*.\n",
            "a/late.md": "---\nquestion: 'It''s late: why?'\ncategory: general\n---\n\n---\n\n    code  \n\n\n",
            "c.md": '\ufeff---\r\nquestion: "Say \\"no\\" #3"\r\ncategory: account\r\n---\r\nWell.\r\n\r\nNo.',
            ".hidden/x.md": "no front matter",
            "notes.txt": "no Markdown",
        }
    )
    assert desk.faq_import.run(source, ColumnChoice()).faqs == 3
    assert [(faq.question, faq.answer, faq.category) for faq in all_of(desk)] == [
        ("How do I pay?", "By *card*.", "billing"),
        ("It's late: why?", "---\n\n    code", "general"),
        ('Say "no" #3', "Well.\n\nNo.", "account"),
    ]
    assert desk.journal.after(0)[0].after["file"] == "faqs"


def test_a_foreign_folder_is_mapped_like_a_csv_file(desk, folder):
    source = folder(
        {
            "pay.md": "---\ntitle: How do I pay?\nid: 7\ntags:\n  - a\n  - b\nsection: Money\n# note\n---\nBy card.\n",
            "go.md": "---\ntitle: How do I leave?\ndraft: no\n---\nBy bus.\n",
        }
    )
    choice = ColumnChoice(
        [("question", "title"), ("category", "section")],
        [("category", "Money", "billing")],
        [("category", "general")],
    )
    assert desk.faq_import.run(source, choice).faqs == 2
    assert [(faq.question, faq.category) for faq in all_of(desk)] == [
        ("How do I leave?", "general"),
        ("How do I pay?", "billing"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# How?\nSo.", "file x.md: it has no front matter: it must begin with a line of three dashes"),
        ("", "file x.md: it has no front matter"),
        ("---\nquestion: How?\n", "file x.md: its front matter has no end: a second line of three dashes"),
        ("---\nHow?\n---\nSo.", "file x.md: its front matter has no fields such as category: billing"),
        ("---\nquestion: a\nquestion: b\n---\nSo.", "file x.md: line 3 of its front matter repeats question"),
        ('---\nquestion: "a" b\n---\nSo.', "file x.md: line 2 of its front matter is not YAML"),
        ("---\nquestion: 'a'b'\n---\nSo.", "file x.md: line 2 of its front matter is not YAML"),
        ("---\nquestion: [How]\n---\nSo.", "file x.md, question: '' is not allowed"),
        ("---\ncategory: gmail\nquestion: How?\n---\nSo.", "file x.md, category: 'gmail' is not allowed"),
        ("---\nquestion: How?\n---\n", "file x.md, answer: '' is not allowed"),
        ("---\nquestion: How?\nanswer: So.\n---\n", "file x.md: its answer is in the front matter"),
        (b"---\nquestion: H\xf6?\n---\nSo.", "file x.md: it is not utf-8; pass --encoding with the one it has"),
        ("---\nquestion: How?\n---\n" + "x" * 1_000_000, "file x.md: it has more than 1,000,000 bytes"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_imported(desk, folder, text, said):
    source = folder({"good.md": "---\nquestion: Why?\n---\nSo.", "x.md": text})
    message = refusal(desk, lambda: desk.faq_import.run(source, ColumnChoice(defaults=[("category", "general")])))
    assert said in message


def test_bad_files_are_set_aside_as_rows_that_can_be_fixed_and_imported(desk, folder, tmp_path):
    source = folder(
        {
            "a.md": "---\nquestion: Why?\ncategory: money\n---\nSo,\n\nand so.",
            "b.md": "---\nquestion: How?\ncategory: billing\n---\nSo.",
            "c.md": "nothing",
        }
    )
    bad = tmp_path / "bad.csv"
    assert desk.faq_import.run(source, ColumnChoice(), ImportOptions(rejects=bad)) == Imported(1, 2, 0, 1, 1)
    with bad.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [(row["file"], row["answer"]) for row in rows] == [("a.md", "So,\n\nand so."), ("c.md", "nothing")]
    bad.write_text(bad.read_text(encoding="utf-8").replace("money", "account"), encoding="utf-8")
    choice = ColumnChoice(defaults=[("question", "What?"), ("category", "general")])
    assert desk.faq_import.run(bad, choice).faqs == 2
    assert [(faq.question, faq.category) for faq in all_of(desk)][1:] == [("Why?", "account"), ("What?", "general")]


def test_an_empty_folder_or_file_is_said_to_be(desk, tmp_path, take):
    assert "has no Markdown files (*.md)" in refusal(desk, lambda: desk.faq_import.run(tmp_path, ColumnChoice()))
    assert "has a header, but no rows" in refusal(desk, lambda: take(HEADER))


def test_a_single_markdown_file_is_one_faq(desk, folder):
    source = folder(
        {"pay.md": "---\nquestion: How do I pay?\n---\nBy card.\n", "other.md": "---\nquestion: Why?\n---\nSo."}
    )
    assert desk.faq_import.run(source / "pay.md", ColumnChoice(defaults=[("category", "general")])).faqs == 1
    assert [faq.question for faq in all_of(desk)] == ["How do I pay?"]
