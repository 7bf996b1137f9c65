"""Mail is tried again after pauses that grow, and not for ever."""

from datetime import timedelta

import pytest

from supportdesk.domain.retry import (
    ATTEMPTS,
    LONGEST_PAUSE,
    LONGEST_WISH,
    pause_of_message,
    pause_of_service,
)


@pytest.mark.parametrize("pause", [pause_of_message, pause_of_service])
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_pauses_grow_up_to_a_limit(pause, chance):
    pauses = [pause(count, chance) for count in range(1, 200)]
    assert pauses == sorted(pauses)
    assert timedelta(seconds=20) < pauses[0] < pauses[1] < pauses[2]
    assert pauses[-1] <= LONGEST_PAUSE * 1.25


def test_chance_makes_a_pause_up_to_a_quarter_shorter_or_longer():
    assert pause_of_message(2, 0.0) == timedelta(minutes=3) * 0.75
    assert pause_of_message(2, 1.0) == timedelta(minutes=3) * 1.25


def test_a_message_is_tried_for_about_two_days():
    whole = sum((pause_of_message(count, 0.5) for count in range(1, ATTEMPTS)), timedelta())
    assert timedelta(days=1.5) < whole < timedelta(days=2.5)


@pytest.mark.parametrize(("wished", "granted"), [(600.0, 600.0), (1.0, None), (1e12, LONGEST_WISH.total_seconds())])
def test_a_wish_lengthens_a_pause_and_never_shortens_it(wished, granted):
    pause = pause_of_message(1, 0.5, wished)
    assert pause == (timedelta(minutes=1) if granted is None else timedelta(seconds=granted))
