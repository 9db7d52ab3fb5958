"""The terminal around the screen: its title, its bell, where Textual draws, and whether a browser would open here."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING, Any

from textual.driver import Driver

from vauntico_tui.tui.alarm import Alarm, notification
from vauntico_tui.tui.format import tame

if TYPE_CHECKING:
    from textual.app import App

    from vauntico_tui.view.model import View


class Terminal:
    """What is said to the terminal itself. Terminals that know none of it ignore it."""

    def __init__(self, app: App[str], name: str, *, notify: bool) -> None:
        self._app, self._name, self._notify = app, name, notify
        self._alarm = Alarm()
        self._titled: str | None = None

    def title(self, repository: str | None = None, waiting: int = 0) -> None:
        """Name the program, the repository, and how many nobody has taken."""
        words = f"{self._name} · {repository}" if repository else self._name
        title = f"({waiting}!) {words}" if waiting else words
        if title != self._titled:
            keep = "\x1b[22;0t" if self._titled is None else ""  # the terminal's own, once
            self._titled = title
            self._write(f"{keep}\x1b]0;{tame(title)}\x07")

    def give_back(self) -> None:
        """The title that it had before."""
        self._write("\x1b[23;0t")

    def look(self, view: View) -> None:
        """Call the reader for what is new on Level 1: bell and notification where the terminal is not looked at."""
        news = self._alarm.look(view)
        self.title(view.repository, news.waiting if self._notify else 0)
        if self._notify and news.new and not self._app.app_focus:
            self._write(notification(news.words))

    def _write(self, text: str) -> None:
        driver = self._app._driver  # Textual has no other door to the terminal itself
        if driver is not None and not self._app.is_headless and not self._app.is_web:
            driver.write(text)


def drawing_on_output(usual: type[Driver]) -> type[Driver]:
    """Textual draws on standard error; where that goes to a file (`2>errors`), we draw on standard output."""
    if sys.__stderr__ is None or sys.__stderr__.isatty() or not hasattr(sys.__stdout__, "isatty"):
        return usual

    class OnOutput(usual):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._file = sys.__stdout__

    return OnOutput


def has_browser() -> bool:
    """Whether a browser would open where the reader sits."""
    if os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"):
        return False
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(address: str) -> None:
    """In a thread: a browser takes its time."""
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
