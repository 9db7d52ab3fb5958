"""A sheet whose rows have much under them: down goes to the next row once that is in sight, and reads on until then."""

from __future__ import annotations

from vauntico_tui.tui.screens.sheet import Sheet


class Steps(Sheet):
    """The picked row is where one reads; nothing between two rows is leapt over."""

    def _row(self, key: str | None) -> int:
        return next((row for row, line in enumerate(self._lines) if line.key == key), -1)

    def _walk(self, way: int) -> None:
        keys, height = self.keys, self.size.height
        here = keys.index(self.pick) if self.pick in keys else -1
        after = here + way
        top = int(self.scroll_target_y)
        if 0 <= after < len(keys) and top <= self._row(keys[after]) < top + height:
            self.pick = keys[after]
            return
        before = top
        self.scroll_relative(y=way, animate=False)
        if int(self.scroll_target_y) == before and 0 <= after < len(keys):
            self.pick = keys[after]

    def act_down(self) -> None:
        self._walk(1)

    def act_up(self) -> None:
        self._walk(-1)

    def action_page(self, way: int) -> None:
        super().action_page(way)
        top, height = int(self.scroll_target_y), self.size.height
        seen = [key for key in self.keys if top <= self._row(key) < top + height]
        if seen and self.pick not in seen:
            self.pick = seen[0 if way > 0 else -1]

    def next_row(self, way: int) -> None:
        """To the next row, however far."""
        self.step(way)
