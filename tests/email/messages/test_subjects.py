"""One subject for all mails of a ticket: the requester's words, `Re:` from the second mail on, the tag at the end."""

import pytest

from supportdesk.email.messages.subjects import SUBJECT_LIMIT, bare_subject, cut_subject, thread_subject


@pytest.mark.parametrize(
    ("words", "first", "later"),
    [
        ("Lamp broken", "Lamp broken [#12]", "Re: Lamp broken [#12]"),
        ("Re: Lamp", "Re: Lamp [#12]", "Re: Lamp [#12]"),
        ("AW: RE: Lampe", "AW: RE: Lampe [#12]", "Re: Lampe [#12]"),
        ("Re[2]: Lamp", "Re[2]: Lamp [#12]", "Re: Lamp [#12]"),
        ("Lamp [#12]", "Lamp [#12]", "Re: Lamp [#12]"),
        ("Lamp [#7]", "Lamp [#7] [#12]", "Re: Lamp [#7] [#12]"),
        ("Re:", "Re: [#12]", "Re: Re: [#12]"),
        ("Reset: how?", "Reset: how? [#12]", "Re: Reset: how? [#12]"),
        ("回复：灯", "回复：灯 [#12]", "Re: 灯 [#12]"),
        ("مشكلة في الطلب", "مشكلة في الطلب [#12]", "Re: مشكلة في الطلب [#12]"),
    ],
)
def test_the_first_and_the_later_subject(words, first, later):
    assert thread_subject(words, 12, is_reply=False) == first
    assert thread_subject(words, 12, is_reply=True) == later


@pytest.mark.parametrize("subject", ["Lamp [#12]", "Re: Lamp [#12]", "Lamp"])
def test_the_words_alone(subject):
    assert bare_subject(subject, 12) == "Lamp"


def test_a_long_subject_keeps_its_tag():
    subject = thread_subject(cut_subject("x" * 500), 12, is_reply=True)
    assert subject.endswith("x… [#12]")
    assert len(subject) == SUBJECT_LIMIT + len("Re:  [#12]")
