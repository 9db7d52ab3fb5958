"""What a snippet of code says about itself: the file that it is for, the branch that it makes."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"\s*(?:#|//|--|;|/\*+|<!--|\*)\s*(.*)$")
_PATH = re.compile(
    r"(?<![\w/:.@-])(\.{0,2}/?(?:[\w.@-]{1,100}/){1,20}[\w.@-]{0,100}\.\w{1,12}|(?:[\w.@-]{1,100}/){1,20}(?:Dockerfile|Makefile))"
)
_NAMED = re.compile(
    r"(?:add to|append to|update|create|edit|change|in|file:?|filename:?)\s+"
    r"[`\"']?([\w.@-]{1,100}\.\w{1,12}|Dockerfile|Makefile)\b",
    re.IGNORECASE,
)
_BRANCH = re.compile(
    r"^\s*(?:\$\s*)?git\s+(?:checkout\s+-[bB]|switch\s+(?:-c|-C|--create))\s+([^\s;&|`\"']{1,200})", re.MULTILINE
)
_COMMENT_LINES = 40


def file_of(info: str, text: str) -> tuple[str, str | None]:
    """(language, file): from the words after the fence, or from the first comment that names a file."""
    language, _, rest = info.partition(" ")
    if rest:
        found = _PATH.search(rest) or _NAMED.search(rest) or re.search(r"([\w.@-]{1,100}\.\w{1,12})", rest)
        return (language, found[1]) if found else (info, None)
    for line in text.split("\n", _COMMENT_LINES)[:_COMMENT_LINES]:
        comment = _COMMENT.match(line[:500])
        found = comment and (_PATH.search(comment[1]) or _NAMED.match(comment[1]))
        if found:
            return language, found[1]
    return language, None


def branch_in(text: str) -> str | None:
    """The branch that a shell snippet makes."""
    found = _BRANCH.search(text)
    return found[1] if found else None
