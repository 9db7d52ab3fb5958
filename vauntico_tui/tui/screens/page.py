"""A page being written: blocks of text, numbered links, and rows that open something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.content import Content

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.format import cells, fit, tame
from vauntico_tui.tui.screens.blocks import EMPTY, GAP, Block
from vauntico_tui.tui.screens.code import code_blocks
from vauntico_tui.tui.screens.look import Look

Part = str | Content | tuple[str, str]
"""Plain text, content, or text with a style. Never markup."""

_MOST_LINKS = 99
_NAME = 12  # cells for the name of a field


@dataclass(frozen=True, slots=True)
class Jump:
    """What a picked row stands for: what opens here on enter, and where the browser goes."""

    target: Target
    opens: bool = True

    @property
    def link(self) -> str | None:
        return self.target.link


DOT = " · "
"""Between things said side by side."""


def content(*parts: Part) -> Content:
    """Parts joined, in widths that every terminal agrees on; a line break in a text is a space."""
    return Content.assemble(*(_tamed(part) for part in parts))


def _tamed(part: Part) -> Part:
    if isinstance(part, Content):
        return part
    return tame(part) if isinstance(part, str) else (tame(part[0]), part[1])


class Page:
    """What a screen shows of one subject. `target` is the subject itself, for `o`, `y` and actions."""

    def __init__(self, look: Look, target: Target) -> None:
        self.look = look
        self.target = target
        self.blocks: list[Block] = []
        self.links: list[tuple[str, str]] = []  # address, title; numbered from 1
        self.jumps: dict[str, Jump] = {}

    # ---- writing ------------------------------------------------------------------------------------------------

    def put(
        self,
        *parts: Part,
        right: Content = EMPTY,
        indent: int = 0,
        hang: int = 0,
        key: str | None = None,
        cut: bool = False,
    ) -> None:
        """A paragraph; `hang` moves its later lines further in."""
        self.blocks.append(
            Block(content(*parts), Content(" " * indent), Content(" " * (indent + hang)), right, key, cut)
        )

    def gap(self) -> None:
        """One empty line, never two."""
        if self.blocks and self.blocks[-1] is not GAP:
            self.blocks.append(GAP)

    def head(self, text: str, note: str = "") -> None:
        """A section's title."""
        self.gap()
        self.put((text, "bold $tone-accent"), right=Content.styled(note, "$tone-dim") if note else EMPTY)

    def field(self, name: str, *parts: Part) -> None:
        """A name and its value; nothing where the value is empty."""
        value = content(*parts)
        if value.plain:
            name = fit(name, max(_NAME - 1, min(cells(name), 24))) + " "
            self.blocks.append(Block(value, Content.styled(name, "$tone-dim"), Content(" " * _NAME)))

    def code(self, text: str, language: str, *, dim: bool = False, indent: int = 0) -> None:
        """Code, in its language's colours or dim."""
        bar = Content(" " * indent) + Content.styled("▏ ", "$tone-frame")
        for block in code_blocks(text, "" if dim else language, bar, bar):
            body = block.content.stylize("$tone-dim") if dim else block.content
            self.blocks.append(Block(body, block.first, block.rest))

    def number(self, address: str, title: str) -> int:
        """The number of a link, the same for the same address; 0 for what no browser should open, and beyond 99."""
        if not address.startswith(("https://", "http://")):
            return 0
        for index, (known, _) in enumerate(self.links, 1):
            if known == address:
                return index
        if len(self.links) >= _MOST_LINKS:
            return 0
        self.links.append((address, title))
        return len(self.links)

    def see(self, address: str | None, title: str) -> Content:
        """ " [2]" for a link, to stand behind what it proves; nothing without one."""
        number = self.number(address, title) if address else 0
        return Content.styled(f" [{number}]", "$tone-dim") if number else EMPTY

    def extend(self, blocks: Iterable[Block]) -> None:
        self.blocks.extend(blocks)

    def jump(self, key: str, target: Target, *, opens: bool = True) -> str:
        """Make a row that opens `target`; returns its key."""
        self.jumps[key] = Jump(target, opens)
        return key

    # ---- the end ------------------------------------------------------------------------------------------------

    def finish(self) -> Sequence[Block]:
        """All blocks, with the list of links at the end."""
        if self.links:
            self.head("Links", "tab picks · o opens · y copies")
            for index, (address, title) in enumerate(self.links, 1):
                key = self.jump(f"link:{index}", Target("link", str(index), title or address, address), opens=False)
                number = Content.styled(f"[{index}] ".rjust(5), "$tone-dim")
                text = content(title, "  ", (address, "$tone-dim underline")) if title else content(address)
                self.blocks.append(Block(text, number, Content("     "), key=key))
        return self.blocks
