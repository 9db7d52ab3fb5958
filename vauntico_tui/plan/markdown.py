"""The blocks of a Markdown document: headings, texts, lists, code, quotes.

markdown-it-py reads whatever nests. What stands flat at the left margin (most of any roadmap) is read line by line,
with the same result (a property test holds the two together) and a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

NESTED_LINES = 40_000
"""How many lines may be given to markdown-it-py; what nests beyond them stays text."""
ALL_LINES = 300_000
"""How many lines are read for structure; the rest stays text."""

Kind = Literal["heading", "text", "list", "code", "quote", "rule"]


@dataclass(slots=True)
class Item:
    """An item of a list: its first text, a checkbox's state, and the blocks under it. Lines count from 0."""

    start: int
    end: int
    text: str
    checked: bool | None = None
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """A block and the lines (from 0, end excluded, no blank ones at its end) that it stands on."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    level: int = 0
    language: str = ""
    ordered: bool = False
    items: list[Item] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """`unread` is the first line, from 0, that was kept as text because there is too much structure."""

    lines: list[str]
    blocks: list[Block]
    unread: int | None = None

    def raw(self, start: int, end: int) -> str:
        """The lines as they stand, without blank ones around them."""
        return "\n".join(self.lines[start:end]).strip("\n")


def read_markdown(text: str) -> Document:
    """The document's blocks. Total: any text is some Markdown."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")
    return _Reader(lines).read()


_MARKDOWN = MarkdownIt("commonmark").disable(["reference", "html_block"])
_MARKDOWN.core.ruler.enableOnly(["normalize", "block"])

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$", re.DOTALL)
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_RULE = re.compile(r"(?:-(?:[ \t]*+-){2,}+|\*(?:[ \t]*+\*){2,}+|_(?:[ \t]*+_){2,}+)[ \t]*+$")
_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$", re.DOTALL)
_PLAIN = r"""(?:[A-Za-z"'(\[!$%,/:;?@^{}|&.\\]|\*\*\w|\d+(?![\d.)])|[^\x00-\x7f])"""
_TEXT = re.compile(_PLAIN)
_BULLET = re.compile(rf"([-*+]) (?={_PLAIN})(.+)$", re.DOTALL)
_NUMBERED = re.compile(rf"\d{{1,9}}([.)]) (?={_PLAIN})(.+)$", re.DOTALL)
_CHECKBOX = re.compile(r"\[([ xX])\](?:\s+|$)")


def _heading(line: str, at: int) -> Block | None:
    found = _HEADING.match(line)
    if found is None:
        return None
    text = (found[2] or "").rstrip(" \t")
    text = _CLOSING.sub("", text) if text.endswith("#") else text
    return Block("heading", at, at + 1, text.strip(), len(found[1]))


def _item(start: int, end: int, text: str, blocks: list[Block]) -> Item:
    box = _CHECKBOX.match(text)
    if box is None:
        return Item(start, end, text, None, blocks)
    return Item(start, end, text[box.end() :], box[1] != " ", blocks)


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.blocks: list[Block] = []
        self.nested = 0

    def read(self) -> Document:
        lines, at, unread = self.lines, 0, None
        end = min(len(lines), ALL_LINES)
        while at < end:
            line = lines[at]
            if not line or not line.strip(" \t"):
                at += 1
                continue
            read = self._flat(line)
            after = read(at) if read else None
            if after is None:
                after = self._nest(at)
                if after is None:
                    unread = at if unread is None else unread
                    after = self._boundary(at + 1)
                    self._keep(at, after)
            at = after
        if at < len(lines) and any(line.strip() for line in lines[at:]):
            unread = at if unread is None else unread
            self._keep(at, len(lines))
        return Document(lines, self.blocks, unread)

    def _flat(self, line: str) -> Callable[[int], int | None] | None:
        """Which reader may take a line at the margin. It gives the line after what it read, or None."""
        first = line[0]
        if first == "#":
            return self._one_line
        if first in "-*_" and _RULE.match(line):
            return self._one_line
        if first in "`~":
            return self._fence
        if first in "-*+" and _BULLET.match(line):
            return self._list
        if first.isdigit() and _NUMBERED.match(line):
            return self._list
        return self._text if _TEXT.match(line) else None

    def _one_line(self, at: int) -> int | None:
        line = self.lines[at]
        block = _heading(line, at) if line[0] == "#" else Block("rule", at, at + 1)
        if block is None:
            return None
        self.blocks.append(block)
        return at + 1

    def _fence(self, at: int) -> int | None:
        found = _FENCE.match(self.lines[at])
        if found is None:
            return None
        mark, info = found[1] or found[3], found[2] if found[1] else found[4]
        closing = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$")
        lines, end = self.lines, at + 1
        while end < len(lines) and not closing.match(lines[end]):
            end += 1
        if end == len(lines):
            return None
        text = "".join(f"{line}\n" for line in lines[at + 1 : end])
        self.blocks.append(Block("code", at, end + 1, text, language=info.strip()))
        return end + 1

    def _text(self, at: int) -> int | None:
        lines, end = self.lines, at + 1
        while end < len(lines) and _TEXT.match(lines[end]):
            end += 1
        if end < len(lines) and lines[end].strip(" \t") and not _HEADING.match(lines[end]):
            return None
        self.blocks.append(Block("text", at, end, "\n".join(lines[at:end]).strip()))
        return end

    def _list(self, at: int) -> int | None:
        lines, items = self.lines, []
        ordered = lines[at][0].isdigit()
        pattern = _NUMBERED if ordered else _BULLET
        mark, end, last = "", at, at
        while end < min(len(lines), ALL_LINES):
            line = lines[end]
            found = pattern.match(line)
            if found and (not mark or found[1] == mark):
                if not ordered and _RULE.match(line):
                    return None
                mark, last = found[1], end + 1
                items.append(_item(end, end + 1, found[2].strip(), []))
            elif line.strip(" \t"):
                if not _HEADING.match(line) and not (last < end and self._ends_list(line, mark)):
                    return None
                break
            end += 1
        self.blocks.append(Block("list", at, last, ordered=ordered, items=items))
        return last

    def _ends_list(self, line: str, mark: str) -> bool:
        """Whether a line after a blank one closes the flat list before it, whose mark is `mark`, for sure."""
        if line[0] in "`~>" or _RULE.match(line):
            return True
        item = _BULLET.match(line) or _NUMBERED.match(line)
        return item[1] != mark if item else _TEXT.match(line) is not None

    def _nest(self, at: int) -> int | None:
        """Give lines to markdown-it-py, up to where every container is closed; None where too many were given."""
        end = self._boundary(at + 1)
        while True:
            self.nested += end - at
            if self.nested > NESTED_LINES:
                return None
            tokens = _MARKDOWN.parse("\n".join([*self.lines[at:end], *([""] if end < len(self.lines) else [])]))
            if end == len(self.lines) or not _open_fence(tokens):
                self.blocks += _Tokens(tokens, self.lines[at:end], at).blocks()
                return end
            end = self._boundary(2 * end - at)

    def _boundary(self, at: int) -> int:
        """The first line from `at` on, at the margin, that closes any list or quote before it (but no fence)."""
        lines = self.lines
        for end in range(min(at, len(lines)), len(lines)):
            line = lines[end]
            if line and (_HEADING.match(line) or (not lines[end - 1].strip(" \t") and _TEXT.match(line))):
                return end
        return len(lines)

    def _keep(self, start: int, end: int) -> None:
        self.blocks.append(Block("text", start, end, "\n".join(self.lines[start:end]).strip()))


def _open_fence(tokens: list[Token]) -> bool:
    """Whether the last thing read is a fence that nothing closed: what follows might belong to it."""
    leaf = next((token for token in reversed(tokens) if token.nesting != -1), None)
    if leaf is None or leaf.type != "fence" or leaf.map is None:
        return False
    return leaf.map[1] - leaf.map[0] < leaf.content.count("\n") + 2


class _Tokens:
    """markdown-it-py's tokens as blocks. Recursion is as deep as its own nesting, which it bounds."""

    def __init__(self, tokens: list[Token], lines: list[str], first: int) -> None:
        self.tokens, self.lines, self.first = tokens, lines, first

    def blocks(self, at: int = 0, end: int | None = None) -> list[Block]:
        tokens, into = self.tokens, list[Block]()
        end = len(tokens) if end is None else end
        while at < end:
            token, close = tokens[at], self._close(at)
            block = Block("text", *self._span(token))
            match token.type:
                case "heading_open":
                    block.kind, block.level, block.text = "heading", int(token.tag[1]), tokens[at + 1].content
                case "paragraph_open":
                    block.text = tokens[at + 1].content
                case "fence":
                    block.kind, block.text, block.language = "code", token.content, token.info.strip()
                case "code_block":
                    block.kind, block.text = "code", token.content
                case "hr":
                    block.kind = "rule"
                case "blockquote_open":
                    block.kind, block.blocks = "quote", self.blocks(at + 1, close)
                case _:
                    block.kind, block.ordered = "list", token.type == "ordered_list_open"
                    block.items = self._items(at + 1, close)
            into.append(block)
            at = close + 1
        return into

    def _items(self, at: int, end: int) -> list[Item]:
        items: list[Item] = []
        while at < end:
            close = self._close(at)
            inner = self.blocks(at + 1, close)
            text = inner.pop(0).text if inner and inner[0].kind == "text" else ""
            items.append(_item(*self._span(self.tokens[at]), text, inner))
            at = close + 1
        return items

    def _span(self, token: Token) -> tuple[int, int]:
        """The lines of a token, without blank ones at the end."""
        start, stop = token.map or (0, 0)
        while stop > start + 1 and (stop > len(self.lines) or not self.lines[stop - 1].strip(" \t>")):
            stop -= 1
        return start + self.first, stop + self.first

    def _close(self, at: int) -> int:
        """Where the token that opens at `at` is closed."""
        tokens = self.tokens
        if tokens[at].nesting != 1:
            return at
        level = tokens[at].level
        at += 1
        while tokens[at].nesting != -1 or tokens[at].level != level:
            at += 1
        return at
