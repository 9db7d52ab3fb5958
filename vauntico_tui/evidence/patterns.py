"""Regular expressions of a plan over text from outside, bounded in length and time: none can hang the screen."""

from __future__ import annotations

from functools import lru_cache

MOST_CHARACTERS = 1_000_000
_SECONDS = 0.2


class BadPatternError(ValueError):
    """The pattern can't be used on the text; the message is one sentence."""


def found(pattern: str, text: str, *, whole: bool = False) -> bool:
    """Whether the pattern (as Python's `re` reads it; `^` and `$` are a line's ends) is found in the text; `whole`: is
    the whole text. Raises BadPatternError for a wrong pattern and for one that takes longer than 0.2 s."""
    answer = _found(pattern, text, whole)
    if isinstance(answer, str):
        raise BadPatternError(answer)
    return answer


@lru_cache(maxsize=512)
def _found(pattern: str, text: str, whole: bool) -> bool | str:
    import regex  # noqa: PLC0415 - 17 ms that a start without such checks never needs

    shown = pattern if len(pattern) <= 60 else pattern[:59] + "…"
    if len(text) > MOST_CHARACTERS:
        return f"the text is too long to search ({len(text):,} characters, at most {MOST_CHARACTERS:,})"
    try:
        compiled = regex.compile(pattern, regex.MULTILINE)
        search = compiled.fullmatch if whole else compiled.search
        return search(text, timeout=_SECONDS) is not None
    except TimeoutError:
        return f"the pattern {shown!r} takes too long on this text; write a simpler one"
    except (regex.error, RecursionError, OverflowError, MemoryError) as problem:
        return f"{shown!r} is not a regular expression: {problem}"
