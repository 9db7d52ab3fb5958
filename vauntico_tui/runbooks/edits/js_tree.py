"""JavaScript and TypeScript as a tree, by tree-sitter: every character has its place, comments too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from vauntico_tui.runbooks.edits.splice import CannotMerge

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser

MOST_CHARACTERS = 256_000


@dataclass(frozen=True, slots=True)
class Source:
    """A text and its tree. Places are counted in characters of `text`."""

    text: str
    root: Node
    data: bytes
    lead: int  # characters in front that only the parser sees
    ascii: bool

    def start(self, node: Node) -> int:
        return self._place(node.start_byte)

    def end(self, node: Node) -> int:
        return self._place(node.end_byte)

    def said(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode()

    def line(self, node: Node) -> int:
        """From 1."""
        return int(node.start_point[0]) + 1

    def _place(self, byte: int) -> int:
        return (byte if self.ascii else len(self.data[:byte].decode())) - self.lead


def read(text: str, path: str) -> Source:
    """The tree of a file, in the language that its name says. Raises CannotMerge where it is no sound text of it."""
    if len(text) > MOST_CHARACTERS:
        raise CannotMerge(f"it is too large to edit ({len(text):,} characters, at most {MOST_CHARACTERS:,})")
    ending = path.rsplit(".", 1)[-1].casefold()
    as_json = ending == "json"
    whole = f"({text}\n)" if as_json else text  # a value by itself is an expression in brackets
    try:
        data = whole.encode()
    except UnicodeEncodeError:
        raise CannotMerge("it is no sound Unicode") from None
    root = _parser("typescript" if ending in {"ts", "mts", "cts"} else "javascript").parse(data).root_node
    source = Source(text, root, data, 1 if as_json else 0, whole.isascii())
    if root.has_error:
        bad = next((node for node in walk(root) if node.is_error or node.is_missing), root)
        kind = {"json": "JSON", "ts": "TypeScript", "mts": "TypeScript", "cts": "TypeScript"}.get(ending, "JavaScript")
        raise CannotMerge(f"it can't be read as {kind} (line {source.line(bad)})")
    if as_json:
        _sound_json(source, comments=not path.endswith("package.json"))
    return source


def walk(node: Node) -> Iterator[Node]:
    """Every node below, and it itself, in the text's order."""
    todo = [node]
    while todo:
        at = todo.pop()
        yield at
        todo += reversed(at.children)


def leaves(node: Node) -> Iterator[Node]:
    return (at for at in walk(node) if at.child_count == 0 and at.end_byte > at.start_byte)


def parts(node: Node) -> list[Node]:
    """Its named children without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def _sound_json(source: Source, *, comments: bool) -> None:
    """Jest takes comments out of a .json before it reads it; npm does not."""
    data = bytearray(source.data)
    for node in walk(source.root):
        if node.type == "comment" and comments:
            data[node.start_byte : node.end_byte] = re.sub(rb"[^\r\n]", b" ", data[node.start_byte : node.end_byte])
    try:
        json.loads(data.decode()[1:-1], object_pairs_hook=_once)
    except ValueError as problem:
        raise CannotMerge(f"it can't be read as JSON: {problem}") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _parser(language: str) -> Parser:
    """A parser of its own for each text: one is not for two threads at once."""
    from tree_sitter import Parser  # noqa: PLC0415  a parser that most starts never need

    return Parser(_language(language))


@lru_cache(maxsize=2)
def _language(name: str) -> Language:
    from tree_sitter import Language  # noqa: PLC0415

    if name == "typescript":
        import tree_sitter_typescript  # noqa: PLC0415

        return Language(tree_sitter_typescript.language_typescript())
    import tree_sitter_javascript  # noqa: PLC0415

    return Language(tree_sitter_javascript.language())
