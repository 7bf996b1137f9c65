"""Trying things out on users: planned, started, watched, decided."""

import pytest

from supportdesk.domain.experiments.event import new_event

FIRST = 1


async def test_an_empty_desk_says_what_to_press(sit_down):
    async with sit_down() as desk:
        await desk.press("g", "e")
        await desk.sees("all · 0 experiments", "This desk has no experiments yet.", "c  plans one", "experiment plan")
        await desk.press("s", "s")
        await desk.sees("there is no experiment here; c plans one")


async def test_from_the_plan_to_the_decision(sit_down, colleague, come):
    async with sit_down() as desk:
        await desk.press("f6", "c")
        await desk.sees("Plan an experiment", "Type the current rate and a smallest difference")
        await desk.type("Short form")
        await desk.press("f10")
        await desk.sees("Not saved. Control:", "✗")
        await desk.press(*"long", "tab", *"short", "tab", *"ticket_submitted", "tab")

        # The plan is reckoned as it is typed: what R's power.prop.test gives.
        await desk.press(*"13", "tab", *"2", "tab", *"1000")
        await desk.sees("4,724 users per variant, 9,448 in all, detect 13 % → 15 %", "10 days at 1,000 users a day")
        await desk.press("f7")
        await desk.sees("4,724 users per variant planned")
        await desk.press("tab", *["backspace"] * 4, *"20", "tab", "backspace", *"0", "f10")
        await desk.sees("✓ experiment #1 saved as a draft", "all · 1 experiment · draft 1", "○ draft")
        assert colleague.experiments.get("1").minimum_sample_size == 20

        await desk.press("x")
        await desk.sees("#1 is draft; s s starts it")
        await desk.press("s", "s")
        await desk.sees("Before the start", "!  hypothesis  none", "Start #1?", "(y/N)")
        await desk.press("n")
        await desk.sees("not started")
        await desk.press("s", "s", "y")
        await desk.sees("experiment #1 is running", "◐ running", "not yet:", "not saved yet: x saves the results")

        # What users do elsewhere comes in by itself.
        come(FIRST, (20, 2), (20, 18))
        await desk.sees("20 of 20 users per variant (100 %)", "● short        20         18    90.00 %", "+800.0 %")
        await desk.sees("not saved yet: x saves")
        await desk.press("x")
        await desk.sees("✓ results of #1 saved", "▲ ship: short changes ticket_submitted by +80.00 points")

        await desk.press("s", "c")
        await desk.sees("s ship  k keep-control  n no-result · rule: ship")
        await desk.press("escape")
        await desk.sees("#1 continues")
        await desk.press("s", "c", "s")
        await desk.sees("ship, because:")
        await desk.press("enter")
        await desk.sees("✓ experiment #1 is completed: ship", "● completed", "Decided: ship, ship: short changes")
        done = colleague.experiments.get("1")
        assert done.decision == "ship"
        assert done.decision_reason.startswith("ship: short changes ticket_submitted by +80.00 points")

        await desk.press("]", "]", "]", "]")
        await desk.sees("ann  completed: ship", "ann  started", "ann  created: Short form")


async def test_a_decision_against_the_rule_says_so(sit_down, plan, come, colleague):
    plan(start=True)
    come(FIRST, (5, 1), (5, 2))
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("f6", "s", "c", "x")
        await desk.sees("no decision begins with 'x'")
        await desk.press("s", "c", "k")
        await desk.sees("keep-control, because: although the rule says “not yet: 5 of 100 users per variant")
        await desk.press(*"the form is gone", "enter")
        await desk.sees("is completed: keep-control")
    assert colleague.experiments.get("1").decision_reason.endswith("”: the form is gone")


async def test_what_has_started_is_frozen(sit_down, tried):
    async with sit_down(size=(120, 30)) as desk:
        await desk.press("f6", "e")
        await desk.sees("#1 is running, and the start has frozen it; C makes a draft like it")
        await desk.press("d")
        await desk.sees("#1 is running, and the start has frozen it")
        await desk.press("C")
        await desk.sees("experiment #2 is a draft like #1", "2 experiments · draft 1  running 1")
        await desk.is_on("(again)")
        await desk.press("e")
        await desk.sees("Edit experiment #2", "A shorter form is sent more often.")
        await desk.press("end", *"!", "ctrl+s")
        await desk.sees("experiment #2 saved", "(again)!")
        await desk.press("d")
        await desk.sees("Delete draft #2", "(y/N)")
        await desk.press("y")
        await desk.sees("experiment #2 deleted · u to undo", "all · 1 experiment ")
        await desk.press("u")
        await desk.sees("undone: experiment #2", "2 experiments")


async def test_a_second_one_on_the_same_form_cannot_start(sit_down, plan):
    plan("First", surface="ticket_form", start=True)
    plan("Second", surface="ticket_form")
    async with sit_down() as desk:
        await desk.press("f6", "s", "s")
        await desk.sees("✗  surface", "✗ experiment #1 First is running on ticket_form; complete it first")
        await desk.sees("○ draft     Second")


async def test_a_pause_and_other_weights(sit_down, tried, colleague):
    async with sit_down() as desk:
        await desk.press("f6", "s", "p")
        await desk.sees("Why pause it?")
        await desk.press(*"the form is down", "enter")
        await desk.sees("experiment #1 is paused", "‖ paused")
        await desk.press("s", "p")
        await desk.sees("#1 is paused; s s lets it go on, s c completes it")
        await desk.press("s", "s", "enter")
        await desk.sees("experiment #1 is running again")
        await desk.press("w", *["backspace"] * 5, *"70/20", "enter")
        await desk.sees("weights: '70/20' is not allowed; they sum to 90")
        await desk.press("escape", "W")
        await desk.sees("Per cent of users who enter #1")
        await desk.sees_no("✗ weights")
        await desk.press(*["backspace"] * 3, *"40", "enter")
        await desk.sees("phase 2 has begun, 40 % of users enter")
        await desk.press("w", *["backspace"] * 5, *"80/20", "enter")
        await desk.sees("experiment #1: phase 3 has begun with 80/20")
        # Clock and bytes aside, the log is what an auditor reads.
        await desk.press("enter", "[")
        await desk.sees("ann  weights 50/50 → 80/20", "ann  resumed", "ann  paused (the form is down)", "bob  started")


async def test_lists_and_details_follow_what_others_do(sit_down, tried, plan, come, colleague):
    async with sit_down() as desk:
        await desk.press("f6", "enter", "]", "]", "]")
        await desk.sees("✓ counted: 58 × ticket_submitted")
        colleague.experiments.assign(str(tried), "somebody")
        for _ in range(3):
            colleague.experiments.track(str(tried), "somebody", new_event("button_clicked"))
        await desk.sees("! not counted: 3 × button_clicked", "clone 1 --secondary button_clicked")
        await desk.sees(" 281 ")

        # While another screen is in front, nothing is read; when it comes back, it is up to date.
        await desk.press("f2")
        come(tried, (10, 0), (10, 0))
        await desk.press("f6")
        await desk.sees(" 301 ")
        plan("From elsewhere")
        await desk.sees("2 experiments", "bob: experiment #2 created: From elsewhere", "○ draft     From elsewhere")
        colleague.experiments.delete("2")
        await desk.sees("all · 1 experiment ", "bob: experiment #2 deleted")


async def test_plots_can_be_read_on_a_small_screen(sit_down, tried):
    async with sit_down() as desk:
        await desk.press("f6", "enter", "]")
        await desk.sees("ticket_submitted: share of users so far, %", "○ long   ● short", "11-20", "11-26", "day")
        await desk.press("pagedown")
        await desk.sees("each variant with its 95 % interval", "━○━", "━●━", "share of users, %")
        await desk.press("pagedown")
        await desk.sees("short minus long, points: a band that is valid at every look", "╌ no difference")
        await desk.press("G")
        await desk.sees("how probable each share is", "short best:")
        await desk.press("q")
        await desk.sees_no("how probable each share is")


async def test_one_status_at_a_time(sit_down, tried, plan):
    plan("Another")
    async with sit_down() as desk:
        await desk.press("f6", "f")
        await desk.sees("draft 1  running 1  paused 0  completed 0")
        await desk.press("r")
        await desk.sees("running · 1 experiment")
        await desk.sees_no("Another")
        await desk.press("f", "p")
        await desk.sees("paused · 0 experiments", "No experiment has this status.", "esc  shows all")
        await desk.press("escape")
        await desk.sees("all · 2 experiments")


async def test_somebody_else_was_first(sit_down, plan, colleague):
    plan("Form")
    async with sit_down(size=(200, 50)) as desk:
        await desk.press("f6", "e", *" Mine")
        await desk.sees("Form Mine")
        colleague.experiments.update("1", {"name": "Theirs", "metric": "sold"})
        await desk.press("ctrl+s")
        await desk.sees(
            "Not saved (your text is kept): ", "experiment #1 was changed by bob (name, metric) since you looked"
        )
        await desk.sees("save again to overwrite, ctrl+r to load the current version")
        await desk.press("ctrl+r")
        await desk.sees("Theirs", "Press again to restore your text")
        await desk.press("ctrl+r", "ctrl+s")
        await desk.sees("✓ experiment #1 saved as a draft")
    assert colleague.experiments.get("1").name == "Form Mine"


async def test_a_draft_of_an_older_plan_says_so_and_takes_two_saves(sit_down, plan, colleague):
    plan("Form")
    async with sit_down(size=(200, 50)) as desk:
        await desk.press("f6", "e", *" Mine")
        await desk.sees("Form Mine")
        await desk.press("escape")
        await desk.sees_no("Form Mine")
        colleague.experiments.update("1", {"name": "Theirs"})
        await desk.press("e")
        await desk.sees("Your draft is back, but experiment #1 was changed by bob (name) since; ctrl+r loads")
        await desk.press("ctrl+s")
        await desk.sees("experiment #1 was changed by bob (name) since you looked", "save again")
        await desk.press("ctrl+s")
        await desk.sees("✓ experiment #1 saved as a draft")
    assert colleague.experiments.get("1").name == "Form Mine"


async def test_what_is_brought_back_after_starting_over_is_as_old_as_it_was(sit_down, plan, colleague):
    plan("Form")
    async with sit_down(size=(200, 50)) as desk:
        await desk.press("f6", "e", *" Mine", "escape")
        await desk.sees_no("Form Mine")
        colleague.experiments.update("1", {"name": "Theirs"})
        await desk.press("e")
        await desk.sees("Your draft is back, but experiment #1 was changed by bob (name) since")
        await desk.press("ctrl+r")
        await desk.sees("Theirs")
        await desk.press("ctrl+r", "ctrl+s")
        await desk.sees("experiment #1 was changed by bob (name) since you looked", "save again", "Form Mine")
    assert colleague.experiments.get("1").name == "Theirs"


@pytest.mark.parametrize(
    ("elsewhere", "says"),
    [
        ("start", "changed by bob (status) since you looked; nothing was saved; it is running now: save again"),
        ("delete", "there is no experiment 1; bob deleted it; save again to create it anew"),
    ],
)
async def test_what_was_typed_about_a_draft_that_is_none_any_more_becomes_another(
    sit_down, plan, colleague, elsewhere, says
):
    plan("Form")
    async with sit_down(size=(200, 50)) as desk:
        await desk.press("f6", "e", *" Mine")
        await desk.sees("Form Mine")
        getattr(colleague.experiments, elsewhere)("1")
        await desk.press("ctrl+s")
        await desk.sees(says)
        await desk.press("ctrl+s")
        await desk.sees("✓ experiment #2 saved as a draft")
    assert (colleague.experiments.get("2").name, colleague.experiments.get("2").status) == ("Form Mine", "draft")


async def test_the_plan_knows_the_traffic_of_a_surface(sit_down, tried, plan, colleague):
    colleague.experiments.complete(str(tried), "no-result", "Enough.")
    again = plan("Again", surface="ticket_form")
    colleague.experiments.start(str(again))
    for user in range(30):
        colleague.experiments.assign(str(again), f"user {user}")
    colleague.experiments.complete(str(again), "no-result", "Enough.")
    async with sit_down(size=(200, 50)) as desk:
        await desk.press("f6", "c", *["tab"] * 5, *"13", "tab", *"2")
        await desk.sees("4,724 users per variant, 9,448 in all, detect 13 % → 15 %")
        await desk.press(*["tab"] * 5, "right")
        await desk.sees("315 days at 30 users a day")
        await desk.press("right")
        await desk.sees_no("users a day at", "at 30 users a day")
        await desk.press("left", *["shift+tab"] * 4, "backspace", "backspace", *"60")
        await desk.sees("158 days at 60 users a day")
        await desk.press(*["tab"] * 4, "right", "left")
        await desk.sees("158 days at 60 users a day")


async def test_tab_goes_round_what_is_on_screen(sit_down):
    async with sit_down(size=(80, 24)) as desk:
        await desk.press("f6", "m")
        await desk.sees("Mail log")
        await desk.press("tab")
        await desk.until(lambda: desk.app.screen.list.has_focus, "the focus on the list")


async def test_a_report_is_written_and_the_terms_are_explained(sit_down, tried, tmp_path):
    async with sit_down() as desk:
        await desk.press("f6", "r")
        await desk.sees("Report on #1 to the file (.html or .md):", "experiment-1.html")
        await desk.press(*["backspace"] * len("experiment-1.html"), *str(tmp_path / "r.html"), "enter")
        await desk.sees("report on #1 written to")
        assert "<h2>Verdict</h2>" in (tmp_path / "r.html").read_text(encoding="utf-8")
        await desk.press("enter", "i")
        await desk.sees("Terms", "On this screen", "control")
        await desk.press("escape")
        await desk.sees("Verdict  Plots")
