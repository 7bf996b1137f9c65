"""The command table and its keys: whole, without clashes, and only what a plain terminal can send."""

import pytest

from supportdesk.domain.errors import InvalidValue
from supportdesk.tui.app import SupportDesk
from supportdesk.tui.commands import BY_ID, COMMANDS, CommandContext, Scope
from supportdesk.tui.commands.keymap import COUNT_LIMIT, SWALLOWED, KeyMap, KeyReader, format_keys, parse_keys
from supportdesk.tui.conversation.reply_form import ReplyForm
from supportdesk.tui.experiments.form import ExperimentForm
from supportdesk.tui.experiments.screen import ExperimentsScreen
from supportdesk.tui.faqs.form import FaqForm
from supportdesk.tui.faqs.gaps import GapsScreen
from supportdesk.tui.faqs.screen import FaqsScreen
from supportdesk.tui.history.screen import HistoryScreen
from supportdesk.tui.intake.screen import QuarantineScreen
from supportdesk.tui.preferences.form import PreferenceForm
from supportdesk.tui.preferences.screen import PreferencesScreen
from supportdesk.tui.screens.mail_log_screen import MAIL_SCOPES
from supportdesk.tui.tickets.board import BoardScreen
from supportdesk.tui.tickets.edit_form import TicketEditForm
from supportdesk.tui.tickets.form import TicketForm
from supportdesk.tui.tickets.screen import TicketsScreen

SCREENS = (
    TicketsScreen,
    BoardScreen,
    FaqsScreen,
    GapsScreen,
    HistoryScreen,
    QuarantineScreen,
    PreferencesScreen,
    ExperimentsScreen,
    TicketForm,
    ReplyForm,
    TicketEditForm,
    FaqForm,
    PreferenceForm,
    ExperimentForm,
)


@pytest.fixture
def reader() -> KeyReader:
    return KeyReader(KeyMap().table(TicketsScreen.SCOPES))


@pytest.mark.parametrize("screen", SCREENS)
def test_every_command_is_done_by_its_screen_or_by_the_app(screen):
    for command in COMMANDS:
        if command.scope in screen.SCOPES and not command.disabled_reason(CommandContext(rows=1)):
            assert callable(getattr(screen, command.method, None) or getattr(SupportDesk, command.method, None)), (
                f"{screen.__name__} cannot {command.id}"
            )


def test_every_command_works_somewhere():
    for command in COMMANDS:
        doers = [screen for screen in SCREENS if command.scope in (*screen.SCOPES, Scope.MAIL)]
        assert any(hasattr(doer, command.method) for doer in (*doers, SupportDesk)), command.id


def test_no_method_is_left_without_a_command():
    methods = {command.method for command in COMMANDS}
    for doer in (*SCREENS, SupportDesk):
        assert {name for name in dir(doer) if name.startswith("do_")} <= methods


def test_every_command_can_be_found():
    assert len(BY_ID) == len(COMMANDS)
    assert len({command.title for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert command.keys
        assert command.title[0].isupper()


def test_no_key_is_swallowed_and_none_clashes():
    for command in COMMANDS:
        for text in command.keys:
            assert not set(parse_keys(text, command.id)) & SWALLOWED.keys()
    # Refuses clashes within a scope by itself; these are the ones where scopes meet.
    for scopes in (*(screen.SCOPES for screen in SCREENS), MAIL_SCOPES):
        seen: dict[tuple[str, ...], str] = {}
        for scope in scopes:
            for sequence, command in KeyMap().table((scope,)).items():
                for other, taken in seen.items():
                    short = min(len(other), len(sequence))
                    assert other[:short] != sequence[:short], f"{command.id} and {taken} share {sequence}"
                seen[sequence] = command.id


@pytest.mark.parametrize("key", [*SWALLOWED, "alt+x", "0", "7"])
def test_a_key_that_does_not_arrive_is_refused(key):
    with pytest.raises(InvalidValue, match="keys: resolve cannot have"):
        KeyMap({"resolve": (f"x {key}",)})


@pytest.mark.parametrize("keys", ["", "  "])
def test_a_command_given_no_key_in_a_text_is_refused(keys):
    with pytest.raises(InvalidValue, match="keys: resolve has no key"):
        KeyMap({"resolve": (keys,)})


def test_a_key_may_change_its_command_when_the_other_gives_it_up():
    table = KeyMap({"create": ("e",), "resolve": ("c", "ctrl+x")}).table(TicketsScreen.SCOPES)
    assert table[("e",)].id == "create"
    assert table[("c",)].id == table[("ctrl+x",)].id == "resolve"


def test_short_names_of_keys():
    assert parse_keys("pgdn esc", "open") == ("pagedown", "escape")
    assert format_keys("pagedown") == "pgdn"
    assert format_keys("g t") == "g t"
    assert format_keys("f10") == "F10"


def test_a_sequence_comes_key_by_key(reader):
    begun = reader.press("s")
    assert (begun.command, begun.pending) == (None, "s")
    assert [keys for keys, _ in begun.choices] == ["n", "i", "r"]
    assert reader.press("r").command is BY_ID["status.resolved"]
    assert not reader.waiting


def test_a_sequence_that_goes_astray_is_forgotten(reader):
    reader.press("s")
    assert reader.press("x") is None
    assert reader.press("j").command is BY_ID["down"]


def test_counts_come_before_a_command(reader):
    assert reader.press("1").pending == "1"
    assert reader.press("0").pending == "10"
    assert reader.press("g").pending == "10 g"
    pressed = reader.press("g")
    assert (pressed.command, pressed.count) == (BY_ID["first"], 10)
    assert reader.press("j").count is None


def test_a_zero_begins_no_count(reader):
    assert reader.press("0") is None
    assert reader.press("j").count is None


def test_counts_have_an_end(reader):
    for _ in range(50):
        reader.press("9")
    assert reader.press("j").count == COUNT_LIMIT


def test_a_later_scope_wins():
    table = KeyMap({"history.ticket": ("m",)}).table(HistoryScreen.SCOPES)
    assert table[("m",)].id == "history.ticket"
    assert Scope.HISTORY is HistoryScreen.SCOPES[-1]
