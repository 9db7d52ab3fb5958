"""The last picture on disk, for the next start: written when it is due, and never waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from vauntico_tui.base.text import one_line
from vauntico_tui.config import places
from vauntico_tui.view import store
from vauntico_tui.view.model import View

SAVE_EVERY = 10.0  # seconds between two writes at least


class LastPicture:
    """Keeps pictures in a folder; None keeps nothing. `trouble` is why the last one is not kept, "" where it is;
    `changed` is called, in any thread, when it says something else."""

    def __init__(self, folder: Path | None, changed: Callable[[], None]) -> None:
        self._file = folder / places.LAST_VIEW if folder is not None else None
        self._changed = changed
        self._saved_at = float("-inf")
        self._saved: View | None = None
        self._writing = threading.Lock()
        self.trouble = ""
        if folder is not None and (trouble := places.make_state_dir(folder)):
            self._file = None
            self.trouble = f"the last picture is not kept: {one_line(trouble)}"

    def save(self, view: View, *, now: bool = False) -> threading.Thread | None:
        """Write it if it is due; in a daemon thread, for a disk can hang."""
        if self._file is None or view is self._saved or not _worth_keeping(view):
            return None
        if not now and time.monotonic() - self._saved_at < SAVE_EVERY:
            return None
        self._saved_at = time.monotonic()
        writer = threading.Thread(target=self._write, args=(view, self._file), daemon=True)
        writer.start()
        return writer

    def _write(self, view: View, file: Path) -> None:
        with self._writing:
            before = self.trouble
            try:
                store.save(view, file)
            except OSError as error:
                self.trouble = f"the last picture is not kept: {file}: {error.strerror or error}"
            else:
                self._saved, self.trouble = view, ""
            if self.trouble != before:
                self._changed()


def _worth_keeping(view: View) -> bool:
    """Whether any source has answered: an empty picture must not replace a full one."""
    return any(status.as_of is not None for status in view.sources)
