"""Looking for tickets."""

from datetime import timedelta


async def test_hits_come_while_typing(sit_down, file):
    file("Refund for a printer", description="It never worked.")
    file("Password forgotten")
    file("Where is my order", description="I want a refund.\n" + "And so on.\n" * 30 + "Refunded nothing!")
    async with sit_down() as desk:
        await desk.press("j")
        await desk.is_on("Password forgotten")

        await desk.press("/")
        await desk.type("refu")
        await desk.sees("filter refu · 2 found")
        assert desk.numbers == [3, 1]
        await desk.type("nd")
        await desk.press("enter")
        await desk.sees("filter refund · 2 found", "\n 2 found")
        await desk.is_on("Where is my order")

        await desk.press("enter")
        await desk.sees("I want a refund.")
        await desk.press("n", "n")
        await desk.sees("Refunded nothing!")
        await desk.press("N")
        await desk.sees("I want a refund.")

        await desk.press("escape", "escape")
        await desk.sees("all tickets · 3")
        await desk.is_on("Password forgotten")


async def test_enter_keeps_what_is_on_screen(sit_down, file):
    file("Refund for a printer")
    async with sit_down() as desk:
        await desk.press("/", *"refu", "enter")
        await desk.sees("filter refu · 1 found", "Refund for a printer")


async def test_esc_while_typing_goes_back_to_where_one_was(sit_down, file):
    for number in range(1, 61):
        file(f"Printer {number:02} on fire")
    file("Password forgotten")
    async with sit_down() as desk:
        await desk.press("3", "0", "j")
        await desk.is_on("Printer 31")
        await desk.press("/", *"forgotten")
        await desk.sees("1 found")
        await desk.press("escape")
        await desk.sees("all tickets · 61")
        await desk.is_on("Printer 31")


async def test_nothing_found_says_what_to_press(sit_down, file):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("/", *"unicorn", "enter")
        await desk.sees("filter unicorn · 0 found", "Nothing matches this filter.", "esc  shows all tickets")
        await desk.press("e")
        await desk.sees("there is no ticket here")
        await desk.press("escape")
        await desk.sees("Printer on fire")


async def test_filters_say_what_is_wrong_with_them(sit_down, file):
    file("Printer on fire", priority="high")
    file("Password forgotten", status="resolved")
    async with sit_down() as desk:
        await desk.press("/", *"priority:urgent", "enter")
        await desk.sees("priority: 'urgent' is not allowed; it can be low, medium or high")
        await desk.press("escape", "/", *"status:open priority:high", "enter")
        await desk.sees("filter status:open priority:high · 1 found")
        await desk.press("f", "r")
        await desk.sees("filter status:resolved priority:high · 0 found")
        await desk.press("f", "a")
        await desk.sees("all tickets · 2")


async def test_a_ticket_that_is_resolved_stays_on_screen_until_the_list_is_read_again(sit_down, file):
    for number in range(1, 4):
        file(f"Printer {number} on fire")
    async with sit_down() as desk:
        await desk.press("f", "o", "e")
        await desk.sees("✓ #1 resolved", "filter status:open")
        await desk.is_on("Printer 2")
        assert desk.numbers == [1, 2, 3]
        await desk.press("f", "o")
        await desk.until(lambda: desk.numbers == [2, 3])


async def test_another_order_keeps_the_cursor_on_its_ticket(sit_down, file, clock):
    for title, priority in (("Printer on fire", "low"), ("Password forgotten", "high"), ("Flood", "medium")):
        clock.at += timedelta(minutes=5)
        file(title, priority=priority)
    async with sit_down() as desk:
        await desk.sees("Flood")
        assert desk.numbers == [2, 3, 1]
        await desk.press("j")
        await desk.press("o")
        await desk.sees("Ordered by newest")
        await desk.is_on("Flood")
        assert desk.numbers == [3, 2, 1]
        await desk.press("o", "o")
        await desk.sees("Ordered by queue: open tickets first")
        await desk.is_on("Flood")
        assert desk.numbers == [2, 3, 1]


async def test_the_cursor_is_back_after_nothing_was_found(sit_down, file):
    file("Printer on fire")
    async with sit_down() as desk:
        await desk.press("/", *"unicorn", "enter")
        await desk.sees("Nothing matches this filter.")
        await desk.press("escape")
        await desk.is_on("Printer on fire")


async def test_esc_from_search_gives_the_scroll_back(sit_down, file):
    for number in range(1, 61):
        file(f"Printer {number:02} on fire")
    file("Password forgotten")
    async with sit_down() as desk:
        await desk.press("3", "0", "j")
        await desk.is_on("Printer 31")
        shown = desk.numbers
        await desk.press("/", *"forgotten")
        await desk.sees("1 found")
        await desk.press("escape")
        await desk.is_on("Printer 31")
        assert desk.numbers == shown


async def test_filters_and_their_values_are_completed(sit_down, file, colleague):
    file("Lamp is dark")
    file("Door is shut", priority="high")
    colleague.tickets.assign(["1"], "me")
    colleague.tickets.tag(["1"], ["vip"], [])
    async with sit_down() as desk:
        await desk.press("/", *"pri", "tab")
        await desk.sees("/ priority:")
        await desk.press("h", "tab", "enter")
        await desk.sees("filter priority:high · 1 found")
        await desk.press("/", *"owner:b", "tab", *" tag:v", "tab", "enter")
        await desk.sees("filter owner:bob tag:vip · 1 found", "Lamp is dark")


async def test_an_error_points_at_its_place(sit_down, file):
    file("Lamp is dark")
    async with sit_down() as desk:
        await desk.press("/", *"lamp stauts:new", "enter")
        await desk.sees("unknown filter", "did you mean status", "lamp ▸stauts:new")
        await desk.press("/", "up")
        await desk.sees("/ lamp stauts:new")
