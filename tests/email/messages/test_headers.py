"""What is in the head of our mails."""

import pytest

from supportdesk.email.messages.headers import REFERENCES, is_ours, message_id, threading_headers

ID = "0b6f4e4e-1b7a-4b7e-9d55-0f8a1c2d3e4f"


def test_a_message_id_can_only_be_made_with_the_desks_secret():
    made = message_id("secret", ID, '"Desk" <desk@example.com>')
    assert made == message_id("secret", ID, "desk@example.com")
    assert made.startswith(f"<{ID}.")
    assert made.endswith("@example.com>")
    assert is_ours(made, "secret")
    assert is_ours(f" {made}\n", "secret")
    assert not is_ours(made, "another")
    assert "secret" not in made


@pytest.mark.parametrize(
    "text",
    ["", "<>", f"<{ID}@example.com>", f"<{ID}.{'0' * 24}@example.com>", f"<{ID}.{'é' * 24}@x>", "<a.b@c> <d.e@f>"],
)
def test_what_only_looks_like_ours_is_not(text):
    assert not is_ours(text, "secret")


def test_the_first_mail_of_a_ticket_starts_its_thread():
    headers = threading_headers("desk@example.com", ticket_number=12)
    assert headers == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": "<mailto:desk@example.com?subject=unsubscribe>",
    }


def test_later_mails_answer_the_one_before_and_name_the_first():
    ids = [f"<{number}@x>" for number in range(30)]
    headers = threading_headers("desk@example.com", references=ids)
    assert headers["In-Reply-To"] == "<29@x>"
    named = headers["References"].split()
    assert (named[0], named[-1], len(named)) == ("<0@x>", "<29@x>", REFERENCES)
    assert threading_headers("desk@example.com", references=ids[:2])["References"] == "<0@x> <1@x>"


@pytest.mark.parametrize(
    ("reply_to", "number", "header"),
    [
        ("help@example.com", 12, "help+12@example.com"),
        ("help@example.com", None, "help@example.com"),
        ('"Desk, the" <help@example.com>', 12, '"Desk, the" <help+12@example.com>'),
    ],
)
def test_answers_go_to_the_ticket(reply_to, number, header):
    headers = threading_headers("desk@example.com", reply_to=reply_to, ticket_number=number)
    assert headers["Reply-To"] == header
    assert headers["List-Unsubscribe"] == "<mailto:help@example.com?subject=unsubscribe>"
