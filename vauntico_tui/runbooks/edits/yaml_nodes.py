"""YAML as a graph of nodes with the places where they stand, so that text can be put between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from vauntico_tui.runbooks.edits.splice import CannotMerge, line_end, line_start, next_line

MOST_CHARACTERS = 256_000
_MOST_VALUES = 100_000
_MOST_DEPTH = 100
_STR = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"
_PLAIN = re.compile(r"[A-Za-z_][\w./:@+-]*(?<!:)", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_BRACKET = re.compile(r"[\[\]{}]")
_COLON = re.compile(r"[ \t]*:")
_ALIAS = re.compile(r"[ \t]*:?[ \t]+\*[^\s,{}\[\]]+")

Node = Any
"""A node of ruamel.yaml, which is imported only when a file is read."""


def compose(text: str) -> Node:
    """The root of its one document, a mapping. Raises CannotMerge."""
    if len(text) > MOST_CHARACTERS:
        raise CannotMerge(f"it is too large to edit ({len(text):,} characters, at most {MOST_CHARACTERS:,})")
    if _depth(text) > _MOST_DEPTH:
        raise CannotMerge("it is nested too deeply to edit")
    from ruamel.yaml import YAML  # noqa: PLC0415  30 ms that most starts never need

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except Exception as problem:
        raise CannotMerge(f"it can't be read as YAML: {_why(problem)}") from None
    if root is None or root.id != "mapping":
        raise CannotMerge("it holds no keys at its top" if root is not None else "it holds nothing but comments")
    return root


def plain(text: str) -> Any:
    """What its one document holds as JSON has it, by YAML 1.2: every key a string. Raises CannotMerge."""
    data(compose(text))  # not endless, not too much
    from ruamel.yaml import YAML  # noqa: PLC0415  30 ms that most starts never need

    try:
        return _as_json(YAML(typ="safe", pure=True).load(text))
    except Exception as problem:
        raise CannotMerge(f"it can't be read as YAML: {_why(problem)}") from None


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_as_json(below) for below in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _depth(text: str) -> int:
    """How many brackets are open at once, at most, those in strings too."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _why(problem: Exception) -> str:
    mark = getattr(problem, "problem_mark", None)
    where = f" (line {mark.line + 1})" if mark is not None else ""
    said = getattr(problem, "problem", None) or " ".join(str(problem).split())[:120]
    return f"{said}{where}" if said else type(problem).__name__


# ---- values --------------------------------------------------------------------------------------------------------


def data(node: Node) -> Any:
    """What it holds, aliases and merges followed: dicts, lists, strings, and (tag, text) for other scalars. Every
    occurrence is a value of its own. Raises CannotMerge for what is endless, too much, or ambiguous."""
    return _Reader().value(node, 0)


class _Reader:
    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def value(self, node: Node, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > _MOST_DEPTH:
            raise CannotMerge("its aliases hold too much, or it is nested too deeply")
        if node.id == "scalar":
            return node.value if node.tag == _STR else (str(node.tag), node.value)
        if node.id == "sequence":
            return [self.value(item, depth + 1) for item in node.value]
        merged: dict[Any, Any] = {}
        own: dict[Any, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise CannotMerge("a key of it is not a plain word")
            if key.tag == _MERGE:
                for below in value.value if value.id == "sequence" else [value]:
                    if below.id != "mapping":
                        raise CannotMerge("it merges something that is no mapping")
                    merged = {**self.value(below, depth + 1), **merged}
                continue
            name = self.value(key, depth + 1)
            if name in own:
                raise CannotMerge(f"the key {key.value!r} is there twice (line {key.start_mark.line + 1})")
            own[name] = self.value(value, depth + 1)
        return {**merged, **own}


def own(node: Node, name: str) -> tuple[Node, Node] | None:
    """A mapping's own entry of that key, merges left aside."""
    if node.id != "mapping":
        return None
    return next(((key, value) for key, value in node.value if key.id == "scalar" and key.value == name), None)


def is_null(node: Node) -> bool:
    return bool(node.id == "scalar" and node.tag == _NULL)


def here(key: Node, value: Node) -> bool:
    """Whether a value stands behind its key, and is no alias of something further up."""
    return bool(value.start_mark.index >= key.end_mark.index)


def scalars(node: Node) -> Iterator[Node]:
    """Every scalar in it, keys too; each node once."""
    seen: set[int] = set()
    todo = [node]
    while todo:
        at = todo.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        if at.id == "scalar":
            yield at
        elif at.id == "sequence":
            todo += at.value
        else:
            todo += [part for entry in at.value for part in entry]


# ---- places --------------------------------------------------------------------------------------------------------


def entry_end(text: str, key: Node, value: Node) -> int:
    """Where an entry of a mapping ends: behind the last character of its value. Raises CannotMerge."""
    if not here(key, value):
        match = _ALIAS.match(text, key.end_mark.index)
        if match is None:
            raise CannotMerge(f"the value of {key.value!r} stands elsewhere, and its alias is not found")
        return match.end()
    if value.id == "scalar" and value.start_mark.index == value.end_mark.index:  # nothing: its mark is somewhere behind
        colon = _COLON.match(text, key.end_mark.index)
        return colon.end() if colon is not None else int(key.end_mark.index)
    return max(value_end(text, value), int(key.end_mark.index))


def value_end(text: str, value: Node) -> int:
    """Where a value ends that stands in its place: behind its last character, comments behind it left aside."""
    if value.id == "scalar" or value.flow_style:
        end = int(value.end_mark.index)
        return len(text[:end].rstrip()) if value.id == "scalar" and value.style in {"|", ">"} else end
    floor = max(
        (it.end_mark.index for it in scalars(value) if it.start_mark.index >= value.start_mark.index),
        default=value.start_mark.index,
    )
    floor = len(text[:floor].rstrip())
    end = min(value.end_mark.index, len(text))
    while end > floor:  # back over what stands between this and the next token
        end = len(text[:end].rstrip())
        start = line_start(text, end)
        line = text[start:end].lstrip()
        if not line.startswith("#") or start <= floor:
            break
        end = start
    return max(line_without_comment(text, end, floor), floor)


def line_without_comment(text: str, end: int, floor: int) -> int:
    """Back over a comment at the end of the line, not further than `floor`."""
    start = max(line_start(text, end), floor)
    match = re.search(r"(?:^|\s)#", text[start:end])
    return len(text[: start + match.start()].rstrip()) if match is not None else end


def rest_of_line(text: str, at: int) -> int:
    """The start of the line behind; what stands behind `at` on its own line must be a comment. Raises CannotMerge."""
    rest = text[at : line_end(text, at)].strip(" \t")
    if rest and not rest.startswith("#"):
        raise CannotMerge(f"something stands where a line should end: {rest[:60]!r}")
    return next_line(text, at)


def column(text: str, node: Node) -> int:
    """How far in it stands; only spaces may be in front of it. Raises CannotMerge."""
    start = line_start(text, node.start_mark.index)
    before = text[start : node.start_mark.index]
    if before.strip(" "):
        raise CannotMerge(f"a key does not begin its line: {before.strip()[:60]!r}")
    return len(before)


def dash(text: str, item: Node) -> int:
    """The place of the dash in front of a sequence's item. Raises CannotMerge."""
    start = line_start(text, item.start_mark.index)
    match = re.fullmatch(r"( *)-[ \t]+", text[start : item.start_mark.index])
    if match is None:
        raise CannotMerge("an item of a list does not begin its line")
    return start + len(match[1])


# ---- writing -------------------------------------------------------------------------------------------------------


def quote_of(node: Node) -> str:
    """The quotation mark that most of its strings stand in; double where none does."""
    styles = [it.style for it in scalars(node) if it.style in {"'", '"'}]
    return "'" if styles.count("'") > styles.count('"') else '"'


def written(value: str, quote: str) -> str:
    """A string as a plain word where that is one, else in quotes."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    return quoted(value, quote)


def quoted(value: str, quote: str) -> str:
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)
