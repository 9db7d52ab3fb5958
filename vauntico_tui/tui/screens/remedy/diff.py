"""A file's change as lines that can be read at 80 columns: sign and line number, red and green. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from vauntico_tui.actions.remedy.model import Change
from vauntico_tui.tui.format import tame
from vauntico_tui.tui.screens.blocks import Block

CONTEXT = 3
"""Lines around what changes."""
MOST = 2_000
"""Lines of one file that are shown; of more, how many are left is said."""

_TONES = {"+": "$tone-met", "-": "$tone-unmet", " ": "", "…": "$tone-dim"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`sign` is "+", "-", " ", or "…" for what is left out; `number` is the line in the file that it stands in."""

    sign: str
    number: int
    text: str


def counts(change: Change) -> tuple[int, int]:
    """How many lines come and go."""
    signs = [line.sign for line in diff_lines(change)]
    return signs.count("+"), signs.count("-")


def diff_lines(change: Change, context: int = CONTEXT) -> list[DiffLine]:
    """What changes, with the lines around it; what is left out between as one line that counts it."""
    before, after = _lines(change.before), _lines(change.after)
    if before and after and _crlf(before) != _crlf(after):
        note = "line endings: CRLF before, LF after" if _crlf(before) else "line endings: LF before, CRLF after"
        out = [DiffLine("…", 0, note)]
    else:
        out = []
        if _crlf(before or after):
            before, after = [line.removesuffix("\r") for line in before], [line.removesuffix("\r") for line in after]
    out += _walk(before, after, context)
    if change.before is not None and change.after is not None and change.before != change.after:
        ends = change.before.endswith("\n"), change.after.endswith("\n")
        if ends[0] != ends[1]:
            out.append(DiffLine("…", 0, "a line end is added at the end" if ends[1] else "the last line end goes"))
    return out


def _walk(before: list[str], after: list[str], context: int) -> Iterator[DiffLine]:
    at = 0  # the first line of `before` that was not told yet
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > MOST)
    for group in matcher.get_grouped_opcodes(context):
        if group[0][1] > at:
            yield DiffLine("…", 0, _left_out(group[0][1] - at))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (DiffLine(" ", j1 + k + 1, after[j1 + k]) for k in range(j2 - j1))
                continue
            yield from (DiffLine("-", i + 1, before[i]) for i in range(i1, i2))
            yield from (DiffLine("+", j + 1, after[j]) for j in range(j1, j2))
        at = group[-1][2]
    if at and at < len(before):
        yield DiffLine("…", 0, _left_out(len(before) - at))


def _left_out(count: int) -> str:
    return f"{count:,} line{'s' if count != 1 else ''} as before"


def _lines(text: str | None) -> list[str]:
    return (text.removesuffix("\n").split("\n") if text else []) if text is not None else []


def _crlf(lines: list[str]) -> bool:
    return bool(lines) and all(line.endswith("\r") for line in lines[:-1] or lines)


def diff_blocks(change: Change, indent: int = 5) -> list[Block]:
    """The change as blocks of a sheet; a long line wraps under itself. Text stays text: it is never markup."""
    lines = diff_lines(change)
    digits = max(2, len(str(max((line.number for line in lines), default=0))))
    pad = " " * indent
    blocks = []
    for line in lines[:MOST]:
        tone = _TONES[line.sign]
        number = f"{line.number:>{digits}}" if line.number else " " * digits
        first = Content.styled(f"{pad}{number} ", "$tone-dim") + Content.styled(f"{line.sign} ", tone)
        text = _shown(line)
        body = Content.styled(text, tone) if tone else Content(text)
        blocks.append(Block(body, first, Content(" " * (indent + digits + 5))))
    if len(lines) > MOST:
        blocks.append(Block(Content.styled(f"… {len(lines) - MOST:,} more lines", "$tone-dim"), Content(pad)))
    return blocks


def _shown(line: DiffLine) -> str:
    """The line as cells: tabs wide, blanks at the end of what changes as dots, a lone CR as itself."""
    text = line.text.expandtabs(4)
    carriage = "␍" if text.endswith("\r") else ""
    text = text.removesuffix("\r")
    if line.sign in "+-":
        bare = text.rstrip(" ")
        text = bare + "·" * (len(text) - len(bare))
    return tame(text) + carriage
