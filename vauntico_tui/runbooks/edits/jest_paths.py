"""The paths that a Jest configuration names: where they lead, and what is put where one leads to nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vauntico_tui.runbooks.edits.js_values import Beside
from vauntico_tui.runbooks.edits.model import Exists
from vauntico_tui.runbooks.edits.splice import CannotMerge

Told = str | int | bool | tuple[str, ...]
"""The value of an option."""

_ROOT = "<rootDir>"
_ENDINGS = ("", ".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json", "/index.ts", "/index.js")
_TRANSFORMS = re.compile(
    r"ts-jest|@swc/jest|@swc-node/jest|esbuild-jest|esbuild-runner|jest-esbuild|sucrase|next/jest|jest-expo|react-native"
    r"|preset-typescript|@babel/preset-env|\btsx\b"
)
_BABEL = ("babel.config.js", "babel.config.cjs", "babel.config.mjs", "babel.config.json", "babel.config.ts", ".babelrc",
          ".babelrc.js", ".babelrc.json", ".babelrc.cjs")  # fmt: skip
_SAYS = {
    "globalSetup": "Runs once, before all tests.",
    "globalTeardown": "Runs once, after all tests.",
    "setupFilesAfterEnv": "Runs in front of each test file, with Jest's globals there.",
    "setupFiles": "Runs in front of each test file, before Jest's globals are there.",
}


@dataclass(frozen=True, slots=True)
class Paths:
    """`folder` is the configuration's, `root` what <rootDir> means in it (None: it can't be told)."""

    folder: str
    root: str | None
    exists: Exists

    def is_path(self, told: Any) -> bool:
        return isinstance(told, Beside) or (isinstance(told, str) and told.startswith((_ROOT, "./", "../")))

    def file(self, told: Any) -> str | None:
        """Where in the repository it leads; None: outside of it, a package, or it can't be told."""
        if isinstance(told, Beside):
            return _inside(posixpath.join(self.folder, told.path))
        if not self.is_path(told) or self.root is None:
            return None
        return _inside(posixpath.join(self.root, told.removeprefix(_ROOT).lstrip("/")))

    def found(self, file: str) -> str | None:
        """The file that is there by that name, with the endings that Jest tries; None: there is none."""
        return next((file + ending for ending in _ENDINGS if self.exists(file + ending)), None)

    def same(self, one: Any, other: Any) -> bool:
        """Whether two paths lead to the same file."""
        if isinstance(one, str) and one == other:
            return True
        left, right = self.file(one), self.file(other)
        if left is None or right is None:
            return False
        return left == right or any(left + ending == right or left == right + ending for ending in _ENDINGS[1:])

    def compiled(self, text: str) -> bool:
        """Whether the tests go through a compiler, so that files of theirs may be TypeScript or ES modules."""
        places = {self.folder, self.root or self.folder, ""}
        return bool(_TRANSFORMS.search(text)) or any(
            self.exists(posixpath.join(place, name)) for place in places for name in _BABEL
        )


@dataclass
class Files:
    """Sees to the files that options name: one that is not there is put into `also`, or its option is left out.

    `text` is the configuration's, `module` whether that is an ES module.
    """

    missing: Literal["create", "leave_out"]
    text: str
    module: bool
    newline: str
    also: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def present(self, options: Mapping[str, Told], paths: Paths) -> dict[str, Told]:
        """The options without what leads to nothing. Raises CannotMerge where that can't be told."""
        kept: dict[str, Told] = {}
        for name, told in options.items():
            if not isinstance(told, tuple):
                if self.there(name, told, paths):
                    kept[name] = told
                continue
            good = tuple(value for value in told if self.there(name, value, paths))
            if good or not told:
                kept[name] = good
        return kept

    def there(self, name: str, value: Told, paths: Paths) -> bool:
        """Whether what a value leads to is there, or has been put there now."""
        if not paths.is_path(value):
            return True
        if paths.root is None:
            raise CannotMerge(f"its rootDir can't be told by reading, so {value} can't be looked for")
        file = paths.file(value)
        if file is None:
            raise CannotMerge(f"{value} leads out of the repository")
        if file in self.also or paths.found(file):
            return True
        if self.missing == "leave_out":
            self.notes.append(f"{name}: {file} is not there, so it is left out")
            return False
        script = file.endswith((".ts", ".tsx", ".mts", ".cts"))
        compiled = paths.compiled(self.text)
        module = file.endswith((".mjs", ".mts")) or (compiled if script else self.module and file.endswith(".js"))
        self.also[file] = _minimal(name, file, module=module, newline=self.newline)
        said = f"{name}: {file} is not there, so a file that does nothing yet is put there"
        plain = "; in plain JavaScript, for nothing says that tests are compiled" if script and not compiled else ""
        self.notes.append(said + plain)
        return True


def _minimal(option: str, file: str, *, module: bool, newline: str) -> str:
    """The least that a file of that option can hold. `module`: written as an ES module."""
    says = f"// {_SAYS.get(option, 'Asked for by the Jest configuration.')}"
    if file.endswith(".json"):
        return "{}" + newline
    if option in {"globalSetup", "globalTeardown"}:
        head = "export default" if module else "module.exports ="
        lines = [says, f"{head} async () => {{}};"]
    else:  # TypeScript wants to be told that it is a module
        lines = [says, "export {};"] if module and file.endswith((".ts", ".tsx", ".mts")) else [says]
    return newline.join([*lines, ""])


def _inside(path: str) -> str | None:
    found = posixpath.normpath(path)
    return None if found.startswith(("..", "/")) or found == "." else found
