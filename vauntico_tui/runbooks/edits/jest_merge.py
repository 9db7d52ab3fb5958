"""Puts options into the object of a Jest configuration, beside what it holds already."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vauntico_tui.runbooks.edits import jest_place, js_tree, js_values, js_write
from vauntico_tui.runbooks.edits.jest_paths import Files, Paths, Told
from vauntico_tui.runbooks.edits.js_objects import Entry, entry, spreads
from vauntico_tui.runbooks.edits.js_values import Unknown
from vauntico_tui.runbooks.edits.model import Exists
from vauntico_tui.runbooks.edits.splice import CannotMerge, Splice, line_end, line_start, newline_of, next_line
from vauntico_tui.runbooks.model import JestOptions

if TYPE_CHECKING:
    from tree_sitter import Node

    from vauntico_tui.runbooks.edits.js_tree import Source

_EACH = frozenset({"setupFiles", "setupFilesAfterEnv"})
"""Options that Jest takes from each of its `projects`, not from the configuration that names them."""
_WORD = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_PURE = re.compile(r"""[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|require\(\s*["'][^"'\n]+["']\s*\)""")


@dataclass(frozen=True, slots=True)
class _Into:
    """An object that options go into: its node, what it is laid over, and the paths as they are told in it. `number`:
    0 for the configuration, n for the n-th of its projects."""

    node: Node
    under: tuple[str, ...]
    paths: Paths
    number: int = 0


class Merge:
    """The changes that put a configuration right. `expected` is what will stand where (number, option, value)."""

    def __init__(self, edit: JestOptions, source: Source, exists: Exists) -> None:
        self.source = source
        self.splices: list[Splice] = []
        self.expected: list[tuple[int, str, Told]] = []
        self._behind: dict[str, list[str]] = {}
        self._options = edit.options
        self._json = edit.path.endswith(".json")
        self._quote = js_write.quote_of(source, json=self._json)
        self._exists = exists
        self._folder = posixpath.dirname(edit.path)
        self.files = Files(edit.missing, source.text, jest_place.is_module(source), newline_of(source.text))
        self.place = jest_place.find(source, edit.path, edit.options)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.files.notes))

    def run(self) -> None:
        """Plan all of it. Raises CannotMerge."""
        projects = self.projects()
        each = {name: told for name, told in self._options.items() if projects and name in _EACH}
        whole = {name: told for name, told in self._options.items() if name not in each}
        self._merge(_Into(self.place.node, self.place.under, self.paths(self.place.node)), whole)
        for number, project in enumerate(projects, 1):
            self._merge(_Into(project, (), self.paths(project), number), each)
        if each:
            self._note(f"{', '.join(each)}: put into each of the projects, where Jest looks for it")
        for shown, names in self._behind.items():
            self._note(f"put behind {shown}, so that they hold whatever that says: {', '.join(names)}")

    def paths(self, node: Node) -> Paths:
        """What paths mean in an object: by its rootDir, or the configuration's folder."""
        named = [value for it in self._options.values() for value in (it if isinstance(it, tuple) else (it,))]
        told = entry(self.source, node, "rootDir")
        if (told is None or told.spread_behind) and any("<rootDir>" in str(value) for value in named):
            for base in spreads(self.source, node, "rootDir"):
                self._note(f"rootDir is taken to be its folder; see that {self._short(base)} sets no other")
        if told is None:
            return Paths(self._folder, self._folder, self._exists)
        value = js_values.value(self.source, told.value) if told.value is not None else None
        value = value.path if isinstance(value, js_values.Beside) else value
        if not isinstance(value, str):
            return Paths(self._folder, None, self._exists)
        root = posixpath.normpath(posixpath.join(self._folder, value.replace("<rootDir>", ".")))
        return Paths(self._folder, "" if root == "." else root, self._exists)

    def projects(self) -> list[Node]:
        """The projects that are written out in it. Raises CannotMerge where some are elsewhere and are concerned."""
        told = entry(self.source, self.place.node, "projects")
        concerned = sorted(_EACH & set(self._options))
        if told is None or not concerned:
            return []
        node = js_values.bare(told.value) if told.value is not None else None
        listed = js_tree.parts(node) if node is not None and node.type == "array" else []
        items = [js_values.bare(item) for item in listed]
        if not items or any(item.type != "object" for item in items):
            named = " and ".join(concerned)
            raise CannotMerge(
                f"it has projects that are configured elsewhere, and Jest takes {named} from each of those"
            )
        return items

    # ---- one object ----------------------------------------------------------------------------------------------

    def _merge(self, into: _Into, options: Mapping[str, Told]) -> None:
        entries = {name: entry(self.source, into.node, name) for name in options}
        wanted = {
            name: told for name, told in options.items()
            if (there := entries[name]) is None or not self._stays(name, told, there, into.paths)
        }  # fmt: skip
        added: list[str] = []
        for name, told in self.files.present(wanted, into.paths).items():
            there = entries[name]
            self.expected.append((into.number, name, told))
            if there is None:
                added.append(f"{self._key(into.node, name)}: {self._fresh(into, name, told)}")
            elif there.spread_behind:
                added.append(self._moved(name, told, there))
            elif there.value is not None:
                self._set(name, told, js_values.bare(there.value), into.paths)
        if added:
            self.splices += js_write.appended(self.source, into.node, added)

    def _set(self, name: str, told: Told, node: Node, paths: Paths) -> None:
        if not isinstance(told, tuple):
            text = js_values.written(told, self._quote)
            self.splices.append(Splice(self.source.start(node), self.source.end(node), text))
            return
        lacking = [js_values.written(value, self._quote) for value in self._lacking(told, node, paths)]
        if lacking:
            self.splices += js_write.appended(self.source, node, lacking)
            self._note(f"{name}: added to what is there")

    # ---- what is there already -----------------------------------------------------------------------------------

    def _stays(self, name: str, told: Told, there: Entry, paths: Paths) -> bool:
        """Whether what is there is good as it is. Raises CannotMerge where that can't be told."""
        if there.value is None:
            raise CannotMerge(f"{name} is no plain value in it (line {there.line})")
        if isinstance(told, tuple):
            return self._list_stays(name, told, there, there.value, paths)
        value, said = js_values.value(self.source, there.value), self._short(there.value)
        if isinstance(value, Unknown):
            raise CannotMerge(f"{name} is {said} (line {there.line}), which can't be told by reading")
        if paths.is_path(told):
            return self._path_stays(name, str(told), value, said, paths)
        good = type(value) is type(told) and value == told
        if name == "testTimeout" and _is_number(value) and _is_number(told) and value > told:
            if not there.spread_behind:
                self._note(f"testTimeout is {said} already, longer than {told}: left as it is")
                return True
            raise CannotMerge(
                f"testTimeout is {said} and may be replaced by what is spread behind it (line {there.line})"
            )
        return good and not there.spread_behind

    def _path_stays(self, name: str, told: str, value: Any, said: str, paths: Paths) -> bool:
        """Whether the file that is named already is kept. Jest takes one, so one of the two must give way."""
        wanted = paths.file(told)
        if paths.same(value, told):
            self._put_there(name, told, paths)
            return True
        if value is None:
            return False
        has = paths.file(value)
        known = has is None or bool(paths.found(has))
        if known and wanted is not None and paths.found(wanted):
            raise CannotMerge(f"{name} is {said} in it, {wanted} is there too, and Jest takes one only")
        if known:
            self._note(f"{name} is {said} already: left as it is, for Jest takes one only")
        return known

    def _put_there(self, name: str, told: str, paths: Paths) -> None:
        """The configuration names a file already: where it is not there, it is put there, if that is asked for."""
        file = paths.file(told)
        if file is None or paths.found(file):
            return
        if self.files.missing == "leave_out":
            self._note(f"{name} leads to {file}, which is not there: left as it is")
        else:
            self.files.there(name, told, paths)

    def _list_stays(self, name: str, told: tuple[str, ...], there: Entry, node: Node, paths: Paths) -> bool:
        node = js_values.bare(node)
        if node.type != "array":
            raise CannotMerge(
                f"{name} is {self._short(node)} in it (line {there.line}), no list that something can be added to"
            )
        if there.spread_behind:
            raise CannotMerge(f"{name} may be replaced by what is spread behind it (line {there.line})")
        lacking = self._lacking(told, node, paths)
        for value in told:
            if value not in lacking and paths.is_path(value):
                self._put_there(name, value, paths)
        return not lacking

    def _lacking(self, told: tuple[str, ...], node: Node, paths: Paths) -> list[str]:
        held = [js_values.value(self.source, item) for item in js_tree.parts(node)]
        return [value for value in told if not any(paths.same(has, value) for has in held)]

    # ---- what is put in ------------------------------------------------------------------------------------------

    def _key(self, node: Node, name: str) -> str:
        """As the others are written: in quotes where all of them are."""
        keys = [key for it in js_tree.parts(node) if (key := it.child_by_field_name("key")) is not None]
        if self._json or (keys and all(key.type == "string" for key in keys)) or not _WORD.fullmatch(name):
            return js_values.written(name, self._quote)
        return name

    def _fresh(self, into: _Into, name: str, told: Told) -> str:
        """The value of an option that is not in the object itself, but may be in what lies under it."""
        written = js_values.written(told, self._quote)
        bases = [base for base in into.under if re.sub(r"\s", "", base) != "{}"]
        bases += [self.source.said(node) for node in spreads(self.source, into.node, name)]
        if not bases:
            return written
        shown = ", ".join(" ".join(base.split())[:40] for base in bases)
        if not isinstance(told, tuple):
            self._behind.setdefault(shown, []).append(name)
            return written
        if any(not _PURE.fullmatch(base) for base in bases):
            raise CannotMerge(f"whether {shown} holds {name} too can't be told by reading, and a list must not be lost")
        self._note(f"{name}: added to what {shown} may hold")
        # what is laid over the others last is what holds, so that is asked first
        held = " ?? ".join(f"{base}.{name}" for base in reversed(bases))
        return f"[...({held} ?? []), {written[1:-1]}]"

    def _moved(self, name: str, told: Told, there: Entry) -> str:
        """An option in front of a spread goes behind it, for what is spread may say otherwise."""
        text = self.source.text
        start, end = self.source.start(there.whole), self.source.end(there.whole)
        rest = re.compile(r"[ \t]*,[ \t]*").match(text, end)
        before = text[line_start(text, start) : start]
        if before.strip() or rest is None or rest.end() != line_end(text, end):
            raise CannotMerge(f"{name} may be replaced by what is spread behind it (line {there.line})")
        self.splices.append(Splice(line_start(text, start), next_line(text, end), ""))
        self._note(f"{name}: moved behind what is spread, which could say otherwise")
        return f"{self.source.said(there.key)}: {js_values.written(told, self._quote)}"

    def _short(self, node: Node) -> str:
        return " ".join(self.source.said(node).split())[:60]

    def _note(self, sentence: str) -> None:
        self.files.notes.append(sentence)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
