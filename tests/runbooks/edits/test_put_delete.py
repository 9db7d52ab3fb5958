"""Whole files: written, kept, deleted."""

from __future__ import annotations

from vauntico_tui.runbooks.edits.apply import apply
from vauntico_tui.runbooks.model import DeleteFile, PutFile


def never(_: str) -> bool:
    return False


def test_put_writes_a_new_file_and_keeps_one_that_is_there() -> None:
    edit = PutFile(edit="put", path="a.txt", text="new\n")
    assert apply(edit, None, never).after == "new\n"
    kept = apply(edit, "old\n", never)
    assert (kept.after, kept.changes) == ("old\n", False)
    assert "is kept" in kept.notes[0]


def test_put_replaces_where_that_is_asked_for_but_not_for_other_line_ends_only() -> None:
    edit = PutFile(edit="put", path="a.txt", text="new\nlines\n", if_there="replace")
    assert apply(edit, "old\n", never).after == "new\nlines\n"
    assert apply(edit, "\ufeffold\n", never).after == "\ufeffnew\nlines\n"
    assert not apply(edit, "new\r\nlines\r\n", never).changes


def test_delete_takes_a_file_away_once() -> None:
    edit = DeleteFile(edit="delete", path="a.txt")
    gone = apply(edit, "old\n", never)
    assert (gone.after, gone.changes) == (None, True)
    again = apply(edit, None, never)
    assert not again.changes
    assert again.notes == ("it is not there",)
