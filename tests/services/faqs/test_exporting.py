"""Writing FAQs out: what comes out goes in again and is the same."""

import csv
import io
import json
import os
from datetime import UTC, datetime

import pytest

from supportdesk.domain.errors import InvalidValue, Unavailable
from supportdesk.domain.faq import Category, FaqQuery, new_faq
from supportdesk.services.desk import Desk
from supportdesk.services.transfer.column_mapping import ColumnChoice
from supportdesk.services.transfer.duplicates import Duplicates
from supportdesk.services.transfer.export_format import Form
from supportdesk.services.transfer.front_matter import parsed, written
from supportdesk.services.transfer.import_session import ImportOptions
from tests.hostile import HOSTILE_STRINGS
from tests.services.faqs.samples import all_of, kept

AWKWARD = [
    ("How do I pay?", "By card."),
    ("Why: because?", "---\n\nquestion: no\n---\n"),
    ('"Quoted" #hash', "    code\n\n| a | b |\n\ttab"),
    ("'single' it''s", "x" * 100_000),
    ("- no", "=1+1"),
    ("null", "\u00a0nbsp"),
    ("?!", "مرحبا 🙂"),
    ("مرحبا بالعالم", "שלום\u200f"),
    ("../../etc/passwd", "{{ no }}"),
    ("a" * 500, "# not a comment"),
    ("trailing:", "x"),
    ("back\\slash \\n", "y"),
]


@pytest.fixture
def filled(desk, clock):
    """Ann's desk with awkward FAQs, two of them edited, one gone."""
    for number, (question, answer) in enumerate(AWKWARD):
        clock.at = datetime(2026, 1, 1 + number, 2, 3, 4, 567_000, tzinfo=UTC)
        desk.faqs.create(new_faq(question, answer, list(Category)[number % 4]))
    for reference in ("2", "5"):
        desk.faqs.update(reference, new_faq(f"{reference}: edited?", "So."))
    desk.faqs.delete("1")
    return desk


@pytest.fixture
def other(tmp_path):
    with Desk(tmp_path / "two.db", "bob") as other:
        yield other


def test_a_csv_taken_in_by_an_empty_desk_gives_the_same_faqs(filled, other, tmp_path):
    assert filled.faq_export.save(FaqQuery(), Form.CSV, tmp_path / "out.csv") == len(AWKWARD) - 1
    other.faq_import.run(tmp_path / "out.csv", ColumnChoice())
    assert kept(other) == kept(filled)
    other.faq_export.save(FaqQuery(), Form.CSV, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_a_folder_taken_in_by_an_empty_desk_gives_the_same_faqs(filled, other, tmp_path):
    assert filled.faq_export.save_folder(FaqQuery(), tmp_path / "out") == len(AWKWARD) - 1
    other.faq_import.run(tmp_path / "out", ColumnChoice())
    assert kept(other) == kept(filled)
    other.faq_export.save_folder(FaqQuery(), tmp_path / "again")
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("out", "again")
    )
    assert first == second


def test_every_naughty_string_comes_back(desk, other, tmp_path):
    rows = io.StringIO()
    strings = HOSTILE_STRINGS
    csv.writer(rows).writerows([["question", "answer"], *([f"a {text}", text] for text in strings)])
    source = io.BytesIO(rows.getvalue().encode("utf-8", errors="replace"))
    desk.faq_import.run(source, ColumnChoice(), ImportOptions(rejects=tmp_path / "bad.csv"), duplicates=Duplicates.KEEP)
    assert len(all_of(desk)) > 100
    desk.faq_export.save_folder(FaqQuery(), tmp_path / "out")
    other.faq_import.run(tmp_path / "out", ColumnChoice(), duplicates=Duplicates.KEEP)
    assert sorted(kept(other)) == sorted(kept(desk))


def test_a_file_is_named_after_its_question_and_begins_with_its_fields(desk, tmp_path):
    desk.faqs.create(new_faq("How do I pay, Zoë?", "By card.\n\nOr not.", "billing"))
    desk.faqs.create(new_faq("How do I pay — Zoe", "x"), duplicate=True)
    desk.faqs.create(new_faq("مرحبا", "x"))
    desk.faqs.create(new_faq("?!", "x"))
    desk.faq_export.save_folder(FaqQuery(), tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"how-do-i-pay-zoe.md", "how-do-i-pay-zoe-2.md", "مرحبا.md", "faq.md"}
    faq = desk.faqs.get("1")
    assert (tmp_path / "out" / "how-do-i-pay-zoe.md").read_text(encoding="utf-8") == (
        f"---\nid: {faq.id}\nquestion: How do I pay, Zoë?\ncategory: billing\n"
        "created_at: '2026-11-20T09:30:00.000Z'\nupdated_at: '2026-11-20T09:30:00.000Z'\n---\nBy card.\n\nOr not.\n"
    )


def test_csv_json_and_jsonl_tell_the_same(filled):
    texts = {}
    for form in Form:
        out = io.StringIO()
        filled.faq_export.write(FaqQuery(), form, out)
        texts[form] = out.getvalue()
    rows = list(csv.DictReader(io.StringIO(texts[Form.CSV])))
    faqs = json.loads(texts[Form.JSON])["faqs"]
    assert [json.loads(line) for line in texts[Form.JSONL].splitlines()] == faqs
    assert rows == [{name: faq[name] for name in rows[0]} for faq in faqs]
    assert [faq["number"] for faq in faqs] == [faq.number for faq in all_of(filled)]


def test_a_category_chooses_what_is_exported(filled):
    out = io.StringIO()
    filled.faq_export.write(FaqQuery(Category.BILLING), Form.JSONL, out)
    assert {json.loads(line)["category"] for line in out.getvalue().splitlines()} == {"billing"}


@pytest.mark.sqlite
def test_an_empty_folder_is_filled_and_any_other_is_left_alone(filled, tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    filled.faq_export.save_folder(FaqQuery(), target)
    before = sorted(path.name for path in target.iterdir())
    for place, said in ((target, "not empty"), (tmp_path / "support.db", "is a file"), (tmp_path / "a/b", "not exist")):
        with pytest.raises(InvalidValue, match=said) as caught:
            filled.faq_export.save_folder(FaqQuery(), place)
        assert caught.value.field == "folder"
    assert sorted(path.name for path in target.iterdir()) == before


def test_a_folder_that_cannot_be_finished_leaves_nothing(filled, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left on device"):
        filled.faq_export.save_folder(FaqQuery(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "value", ["plain", "a: b", "a #b", "yes", '"', "'", "ends:", "#x", "- x", "", " x ", "\\n", "é ü"]
)
def test_every_value_of_front_matter_is_read_as_it_was_written(value):
    assert parsed(written({"question": value}, "below\n\n---\n")) == ({"question": value}, "below\n\n---\n\n")
