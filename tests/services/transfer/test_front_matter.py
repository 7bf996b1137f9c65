"""Front matter as YAML writers and people write it: the text that is meant, never a date, a number or a refusal."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.errors import InvalidValue
from supportdesk.services.transfer.front_matter import parsed, written


@pytest.mark.parametrize(
    ("head", "question"),
    [
        ("question: How do I reset the hub when the light does not stop after the\n  second try", "the second try"),
        ("question: >\n  How do I\n  reset it?", "How do I reset it?"),
        ("question: >-\n  How do I\n  reset it?", "How do I reset it?"),
        ("question: |-\n  One\n  Two", "One\nTwo"),
        ('question: "How do \\u0049\\\n  reset it?"', "How do Ireset it?"),
        ("question: 'It''s late:\n  why?'", "It's late: why?"),
        ('"question": How?', "How?"),
        ("? question\n: How?", "How?"),
        ("{question: 'How?', category: billing}", "How?"),
        ("question: How? # a remark", "How?"),
        ("question: !!str 5", "5"),
        ("question: &a How?\nother: *a", "How?"),
        ("question:   no", "no"),
        ("question: 2026-01-02", "2026-01-02"),
        ("question: 007", "007"),
        ("question: Why: because", "Why: because"),
        ("question: It's: 'so'", "It's: 'so'"),
        ("tags: [a, b]\nmore:\n  deep: {er: 1}\nquestion: How?", "How?"),
    ],
)
def test_the_text_that_was_meant_is_read(head, question):
    fields, body = parsed(f"---\n{head}\n---\nSo.")
    assert fields["question"].endswith(question)
    assert body == "So."
    assert "tags" not in fields


@pytest.mark.parametrize("text", ["---\r\nquestion: How?\r\n---\r\nSo.", "\ufeff\n\n---\nquestion: How?\n...\nSo."])
def test_line_ends_marks_and_the_other_end_of_a_document_are_understood(text):
    assert parsed(text) == ({"question": "How?"}, "So.")


@pytest.mark.parametrize(
    "head",
    [
        "question: [",
        "\tquestion: How?",
        "question: 'How?",
        "- a\n- b",
        "just text",
        "a: *none",
        "%x",
        "\x07",
    ]
    + ["[" * 5_000, "a: " + "{" * 5_000, "a: b\na: c"],
)
def test_what_is_no_front_matter_is_refused_with_a_sentence(head):
    with pytest.raises(InvalidValue) as caught:
        parsed(f"---\n{head}\n---\nSo.")
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


def test_an_alias_of_aliases_takes_no_memory():
    names = "abcdefgh"
    levels = [f"{new}: &{new} [*{old}, *{old}]\n" for old, new in itertools.pairwise(names)]
    assert parsed(f"---\na: &a [x, x]\n{''.join(levels)}question: How?\n---\nSo.")[0] == {"question": "How?"}


@given(st.dictionaries(st.from_regex("[a-z]{1,9}", fullmatch=True), st.text(st.characters(codec="utf-8"))))
def test_what_is_written_is_read_back(fields):
    clean = {name: "".join(c for c in text if c.isprintable() and c != "\ufeff") for name, text in fields.items()}
    assert parsed(written(clean, "So.")) == (clean, "So.\n")
