"""FAQs from the command line: written, listed, found, edited, deleted and brought back."""

import os
import pty
import subprocess
import sys

import pytest

from tests.hostile import HOSTILE_STRINGS

FIELDS = ["id", "number", "question", "answer", "category", "created_at", "updated_at", "version"]
PASSWORD = ("How do I reset my password?", "Open **Profile** and choose\n\n- *Forgot password*", "account")
INVOICE = ("Where is my invoice?", "Under Orders.", "billing")


@pytest.fixture
def faq(run):
    """Adds an FAQ."""

    def add(question: str, answer: str, category: str = "general"):
        words = ("--question", question, "--answer", answer, "--category", category, "--json")
        created = run("faq", "create", *words)
        assert created.code == 0, created.err
        return created.json

    return add


def on_a_terminal(*words: object, keys: str = "", **environment: str) -> tuple[int, str]:
    """Runs the program on a terminal of its own; gives its exit code and what stood there."""
    ours, theirs = pty.openpty()
    how = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80", **environment}
    with subprocess.Popen([sys.executable, "-m", "supportdesk", *map(str, words)], env=env, **how) as process:
        os.write(ours, keys.encode())
        process.wait()
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 10_000)
        except OSError:
            break
    os.close(ours)
    return process.returncode, shown.decode()


def test_an_faq_that_is_written_can_be_read(run, faq):
    created = faq(*PASSWORD)
    assert list(created) == [*FIELDS, "reads", "helpful", "unhelpful"]
    assert (created["question"], created["answer"], created["category"]) == PASSWORD
    for reference in ("1", "#1", created["id"], created["id"][:9]):
        assert run("faq", "show", reference, "--json").json == created
    shown = run("faq", "show", "1").out
    assert shown.startswith("#1 How do I reset my password?\naccount · ")
    assert shown.endswith(f"\n\n{PASSWORD[1]}\n")


def test_people_who_read_are_counted_and_scripts_are_not(run, faq):
    faq(*PASSWORD)
    run("faq", "show", "1")
    assert run("faq", "show", "1", "--json").json["reads"] == 1


def test_an_answer_comes_from_standard_input(run):
    created = run("faq", "create", "--question", "Why?", "--answer", "-", "--json", stdin="Because\n\n    so.\n")
    assert (created.json["answer"], created.json["category"]) == ("Because\n\n    so.", "general")


@pytest.mark.parametrize(
    ("words", "field", "said"),
    [
        (["--question", " ", "--answer", "x"], "question", "it needs some text, up to 500 characters"),
        (["--question", "x" * 501, "--answer", "x"], "question", "501 characters are too many"),
        (["--question", "x", "--answer", ""], "answer", "it needs some text"),
        (["--question", "x", "--answer", "x", "--category", "gmail"], "category", "general, account, technical or bil"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_saved(run, words, field, said):
    ended = run("faq", "create", *words, "--json")
    assert (ended.code, ended.error["field"]) == (1, field)
    assert said in ended.error["message"]
    assert run("faq", "list", "--json").json["faqs"] == []


def test_the_same_question_is_refused_unless_it_is_meant(run, faq):
    faq(*PASSWORD)
    words = ("faq", "create", "--question", "how do I RESET my pässword", "--answer", "x")
    ended = run(*words, "--json")
    assert (ended.code, ended.error["code"], ended.error["field"]) == (1, "duplicate", "question")
    assert ended.error["message"].endswith("; pass --duplicate to save it anyway")
    assert "#1" in ended.error["message"]
    assert run(*words, "--duplicate").code == 0


def test_lists_are_newest_first_and_go_on(run, faq):
    for number in range(5):
        faq(f"Question {number}?", "x", ("billing", "account")[number % 2])
    first = run("faq", "list", "--limit", "3", "--json").json
    rest = run("faq", "list", "--limit", "3", "--cursor", first["next_cursor"], "--json").json
    assert [each["number"] for each in first["faqs"] + rest["faqs"]] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    assert [each["number"] for each in run("faq", "list", "--category", "account", "--json").json["faqs"]] == [4, 2]
    assert run("faq", "list", "--limit", "3").out.splitlines()[-1].startswith("3 of 5 FAQs; continue with --cursor ")
    assert run("faq", "list", "--category", "technical").out == "no FAQs for technical\n"
    assert run("faq", "list", "--csv").out.startswith("id,number,question,answer,category,created_at")


def test_a_search_finds_in_questions_and_answers_within_a_category(run, faq):
    faq(*PASSWORD)
    faq(*INVOICE)
    found = run("faq", "list", "--search", "forgot", "--json").json
    assert ([each["number"] for each in found["faqs"]], found["next_cursor"], found["corrections"]) == ([1], None, [])
    assert run("faq", "list", "--search", "forgot", "--category", "billing").out == "no FAQs for forgot billing\n"
    assert run("faq", "list", "--search", "invoice", "--csv").out.count("Where is my invoice?") == 1


def test_a_search_says_what_it_corrected(run, faq):
    faq(*PASSWORD)
    assert run("faq", "list", "--search", "pasword", "--json").json["corrections"] == [
        {"word": "pasword", "used": ["password"]}
    ]
    ended = run("faq", "list", "--search", "pasword")
    assert ended.out.startswith('no FAQ has "pasword"; searched for "password" instead\nNUMBER')
    assert ended.out.endswith("\n1 FAQ for pasword\n")


def test_what_matched_is_bold_on_a_terminal_and_never_without_colour(run, faq):
    faq(*PASSWORD)
    faq("Why does " + "the long story of " * 10 + "my password never end?", "x")
    words = ("--db", run.db, "faq", "list", "--search", "password")
    code, shown = on_a_terminal(*words, NO_COLOR="")
    assert code == 0
    assert "How do I reset my \x1b[1mpassword\x1b[0m?" in shown
    assert max(len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) for line in shown.splitlines()) <= 80
    assert "\x1b" not in on_a_terminal(*words, NO_COLOR="1")[1]
    assert "\x1b" not in run("faq", "list", "--search", "password").out


@pytest.mark.parametrize(("words", "code"), [(["--search", " "], 1), (["--search", "x", "--cursor", "y"], 2)])
def test_a_search_needs_words_and_has_no_cursor(run, words, code):
    assert run("faq", "list", *words).code == code


def test_an_edit_changes_what_is_given_and_keeps_the_rest(run, faq):
    faq(*PASSWORD)
    assert run("faq", "update", "1", "--category", "technical").out == "FAQ #1 changed (version 2)\n"
    updated = run("faq", "update", "1", "--answer", "-", "--json", stdin="New.").json
    assert [updated[name] for name in ("question", "answer", "category", "version")] == [
        PASSWORD[0],
        "New.",
        "technical",
        3,
    ]
    assert run("faq", "update", "1", "--answer", "New.").out == "FAQ #1 already has this content\n"
    assert run("faq", "update", "1").code == 2


def test_an_edit_of_an_old_version_is_refused(run, faq):
    faq(*PASSWORD)
    run("faq", "update", "1", "--answer", "New.", agent="bob")
    ended = run("faq", "update", "1", "--answer", "Mine.", "--if-version", "1", "--json")
    assert (ended.code, ended.error["code"]) == (4, "conflict")
    assert "bob" in ended.error["message"]
    assert run("faq", "show", "1", "--json").json["answer"] == "New."


def test_history_shows_each_revision_and_restore_brings_one_back(run, faq):
    faq(*PASSWORD)
    run("faq", "update", "1", "--answer", "Worse.", agent="bob")
    assert run("faq", "restore", "1", "1", "--json").json["answer"] == PASSWORD[1]
    revisions = run("faq", "history", "1", "--json").json
    assert [(each["revision"], each["answer"], each["changed_by"]) for each in revisions] == [
        (1, PASSWORD[1], "ann"),
        (2, "Worse.", "bob"),
        (3, PASSWORD[1], "ann"),
    ]
    assert list(revisions[0]) == ["revision", "faq_id", "question", "answer", "category", "changed_by", "changed_at"]
    lines = run("faq", "history", "1").out.splitlines()
    assert [line.split()[4] for line in lines[1:]] == ["created", "answer", "answer"]
    assert run("faq", "history", "1", "--csv").out.startswith("revision,faq_id,question")
    assert run("faq", "restore", "1", "9").code == 3
    assert run("faq", "restore", "1", "0").code == 1


def test_a_script_deletes_only_with_yes_and_undo_brings_it_back(run, faq):
    created = faq(*PASSWORD)
    refused = run("faq", "delete", "1", "--json")
    assert (refused.code, refused.error["code"], refused.error["field"]) == (1, "not_allowed", "yes")
    assert run("faq", "delete", "1", "--yes", "--json").json == created
    assert run("faq", "show", "1").code == 3
    assert run("undo").code == 0
    assert run("faq", "show", "1", "--json").json == created


def test_a_person_is_asked_before_an_faq_is_deleted(run, faq):
    faq(*PASSWORD)
    words = ("--db", run.db, "--as", "ann", "faq", "delete", "1")
    code, shown = on_a_terminal(*words, keys="n\n")
    assert code == 1
    assert "Delete FAQ #1 How do I reset my password? [y/N]:" in shown
    assert "Error: nothing was deleted" in shown
    assert run("faq", "show", "1").code == 0
    code, shown = on_a_terminal(*words, keys="y\n")
    assert (code, "FAQ #1 deleted; supportdesk faq undelete 1 restores it" in shown) == (0, True)
    assert run("faq", "show", "1").code == 3


@pytest.mark.parametrize(
    "words",
    [
        ["show", "7"],
        ["update", "7", "--answer", "x"],
        ["delete", "7", "--yes"],
        ["history", "7"],
        ["restore", "7", "1"],
        ["vote", "7", "--helpful"],
        ["wordings", "7"],
        ["answer", "1", "7"],
    ],
)
def test_an_faq_that_is_not_there_is_not_found(run, words):
    run.ticket()
    ended = run("faq", *words, "--json")
    assert (ended.code, ended.error["code"]) == (3, "not_found")


def test_naughty_strings_go_in_and_come_out(run):
    # Some of them: the tests of export send all of them around.
    for text in HOSTILE_STRINGS[::25]:
        created = run("faq", "create", "--question=" + text, "--answer=" + text, "--duplicate", "--json", stdin="")
        assert created.code in (0, 1), text
        if created.code == 0:
            number = str(created.json["number"])
            assert run("faq", "show", number, "--json").json == created.json
            assert "\x1b" not in run("faq", "show", number).out
        for ended in (run("faq", "list", "--search=" + text), run("faq", "suggest", "--", text)):
            assert ended.code in (0, 1), text
            assert "\x1b" not in ended.out + ended.err


def test_a_long_search_is_not_repeated_in_full(run):
    run("faq", "create", "--question", "How do I reset it?", "--answer", "So.")
    assert len(run("faq", "list", "--search", "x" * 50_000).out) < 200


def test_a_deleted_faq_is_listed_and_restored(run):
    for question in ("Where?", "Why?"):
        run("faq", "create", "--question", question, "--answer", "So.")
    assert run("faq", "list", "--deleted", "--json").json["faqs"] == []
    run("faq", "delete", "1", "--yes")
    assert [each["number"] for each in run("faq", "list", "--deleted", "--json").json["faqs"]] == [1]
    assert "Where?" in run("faq", "list", "--deleted").out
    assert run("faq", "undelete", "2").code == 3
    assert run("faq", "undelete", "1").out == "FAQ #1 restored: Where?\n"
    assert run("faq", "list", "--deleted", "--json").json["faqs"] == []
    assert run("faq", "show", "1", "--json").json["question"] == "Where?"
    run("undo")
    assert run("faq", "show", "1").code == 3
    run("faq", "create", "--question", "where", "--answer", "There.")
    assert "pass --duplicate" in run("faq", "undelete", "1").err
    assert run("faq", "undelete", "1", "--duplicate").code == 0
