"""The yardstick for the first paint: a bare Textual app with a Header, a DataTable of 50 rows and a Footer."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("number", "title", "state")
        for row in range(50):
            table.add_row(str(row), f"issue of the bare app {row}", "open")


if __name__ == "__main__":
    Bare().run()
