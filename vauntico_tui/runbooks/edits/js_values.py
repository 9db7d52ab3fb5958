"""What an expression comes to, where that can be told by reading."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vauntico_tui.runbooks.edits.js_tree import Source, parts

if TYPE_CHECKING:
    from tree_sitter import Node

WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"})
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r": "", "\r\n": ""}
_HERE = ("__dirname", "import.meta.dirname")


class Unknown:
    """The value of what can't be told by reading."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Beside:
    """A path told against the file's own folder: `require.resolve("./x")`, `path.join(__dirname, "x")`."""

    path: str


def bare(node: Node) -> Node:
    """The expression inside brackets and type assertions."""
    while True:
        inner = parts(node)
        if node.type in WRAPPERS and inner:
            node = inner[0]
        elif node.type == "type_assertion" and inner:
            node = inner[-1]
        else:
            return node


def value(source: Source, node: Node) -> Any:
    """bool, int, float, str, None, a list of those, Beside; UNKNOWN for anything that is not literal."""
    node = bare(node)
    said = source.said(node)
    match node.type:
        case "true" | "false":
            return node.type == "true"
        case "null":
            return None
        case "number":
            return _number(said)
        case "string":
            return _string(said)
        case "template_string":
            return _template(source, node)
        case "unary_expression":
            return _unary(source, node)
        case "binary_expression":
            return _binary(source, node)
        case "array":
            return [value(source, item) for item in parts(node)]
        case "call_expression":
            return _call(source, node)
    return Beside(".") if said in _HERE else UNKNOWN


def key_of(source: Source, node: Node) -> str | None:
    """The name of a property's key; None where it is computed."""
    if node.type == "string":
        return _string(source.said(node))
    if node.type == "computed_property_name":
        inner = parts(node)
        told = value(source, inner[0]) if len(inner) == 1 else UNKNOWN
        return told if isinstance(told, str) else None
    return source.said(node)


def _number(said: str) -> Any:
    plain = said.replace("_", "")
    try:
        return int(plain, 0) if re.match(r"0[xXoObB]", plain) else int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return UNKNOWN
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _string(said: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
        return _SIMPLE.get(match[4], match[4])

    return _ESCAPE.sub(one, said[1:-1])


def _template(source: Source, node: Node) -> Any:
    inner = [part for part in node.named_children if part.type == "template_substitution"]
    if not inner:
        return _string(source.said(node))
    start = bare(parts(inner[0])[0]) if parts(inner[0]) else None
    if len(inner) > 1 or start is None or source.said(start) not in _HERE:
        return UNKNOWN
    before = source.data[node.start_byte + 1 : inner[0].start_byte].decode()
    behind = source.data[inner[0].end_byte : node.end_byte - 1].decode()
    return Beside("." + behind) if not before and behind.startswith("/") else UNKNOWN


def _unary(source: Source, node: Node) -> Any:
    operand = value(source, parts(node)[0]) if parts(node) else UNKNOWN
    sign = source.said(node)[:1]
    if sign == "!" and isinstance(operand, bool | int):
        return not operand
    if sign in "+-" and isinstance(operand, int | float) and not isinstance(operand, bool):
        return operand if sign == "+" else -operand
    return UNKNOWN


def _binary(source: Source, node: Node) -> Any:
    if node.child_count != 3:  # a comment in it
        return UNKNOWN
    left, right = (value(source, part) for part in (node.children[0], node.children[2]))
    sign = source.said(node.children[1])
    if isinstance(left, Beside) and sign == "+" and isinstance(right, str) and right.startswith("/"):
        return Beside(posixpath.join(left.path, right[1:]))
    numbers = [side for side in (left, right) if isinstance(side, int | float) and not isinstance(side, bool)]
    if len(numbers) == 2 and max(abs(numbers[0]), abs(numbers[1])) < 1e12:
        match sign:
            case "*":
                return numbers[0] * numbers[1]
            case "+":
                return numbers[0] + numbers[1]
            case "-":
                return numbers[0] - numbers[1]
    return UNKNOWN


def _call(source: Source, node: Node) -> Any:
    """Paths told by Node: require.resolve("./x"), path.join(__dirname, "a", "b"), path.resolve(__dirname, "a")."""
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or arguments is None:
        return UNKNOWN
    told = [value(source, item) for item in parts(arguments)]
    name = re.sub(r"\s+", "", source.said(callee))
    if name == "require.resolve" and len(told) == 1 and isinstance(told[0], str):
        return Beside(told[0]) if told[0].startswith(("./", "../")) else told[0]
    if re.fullmatch(r"""(?:path\.|require\((?:"|')(?:node:)?path(?:"|')\)\.)?(?:join|resolve)""", name):
        rest = told[1:]
        if told and isinstance(told[0], Beside) and all(isinstance(item, str) for item in rest):
            return (
                UNKNOWN if any(item.startswith("/") for item in rest) else Beside(posixpath.join(told[0].path, *rest))
            )
    return UNKNOWN


def written(told: str | int | bool | tuple[str, ...], quote: str) -> str:
    """A value as source, strings in that quotation mark."""
    if isinstance(told, bool):
        return "true" if told else "false"
    if isinstance(told, int):
        return str(told)
    if isinstance(told, tuple):
        return "[" + ", ".join(written(item, quote) for item in told) + "]"
    text = json.dumps(told, ensure_ascii=False)
    if quote == "'":
        return "'" + text[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return text
