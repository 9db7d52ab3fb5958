"""Set secrets: sealed with the repository's key when they are sent, verified by name and time, never kept.

No value is in a plan, a result, an error or a line of progress.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vauntico_tui.actions.remedy.kinds import Cancelled, Made, Running, StepError
from vauntico_tui.actions.remedy.model import HIDDEN, Ask, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps.bench import Bench, ago, blocked_by, failed, instant, part, planned
from vauntico_tui.actions.remedy.steps.calls import Call, calls_of
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import SetSecrets

LARGEST = 48 * 1024
"""Bytes; GitHub's own limit for a secret."""
_NAME = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*", re.IGNORECASE)
_WHOLE = "repository"


class SecretsKind:
    """`data`: set ([[name, scope, updated at or ""]]), keys ({scope: key}), calls (one a name and scope)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._set: dict[int, dict[tuple[str, str], str]] = {}  # by a step that was cut off; when each was set before

    async def plan(self, step: SetSecrets, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        scopes = tuple(dict.fromkeys(step.scopes))
        title = _title(step.names, step.names, scopes)
        if bad := [name for name in step.names if not _NAME.fullmatch(name)]:
            why = f"{', '.join(bad)}: letters, digits and _ only, no digit in front, not GITHUB_…"
            return planned(step, index, "secrets", title, state="blocked", why=why)
        needs = await self._bench.needs("secrets", *(["environments"] if scopes != (_WHOLE,) else []))
        try:
            there = {scope: await self._names(scope) for scope in scopes}
            keys = {scope: await self._key(scope) for scope in scopes}
        except StepError as error:
            return planned(
                step, index, "secrets", title, needs=needs, state="blocked", why=_why(error, scopes),
            )  # fmt: skip
        names = [name.upper() for name in step.names]
        ours = self._set.get(index, {})  # planned anew after a cut: what it has set counts as it was before
        was = {(name, scope): ours.get((name, scope), there[scope].get(name, "")) for scope in scopes for name in names}
        setting = [(*one, at) for one, at in was.items() if not (step.only_missing and at)]
        if not setting:
            return planned(step, index, "secrets", title, state="nothing", why="all of them are set")
        title = _title(names, list(dict.fromkeys(name for name, _, _ in setting)), scopes)
        calls = [self._call(name, scope, str(keys[scope]["key_id"])) for name, scope, _ in setting]
        old = [f"{name} ({scope}, set {self._ago(at)})" for name, scope, at in setting if at]
        return planned(
            step, index, "secrets", title,
            requests=tuple(call.shown(self._bench.remote) for call in calls),
            needs=needs,
            undo=_undo(setting),
            asks=_asks(setting),
            notes=(*(f"replaces {one}: its old value can't be restored" for one in old), *_left(was, setting)),
            basis={
                **{f"key of {scope}": str(key["key_id"]) for scope, key in keys.items()},
                **{f"secret {name} of {scope}": at or "absent" for name, scope, at in setting},
            },
            data={"set": [list(one) for one in setting], "keys": keys, "calls": [call.kept() for call in calls]},
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """What this very step has set before it was cut off has not moved."""
        setting = _setting(plan)
        now, ours = await self._now(setting), self._set.get(plan.index, {})
        newer = [
            name for name, scope, at in setting if now[scope].get(name, "") != at and (name, scope) not in ours
        ]  # fmt: skip
        if not newer:
            return ""
        return f"{', '.join(dict.fromkeys(newer))} changed since this was planned: somebody may have set it already"

    async def do(self, plan: StepPlan, running: Running) -> Made:
        setting = _setting(plan)
        values = {(name, scope): _value(running.secrets, name, scope) for name, scope, _ in setting}
        sent: list[tuple[str, str, str]] = []
        try:
            await self._send(plan, setting, values, sent, running)
            await self._verify(setting)
        except (StepError, Cancelled) as error:
            error.made = _made(sent, _earlier(plan, running)).result if sent else {}
            raise
        return _made(setting, _earlier(plan, running))

    async def _send(
        self, plan: StepPlan, setting: Sequence[tuple[str, str, str]], values: Mapping[tuple[str, str], str],
        sent: list[tuple[str, str, str]], running: Running,
    ) -> None:  # fmt: skip
        """One after the other; `sent` is what GitHub has taken so far."""
        for at, (call, (name, scope, old)) in enumerate(zip(calls_of(plan), setting, strict=True)):
            running.told(f"{name} → {scope}", at / len(setting))
            sealed = _seal(str(plan.data["keys"][scope]["key"]), values[name, scope])
            body = {**(call.body or {}), "encrypted_value": sealed}
            try:
                await self._bench.send(Call(call.verb, call.path, body), running, what=f"set {name} ({scope})")
            except Refused as refusal:
                if refusal.status == 422 and refusal.says("key_id"):
                    cause = f"the key of {scope} was changed since"
                    raise failed("moved", cause, "plan it again", moved=True) from None
                raise
            sent.append((name, scope, old))

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        setting = _setting(plan)
        now = await self._now(setting)
        done = {(name, scope): at for name, scope, at in setting if now[scope].get(name, "") not in {"", at}}
        self._set[plan.index] = done
        return _made(setting, _earlier(plan, running)) if len(done) == len(setting) else None

    def part(self, plan: StepPlan, running: Running) -> Made | None:
        """What `find` saw to be set of one that was cut off before its end."""
        done = self._set.get(plan.index, {})
        some = [one for one in _setting(plan) if one[:2] in done]
        return _made(some, _earlier(plan, running)) if some else None

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        gone = 0
        for name, scope in made["new"]:
            call = Call("DELETE", self._bench.remote.path(f"{_where(scope)}/secrets/{part(name)}"))
            try:
                await self._bench.send(call, running, what=f"delete {name} ({scope})")
            except Refused as refusal:
                if refusal.status != 404:
                    raise
            gone += 1
        stays = [f"{name} ({scope})" for name, scope in made["replaced"]]
        if stays and not gone:
            raise failed(
                "refused", f"{', '.join(stays)} can't be set to the old value", "set it again by hand", stays=True
            )
        said = f"{gone} secret{'' if gone == 1 else 's'} deleted that were not there before"
        return said + (f"; {', '.join(stays)} can't be set to the old value" if stays else "")

    # ---- reading -----------------------------------------------------------------------------------------------------

    async def _names(self, scope: str) -> dict[str, str]:
        """Names and when each was last set. Raises StepError."""
        what = f"secret names of {scope}"
        held = await self._bench.remote.pages(self._bench.remote.path(f"{_where(scope)}/secrets"), "secrets", what=what)
        return {str(one["name"]).upper(): str(one.get("updated_at") or "") for one in held}

    async def _key(self, scope: str) -> dict[str, str]:
        path = self._bench.remote.path(f"{_where(scope)}/secrets/public-key")
        told = await self._bench.remote.json(path, what=f"the key of {scope}")
        return {"key_id": str(told["key_id"]), "key": str(told["key"])}

    async def _now(self, setting: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
        return {scope: await self._names(scope) for scope in dict.fromkeys(scope for _, scope, _ in setting)}

    async def _verify(self, setting: Sequence[tuple[str, str, str]]) -> None:
        """Raises StepError where a secret is not there, or was not set anew."""
        now, clock = await self._now(setting), self._bench.around.now()
        for name, scope, old in setting:
            new = now[scope].get(name, "")
            at = instant(new)
            same = (
                bool(old) and new == old and (at is None or abs((clock - at).total_seconds()) > 5)
            )  # one second's two
            if not new or same:
                raise failed(
                    "refused", f"{name} ({scope}) was sent, but GitHub does not show it as set", "set it again"
                )

    def _ago(self, at: str) -> str:
        return ago(instant(at), self._bench.around.now())

    def _call(self, name: str, scope: str, key_id: str) -> Call:
        path = self._bench.remote.path(f"{_where(scope)}/secrets/{part(name)}")
        return Call("PUT", path, {"encrypted_value": HIDDEN, "key_id": key_id})


def _left(was: Mapping[tuple[str, str], str], setting: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """Which are left as they are, because they are set."""
    sent = {(name, scope) for name, scope, _ in setting}
    names = [name if scope == _WHOLE else f"{name} ({scope})" for name, scope in was if (name, scope) not in sent]
    verb = "is set and stays" if len(names) == 1 else "are set and stay"
    return (f"{', '.join(names)} {verb} as {'it is' if len(names) == 1 else 'they are'}",) if names else ()


def _title(names: Sequence[str], setting: Sequence[str], scopes: Sequence[str]) -> str:
    """ "Set 2 of 5 secrets", and where if that is more than the repository."""
    of = f" of {len(names)}" if len(setting) < len(names) else ""
    what = f"Set {len(setting)}{of} secrets" if len(names) > 1 else f"Set the secret {names[0]}"
    return what if tuple(scopes) == (_WHOLE,) else f"{what} for {', '.join(scopes)}"


def _setting(plan: StepPlan) -> list[tuple[str, str, str]]:
    return [(str(name), str(scope), str(at)) for name, scope, at in plan.data["set"]]


def _where(scope: str) -> str:
    return "/actions" if scope == _WHOLE else f"/environments/{part(scope)}"


def _why(error: StepError, scopes: Sequence[str]) -> str:
    if error.trouble.kind == "not_found" and tuple(scopes) != (_WHOLE,):
        return f"{error.trouble.cause}; is there such an environment, and may the token see it?"
    return str(error.trouble)


def _asks(setting: Sequence[tuple[str, str, str]]) -> tuple[Ask, ...]:
    """One question a name: the same value for all of its scopes, unless NAME@scope says otherwise."""
    asks = []
    for name in dict.fromkeys(name for name, _, _ in setting):
        scopes = [scope for other, scope, _ in setting if other == name]
        more = f"; {name}@{scopes[-1]} for another value there" if len(scopes) > 1 else ""
        asks.append(Ask("secret", name, f"for {', '.join(scopes)}{more}", tuple(scopes)))
    return tuple(asks)


def _undo(setting: Sequence[tuple[str, str, str]]) -> Undo:
    new = [name for name, _, at in setting if not at]
    old = [name for name, _, at in setting if at]
    if not old:
        one = len(new) == 1
        return Undo(True, f"{new[0]} is deleted: it was not there before" if one
                    else f"{', '.join(dict.fromkeys(new))} are deleted: none of them was there before")  # fmt: skip
    if not new:
        return Undo(False, "a secret's old value can't be read, so it can't be restored")
    return Undo(True, f"{', '.join(new)} deleted; the old value of {', '.join(old)} can't be restored")


def _earlier(plan: StepPlan, running: Running) -> Mapping[str, Any]:
    """What the same step has set before it failed or was stopped."""
    return running.results.get(plan.id, {})


def _made(setting: Sequence[tuple[str, str, str]], earlier: Mapping[str, Any]) -> Made:
    """What was set by now; a secret that an earlier try of the same step made is still a new one."""
    names = ", ".join(dict.fromkeys(name for name, _, _ in setting))
    new = [[str(part) for part in one] for one in earlier.get("new", ())]
    replaced = [[str(part) for part in one] for one in earlier.get("replaced", ())]
    for name, scope, at in setting:
        if [name, scope] not in [*new, *replaced]:
            (replaced if at else new).append([name, scope])
    result = {"new": new, "replaced": replaced}
    return Made(f"set {names}, seen by name and time", result)


def _value(secrets: Mapping[str, str], name: str, scope: str) -> str:
    """Raises StepError where no value, or none that can be set, was given."""
    value = secrets.get(f"{name}@{scope}") or secrets.get(name) or ""
    if not value:
        raise failed(
            "input", f"no value was given for {name} ({scope})", "give it by prompt, environment, file or command"
        )
    if len(value.encode("utf-8", "surrogateescape")) > LARGEST:
        raise failed("input", f"the value for {name} is above 48 KiB", "GitHub takes no larger one")
    return value


def _seal(key: str, value: str) -> str:
    """A sealed box, as GitHub wants it. Raises StepError where the key is none."""
    from nacl.public import PublicKey, SealedBox  # noqa: PLC0415  only when a secret is sent

    try:
        box = SealedBox(PublicKey(base64.b64decode(key, validate=True)))
    except (ValueError, TypeError) as error:
        said = one_line(type(error).__name__, 40)
        raise failed("bad_data", f"the key that GitHub gave is none ({said})", "plan it again") from None
    return base64.b64encode(box.encrypt(value.encode("utf-8", "surrogateescape"))).decode()
