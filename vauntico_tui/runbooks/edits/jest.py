"""Options merged into a Jest configuration, whatever it is written in and whatever it holds already."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from vauntico_tui.runbooks.edits import jest_place, js_tree, js_values, js_write
from vauntico_tui.runbooks.edits.jest_paths import Paths, minimal
from vauntico_tui.runbooks.edits.js_values import UNKNOWN
from vauntico_tui.runbooks.edits.model import Edited, Exists
from vauntico_tui.runbooks.edits.splice import CannotMerge, Splice, line_end, line_start, newline_of, next_line, spliced
from vauntico_tui.runbooks.model import JestOptions

if TYPE_CHECKING:
    from tree_sitter import Node

    from vauntico_tui.runbooks.edits.js_tree import Source

_EACH = frozenset({"setupFiles", "setupFilesAfterEnv"})
"""Options that Jest takes from each of its `projects`, not from the configuration that names them."""
_NAMES = tuple(f"jest.config.{ending}" for ending in ("js", "ts", "mjs", "cjs", "json", "mts", "cts"))
_WORD = re.compile(r"[A-Za-z_$][\w$]*")

Told = str | int | bool | tuple[str, ...]


def jest(edit: JestOptions, before: str | None, exists: Exists) -> Edited:
    """Merge the options in, and see to the files that they name. Raises CannotMerge."""
    folder = posixpath.dirname(edit.path)
    if before is None or not before.strip():
        return _created(edit, before, Paths(folder, folder, exists))
    source = js_tree.read(before, edit.path)
    place = jest_place.find(source, edit.path, edit.options)
    merge = _Merge(edit, source, place, exists)
    merge.run()
    after = spliced(before, merge.splices)
    if after != before:
        _prove(edit, source, after, merge)
    return Edited(edit.path, before, after, tuple(merge.notes), merge.also)


def fragment(edit: JestOptions) -> str:
    """The options as a configuration by themselves."""
    lines = [f"  {name}: {js_values.written(told, chr(34))}," for name, told in edit.options.items()]
    if edit.path.endswith(".json"):
        inner = ",\n".join(f'  "{name}": {js_values.written(told, chr(34))}' for name, told in edit.options.items())
        return f"{{\n{inner}\n}}\n"
    if edit.path.endswith((".ts", ".mts", ".cts")):
        head = 'import type { Config } from "jest";\n\nconst config: Config = {'
        return "\n".join([head, *lines, "};", "", "export default config;", ""])
    head = "export default {" if edit.path.endswith(".mjs") else "module.exports = {"
    return "\n".join([head, *lines, "};", ""])


def _created(edit: JestOptions, before: str | None, paths: Paths) -> Edited:
    if edit.path.endswith("package.json"):
        raise CannotMerge("there is no package.json, and one that only configures Jest is none")
    others = [name for name in _NAMES if name != posixpath.basename(edit.path) and
              paths.exists(posixpath.join(paths.folder, name))]  # fmt: skip
    if others:
        raise CannotMerge(f"there is a {others[0]} beside it, and Jest takes one configuration only: name that file")
    notes: list[str] = ["there was no configuration: this is all of it"]
    also: dict[str, str] = {}
    options = _present(edit, paths, "", also, notes, module=edit.path.endswith((".mjs", ".ts", ".mts")), newline="\n")
    return Edited(edit.path, before, fragment(edit.model_copy(update={"options": options})), tuple(notes), also)


# ---- files that options name ---------------------------------------------------------------------------------------


def _present(
    edit: JestOptions, paths: Paths, text: str, also: dict[str, str], notes: list[str], *, module: bool, newline: str
) -> dict[str, Told]:
    """The options, without what leads to nothing or with a file put there, as the edit says."""
    kept: dict[str, Told] = {}
    for name, told in edit.options.items():
        values = told if isinstance(told, tuple) else (told,)
        good = [value for value in values if _there(edit, paths, text, name, value, also, notes, module, newline)]
        if isinstance(told, tuple) and (good or not told):
            kept[name] = tuple(str(value) for value in good)
        elif good and not isinstance(told, tuple):
            kept[name] = told
    return kept


def _there(
    edit: JestOptions, paths: Paths, text: str, name: str, value: Told, also: dict[str, str], notes: list[str],
    module: bool, newline: str,
) -> bool:  # fmt: skip
    if not paths.is_path(value):
        return True
    if paths.root is None:
        raise CannotMerge(f"its rootDir can't be told by reading, so {value} can't be looked for")
    file = paths.file(value)
    if file is None:
        raise CannotMerge(f"{value} leads out of the repository")
    if file in also or paths.found(file):
        return True
    if edit.missing == "leave_out":
        notes.append(f"{name}: {file} is not there, so it is left out")
        return False
    script = file.endswith((".ts", ".tsx", ".mts"))
    compiled = paths.compiled(text)
    as_module = file.endswith((".mjs", ".mts")) or (compiled if script else module and file.endswith(".js"))
    also[file] = minimal(name, file, module=as_module, newline=newline)
    notes.append(f"{name}: {file} is not there, so a file that does nothing yet is put there")
    if script and not compiled:
        notes.append(
            f"{file}: nothing here says that the tests go through a TypeScript compiler, so it is plain JavaScript"
        )
    return True


# ---- merging -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Object:
    """An object that options go into, and the sources of what lies under or in front of it."""

    node: Node
    under: tuple[str, ...]


@dataclass
class _Merge:
    edit: JestOptions
    source: Source
    place: jest_place.Place
    exists: Exists
    splices: list[Splice] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    also: dict[str, str] = field(default_factory=dict)
    expected: list[tuple[int, str, Told]] = field(default_factory=list)
    """Which object (0: the whole; n: the n-th project), option and value will stand in the new text."""

    def __post_init__(self) -> None:
        self.json = self.edit.path.endswith(".json")
        self.quote = js_write.quote_of(self.source, json=self.json)
        self.paths = self._paths(self.place.node, posixpath.dirname(self.edit.path))
        self.newline = newline_of(self.source.text)

    def run(self) -> None:
        projects = self._projects()
        whole = {name: told for name, told in self.edit.options.items() if not projects or name not in _EACH}
        self._into(_Object(self.place.node, self.place.under), whole, self.paths, 0)
        each = {name: told for name, told in self.edit.options.items() if name not in whole}
        if each:
            folder = posixpath.dirname(self.edit.path)
            for number, project in enumerate(projects, 1):
                self._into(_Object(project, ()), each, self._paths(project, folder), number)
            self.notes.append(f"{', '.join(each)}: put into each of the projects, where Jest looks for it")
        self.notes = list(dict.fromkeys(self.notes))

    def _paths(self, node: Node, folder: str) -> Paths:
        told = _entry(self.source, node, "rootDir")
        if told is None:
            spread = any(it.type == "spread_element" for it in js_tree.parts(node))
            return Paths(folder, folder, self.exists) if not spread or True else Paths(folder, None, self.exists)
        value = js_values.value(self.source, told.node) if told.node is not None else UNKNOWN
        if isinstance(value, js_values.Beside):
            root: str | None = posixpath.normpath(posixpath.join(folder, value.path))
        else:
            root = posixpath.normpath(posixpath.join(folder, value)) if isinstance(value, str) else None
        return Paths(folder, "" if root == "." else root, self.exists)

    def _projects(self) -> list[Node]:
        """The projects that are written out in it. Raises CannotMerge where some are elsewhere and are concerned."""
        told = _entry(self.source, self.place.node, "projects")
        if told is None or not _EACH & set(self.edit.options):
            return []
        named = ", ".join(sorted(_EACH & set(self.edit.options)))
        node = js_values.bare(told.node) if told.node is not None else None
        items = (
            [js_values.bare(item) for item in js_tree.parts(node)] if node is not None and node.type == "array" else []
        )
        if not items or any(item.type != "object" for item in items):
            raise CannotMerge(
                f"it has projects that are configured elsewhere, and Jest takes {named} from each of those"
            )
        return items

    def _into(self, at: _Object, options: Mapping[str, Told], paths: Paths, number: int) -> None:
        """The options into one object."""
        asked = self.edit.model_copy(update={"options": dict(options)})
        wanted: dict[str, Told] = {}
        for name, told in options.items():
            there = _entry(self.source, at.node, name)
            if there is None:
                wanted[name] = told
            elif self._stays(name, told, there, paths):
                continue
            else:
                wanted[name] = told
        module = jest_place.is_module(self.source)
        present = _present(
            asked.model_copy(update={"options": wanted}), paths, self.source.text, self.also, self.notes,
            module=module, newline=self.newline,
        )  # fmt: skip
        added: list[str] = []
        for name, told in present.items():
            there = _entry(self.source, at.node, name)
            self.expected.append((number, name, told))
            if there is None:
                added.append(f"{self._key(at.node, name)}: {self._fresh(at, name, told, paths)}")
            elif there.spread_behind:
                added.append(self._moved(name, told, there))
            elif isinstance(told, tuple) and there.node is not None:
                self._add_to_list(name, told, there.node, paths)
            elif there.node is not None:
                node = js_values.bare(there.node)
                self.splices.append(
                    Splice(self.source.start(node), self.source.end(node), js_values.written(told, self.quote))
                )
        if added:
            self.splices += js_write.appended(self.source, at.node, added)

    def _stays(self, name: str, told: Told, there: _Entry, paths: Paths) -> bool:
        """Whether what is there is good as it is. Raises CannotMerge where it can't be told what should become of it."""
        if there.node is None:
            raise CannotMerge(f"{name} is no plain value in it (line {there.line})")
        value = js_values.value(self.source, there.node)
        said = " ".join(self.source.said(there.node).split())[:60]
        if isinstance(told, tuple):
            return self._list_stays(name, told, there, paths)
        if isinstance(value, js_values.Unknown):
            raise CannotMerge(
                f"{name} is {said} in it (line {there.line}), and what that comes to can't be told by reading"
            )
        good = type(value) is type(told) and value == told
        if name == "testTimeout" and _is_number(value) and _is_number(told) and value > told:
            self.notes.append(f"testTimeout is {said} already, longer than {told}: left as it is")
            good = True
        if paths.is_path(told):
            good = good or self._path_stays(name, str(told), value, said, paths)
        if good and there.spread_behind and not paths.is_path(told):
            return False
        return good

    def _path_stays(self, name: str, told: str, value: Any, said: str, paths: Paths) -> bool:
        """Whether the file that is named already is kept. Jest takes one, so one of the two must give way."""
        wanted = paths.file(told)
        if paths.same(value, told):
            if wanted is not None and paths.found(wanted):
                return True
            return wanted is None or self._must_create(name, told, paths)
        if value is None:
            return False
        has = paths.file(value)
        known = has is None or paths.found(has)
        if known and wanted is not None and paths.found(wanted):
            raise CannotMerge(f"{name} is {said} in it, {wanted} is there too, and Jest takes one only")
        if known:
            self.notes.append(f"{name} is {said} already: left as it is, for Jest takes one only")
        return bool(known)

    def _must_create(self, name: str, told: str, paths: Paths) -> bool:
        """The configuration names the file already, and it is not there: it is put there; the text stays."""
        if self.edit.missing == "leave_out":
            self.notes.append(f"{name} leads to {paths.file(told)}, which is not there: left as it is")
            return True
        _present(
            self.edit.model_copy(update={"options": {name: told}}), paths, self.source.text, self.also, self.notes,
            module=jest_place.is_module(self.source), newline=self.newline,
        )  # fmt: skip
        return True

    def _list_stays(self, name: str, told: tuple[str, ...], there: _Entry, paths: Paths) -> bool:
        node = js_values.bare(there.node) if there.node is not None else None
        if node is None or node.type != "array":
            said = " ".join(self.source.said(there.node).split())[:60] if there.node is not None else name
            raise CannotMerge(f"{name} is {said} in it (line {there.line}), no list that something can be added to")
        if there.spread_behind:
            raise CannotMerge(f"{name} may be replaced by what is spread behind it (line {there.line})")
        lacking = self._lacking(told, node, paths)
        for value in told:
            if value not in lacking and paths.is_path(value):
                file = paths.file(value)
                if file is not None and not paths.found(file):
                    self._must_create(name, value, paths)
        return not lacking

    def _lacking(self, told: tuple[str, ...], node: Node, paths: Paths) -> list[str]:
        held = [js_values.value(self.source, item) for item in js_tree.parts(node)]
        return [value for value in told if not any(paths.same(has, value) for has in held)]

    def _add_to_list(self, name: str, told: tuple[str, ...], node: Node, paths: Paths) -> None:
        node = js_values.bare(node)
        lacking = self._lacking(told, node, paths)
        if lacking:
            self.splices += js_write.appended(
                self.source, node, [js_values.written(value, self.quote) for value in lacking]
            )
            self.notes.append(f"{name}: added to what is there")

    def _key(self, node: Node, name: str) -> str:
        keys = [key for it in js_tree.parts(node) if (key := it.child_by_field_name("key")) is not None]
        if self.json or (keys and all(key.type == "string" for key in keys)) or not _WORD.fullmatch(name):
            return js_values.written(name, self.quote)
        return name

    def _fresh(self, at: _Object, name: str, told: Told, paths: Paths) -> str:
        """The value of an option that is not in the object itself, but may be in what lies under it."""
        written = js_values.written(told, self.quote)
        bases = [*at.under, *(self.source.said(js_tree.parts(it)[0]) for it in js_tree.parts(at.node)
                              if it.type == "spread_element" and js_tree.parts(it)
                              and self._may_hold(js_tree.parts(it)[0], name))]  # fmt: skip
        bases = [base for base in bases if base.strip() != "{}"]
        if not bases:
            return written
        shown = ", ".join(" ".join(base.split())[:40] for base in bases)
        if not isinstance(told, tuple):
            self.notes.append(f"{name}: put behind {shown}, so that it holds whatever that says")
            return written
        for base in bases:
            if not re.fullmatch(r"""[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|require\(\s*["'][^"'\n]+["']\s*\)""", base):
                raise CannotMerge(
                    f"whether {shown} holds {name} too can't be told by reading, and a list must not be lost"
                )
        self.notes.append(f"{name}: added to what {shown} may hold")
        return "[" + ", ".join([*(f"...({base}.{name} ?? [])" for base in bases), written[1:-1]]) + "]"

    def _may_hold(self, node: Node, name: str) -> bool:
        """Whether what is spread may hold an option: what is written out is looked into."""
        node = js_values.bare(node)
        match node.type:
            case "object":
                return _entry(self.source, node, name) is not None or any(
                    self._may_hold(js_tree.parts(it)[0], name) for it in js_tree.parts(node)
                    if it.type == "spread_element" and js_tree.parts(it)
                )  # fmt: skip
            case "binary_expression":
                return self._may_hold(node.children[-1], name)
            case "ternary_expression":
                return any(self._may_hold(part, name) for part in js_tree.parts(node)[1:])
        return True

    def _moved(self, name: str, told: Told, there: _Entry) -> str:
        """An option in front of a spread goes behind it, for what is spread may say otherwise."""
        text, entry = self.source.text, there.entry
        start, end = self.source.start(entry), self.source.end(entry)
        rest = re.compile(r"[ \t]*,[ \t]*").match(text, end)
        alone = not text[line_start(text, start) : start].strip() and rest is not None and \
            rest.end() == line_end(text, end)  # fmt: skip
        if not alone:
            raise CannotMerge(f"{name} may be replaced by what is spread behind it (line {there.line})")
        self.splices.append(Splice(line_start(text, start), next_line(text, end), ""))
        self.notes.append(f"{name}: moved behind what is spread, which could say otherwise")
        return f"{text[start : self.source.start(there.node or entry)].rstrip().rstrip(':').rstrip()}: " + \
            js_values.written(told, self.quote)  # fmt: skip


# ---- what is there -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """A property of an object: the whole of it, its value (None: a method, a shorthand), and whether something that
    may hold the same is spread behind it."""

    entry: Node
    node: Node | None
    line: int
    spread_behind: bool = False


def _entry(source: Source, node: Node, name: str) -> _Entry | None:
    """The property of that name. Raises CannotMerge where it is there twice."""
    found: _Entry | None = None
    for entry in js_tree.parts(node):
        if entry.type == "spread_element" or _computed(source, entry):
            if found is not None:
                found = replace(found, spread_behind=True)
            continue
        key = entry.child_by_field_name("key") or entry.child_by_field_name("name") or entry
        if js_values.key_of(source, key) == name:
            if found is not None:
                raise CannotMerge(f"{name} is there twice (line {source.line(entry)})")
            plain = entry.child_by_field_name("value") if entry.type == "pair" else None
            found = _Entry(entry, plain, source.line(entry))
    return found


def _computed(source: Source, entry: Node) -> bool:
    key = entry.child_by_field_name("key") or entry.child_by_field_name("name")
    return key is not None and key.type == "computed_property_name" and js_values.key_of(source, key) is None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# ---- proof ---------------------------------------------------------------------------------------------------------


def _prove(edit: JestOptions, source: Source, after: str, merge: _Merge) -> None:
    """Raises CannotMerge unless the new text is sound, holds what was meant, and all else stands as it stood."""
    now = js_tree.read(after, edit.path)
    place = jest_place.find(now, edit.path, edit.options)
    merged = _Merge(edit, now, place, lambda path: path in merge.also or merge.exists(path))
    again = merged.place.node
    told = _entry(now, again, "projects")
    projects = js_tree.parts(js_values.bare(told.node)) if told is not None and told.node is not None else []
    for number, name, wanted in merge.expected:
        node = again if number == 0 else js_values.bare(projects[number - 1])
        entry = _entry(now, node, name)
        if (
            entry is None
            or entry.node is None
            or entry.spread_behind
            or not _says(now, entry.node, wanted, merged.paths)
        ):
            raise CannotMerge(f"{name} would not be what is asked for")
    if _others(source, merge.splices, taken=True) != _others(now, merge.splices, taken=False):
        raise CannotMerge("something else of it would change")


def _says(source: Source, node: Node, wanted: Told, paths: Paths) -> bool:
    value = js_values.value(source, node)
    if not isinstance(wanted, tuple):
        return type(value) is type(wanted) and bool(value == wanted)
    inner = js_values.bare(node)
    held = [js_values.value(source, item) for item in js_tree.parts(inner)] if inner.type == "array" else []
    return all(any(paths.same(has, item) for has in held) for item in wanted)


def _others(source: Source, splices: list[Splice], *, taken: bool) -> list[tuple[str, str]]:
    """Every word, mark and comment outside of what is replaced (`taken`), or of what has been put in."""
    shift = 0
    spans: list[tuple[int, int]] = []
    for splice in sorted(dict.fromkeys(splices), key=lambda it: (it.start, it.end)):
        if taken:
            spans.append((splice.start, splice.end))
        else:
            spans.append((splice.start + shift, splice.start + shift + len(splice.text)))
            shift += len(splice.text) - (splice.end - splice.start)
    return [
        (leaf.type, source.said(leaf))
        for leaf in js_tree.leaves(source.root)
        if not any(start <= source.start(leaf) and source.end(leaf) <= end for start, end in spans)
    ]
