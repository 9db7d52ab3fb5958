"""Change files: all edits of a step in one commit, shown as diffs against the branch as it is now.

Files are merged, never overwritten; what can't be merged safely waits for a person's editor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running, StepError
from vauntico_tui.actions.remedy.model import Change, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps import promtool
from vauntico_tui.actions.remedy.steps.bench import Bench, blocked_by, failed, go_on, planned
from vauntico_tui.actions.remedy.steps.calls import EXECUTION, Call, trailer
from vauntico_tui.actions.remedy.steps.commit import commit_call, history
from vauntico_tui.actions.remedy.steps.overlay import Ahead, ahead, made_here, need_known
from vauntico_tui.actions.remedy.steps.scene import Scene, Wanted, blob_oid
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.runbooks.edits import workflow_check
from vauntico_tui.runbooks.edits.apply import apply
from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.model import ChangeFiles, FileEdit, ScrapeJobs

WORKFLOWS = ".github/workflows/"


@dataclass(frozen=True, slots=True)
class _Base:
    """The branch that is edited: its head as it stands in a request, and where its files are read."""

    head: str
    ref: str
    oid: str
    later: Ahead


class FilesKind:
    """`data`: branch, head, message, fresh (an earlier step makes the branch). The files are the plan's changes."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: ChangeFiles, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        names = list(dict.fromkeys(edit.path for edit in step.edits))
        what = names[0] if len(names) == 1 else f"{len(names)} files"
        title = f"Change {what} on {step.branch}"
        base = await self._base(step.branch, before)
        if base is None:
            said = f"there is no branch {step.branch}; a step before must create it"
            return planned(step, index, "files", title, state="blocked", why=said)
        changes, problems = await self._changes(step.edits, base)
        if problems and not changes:
            return planned(step, index, "files", title, state="blocked", why="; ".join(problems))
        if not changes:
            return planned(
                step, index, "files", title, state="nothing", why="every file is already as it should be",
                data={"branch": step.branch}, notes=await self._notes_of(step.edits, base),
            )  # fmt: skip
        paths = [change.path for change in changes]
        title = f"Change {_called(paths, names)} on {step.branch}"
        needs = await self._bench.needs(
            "contents", *(["workflows"] if any(path.startswith(WORKFLOWS) for path in paths) else [])
        )
        message = f"{step.message.strip()}\n\n{trailer(EXECUTION, index)}"
        files = {change.path: change.after for change in changes}
        call = commit_call(self._bench.remote.repository, step.branch, base.head, message, files, show=True)
        return planned(
            step, index, "files", title,
            requests=(replace(call.shown(self._bench.remote), later=True),),
            changes=tuple(changes),
            needs=needs,
            undo=Undo(True, "it goes with the branch") if base.later.made
            else Undo(True, "a commit puts the files back as they were, unless somebody has changed them since"),
            notes=tuple(f"{change.path}: {note}" for change in changes for note in change.notes),
            basis={f"branch {step.branch}": base.head, **{
                f"file {change.path}": "absent" if change.before is None else blob_oid(change.before)
                for change in changes
            }},
            data={"branch": step.branch, "head": base.head, "message": message, "fresh": base.later.made},
            **blocked_by(needs, *problems, await self._protected(step.branch)),
        )  # fmt: skip

    async def _base(self, branch: str, before: tuple[StepPlan, ...]) -> _Base | None:
        later = ahead(before, branch)
        if later.made:
            return _Base(later.head, later.start, later.oid, later)
        there = await self._bench.scene.branch(branch)
        if there is None:
            return None
        return _Base(later.head or there.oid, branch, there.oid, later)

    async def _protected(self, branch: str) -> str:
        there = await self._bench.scene.branch(branch)
        if there is None or there.may_push:
            return ""
        wants = f" (it asks for {there.wants})" if there.wants else ""
        return f"{branch} is protected{wants}: commit to another branch and open a pull request"

    async def _text(self, base: _Base, path: str) -> str | None:
        """A file as the steps before leave it. Raises StepError where it is no text."""
        if path in base.later.files:
            return base.later.files[path]
        held = await self._bench.scene.file(base.ref, path)
        if held is None:
            return None
        if held.text is None:
            step = "edit it by hand"
            raise StepError(Trouble("bad_data", f"{path} is no UTF-8 text, or too large to be merged", step))
        return held.text

    async def _changes(self, edits: Sequence[FileEdit], base: _Base) -> tuple[list[Change], list[str]]:
        """What the edits come to, file by file, and what blocks them."""
        texts: dict[str, str | None] = {}
        made: dict[str, Change] = {}
        problems: list[str] = []
        await self._bench.scene.read(Wanted(files={(base.ref, edit.path) for edit in edits}))
        for edit in edits:
            path = edit.path
            try:
                before = texts[path] if path in texts else await self._text(base, path)
            except StepError as error:
                problems.append(str(error.trouble))
                continue
            told = await self._apply(edit, before, base, texts)
            own = self._bench.edited.get(path)
            if own is not None and (told.by_hand or path in made):
                told = _merged(told, own)
            if isinstance(edit, ScrapeJobs) and not told.by_hand and told.after not in (None, before):
                found = await promtool.new_problems(str(told.after), before)
                if found and own is not None:  # theirs to mend: it is opened again as they left it
                    told = replace(told, after=before, by_hand=f"as it was merged, {'; '.join(found)}", wanted=own)
                else:
                    problems += [f"{path}: {said}" for said in found]
            if told.by_hand:
                problems.append(f"{path} must be merged by hand: {told.by_hand}")
            first = made.get(path)
            texts[path] = told.after
            made[path] = Change(
                path, first.before if first else before, told.after,
                (*(first.notes if first else ()), *told.notes),
                told.by_hand or (first.by_hand if first else ""), told.wanted or (first.wanted if first else ""),
            )  # fmt: skip
            for extra, text in told.also.items():
                if extra not in texts:  # the edit saw that it is not there
                    made[extra] = Change(extra, None, text, (f"needed by {path}",))
                    texts[extra] = text
        return [one for one in made.values() if one.before != one.after or one.by_hand], problems

    async def _apply(self, edit: FileEdit, before: str | None, base: _Base, texts: Mapping[str, str | None]) -> Edited:
        """The edit, with the repository's paths read only where it asks for one."""
        known = {path: text is not None for path, text in {**base.later.files, **texts}.items()}
        asked: list[str] = []
        paths: frozenset[str] = frozenset()

        def exists(path: str) -> bool:
            if path in known:
                return known[path]
            told = self._bench.scene.there(base.ref, path)
            if told is not None:
                return told
            asked.append(path)
            return path in paths or any(one.startswith(f"{path}/") for one in paths)

        told = apply(edit, before, exists)
        if asked:
            paths = await self._bench.scene.paths(base.oid)
            told = apply(edit, before, exists)
        return told

    async def _notes_of(self, edits: Sequence[FileEdit], base: _Base) -> tuple[str, ...]:
        """Why there is nothing to do, as the edits say it."""
        notes: list[str] = []
        for edit in edits:
            told = await self._apply(edit, await self._text(base, edit.path), base, {})
            notes += [f"{edit.path}: {note}" for note in told.notes]
        return tuple(notes)

    # ---- doing -------------------------------------------------------------------------------------------------------

    async def moved(self, plan: StepPlan) -> str:
        """A head that is known now is looked at; one that an earlier step makes is GitHub's own to refuse."""
        head, branch = str(plan.data["head"]), str(plan.data["branch"])
        if plan.data["fresh"] or head.startswith("‹"):
            return ""
        there = await Scene(self._bench.remote).branch(branch)
        if there is None or there.oid == head:
            return ""
        return f"{branch} moved from {head[:7]} to {there.oid[:7]} since: the diffs are no longer against what is there"

    async def do(self, plan: StepPlan, running: Running) -> Made:
        branch = str(plan.data["branch"])
        head = need_known(str(plan.data["head"]), running)
        message = str(plan.data["message"]).replace(EXECUTION, running.execution)
        files = {change.path: change.after for change in plan.changes}
        said = f"commit {', '.join(list(files)[:3])}{' …' if len(files) > 3 else ''} to {branch}"
        call = commit_call(self._bench.remote.repository, branch, head, message, files)
        return _made(plan, await self._commit(call, running, said))

    async def _commit(self, call: Call, running: Running, what: str) -> str:
        go_on(running)
        running.told(what, None)
        assert call.body is not None  # noqa: S101  a commit has one
        told = await self._bench.remote.graphql(call.body["query"], call.body["variables"], what=what, write=True)
        return str(((told.get("createCommitOnBranch") or {}).get("commit") or {}).get("oid") or "")

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        mark = trailer(running.execution, plan.index)
        commits = await history(self._bench.remote, str(plan.data["branch"]))
        return next((_made(plan, oid) for oid, message in commits if mark in message), None)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        branch = str(plan.data["branch"])
        if made_here(branch, running):
            return f"the commit goes with the branch {branch}"
        now = Scene(self._bench.remote)
        there = await now.branch(branch)
        if there is None:
            return f"the branch {branch} is gone, and the commit with it"
        files: dict[str, str | None] = {}
        changed: list[str] = []
        await now.read(Wanted(files={(branch, change.path) for change in plan.changes}))
        for change in plan.changes:
            held = await now.file(branch, change.path)
            text = held.text if held is not None else None
            if text == change.before:
                continue
            if text != change.after:
                changed.append(change.path)
            files[change.path] = change.before
        if changed:
            step = "put them back by hand, or revert the commit there"
            raise failed(
                "moved", f"somebody has changed {', '.join(changed)} since; nothing was put back", step, stays=True
            )
        if not files:
            return "the files are as they were"
        title = str(plan.data["message"]).partition("\n")[0]
        message = f'Revert "{title}"\n\nThis puts back what {str(made.get("commit", ""))[:12]} changed.'
        try:
            call = commit_call(self._bench.remote.repository, branch, there.oid, message, files)
            oid = await self._commit(call, running, f"put {len(files)} files back")
        except Refused as refusal:
            if refusal.moved:
                raise failed("moved", f"{branch} moved while its files were put back", "undo it again") from None
            raise
        return f"{len(files)} file{'' if len(files) == 1 else 's'} put back on {branch} ({oid[:7]})"


def _called(paths: Sequence[str], named: Sequence[str]) -> str:
    """Files in a few words; what one named file needs beside it is counted."""
    if len(paths) == 1:
        return paths[0]
    return f"{named[0]} and {len(paths) - 1} more" if len(named) == 1 else f"{len(paths)} files"


def _merged(told: Edited, own: str) -> Edited:
    """A file as a person merged it; a workflow that GitHub could not read is still to be merged."""
    wrong = workflow_check.new_problems(own, told.before) if told.path.startswith(WORKFLOWS) else ()
    if wrong:
        return replace(told, after=told.before, by_hand=f"as you merged it, {wrong[0]}")
    return replace(told, after=own, by_hand="", wanted="", notes=("as you merged it by hand",))


def _made(plan: StepPlan, commit: str) -> Made:
    count = len(plan.changes)
    said = f"committed {count} file{'' if count == 1 else 's'} to {plan.data['branch']} ({commit[:7]})"
    return Made(said, {"commit": commit, "on": plan.data["branch"]})
