"""Repairs characters that were decoded with the wrong character set: "üéØ" was "🎯".

ftfy finds out which character sets were confused. It is shown the lines that are not ASCII, once: it is slow, and a
document is broken in one way throughout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import ftfy
from ftfy.badness import is_bad

_SAMPLE = 20_000
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_FENCE = re.compile(r"^[ \t>]*(```+|~~~+)")

Steps = tuple[tuple[str, str], ...]


def repair(text: str) -> str:
    """The text as it was written. Code is left to the letter unless the whole document was decoded wrongly."""
    text = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no character
    if text.isascii():
        return text
    sample = _sample(text)
    steps = _steps("\n".join(sample))
    if steps is not None and (whole := _applied(steps, text)) is not None:
        return whole
    known = tuple(dict.fromkeys(one for line in sample if is_bad(line) and (one := _steps(line)) is not None))
    return "".join(_outside_code(text.splitlines(keepends=True), _mender(known))) if known else text


def _sample(text: str) -> list[str]:
    """Lines that are not ASCII, each once, up to a bound."""
    lines: dict[str, None] = {}
    room = _SAMPLE
    at = 0
    while room > 0 and (found := _NOT_ASCII.search(text, at)):
        start = max(text.rfind("\n", 0, found.start()) + 1, found.start() - 200)
        end = text.find("\n", found.start())
        at = end if end >= 0 else len(text)
        line = text[start : min(at, found.start() + 2000)]
        if line not in lines:
            lines[line] = None
            room -= len(line)
    return list(lines)


def _steps(text: str) -> Steps | None:
    """The re-decoding that ftfy would do, where that is all it would do."""
    told = ftfy.fix_encoding_and_explain(text).explanation
    if not told or any(step.action not in {"encode", "decode"} for step in told):
        return None
    return tuple((step.action, step.parameter) for step in told)


def _applied(steps: Steps, text: str) -> str | None:
    """The text re-decoded, strictly; None where that can't be."""
    try:
        raw = b""
        for action, name in steps:
            if action == "encode":
                raw = text.encode(name)
            else:
                text = raw.decode(name)
    except UnicodeError:
        return None
    return text


def _mender(known: Iterable[Steps]) -> Callable[[str], str]:
    """Mends one run of characters that are not ASCII, by the ways in which the document is known to be broken."""
    seen: dict[str, str] = {}

    def mend(found: re.Match[str]) -> str:
        run = found[0]
        if run not in seen:
            tries = (_applied(steps, run) for steps in known) if len(run) > 1 else iter(())
            seen[run] = next((text for text in tries if text is not None), run)
        return seen[run]

    return lambda line: line if line.isascii() else _NOT_ASCII.sub(mend, line)


def _outside_code(lines: Iterable[str], mend: Callable[[str], str]) -> Iterable[str]:
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            yield line
        elif mark:
            fence = mark[1]
            yield line
        else:
            yield mend(line)
