"""Markdown from outside as blocks of text: headings, lists, quotes, code, tables. Nothing in it can be clicked, loaded
or run: links and images are shown with a number and their address, HTML as the text that it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.content import Content

from vauntico_tui.base.text import clean
from vauntico_tui.tui.format import tame
from vauntico_tui.tui.screens.blocks import EMPTY, GAP, Block, table
from vauntico_tui.tui.screens.code import code_blocks

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST = 65_536
"""Characters of Markdown that are laid out; GitHub allows no longer body."""

MOST = 4_000
"""Blocks that are laid out of one text."""

_DEEPEST = 12
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\[\](){}|\\^]+")
_BULLETS = "•▪‣"

Number = Callable[[str, str], int]
"""Given a link's address and text: its number on the screen."""


@dataclass(slots=True)
class _List:
    ordered: bool
    next: int


@dataclass(slots=True)
class _Writer:
    number: Number
    blocks: list[Block] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    quotes: int = 0
    marker: str | None = None  # of the list item whose first block is still to come

    def frame(self) -> tuple[Content, Content]:
        """What stands before the first and the other lines of a block here."""
        bar = Content.styled("▎ ", "$tone-dim")
        quote = Content("").join([bar] * min(self.quotes, _DEEPEST))
        depth = min(len(self.lists), _DEEPEST)
        rest = quote + Content("  " * depth)
        if self.marker is None or not depth:
            return rest, rest
        mark = Content("  " * (depth - 1)) + Content.styled(self.marker, "$tone-dim")
        self.marker = None
        pad = max(0, mark.cell_length - 2 * depth)
        return quote + mark, rest + Content(" " * pad)

    def put(self, content: Content, *, cut: bool = False) -> None:
        first, rest = self.frame()
        self.blocks.append(Block(content, first, rest, cut=cut))

    def gap(self) -> None:
        if self.blocks and self.blocks[-1] is not GAP:
            self.blocks.append(GAP)


def markdown_blocks(text: str, number: Number) -> list[Block]:
    """The blocks of a Markdown text, its first 65,536 characters; `number` is told every link."""
    whole = len(text)
    text = "\n".join(tame(line.expandtabs(4)) for line in clean(text[: 2 * LONGEST]).split("\n"))
    writer = _Writer(number)
    from markdown_it import MarkdownIt  # noqa: PLC0415  slow to import

    tokens = MarkdownIt("gfm-like", {"html": False, "linkify": False, "maxNesting": 16}).parse(text[:LONGEST])
    _write(tokens, writer)
    while writer.blocks and writer.blocks[-1] is GAP:
        writer.blocks.pop()
    if whole > LONGEST or len(writer.blocks) > MOST:
        del writer.blocks[MOST:]
        writer.gap()
        note = f"Cut here: the text has {whole:,} characters. o opens the whole in the browser."
        writer.blocks.append(Block(Content.styled(note, "$tone-soon")))
    return writer.blocks


def _write(tokens: list[Token], to: _Writer) -> None:
    heading, in_cell = "", False
    rows: list[list[str]] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = token.tag
            case "heading_close" | "paragraph_close":
                heading = ""
                if not to.lists or not token.hidden:
                    to.gap()
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                for index, line in enumerate(table(rows)):
                    to.put(line.stylize("bold") if not index else line, cut=True)
                to.gap()
            case "hr":
                to.put(Content.styled("─" * 24, "$tone-dim"))
                to.gap()
            case "fence" | "code_block":
                first, rest = (frame + Content.styled("▏ ", "$tone-frame") for frame in to.frame())
                to.blocks.extend(code_blocks(token.content, token.info.split(" ")[0], first, rest))
                to.gap()
            case "html_block":
                to.put(Content(token.content.rstrip()))
                to.gap()
            case "th_open" | "td_open":
                in_cell = True
            case "th_close" | "td_close":
                in_cell = False
            case "inline" if in_cell:
                rows[-1].append(_inline(token, to).plain)
            case "inline":
                content = _inline(token, to)
                if heading:
                    content = content.stylize("bold underline" if heading in ("h1", "h2") else "bold")
                to.put(content)
            case _:
                _nest(token, to)


def _nest(token: Token, to: _Writer) -> None:
    """Lists and quotes: how far in the next blocks stand."""
    match token.type:
        case "bullet_list_open":
            to.lists.append(_List(False, 0))
        case "ordered_list_open":
            start = token.attrs.get("start", 1)
            to.lists.append(_List(True, start if isinstance(start, int) else 1))
        case "bullet_list_close" | "ordered_list_close":
            to.lists.pop()
            if not to.lists:
                to.gap()
        case "list_item_open":
            to.marker = _bullet(to)
        case "blockquote_open":
            to.quotes += 1
        case "blockquote_close":
            to.quotes -= 1
            to.gap()
        case _:
            pass


def _bullet(to: _Writer) -> str:
    inner = to.lists[-1] if to.lists else _List(False, 0)
    if inner.ordered:
        inner.next += 1
        return f"{inner.next - 1}. "
    return _BULLETS[(len(to.lists) - 1) % len(_BULLETS)] + " "


_STYLES = {"em_open": "italic", "strong_open": "bold", "s_open": "strike", "link_open": "underline"}


def _inline(token: Token, to: _Writer) -> Content:
    """One run of text with its emphasis; after each link stands its number."""
    parts: list[Content] = []
    open_styles: list[tuple[str, int]] = []
    hrefs: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "html_inline", "text_special"):
            text = child.content if parts else _ticked(child.content)
            parts.extend(_with_links(text, open_styles, to) if not hrefs else [_styled(text, open_styles)])
        elif child.type == "softbreak":
            parts.append(Content(" "))
        elif child.type == "hardbreak":
            parts.append(Content("\n"))
        elif child.type == "code_inline":
            parts.append(_styled(child.content, [*open_styles, ("$tone-accent", 0)]))
        elif child.type == "image":
            source = str(child.attrs.get("src", ""))
            parts.append(_styled(f"[image: {child.content or 'no text'}]", [*open_styles, ("$tone-dim", 0)]))
            parts.append(_numbered(to.number(source, child.content or "image")))
        elif child.type in _STYLES:
            open_styles.append((_STYLES[child.type], len(parts)))
            if child.type == "link_open":
                hrefs.append(str(child.attrs.get("href", "")))
        elif child.type.endswith("_close") and open_styles:
            _, since = open_styles.pop()
            if child.type == "link_close" and hrefs:
                title = "".join(part.plain for part in parts[since:])
                parts.append(_numbered(to.number(hrefs.pop(), title)))
    return Content("").join(parts) if parts else EMPTY


def _styled(text: str, styles: list[tuple[str, int]]) -> Content:
    return Content.styled(text, " ".join(dict.fromkeys(style for style, _ in styles))) if text else EMPTY


def _with_links(text: str, styles: list[tuple[str, int]], to: _Writer) -> list[Content]:
    """A text with a number behind each bare address in it. One pass: some bodies hold thousands."""
    parts: list[Content] = []
    at = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?")
        end = found.start() + len(address)
        parts.append(_styled(text[at : found.start()], styles))
        parts.append(_styled(address, [*styles, ("underline", 0)]))
        parts.append(_numbered(to.number(address, "")))
        at = end
    parts.append(_styled(text[at:], styles))
    return parts


def _ticked(text: str) -> str:
    """A task's box as a glyph."""
    for box, glyph in (("[ ] ", "□ "), ("[x] ", "■ "), ("[X] ", "■ ")):
        if text.startswith(box):
            return glyph + text[4:]
    return text


def _numbered(number: int) -> Content:
    return Content.styled(f" [{number}]", "$tone-dim") if number else EMPTY
