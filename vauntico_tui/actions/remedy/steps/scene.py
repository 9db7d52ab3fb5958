"""The repository as a planning sees it: branches, files, the template, open pull requests, in one GraphQL query.

Whatever a step asks for beyond what was read ahead is one query more; nothing is asked twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.actions.remedy.steps.listings import ROOT, TREE, Listings
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.runbooks import model as runbook

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.remote import Remote

_BLOB = "{ __typename ... on Blob { oid text isBinary } }"
_RULE = "refUpdateRule { viewerCanPush requiredApprovingReviewCount requiredStatusCheckContexts }"
_PULL = "{ nodes { id number title url body state isDraft baseRefName headRefOid isCrossRepository author { login } } }"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as it is: `may_push` is False where a protection keeps this person from pushing to it; `wants` says what
    it asks for. `ahead` and `behind` are commits against the default branch, where that was asked."""

    name: str
    oid: str
    may_push: bool = True
    wants: str = ""
    ahead: int | None = None
    behind: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file at a ref. `text` None: it is there but no text (binary, not UTF-8, or too large)."""

    oid: str
    text: str | None


@dataclass(frozen=True, slots=True)
class PullRequest:
    number: int
    title: str
    url: str
    body: str
    state: str  # OPEN MERGED CLOSED
    base: str
    head_oid: str
    author: str
    draft: bool


@dataclass(slots=True)
class Wanted:
    """What is to be read: branches by name, (branch or HEAD, path), branches whose pull requests are asked for,
    (branch or HEAD, folder) with what is in it and two folders below."""

    branches: set[str] = field(default_factory=set)
    files: set[tuple[str, str]] = field(default_factory=set)
    pulls: set[str] = field(default_factory=set)
    folders: set[tuple[str, str]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.branches or self.files or self.pulls or self.folders)


HEAD = "HEAD"
"""The default branch, whatever it is called."""


class Scene:
    """The reads of one planning. Every method raises StepError."""

    def __init__(self, remote: Remote, ahead: Wanted | None = None) -> None:
        self._remote, self._ahead = remote, ahead or Wanted()
        self._read = False
        self.default = ""
        self.login = ""
        self.role: str | None = None
        self.public = False
        self.templates: tuple[tuple[str, str], ...] = ()  # (file name, body)
        self._branches: dict[str, Branch | None] = {}
        self._files: dict[tuple[str, str], File | None] = {}
        self._pulls: dict[str, tuple[PullRequest, ...]] = {}
        self._paths: dict[str, frozenset[str]] = {}
        self._listed = Listings()
        self._kept: dict[str, Any] = {}

    async def read(self, wanted: Wanted | None = None) -> None:
        """See to it that everything wanted is known."""
        more = wanted or Wanted()
        if not self._read:
            more = _join(more, self._ahead)
        missing = Wanted(
            {one for one in more.branches if one not in self._branches},
            {one for one in more.files if one not in self._files},
            {one for one in more.pulls if one not in self._pulls},
            {one for one in more.folders if one not in self._listed.asked},
        )
        if self._read and not missing:
            return
        await self._ask(missing)
        self._read = True

    async def branch(self, name: str) -> Branch | None:
        await self.read(Wanted(branches={name}))
        return self._branches[name]

    async def start(self, name: str | None) -> Branch | None:
        """A branch by name, or the default branch."""
        await self.read(Wanted(branches={name}) if name else None)
        return self._branches[name or self.default]

    async def file(self, ref: str, path: str) -> File | None:
        await self.read(Wanted(files={(ref, path)}))
        return self._files[ref, path]

    async def pulls(self, branch: str) -> tuple[PullRequest, ...]:
        """The newest pull requests from a branch of this repository, open and merged."""
        await self.read(Wanted(pulls={branch}))
        return self._pulls[branch]

    def there(self, ref: str, path: str) -> bool | None:
        """Whether a path is there, by the folders that were read ahead; None: they do not tell."""
        return self._listed.there(ref, path)

    async def paths(self, oid: str) -> frozenset[str]:
        """Every path of a commit. Raises StepError where there are too many to be told."""
        if oid not in self._paths:
            what = "the repository's files"
            told = await self._remote.json(self._remote.path(f"/git/trees/{oid}?recursive=1"), what=what)
            if told.get("truncated"):
                raise StepError(Trouble("too_large", "the repository has too many files to look at", "edit it by hand"))
            self._paths[oid] = frozenset(str(one.get("path")) for one in told.get("tree") or ())
        return self._paths[oid]

    async def once(self, key: str, path: str, inside: str, what: str) -> list[Any]:
        """A paged list, read once a planning."""
        if key not in self._kept:
            self._kept[key] = await self._remote.pages(self._remote.path(path), inside, what=what)
        held: list[Any] = self._kept[key]
        return held

    async def value(self, path: str, what: str) -> Any:
        """A JSON answer, read once a planning."""
        if path not in self._kept:
            self._kept[path] = await self._remote.json(self._remote.path(path), what=what)
        return self._kept[path]

    # ---- the query ---------------------------------------------------------------------------------------------------

    async def _ask(self, wanted: Wanted) -> None:
        owner, name = self._remote.owner_and_name
        branches, files, pulls = sorted(wanted.branches), sorted(wanted.files), sorted(wanted.pulls)
        folders = sorted(wanted.folders)
        declared, parts = ["$owner: String!", "$name: String!"], []
        variables: dict[str, Any] = {"owner": owner, "name": name}
        if not self._read:
            parts.append(
                "viewerPermission isPrivate pullRequestTemplates { filename body } "
                f"defaultBranchRef {{ name target {{ oid }} {_RULE} }}"
            )
        for at, branch in enumerate(branches):
            declared += [f"$b{at}: String!", f"$c{at}: String!"]
            variables |= {f"b{at}": f"refs/heads/{branch}", f"c{at}": branch}
            parts.append(f"b{at}: ref(qualifiedName: $b{at}) {{ name target {{ oid }} {_RULE} }}")
            parts.append(f"c{at}: defaultBranchRef {{ compare(headRef: $c{at}) {{ aheadBy behindBy }} }}")
        for at, (ref, path) in enumerate(files):
            declared.append(f"$f{at}: String!")
            variables[f"f{at}"] = f"{ref}:{path}"
            parts.append(f"f{at}: object(expression: $f{at}) {_BLOB}")
        for at, branch in enumerate(pulls):
            declared.append(f"$p{at}: String!")
            variables[f"p{at}"] = branch
            parts.append(
                f"p{at}: pullRequests(headRefName: $p{at}, states: [OPEN, MERGED], first: 10, "
                f"orderBy: {{field: UPDATED_AT, direction: DESC}}) {_PULL}"
            )
        for at, (ref, folder) in enumerate(folders):
            declared.append(f"$t{at}: String!")
            variables[f"t{at}"] = f"{ref}:{folder}"
            parts.append(f"t{at}: object(expression: $t{at}) {TREE if folder else ROOT}")
        inner = "\n    ".join(parts)
        query = (
            f"query Scene({', '.join(declared)}) {{\n  viewer {{ login }}\n"
            f"  repository(owner: $owner, name: $name) {{\n    nameWithOwner\n    {inner}\n  }}\n}}"
        )
        data = await self._remote.graphql(query, variables, what="the repository")
        told = data.get("repository")
        if not isinstance(told, dict):
            cause = f"GitHub finds no repository {self._remote.repository}, or hides it from this token"
            raise StepError(Trouble("not_found", cause, "check [github] repository in the config, and the token"))
        if not self._read:
            self._first(data, told)
        for at, branch in enumerate(branches):
            self._branches[branch] = _branch(branch, told.get(f"b{at}"), told.get(f"c{at}"))
        for at, (ref, path) in enumerate(files):
            held = await self._file(told.get(f"f{at}"))
            for same in (HEAD, self.default) if ref in (HEAD, self.default) else (ref,):
                self._files[same, path] = held
        for at, (ref, folder) in enumerate(folders):
            for same in (HEAD, self.default) if ref in (HEAD, self.default) else (ref,):
                self._listed.add(same, folder, told.get(f"t{at}"))
        for at, branch in enumerate(pulls):
            self._pulls[branch] = tuple(_pulls(told.get(f"p{at}")))

    def _first(self, data: dict[str, Any], told: dict[str, Any]) -> None:
        self.login = one_line(str((data.get("viewer") or {}).get("login") or ""), 100)
        self.role, self.public = told.get("viewerPermission"), told.get("isPrivate") is False
        templates = told.get("pullRequestTemplates") or ()
        self.templates = tuple((str(one.get("filename") or ""), str(one.get("body") or "")) for one in templates)
        default = told.get("defaultBranchRef")
        if isinstance(default, dict):
            self.default = str(default["name"])
            self._branches[self.default] = _branch(self.default, default, None)

    async def _file(self, told: Any) -> File | None:
        if not isinstance(told, dict):
            return None
        if told.get("__typename") != "Blob":
            return File("", None)
        oid, text = str(told.get("oid")), told.get("text")
        if isinstance(text, str) and blob_oid(text) == oid:
            return File(oid, text)
        if told.get("isBinary"):
            return File(oid, None)
        return File(oid, await self._raw(oid))

    async def _raw(self, oid: str) -> str | None:
        """A file that GraphQL cut or changed (large, a byte order mark): its bytes by REST, if they are UTF-8."""
        answer = await self._remote.get(
            self._remote.path(f"/git/blobs/{oid}"), what="a file", accept="application/vnd.github.raw+json"
        )
        return answer.body if blob_oid(answer.body) == oid else None


def ahead_of(steps: Iterable[runbook.StepBase]) -> Wanted:
    """What planning these steps will ask for, read in the first query."""
    wanted = Wanted()
    starts: dict[str, str | None] = {}
    for step in steps:
        if isinstance(step, runbook.CreateBranch):
            starts[step.name] = step.start
            wanted.branches |= {step.name, *([step.start] if step.start else [])}
            wanted.pulls.add(step.name)
        elif isinstance(step, runbook.ChangeFiles):
            wanted.branches.add(step.branch)
            refs = {step.branch} | ({starts[step.branch] or HEAD} if step.branch in starts else set())
            wanted.files |= {(ref, edit.path) for ref in refs for edit in step.edits}
            looking = {edit.path.rpartition("/")[0] for edit in step.edits if isinstance(edit, runbook.JestOptions)}
            wanted.folders |= {(ref, folder) for ref in refs for folder in (*looking, "") if looking}
        elif isinstance(step, runbook.OpenPullRequest):
            wanted.branches |= {step.branch, *([step.into] if step.into else [])}
            wanted.pulls.add(step.branch)
        elif isinstance(step, runbook.MergePullRequest):
            wanted.branches.add(step.branch)
            wanted.pulls.add(step.branch)
        elif isinstance(step, runbook.RunWorkflow) and step.workflow.endswith((".yml", ".yaml")):
            path = f".github/workflows/{step.workflow.rsplit('/', 1)[-1]}"
            wanted.files.add((step.ref or HEAD, path))
            wanted.branches |= {step.ref} if step.ref else set()
    return wanted


def blob_oid(text: str) -> str:
    """Git's name for a text: proof that what was read is what is there, byte for byte."""
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(b"blob %d\0%s" % (len(data), data), usedforsecurity=False).hexdigest()


def _join(one: Wanted, other: Wanted) -> Wanted:
    return Wanted(
        one.branches | other.branches, one.files | other.files, one.pulls | other.pulls, one.folders | other.folders
    )


def _branch(name: str, told: Any, compared: Any) -> Branch | None:
    if not isinstance(told, dict) or not isinstance(told.get("target"), dict):
        return None
    rule = told.get("refUpdateRule") or {}
    wants: list[str] = []
    if rule.get("requiredApprovingReviewCount"):
        wants.append(f"{rule['requiredApprovingReviewCount']} approving reviews")
    if checks := rule.get("requiredStatusCheckContexts"):
        wants.append(f"the checks {', '.join(one_line(str(one), 60) for one in checks[:6])}")
    counts = (compared or {}).get("compare") or {}
    return Branch(
        name, str(told["target"]["oid"]), rule.get("viewerCanPush") is not False, " and ".join(wants),
        counts.get("aheadBy"), counts.get("behindBy"),
    )  # fmt: skip


def _pulls(told: Any) -> Sequence[PullRequest]:
    nodes = (told or {}).get("nodes") or ()
    return [
        PullRequest(
            int(one["number"]), one_line(str(one["title"]), 250), str(one["url"]), clean(str(one.get("body") or "")),
            str(one["state"]), str(one["baseRefName"]), str(one["headRefOid"]),
            one_line(str((one.get("author") or {}).get("login") or "somebody"), 100), bool(one.get("isDraft")),
        )
        for one in nodes
        if not one.get("isCrossRepository")
    ]  # fmt: skip
