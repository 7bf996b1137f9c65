"""What is said of an experiment, as text."""

from itertools import count, islice

import pytest
from rich.console import Console
from rich.table import Table

from supportdesk.domain.experiments.event import new_event
from supportdesk.domain.experiments.form import new_experiment
from supportdesk.domain.experiments.glossary import TERMS
from supportdesk.services.desk import Desk
from supportdesk.tui.experiments.details import analysed, read
from supportdesk.tui.experiments.list import listed
from supportdesk.tui.experiments.terms import terms_text
from supportdesk.tui.experiments.text import events_text, health_text, log_text, verdict_text
from tests.arms import falling_in


@pytest.fixture
def tried(desk: Desk):
    """Start an experiment with so many users in each arm, of whom so many did something."""

    def tried(*arms: tuple[int, int], did: str = "bought", **texts: str) -> int:
        given = {"name": "Button", "control": "green", "test": "blue", "metric": "bought", **texts}
        number = desk.experiments.start(str(desk.experiments.create(new_experiment(given)).number)).number
        experiment = desk.experiments.get(str(number))
        numbers = count()
        for arm, (users, acting) in enumerate(arms):
            mine = falling_in(arm, (f"u{n}" for n in numbers), experiment.id, experiment.weights)
            for place, user in enumerate(islice(mine, users)):
                desk.experiments.assign(str(number), user)
                if place < acting:
                    desk.experiments.track(str(number), user, new_event(did))
        return number

    return tried


@pytest.fixture
def say(desk: Desk):
    """What a view says of an experiment, on a terminal of 78 columns."""

    def say(view, number: int) -> str:
        console = Console(width=78, color_system=None)
        with console.capture() as written:
            for paragraph in view(analysed(read(desk, number), desk)):
                console.print(paragraph, markup=False, highlight=False)
        return written.get()

    return say


def test_a_broken_split_stands_above_all_figures(desk, tried, say):
    number = tried((90, 20), (30, 9))
    desk.experiments.calculate(str(number))
    said = say(verdict_text, number)
    assert said.index("✗ blocked: the split is 75/25, which chance gives once in") < said.index("bought  target")
    assert "✗  split" in said
    assert "✗  split" in say(health_text, number)


def test_the_verdict_is_of_now_whether_it_was_saved_or_not(tried, say):
    said = say(verdict_text, tried((20, 5), (20, 8)))
    assert "… not yet: 20 of 100 users per variant" in said
    assert "What to do: Let it run" in said
    assert "not saved yet: x saves the results" in said
    assert "20 of 100 users per variant (20 %" in said
    assert "○ green        20          5    25.00 %" in said
    assert "● lift +60.00 %" in said
    assert "provisional: the sample is not full" in said


def test_saved_results_say_what_came_after_them(desk, tried, say):
    number = tried((20, 5), (20, 8))
    desk.experiments.calculate(str(number))
    assert "saved now by ann\n" in say(verdict_text, number)
    desk.experiments.assign(str(number), "late")
    assert "saved now by ann; 1 user more since then" in say(verdict_text, number)


def test_what_is_not_counted_comes_with_the_command_that_counts_it(tried, say):
    said = say(events_text, tried((4, 2), (4, 1), did="button clicked"))
    assert "✓ counted: 0 × bought" in said
    assert "! not counted: 3 × button clicked" in said
    assert "supportdesk experiment clone 1 --secondary 'button clicked'" in said
    assert "The newest 3 of 3" in said


def test_before_any_event_it_says_how_they_come(tried, say):
    assert "supportdesk experiment track 1 USER bought" in say(events_text, tried())


def test_guardrails_and_other_metrics_are_there(tried, say):
    said = say(verdict_text, tried((9, 3), (9, 1), guardrails="complained:down", secondary="basket:revenue"))
    assert "complained  guardrail, conversion, down is better" in said
    assert "basket  secondary, revenue" in said
    assert "guardrail complained with blue:" in said


def test_the_log_has_every_step_newest_first(desk, tried, say):
    number = tried((4, 2), (4, 1))
    desk.experiments.pause(str(number), reason="down")
    desk.experiments.calculate(str(number))
    said = say(log_text, number)
    assert said.index("ann  paused (down)") < said.index("ann  started") < said.index("ann  created: Button")
    assert "Look 1, now by ann: not yet: 4 of 100 users per variant" in said


def test_a_mean_is_listed_and_said_to_be_of_those_who_reported(desk, tried, say):
    number = tried((9, 3), (9, 1), kind="mean")
    assert listed(desk, [desk.experiments.get(str(number))])[0].values == "– / –"
    for user in ("u1", "u2", "u3", "u4"):
        desk.experiments.assign(str(number), user)
        desk.experiments.track(str(number), user, new_event("bought", value="4"))
    desk.experiments.calculate(str(number))
    row = listed(desk, [desk.experiments.get(str(number))])[0]
    means = [arm.value for arm in row.look.analysis.metrics[0].variants]
    assert row.values == " / ".join(f"{mean:.4g}" for mean in means)
    assert row.days == 1
    said = say(verdict_text, number)
    assert "reported" in said
    assert "converted" not in said


def test_terms_on_screen_come_first(desk, tried):
    number = tried((20, 5), (20, 8))
    details = analysed(read(desk, number), desk)
    tables = [each for each in terms_text(details) if isinstance(each, Table)]
    here = [cell.plain for cell in tables[0].columns[0].cells]
    assert {"lift", "not yet", "provisional"} <= set(here)
    assert "holdout" not in here
    assert sum(table.row_count for table in tables) == len(TERMS)
    assert len([each for each in terms_text(None) if isinstance(each, Table)]) == 1
