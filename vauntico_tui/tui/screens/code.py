"""Code with its language's colours, as text that can't hold markup."""

from __future__ import annotations

from textual.content import Content

from vauntico_tui.tui.format import tame
from vauntico_tui.tui.screens.blocks import EMPTY, Block

LONGEST = 20_000
"""Characters of one snippet that are coloured; longer ones are shown plain (colouring is slow)."""

_NAMES = {"yml": "yaml", "sh": "bash", "shell": "bash", "js": "javascript", "ts": "typescript", "py": "python"}


def code_blocks(code: str, language: str, first: Content = EMPTY, rest: Content = EMPTY) -> list[Block]:
    """One block a line, wrapped with a hanging indent, so that it can be copied by eye."""
    return [
        Block(line, first if not index else rest, rest + Content("  "))
        for index, line in enumerate(highlighted(code, language).split("\n", allow_blank=False) or [EMPTY])
    ]


def highlighted(code: str, language: str) -> Content:
    """The code in colours; plain where the language is not known or the code is long. Never raises."""
    code = "\n".join(tame(line) for line in code.expandtabs(4).rstrip().splitlines())
    if not code or not language or len(code) > LONGEST:
        return Content(code)
    from textual.highlight import highlight  # noqa: PLC0415 - Pygments is slow to import; only code needs it

    name = _NAMES.get(language.lower(), language.lower())
    try:
        content = highlight(code, language=name)
    except Exception:  # a lexer that trips over its input must not take the screen with it
        return Content(code)
    return content if content.plain == code else Content(code)
