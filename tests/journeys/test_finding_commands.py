"""Finding out what can be done, and by which key."""

import pytest

from supportdesk.domain.errors import InvalidValue


@pytest.fixture
def three(file):
    for title in ("Printer on fire", "Password forgotten", "Invoice missing"):
        file(title)


async def test_help_is_filtered_and_runs_what_is_chosen(sit_down, three):
    async with sit_down() as desk:
        await desk.press("?")
        await desk.sees("Help", "Keys of Tickets", "Create a ticket", "↑ ↓ choose")
        await desk.type("only resolv")
        await desk.sees("f r", "Show only resolved tickets")
        await desk.sees_no("Create a ticket")
        await desk.press("enter")
        await desk.sees("filter status:resolved · 0 found")

        await desk.press("f1", *"unicorn")
        await desk.sees("no command matches; shorten the filter")
        await desk.press("enter", "escape")
        await desk.sees("filter status:resolved")


async def test_help_says_why_something_is_not_possible_now(sit_down, three):
    async with sit_down(size=(120, 40)) as desk:
        await desk.press("?", *"status new")
        await desk.sees("#1 is already new")
        await desk.press("enter")
        await desk.sees("✗ #1 is already new", "all tickets · 3")


async def test_the_palette_runs_anything(sit_down, three):
    async with sit_down() as desk:
        await desk.press("ctrl+p", *"mark all")
        await desk.sees("All commands", "Mark all that match")
        await desk.press("enter")
        await desk.sees("3 marked")


@pytest.mark.parametrize("key", ["f1", "ctrl+p"])
async def test_a_form_shows_its_keys_and_stays_as_it_was(sit_down, three, key):
    async with sit_down() as desk:
        await desk.press("c", *"Water", "tab", *"rita@")
        await desk.press(key)
        await desk.sees("Keys of this form", "ctrl+s  F10", "Save", "F8", "This answers it", "ctrl+r", "Clear the form")
        await desk.press("escape")
        await desk.sees("Create a ticket", "Water", "rita@")
        await desk.type("example.com")
        await desk.sees("rita@example.com")
        await desk.press(key, *"clear the form", "enter")
        await desk.sees("Form cleared", "Create a ticket")
        await desk.sees_no("Water", "rita@")


async def test_a_form_without_a_long_text_has_nothing_for_an_editor(sit_down, three):
    async with sit_down() as desk:
        await desk.press("P", "ctrl+e")
        await desk.sees("There is no long text in this form.")


async def test_a_command_by_its_name_or_a_ticket_by_its_number(sit_down, three):
    async with sit_down() as desk:
        await desk.press(":", *"prio")
        await desk.sees(": priority low", "priority low  priority medium  priority high", "enter run  esc cancel")
        await desk.press("tab", "enter")
        await desk.sees("✓ #1 low priority")

        await desk.press(":", "3", "enter")
        await desk.sees(" #3  Status changes", "Invoice missing")
        await desk.press(":", *"#12345", "enter")
        await desk.sees("✗ there is no ticket 12345", ": #12345")
        await desk.press("ctrl+u", *"reslove", "enter")
        await desk.sees("✗ no command 'reslove'; did you mean resolve or remove?", ": reslove")
        await desk.press("escape")
        await desk.sees_no("reslove")


async def test_enter_takes_the_command_that_is_proposed(sit_down, three):
    async with sit_down() as desk:
        await desk.press(":", *"priority h", "enter")
        await desk.sees("✓ #1 high priority")


@pytest.mark.parametrize("typed", ["go.faqs", "faqs", "go faqs", "FAQs"])
async def test_a_screen_by_its_name(sit_down, three, typed):
    async with sit_down() as desk:
        await desk.press(":", *typed, "enter")
        await desk.sees("This desk has no FAQs yet.")


@pytest.mark.parametrize("typed", ["printer", "status:open printer", "/printer"])
async def test_a_search_from_any_screen(sit_down, three, typed):
    async with sit_down() as desk:
        await desk.press("f4", ":", *typed, "enter")
        await desk.sees("1 found")
        await desk.is_on("Printer on fire")


async def test_what_was_typed_before_comes_back_with_the_arrow_up(sit_down, three):
    async with sit_down() as desk:
        await desk.press("/", *"printer", "enter", "/")
        await desk.sees_no("/ printer")
        await desk.sees("↑ earlier")
        await desk.press("up")
        await desk.sees("/ printer")
        await desk.press("down", *"invoice", "enter")
        await desk.sees("filter invoice · 1 found")
        await desk.press("/", "up", "up", "enter")
        await desk.sees("filter printer · 1 found")


@pytest.mark.parametrize(("typed", "command"), [("close", "Resolve and go to the next"), ("rslv", "Status: resolved"),
    ("sort", "Order by"), ("quit", "Leave this pane"), ("go.faqs", "Go to FAQs")])  # fmt: skip
async def test_the_palette_knows_other_words_and_gaps(sit_down, three, typed, command):
    async with sit_down() as desk:
        await desk.press("ctrl+p", *typed)
        await desk.sees(command)


async def test_the_chosen_command_is_said_in_full(sit_down, three):
    async with sit_down() as desk:
        await desk.press("?", *"status new")
        await desk.sees("Status: new (status.new) · supportdesk ticket update REF", "now: #1 is already new")


async def test_every_screen_shows_where_one_can_go(sit_down, three):
    async with sit_down() as desk:
        for key in ("f2", "f3", "f4", "f5", "f6"):
            await desk.press(key)
            await desk.sees("F2 Tickets (3) · F3 FAQs · F4 History · F5 Preferences · F6 Experiments")


async def test_a_click_presses_what_it_points_at(sit_down, three):
    async with sit_down() as desk:
        await desk.pilot.click("TabLine", offset=(19, 0))
        await desk.sees("This desk has no FAQs yet.")
        await desk.pilot.click("TabLine", offset=(3, 0))
        await desk.sees("Printer on fire")
        await desk.pilot.click("HintBar", offset=(2, 0))
        await desk.sees("Status changes (1)")


async def test_the_next_ticket_from_inside_the_open_one(sit_down, three):
    async with sit_down() as desk:
        await desk.press("enter")
        await desk.sees(" #1  Status changes", "J next ticket", "r reply")
        await desk.press("J")
        await desk.sees(" #2  Status changes")
        await desk.press("J", "K", "K")
        await desk.sees(" #1  Status changes")
        await desk.press("j", "e")
        await desk.sees("✓ #1 resolved")
        # A ticket that one goes to by its number has the cursor of the list as well.
        await desk.press(":", "3", "enter")
        await desk.sees(" #3  Status changes")
        await desk.press("K")
        await desk.sees(" #2  Status changes")


async def test_leaving_asks_and_no_is_the_default(sit_down, three):
    async with sit_down() as desk:
        for key in ("enter", "escape", "n", "q"):
            await desk.press("q")
            await desk.sees("Quit supportdesk?")
            await desk.press(key)
            await desk.sees_no("Quit supportdesk?")
        assert desk.app.return_code is None
        await desk.press("escape", "escape", "escape")
        await desk.is_on("Printer on fire")
        await desk.press("q", "y")
        await desk.until(lambda: desk.app.return_value == 0, "the end")


async def test_keys_of_ones_own(sit_down, three):
    async with sit_down(keys={"resolve": ("x",), "down": ("ctrl+n", "l"), "create": ()}) as desk:
        await desk.sees("x resolve")
        await desk.press("l", "ctrl+n")
        await desk.is_on("Invoice missing")
        await desk.press("k", "e", "j", "c")
        await desk.is_on("Password forgotten")
        await desk.press("x")
        await desk.sees("✓ #2 resolved")
        await desk.press("?", *"resolve and")
        await desk.sees("x              Resolve and go to the next")


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"resolve": ("c",)}, "keys: 'c' is given to both create and resolve"),
        ({"resolve": ("s",)}, "is given to both"),
        ({"resolve": ("ctrl+i",)}, "keys: resolve cannot have 'ctrl+i' (tab); choose another key"),
        ({"resolve": ("5",)}, "digits are counts"),
        ({"make.tea": ("x",)}, "keys: 'make.tea' is no command"),
    ],
)
async def test_keys_that_cannot_be(sit_down, keys, why):
    with pytest.raises(InvalidValue) as refused:
        sit_down(keys=keys)
    assert why in refused.value.message


async def test_commands_are_done_one_after_the_other(sit_down, file):
    file("Printer on fire")
    async with sit_down() as desk:
        for key in ("f3", "f4", "f5", "f2"):
            await desk.press(key)
        takers = [worker.node for worker in desk.app.workers if worker.group == "commands"]
        assert len(takers) == len(set(takers)) == 4


async def test_help_keeps_a_command_to_a_line(sit_down, file):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("?")
        await desk.sees("Create a ticket")
        assert "supportde…" not in [line.strip() for line in desk.glass.lines]


async def test_the_manual_about_a_screen_is_one_key_away(sit_down, three):
    async with sit_down() as desk:
        await desk.press("g", "?")
        await desk.sees("Manual", "Triage: tickets by keyboard", "what it does")
        assert not {"|", "`"} & set(desk.glass.text)
        assert not any(line.lstrip().startswith("#") for line in desk.glass.lines)
        await desk.press("escape", "f3")
        await desk.sees("FAQs")
        await desk.press("g", "?")
        await desk.sees("the answers that the desk keeps")
