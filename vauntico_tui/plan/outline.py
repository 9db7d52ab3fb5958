"""A document as a tree of sections, each with its parts: labels, lists, code, texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from vauntico_tui.plan.markdown import Block, Document, Item
from vauntico_tui.plan.words import label_of, title_of


@dataclass(slots=True)
class Part:
    """A piece of a section on the lines `start` to `end` (from 0, end excluded). A list carries the label before it."""

    kind: Literal["label", "list", "code", "text"]
    start: int
    end: int
    label: str = ""
    text: str = ""
    items: list[Item] = field(default_factory=list)
    language: str = ""


@dataclass(slots=True)
class Section:
    """A heading and what stands under it. The document itself is a section of level 0 without a heading."""

    level: int
    raw: str
    title: str
    start: int
    parts: list[Part] = field(default_factory=list)
    children: list[Section] = field(default_factory=list)

    def walk(self) -> Iterator[Section]:
        """This section and all under it, as they stand in the document."""
        todo = [self]
        while todo:
            section = todo.pop()
            yield section
            todo += reversed(section.children)


def outline(document: Document) -> Section:
    """The document's tree of sections."""
    root = Section(0, "", "", 0)
    open_sections, blocks = [root], list[Block]()
    for block in document.blocks:
        if block.kind != "heading":
            blocks.append(block)
            continue
        open_sections[-1].parts = parts_of(blocks)
        blocks = []
        while open_sections[-1].level >= block.level:
            open_sections.pop()
        text = " ".join(block.text.split())
        section = Section(block.level, text, title_of(text), block.start)
        open_sections[-1].children.append(section)
        open_sections.append(section)
    open_sections[-1].parts = parts_of(blocks)
    return root


def parts_of(blocks: list[Block]) -> list[Part]:
    """The parts that blocks make; a label alone joins the list or the text after it."""
    parts: list[Part] = []
    for block in blocks:
        waiting = parts[-1] if parts and parts[-1].kind == "label" and not parts[-1].text else None
        match block.kind:
            case "rule":
                pass
            case "quote":
                parts += parts_of(block.blocks)
            case "code":
                parts.append(Part("code", block.start, block.end, text=block.text, language=block.language))
            case "list":
                label, start = "", block.start
                if waiting:
                    label, start = waiting.label, waiting.start
                    parts.pop()
                parts.append(Part("list", start, block.end, label, items=block.items))
            case _:
                found = entries(block.text, block.start, block.end)
                if waiting and found[0].kind == "text":
                    waiting.text, waiting.end = found[0].text, found[0].end
                    found = found[1:]
                parts += found
    return parts


def entries(text: str, start: int, end: int) -> list[Part]:
    """A text's lines: each that opens with a label begins an entry, the others go on with the one before."""
    lines = text.split("\n")
    parts: list[Part] = []
    held: list[str] = []
    for number, line in enumerate(lines):
        label = label_of(line)
        if label is None and parts:
            held.append(line)
            continue
        if parts:
            parts[-1].text, parts[-1].end = "\n".join(held).strip(), min(start + number, end)
        if label is None:
            parts.append(Part("text", start, end))
            held = [line]
        else:
            parts.append(Part("label", start + number, end, label.name))
            held = [label.value]
    parts[-1].text = "\n".join(held).strip()
    return parts
