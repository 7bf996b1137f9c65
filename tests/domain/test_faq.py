"""FAQs are checked when they are written, and what requesters wrote names nobody's address."""

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.faq import Category, new_faq, parse_category, question_key, without_addresses


def test_an_faq_is_cleaned_like_a_ticket():
    faq = new_faq("How\x1b[31m  do\nI? ", "\n# Answer\n\n- *so*  \n\n", " Billing ")
    assert (faq.question, faq.answer, faq.category) == ("How do I?", "# Answer\n\n- *so*", Category.BILLING)


@pytest.mark.parametrize(
    ("question", "answer", "category", "field"),
    [
        (" ", "a", "general", "question"),
        ("q" * 501, "a", "general", "question"),
        ("q", "\n\n", "general", "answer"),
        ("q", "a" * 100_001, "general", "answer"),
        ("q", "a", "sport", "category"),
    ],
)
def test_the_field_at_fault_is_named(question, answer, category, field):
    with pytest.raises(InvalidValue) as caught:
        new_faq(question, answer, category)
    assert caught.value.field == field


def test_the_allowed_categories_are_told():
    with pytest.raises(InvalidValue, match="general, account, technical or billing"):
        parse_category("sport")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I pay?", "how do i pay"),
        ("Où est le café ?", "Ou est  le CAFÉ"),
        ("What's new?", "What s new"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_accents_punctuation_and_white_space_make_no_other_question(one, other):
    assert question_key(one) == question_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Error 403", "Error 404"), ("???", "!!!"), ("की", "को"), ("How to pay", "How to pay back")]
)
def test_other_words_make_another_question(one, other):
    assert question_key(one) != question_key(other)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mail ann@example.com, please", "mail <address>, please"),
        ("(Ann.B+x@mail.example.co.uk)", "(<address>)"),
        ("a@b and c＠d", "<address> and <address>"),
        ("two\nlines\t@ home", "two lines @ home"),
    ],
)
def test_addresses_are_not_kept(text, kept):
    assert without_addresses(text, 100) == kept


def test_what_is_kept_is_short():
    assert without_addresses("x" * 101, 100) == "x" * 99 + "…"


@pytest.mark.parametrize(
    ("one", "other"),
    [("C++", "C#"), ("C++", "C"), ("F#", "F"), (".NET", "NET"), ("Notepad++", "Notepad"), ("Ｃ＋＋", "C")],
)
def test_signs_that_are_part_of_a_name_tell_questions_apart(one, other):
    ask = "How do I use the {} SDK?".format
    assert question_key(ask(one)) != question_key(ask(other))
    assert question_key(ask(one)) == question_key(ask(one.lower()).replace("SDK?", "sdk."))


@pytest.mark.parametrize(("one", "other"), [("order #5", "order 5"), ("1 + 1", "1 1"), ("a... b.", "a b")])
def test_other_signs_do_not(one, other):
    assert question_key(one) == question_key(other)
