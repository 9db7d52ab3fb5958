"""The terminal of these tests is that of the screens'."""

from tests.tui.screens.conftest import _terminal

__all__ = ["_terminal"]
