"""Our own forms as experiments change them: one look for one agent, and what is reported of it."""

import pytest

from supportdesk.domain.experiments.experiment import Decision
from supportdesk.domain.experiments.form import new_experiment
from tests.journeys.test_faq_suggestions import OTHERS

CONTROL, TEST = 0, 1


@pytest.fixture
def tried_out(desk, ids):
    """Starts an experiment on a surface in which the agent sees the given arm; gives its number."""

    def tried_out(surface, metric, arm):
        texts = {
            "name": surface, "hypothesis": "Warm words help.", "control": "ours", "test": "warm", "metric": metric,
            "surface": surface,
        }  # fmt: skip
        ids.place("ann", arm)
        made = desk.experiments.create(new_experiment(texts))
        return desk.experiments.start(str(made.number)).number

    return tried_out


def reported(desk, number):
    return [
        (event.user_identifier, event.event_name, event.variant)
        for event in desk.experiments.latest_events(str(number))
    ]


async def test_the_test_look_of_the_ticket_form_files_a_ticket_and_is_counted(sit_down, tried_out, colleague):
    number = tried_out("ticket_form", "ticket_submitted", TEST)
    async with sit_down() as desk:
        await desk.press("c")
        await desk.sees("What can we help with?", "Who asks", "What happened", "ctrl+s send")
        await desk.press(*"rita@example.com", "tab", *"No light", "tab", *"It is dark.", "ctrl+s")
        await desk.sees("No light")
        await desk.until(
            lambda: reported(colleague, number) == [("ann", "ticket_submitted", "warm")], "what was reported"
        )
        assert colleague.experiments.latest_events(str(number))[0].event_value > 0
        # The same agent sees the same look again.
        await desk.press("c")
        await desk.sees("What can we help with?")


async def test_control_looks_as_ever_and_is_counted_too(sit_down, tried_out, colleague):
    number = tried_out("faq_form", "faq_created", CONTROL)
    async with sit_down() as desk:
        await desk.press("f3", "c")
        await desk.sees("Create an FAQ", "Answer (Markdown)", "ctrl+s save")
        await desk.press(*"Where?", "tab", "tab", *"There.", "ctrl+s")
        await desk.until(lambda: reported(colleague, number) == [("ann", "faq_created", "ours")], "what was reported")


async def test_a_paused_experiment_shows_the_control_and_counts_nothing(sit_down, tried_out, colleague):
    number = tried_out("ticket_form", "ticket_submitted", TEST)
    colleague.experiments.pause(str(number))
    async with sit_down() as desk:
        await desk.press("c")
        await desk.sees("Create a ticket")
        await desk.press(*"No light", "tab", *"rita@example.com", "tab", "tab", *"It is dark.", "ctrl+s")
        await desk.sees("No light")
    assert reported(colleague, number) == []


async def test_an_experiment_that_ends_while_the_form_is_open_disturbs_nobody(sit_down, tried_out, colleague):
    number = tried_out("ticket_form", "ticket_submitted", TEST)
    async with sit_down() as desk:
        await desk.press("c")
        await desk.sees("What can we help with?")
        colleague.experiments.complete(str(number), Decision.NO_RESULT, "Enough.")
        await desk.press(*"rita@example.com", "tab", *"No light", "tab", *"It is dark.", "ctrl+s")
        await desk.sees("No light", "#1")
    assert reported(colleague, number) == []


async def test_suggestions_that_are_read_and_used_are_counted(sit_down, tried_out, answered, write, colleague):
    for question in OTHERS:
        write(question)
    number = tried_out("faq_suggestions", "suggestion_used", TEST)
    async with sit_down() as desk:
        await desk.press("c", *"printer smoke")
        await desk.sees("Answers that have helped others", "Why does the printer smoke?", "Pull the plug.")
        await desk.press("f7")
        await desk.sees("read once")
        await desk.press("escape", "f8")
        await desk.sees("no ticket was filed")
        await desk.until(
            lambda: {name for _, name, _ in reported(colleague, number)} == {"suggestion_opened", "suggestion_used"},
            "what was reported",
        )
