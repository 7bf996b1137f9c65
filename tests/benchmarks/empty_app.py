"""The floor for screens: a Textual app with nothing but a table of 200 rows.

`python -m tests.benchmarks.empty_app`
"""

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class EmptyApp(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("Number", "Status", "Title")
        table.add_rows((number, "new", f"Row {number}") for number in range(1, 201))


if __name__ == "__main__":
    EmptyApp().run()
