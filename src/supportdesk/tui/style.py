"""Styles: the terminal's own sixteen colours, and a word or sign beside every colour."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.widget import Widget

from supportdesk.domain.mail.notification import DeliveryStatus
from supportdesk.domain.ticket import Priority, Status

PLAIN = Style()
BOLD = Style(bold=True)
DIM = Style(dim=True)
KEY = Style(color="cyan", bold=True)
CURSOR = Style(reverse=True)
RESTING_CURSOR = Style(underline=True, bold=True)
MATCH = Style(color="black", bgcolor="yellow")
TITLE = Style(color="black", bgcolor="cyan", bold=True, reverse=False)
BAR = Style(reverse=True)
COLUMN = Style(dim=True, underline=True)
HEADING = Style(color="cyan", bold=True)
DONE = Style(color="green")
ALARM = Style(color="red", bold=True, reverse=True)
ERROR = Style(color="red", bold=True)
MARK = Style(color="magenta", bold=True)
TAG = Style(color="magenta")
NOTE = Style(color="yellow")

PRIORITY_SIGN = {Priority.HIGH: "▲", Priority.MEDIUM: "·", Priority.LOW: "▽"}
PRIORITY_STYLE = {Priority.HIGH: Style(color="red", bold=True), Priority.MEDIUM: PLAIN, Priority.LOW: DIM}
STATUS_SIGN = {Status.NEW: "○", Status.IN_PROGRESS: "◐", Status.RESOLVED: "●"}
STATUS_STYLE = {
    Status.NEW: Style(color="yellow"),
    Status.IN_PROGRESS: Style(color="cyan"),
    Status.RESOLVED: Style(color="green"),
}
DELIVERY_SIGN = {
    DeliveryStatus.PENDING: "…",
    DeliveryStatus.SENT: "✓",
    DeliveryStatus.FAILED: "✗",
    DeliveryStatus.UNKNOWN: "?",
    DeliveryStatus.HELD: "‖",
    DeliveryStatus.DIGESTED: "≡",
    DeliveryStatus.WITHDRAWN: "↶",
}
DELIVERY_STYLE = {
    DeliveryStatus.PENDING: Style(color="yellow"),
    DeliveryStatus.SENT: Style(color="green"),
    DeliveryStatus.FAILED: ERROR,
    DeliveryStatus.UNKNOWN: ERROR,
    DeliveryStatus.HELD: DIM,
    DeliveryStatus.DIGESTED: DIM,
    DeliveryStatus.WITHDRAWN: DIM,
}


def base(widget: Widget) -> Style:
    """Return the style under a line: none with the terminal's own colours, which saves a code for every word."""
    return PLAIN if widget.app.native_ansi_color else widget.rich_style


def fit(text: str, width: int) -> str:
    """Return a text in exactly `width` cells: padded, or cut with an ellipsis."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def width(text: str) -> int:
    """Return how many cells a text takes."""
    return cell_len(text)
