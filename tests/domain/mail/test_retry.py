"""Mail is tried again after pauses that grow, and not forever."""

from datetime import timedelta

import pytest

from supportdesk.domain.mail.retry import MAX_ATTEMPTS, MAX_PAUSE, MAX_RETRY_AFTER, message_backoff, service_backoff


@pytest.mark.parametrize("pause", [message_backoff, service_backoff])
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_pauses_grow_up_to_a_limit(pause, chance):
    pauses = [pause(count, chance) for count in range(1, 200)]
    assert pauses == sorted(pauses)
    assert timedelta(seconds=20) < pauses[0] < pauses[1] < pauses[2]
    assert pauses[-1] <= MAX_PAUSE * 1.25


def test_chance_makes_a_pause_up_to_a_quarter_shorter_or_longer():
    assert message_backoff(2, 0.0) == timedelta(minutes=3) * 0.75
    assert message_backoff(2, 1.0) == timedelta(minutes=3) * 1.25


def test_a_message_is_tried_for_about_two_days():
    whole = sum((message_backoff(count, 0.5) for count in range(1, MAX_ATTEMPTS)), timedelta())
    assert timedelta(days=1.5) < whole < timedelta(days=2.5)


@pytest.mark.parametrize(("wished", "granted"), [(600.0, 600.0), (1.0, None), (1e12, MAX_RETRY_AFTER.total_seconds())])
def test_a_wish_lengthens_a_pause_and_never_shortens_it(wished, granted):
    pause = message_backoff(1, 0.5, wished)
    assert pause == (timedelta(minutes=1) if granted is None else timedelta(seconds=granted))
