"""What a writer added in a reply: quotes and signatures go, a writer's own words never do."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.email.receiving.reply import trim


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 2 Mar 2026 at 10:00, Help <help@example.com> wrote:\n> Hi\n> there",
        "On Mon, 2 Mar 2026 at 10:00, Example Support\n<help@example.com> wrote:\n\n> Hi",
        "Am 02.03.2026 um 10:00 schrieb Hilfe <help@example.com>:\n> Hallo",
        "Le 2 mars 2026 à 10:00, Aide <help@example.com> a écrit :\n> Bonjour",
        "-----Original Message-----\nFrom: Help\nSent: Monday\nTo: Rita\nSubject: Re: Lamp\n\nHi",
        "Von: Hilfe <help@example.com>\nGesendet: Montag\nAn: Rita\nBetreff: AW: Lampe\n\nHallo",
        "________________________________\nFrom: Help <help@example.com>\nSent: Monday\nTo: Rita\nSubject: x\n\nHi",
        "> Hi\n> there",
    ],
)
def test_the_quote_at_the_end_goes(quote):
    assert trim(f"It works now.\n\nThank you!\n\n{quote}\n") == "It works now.\n\nThank you!"


@pytest.mark.parametrize("end", ["-- \nRita Meyer\nExample Ltd", "Sent from my iPhone", "Von meinem iPhone gesendet"])
def test_signatures_go(end):
    assert trim(f"Yes, please.\n\n{end}") == "Yes, please."


@pytest.mark.parametrize(
    "text",
    [
        "> Does it shine?\nNo.\n\n> Is it plugged in?\nYes.",
        "On Monday I wrote to you: nobody answered.",
        "---------- Forwarded message ---------\nFrom: Sam\nDate: Monday\nSubject: x\n\nWords",
        "> only quoted",
        "From: my point of view\nthis is fine.",
        "I was sent from my bank to you, and from there to nobody.",
    ],
)
def test_nothing_of_the_writer_is_lost(text):
    assert trim(text) == text


@given(st.text(max_size=400))
def test_something_is_always_left_of_a_text_that_says_something(text):
    assert bool(trim(text).strip()) == bool(text.strip())


@pytest.mark.parametrize("line", ["On Monday we saw it", "From: a", "On 2020-01-01 a@example.com wrote", "> quoted"])
def test_a_long_mail_takes_time_in_proportion_to_its_length(line):
    def seconds(lines: int) -> float:
        text, least = f"{line}\n\n" * lines, float("inf")
        for _ in range(3):
            start = process_time()
            trim(text)
            least = min(least, process_time() - start)
        return least

    assert seconds(40_000) < 12 * seconds(10_000) + 0.05
