"""Import and export of FAQs from the command line."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = "question,answer,category\nHow do I pay?,By card.,billing\n"


@pytest.fixture
def file(tmp_path):
    """Makes a CSV file of this text."""

    def file(text: str) -> str:
        (tmp_path / "in.csv").write_text(text, encoding="utf-8")
        return str(tmp_path / "in.csv")

    return file


def test_foreign_sets_move_in_with_a_line_each(run, shared_data):
    small, large = (str(shared_data / "faq" / name / "faqs.csv") for name in ("stackfaq", "datatalks"))
    ended = run("faq", "import", small, "--ignore", "id", "--value", "category:*=general")
    assert (ended.out, ended.code) == ("125 FAQs imported (#1 to #125)\n", 0)
    words = ("--ignore", "id", "--value", "category:*=technical", "--duplicates", "skip")
    assert run("faq", "import", large, *words).out == "943 FAQs imported (#126 to #1068), 4 duplicates left out\n"


def test_an_unknown_category_is_named_with_the_way_to_map_it(run, file):
    ended = run("faq", "import", file(TEXT + "How?,So.,gmail\n"), "--json")
    assert (ended.code, ended.error["field"]) == (1, "category")
    assert ended.error["message"] == (
        "line 3, category: 'gmail' is not allowed; it can be general, account, technical or billing; "
        "map it with --value category:gmail=WORD; nothing was imported"
    )
    assert run("faq", "list", "--json").json["faqs"] == []


def test_duplicates_are_refused_left_out_or_kept_as_somebody_says(run, file, tmp_path):
    source, bad = file(TEXT + "how do I PAY,In cash.,billing\n"), str(tmp_path / "bad.csv")
    assert "already exists: line 2; --duplicates skip" in run("faq", "import", source).err
    counts = {"good": 1, "rejected": 0, "duplicates": 1, "imported": 0, "first": None, "last": None, "rejects": None}
    detected = {"encoding": "utf-8", "delimiter": "comma", "date_formats": [], "unused_columns": []}
    ended = run("faq", "import", source, "--duplicates", "skip", "--dry-run", "--json")
    assert ended.json == {**counts, "detected": detected}
    assert run("faq", "import", source, "--rejects", bad).out == (
        f"1 FAQ imported (#1), 1 duplicate refused, 1 row set aside in {bad}\n"
    )
    assert run("faq", "import", source, "--duplicates", "keep").out == (
        "2 FAQs imported (#2 to #3), 2 duplicates among them\n"
    )
    ended = run("faq", "import", source, "--duplicates", "maybe", "--json")
    assert (ended.code, ended.error["field"]) == (1, "duplicates")


def test_one_desk_flows_into_another_through_a_pipe(run, file, tmp_path):
    run("faq", "import", file(TEXT + 'مرحبا,"two\n\n  lines, ""quoted""",general\n'))
    program, env = [sys.executable, "-m", "supportdesk", "--db"], {**os.environ, "LC_ALL": "C"}
    other = tmp_path / "two.db"
    with (
        subprocess.Popen([*program, str(run.db), "faq", "export"], stdout=subprocess.PIPE, env=env) as first,
        subprocess.Popen([*program, str(other), "faq", "import", "-"], stdin=first.stdout, env=env) as second,
    ):
        first.stdout.close()
    assert (first.returncode, second.returncode) == (0, 0)
    here, there = (run("faq", "export", db=db).out for db in (run.db, other))
    assert here == there
    assert "مرحبا" in here


def test_a_folder_of_markdown_goes_out_and_comes_in_again(run, file, tmp_path):
    run("faq", "import", file(TEXT))
    out = str(tmp_path / "out")
    ended = run("faq", "export", "--folder", out)
    assert (ended.out, ended.err) == ("", f"1 FAQ exported to {out}\n")
    assert Path(out, "how-do-i-pay.md").read_text(encoding="utf-8").endswith("\n---\nBy card.\n")
    assert run("faq", "import", out, db=tmp_path / "two.db").out == "1 FAQ imported (#1)\n"
    assert run("faq", "export", db=tmp_path / "two.db").out == run("faq", "export").out
    assert run("faq", "export", "--folder", out, "--json").err.count("not empty") == 1
    assert run("faq", "export", "--folder", out, "--output", "x").code == 2


def test_an_export_goes_to_a_file_and_takes_a_category(run, file, tmp_path):
    run("faq", "import", file(TEXT + "How?,So.,general\n"))
    ended = run("faq", "export", "--category", "billing", "--output", str(tmp_path / "out.csv"))
    assert ended.err == f"1 FAQ exported to {tmp_path}/out.csv\n"
    [row] = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8")))
    assert list(row) == ["id", "question", "answer", "category", "created_at", "updated_at"]
    assert run("faq", "export", "--json").json["faqs"] == run("faq", "list", "--json").json["faqs"][::-1]


@pytest.mark.parametrize("place", ["none.csv", "."])
def test_a_place_without_faqs_is_said_to_be(run, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = run("faq", "import", place, "--json")
    assert (ended.code, ended.error["field"]) == (1, "file")


def test_no_command_on_faqs_needs_the_screens(run, file):
    commands = [["import", file(TEXT)], ["list", "--search", "card"], ["suggest", "card"], ["gaps"], ["export"]]
    script = (
        "import sys; from supportdesk.cli.context import Session; from supportdesk.cli.main import supportdesk\n"
        f"for words in {commands!r}:\n"
        f"    try: supportdesk(['--db', {str(run.db)!r}, 'faq', *words], obj=Session(None))\n"
        "    except SystemExit as end: assert not end.code\n"
        "assert 'textual' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)
