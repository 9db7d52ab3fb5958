"""Puts properties into an object and items into a list, in the style that is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vauntico_tui.runbooks.edits.js_tree import Source, leaves, parts
from vauntico_tui.runbooks.edits.splice import Splice, line_end, line_start, newline_near

if TYPE_CHECKING:
    from tree_sitter import Node

_WIDE = 100
_COMMENTS = re.compile(r"[ \t]*(?:/\*(?:[^*\r\n]|\*(?!/))*\*/[ \t]*)*(?://[^\r\n]*)?")


def quote_of(source: Source, *, json: bool) -> str:
    """The quotation mark that most of its strings stand in; double where none does."""
    if json:
        return '"'
    marks = [source.said(node) for node in leaves(source.root) if node.type in {"'", '"'}]
    return "'" if marks.count("'") > marks.count('"') else '"'


def unit_of(text: str) -> str:
    """One step in: the smallest that a line stands in; two spaces where none does."""
    found = re.findall(r"(?m)^(\t+|[ ]{2,8})(?=[^\s*/])", text)
    return min(found, key=len) if found else "  "


def appended(source: Source, node: Node, items: Sequence[str]) -> list[Splice]:
    """`items` at the end of an object or a list. A line is touched only where it lacks the comma."""
    text = source.text
    held = parts(node)
    open_at, close_at = source.start(node) + 1, source.end(node) - 1
    outer = _lead(text, source.start(node))
    if not held:
        return _first(source, node, items, outer)
    last = held[-1]
    end = source.end(last)
    comma = next((it for it in node.children if it.type == "," and it.start_byte >= last.end_byte), None)
    multi = "\n" in text[open_at:close_at] or "\r" in text[open_at:close_at]
    if not multi:
        return _on_one_line(source, node, items, last, comma)
    newline = newline_near(text, close_at)
    indent = next((lead for it in reversed(held) if (lead := _begins(text, source.start(it))) is not None), None)
    if indent is None:
        indent = outer + unit_of(text)
    behind = source.end(comma) if comma is not None else end
    rest = _COMMENTS.match(text, behind)
    stop = rest.end() if rest is not None else behind
    place = stop if stop == line_end(text, stop) and stop <= close_at else behind  # a comment stays on its line
    lines = "".join(f"{newline}{indent}{line}" for line in _commaed(items)) + ("," if comma is not None else "")
    return [*([Splice(end, end, ",")] if comma is None else []), Splice(place, place, lines)]


def _commaed(lines: Sequence[str]) -> list[str]:
    return [*(f"{line}," for line in lines[:-1]), lines[-1]]


def _first(source: Source, node: Node, items: Sequence[str], outer: str) -> list[Splice]:
    """Into an empty one: a list on its line, an object on lines of its own."""
    text = source.text
    at, close = source.start(node) + 1, source.end(node) - 1
    if node.type == "array" and not text[at:close].strip():
        return [Splice(at, close, ", ".join(items))]
    comments = [child for child in node.named_children if child.type == "comment"]
    newline = newline_near(text, close)
    tail = "," if source.lead == 0 else ""  # JSON takes none
    lines = "".join(f"{newline}{outer}{unit_of(text)}{line}" for line in _commaed(items)) + tail
    if not comments:
        return [Splice(at, close, f"{lines}{newline}{outer}")]
    behind = source.end(comments[-1])
    own_line = text[behind:close].strip(" \t") != ""
    return [Splice(behind, behind, lines if own_line else f"{lines}{newline}{outer}")]


def _on_one_line(source: Source, node: Node, items: Sequence[str], last: Node, comma: Node | None) -> list[Splice]:
    text = source.text
    added = ", ".join(items)
    end = source.end(comma) if comma is not None else source.end(last)
    start = line_start(text, end)
    if node.type == "array" or line_end(text, end) - start + len(added) + 2 <= _WIDE:
        tail = "," if comma is not None else ""
        return [Splice(end, end, f" {added}{tail}" if comma is not None else f", {added}")]
    newline = newline_near(text, end)
    outer = _lead(text, end)
    lines = "".join(f"{newline}{outer}{unit_of(text)}{line}" for line in _commaed(items))
    close = source.end(node) - 1
    if text[end:close].strip():  # a comment in front of the bracket
        return [Splice(end, end, f"{'' if comma is not None else ','} {added}")]
    return [Splice(end, close, f"{'' if comma is not None else ','}{lines}{newline}{outer}")]


def _lead(text: str, at: int) -> str:
    """The white space that the line begins with which holds this place."""
    found = re.compile(r"[ \t]*").match(text, line_start(text, at))
    return found[0] if found is not None else ""


def _begins(text: str, at: int) -> str | None:
    """The white space in front of what begins its line; None where something else does."""
    before = text[line_start(text, at) : at]
    return before if not before.strip(" \t") else None
