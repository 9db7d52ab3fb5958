"""From a runbook to the plan that is shown and run: filled in, each step planned after the ones before it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.actions.remedy.engine import BEGUN, Handed, running_of
from vauntico_tui.actions.remedy.kept import digest_of
from vauntico_tui.actions.remedy.kinds import Kind, Made, StepError
from vauntico_tui.actions.remedy.model import Execution, RunPlan, StepPlan, Subject
from vauntico_tui.actions.remedy.needless import without_needless
from vauntico_tui.actions.remedy.watching import CHECK
from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.runbooks.fill import fill, fill_text
from vauntico_tui.runbooks.model import Runbook, StepBase
from vauntico_tui.runbooks.params import Values, as_texts, read_params

if TYPE_CHECKING:
    from vauntico_tui.evidence.specs import Check

UNREACHABLE = frozenset({"refused", "dns", "tls", "timeout", "server", "auth", "rate_limit", "html", "truncated"})
"""Troubles under which nothing can be planned at all: they are told once, not as what blocks every step."""

KindsFor = Callable[[Mapping[str, str], Sequence[StepBase]], Mapping[type[StepBase], Kind[Any]]]
"""`steps.kinds_for` of this room: for files that a person merged, and the steps to be planned."""


class Planner:
    """Plans against the world as it is now; changes nothing anywhere."""

    def __init__(self, around: Around, kinds_for: KindsFor) -> None:
        self._around, self._kinds_for = around, kinds_for

    async def plan(
        self, runbook: Runbook, subject: Subject, params: Mapping[str, str], edited: Mapping[str, str]
    ) -> RunPlan:  # fmt: skip
        """Raises InputError with every problem of params and target, StepError where nothing can be read."""
        values = read_params(runbook.params, params)
        steps = filled(runbook, values, subject)
        kinds = self._kinds_for(edited, steps)
        planned: list[StepPlan] = []
        for index, step in enumerate(steps):
            planned.append(await _planned(kinds, step, index, tuple(planned), subject))
        return await self._whole(runbook, subject, values, without_needless(planned), uuid.uuid4().hex)

    async def again(
        self, runbook: Runbook, execution: Execution, edited: Mapping[str, str]
    ) -> tuple[RunPlan, RunPlan]:  # fmt: skip
        """The steps of an execution that are still to do, planned now: the plan that is shown, and the one that is
        run, in which what is done keeps its old plan, for undoing. Raises InputError, StepError."""
        old, subject = execution.plan, execution.plan.subject
        values = read_params(runbook.params, old.params)
        steps = filled(runbook, values, subject)
        if len(steps) != len(old.steps):
            text = f'the runbook "{runbook.id}" has other steps now than when it was begun'
            raise InputError([Problem(text, None, None, "undo it, or begin anew")])
        kinds = self._kinds_for(edited, steps)
        shown: list[StepPlan] = []
        kept: dict[int, StepPlan] = {}
        for index, step in enumerate(steps):
            was = await self._was(kinds, step, execution, index)
            if was is not None:
                shown.append(replace(was, state="nothing", requests=(), changes=(), asks=()))
                kept[index] = old.steps[index]
                continue
            shown.append(await _planned(kinds, step, index, tuple(shown), subject))
        whole = await self._whole(runbook, subject, values, without_needless(shown), old.id)
        return whole, replace(whole, steps=tuple(kept.get(one.index, one) for one in whole.steps))

    async def _was(
        self, kinds: Mapping[type[StepBase], Kind[Any]], step: StepBase, execution: Execution, index: int
    ) -> StepPlan | None:  # fmt: skip
        """The plan of a step that is done, or was found done; None: it is still to do."""
        plan, run = execution.plan.steps[index], execution.steps[index]
        if run.mark == "done":
            return replace(plan, why=f"done: {run.said}")
        if run.mark == "nothing":
            return plan
        if run.mark in BEGUN:
            try:
                made: Made | None = await kinds[type(step)].find(plan, running_of(execution, plan, Handed()))
            except StepError as error:
                if error.unsure:
                    said = f"it was cut off; nobody can tell whether it was done ({error.trouble.cause}): you are asked"
                    return replace(plan, why=said)
                raise
            return replace(plan, why=f"it was cut off, but is done: {made.said}") if made is not None else None
        return None

    async def _whole(
        self, runbook: Runbook, subject: Subject, values: Values, steps: tuple[StepPlan, ...], ident: str
    ) -> RunPlan:  # fmt: skip
        await self._around.look()
        params = as_texts(values)
        verify, check = self._verify(runbook, subject, values)
        made = RunPlan(
            ident, runbook.id, _text(runbook.title, values, subject), subject, params, steps,
            tuple(self._around.gate(one) for one in runbook.approvals), verify,
            _text(runbook.about, values, subject), _text(runbook.cannot, values, subject), self._around.now(),
            digest_of(runbook.id, subject.key, params, steps, check), check,
            runbook.verify_within.total_seconds() if check else 0.0,
        )  # fmt: skip
        return self.weighed(runbook, made)

    def weighed(self, runbook: Runbook, plan: RunPlan) -> RunPlan:
        """Where there is nothing to do: whether that is a good end, by what the sources say now. One for nothing in
        particular is held to the promise that its runbook is there for."""
        if not plan.nothing_to_do:
            return plan
        key = plan.subject.key or next((one for one in runbook.bound if self._around.promise(one) is not None), "")
        promise = self._around.promise(key)
        check = CHECK.validate_json(plan.check) if plan.check else promise.check if promise is not None else None
        if check is None:
            return plan
        verdict = self._around.verdict(check, key)
        if verdict.mark is Mark.MET:
            return replace(plan, yet="", unmet=False)
        about = f"{key.partition(':')[0]} {one_line(promise.title, 80)}" if promise is not None else "its check"
        look = f"look at {one_line(verdict.link, 200)}" if verdict.link else "`vauntico-tui status` tells it whole"
        unmet = verdict.mark is Mark.UNMET
        said = f"{about} is unmet" if unmet else f"whether {about} is met can't be told"
        return replace(plan, yet=f"{said}: {one_line(verdict.reason, 160)}; {look}", unmet=unmet)

    def _verify(self, runbook: Runbook, subject: Subject, values: Values) -> tuple[str, str]:
        """What is watched afterwards, in words and as JSON: the runbook's check, else the promise's own."""
        check: Check | None = fill(runbook.verify, values, subject) if runbook.verify is not None else None
        promise = self._around.promise(subject.key)
        name = one_line(check.title, 80) if check is not None else ""
        if check is None and promise is not None and promise.check is not None:
            check, name = promise.check, f"{subject.kind} {one_line(promise.title, 80)}"
        if check is None:
            return "", ""
        now = one_line(self._around.verdict(check, subject.key).reason, 160)
        span = write_duration(runbook.verify_within)
        words = f"{name or 'its check'} is watched for at most {span}; now: {now}"
        return words, CHECK.dump_json(check, by_alias=True).decode()


def filled(runbook: Runbook, values: Values, subject: Subject) -> tuple[StepBase, ...]:
    """The steps with everything put in. Raises InputError with every problem of every step."""
    steps: list[StepBase] = []
    problems: list[Problem] = []
    for index, step in enumerate(runbook.steps):
        try:
            steps.append(fill(step, values, subject))
        except InputError as error:
            problems += [replace(one, message=f"step {index + 1}: {one.message}") for one in error.problems]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return tuple(steps)


async def _planned(
    kinds: Mapping[type[StepBase], Kind[Any]], step: StepBase, index: int, before: tuple[StepPlan, ...],
    subject: Subject,
) -> StepPlan:  # fmt: skip
    """A step that can't be planned is blocked, and says why."""
    try:
        return await kinds[type(step)].plan(step, index, before, subject)
    except StepError as error:
        if error.trouble.kind in UNREACHABLE:
            raise
        do = str(getattr(step, "do", ""))
        title = one_line(step.title, 120) or do.replace("_", " ")
        return StepPlan(index, step.id or str(index + 1), do, title, "blocked", one_line(str(error.trouble)))


def _text(text: str, values: Values, subject: Subject) -> str:
    return fill_text(text, values, subject).strip() if text else ""
