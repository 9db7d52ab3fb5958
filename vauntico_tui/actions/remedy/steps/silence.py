"""Silence an alert in Alertmanager, by exact labels and for a time; undoing it ends the silence at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from vauntico_tui.actions.remedy.kinds import Made, Running, StepError
from vauntico_tui.actions.remedy.model import Shown, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.steps import web
from vauntico_tui.actions.remedy.steps.bench import Bench, failed, go_on, instant, planned, span
from vauntico_tui.actions.remedy.steps.calls import EXECUTION, note
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import Silence
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.signin import bare, place_of, sign_in

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
TIMEOUT = 10.0


class SilenceKind:
    """`data`: matchers, lasts (seconds), comment."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._config = bench.remote.config.alertmanager

    async def plan(self, step: Silence, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        words = ", ".join(f"{name}={value}" for name, value in sorted(step.matching.items()))
        title = f"Silence {one_line(words, 80)} for {span(step.lasts)}"
        if self._config.url is None:
            why = "no Alertmanager is configured: set [alertmanager] url"
            return planned(step, index, "silence", title, state="blocked", why=why)
        if empty := [name for name, value in step.matching.items() if not value]:
            why = f"{', '.join(empty)} is empty: a silence must name what it silences"
            return planned(step, index, "silence", title, state="blocked", why=why)
        matchers = [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in sorted(step.matching.items())
        ]
        ends = self._bench.around.now() + step.lasts
        longer = next((one for one in await self._same(matchers) if _ends(one) >= ends), None)
        if longer is not None:
            why = f"{_by(longer)} silences it already until {_ends(longer):%Y-%m-%d %H:%M} UTC"
            return planned(step, index, "silence", title, state="nothing", why=why)
        comment = f"{step.comment.strip()} {note(EXECUTION, index)}".strip()
        asked = _asked(matchers, "‹now›", f"‹now› + {span(step.lasts)}", "‹you›", comment)
        body = json.dumps(asked, indent=2, ensure_ascii=False)
        return planned(
            step, index, "silence", title,
            requests=(Shown("POST", f"{bare(self._config.url)}/api/v2/silences", body, later=True),),
            undo=Undo(True, "the silence ends at once"),
            notes=("the labels are matched exactly, as they are written",),
            data={"matchers": matchers, "lasts": step.lasts.total_seconds(), "comment": comment},
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """A silence rests on nothing: another one beside it does no harm."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        go_on(running)
        starts = self._bench.around.now()
        ends = starts + timedelta(seconds=float(plan.data["lasts"]))
        comment = str(plan.data["comment"]).replace(EXECUTION, running.execution)
        asked = _asked(plan.data["matchers"], _iso(starts), _iso(ends), running.by, comment)
        running.told("POST /api/v2/silences", None)
        told = await self._ask("POST", "/api/v2/silences", asked)
        try:
            number = str(json.loads(told.text)["silenceID"])
        except (ValueError, LookupError, TypeError):
            raise failed("bad_data", "Alertmanager names no silence", "look whether it is there", unsure=True) from None
        return _made(number, ends)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        mark = note(running.execution, plan.index)
        held = await self._same(plan.data["matchers"])
        ours = next((one for one in held if mark in str(one.get("comment") or "")), None)
        return None if ours is None else _made(str(ours["id"]), _ends(ours))

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        go_on(running)
        number = str(made["silence"])
        held = [one for one in await self._silences() if str(one.get("id")) == number]
        if held and (held[0].get("status") or {}).get("state") != "expired":
            await self._ask("DELETE", f"/api/v2/silence/{quote(number, safe='')}", None)
        return "the silence has ended"

    # ---- Alertmanager ------------------------------------------------------------------------------------------------

    async def _same(self, matchers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Silences in force that match exactly these labels."""
        wanted = {(one["name"], one["value"]) for one in matchers}
        return [
            one for one in await self._silences()
            if (one.get("status") or {}).get("state") in {"active", "pending"}
            and not any(each.get("isRegex") or each.get("isEqual") is False for each in one.get("matchers") or ())
            and {(each["name"], each["value"]) for each in one.get("matchers") or ()} == wanted
        ]  # fmt: skip

    async def _silences(self) -> list[dict[str, Any]]:
        told = await self._ask("GET", "/api/v2/silences", None)
        try:
            held = json.loads(told.text)
        except ValueError:
            raise failed("bad_data", "Alertmanager does not answer in JSON", "check [alertmanager] url") from None
        return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> web.Told:
        """Raises StepError for every answer but 200."""
        url = bare(self._config.url or "")
        place = place_of("Alertmanager", url, "alertmanager")
        try:
            signed = sign_in(self._config.auth, self._config.url or "", "alertmanager")
        except SourceError as failure:
            raise StepError(failure.trouble) from None
        content = None if body is None else json.dumps(body).encode()
        told = await web.ask(method, f"{url}{path}", JSON, content, place=place, timeout=TIMEOUT, sign_in=signed)
        if told.status == 200:
            return told
        if told.status == 400:
            raise failed("refused", f"Alertmanager refuses it: {one_line(told.text, 200)}", "see what it names")
        raise StepError(web.status_trouble(told, place), unsure=method != "GET" and told.status >= 500)


def _asked(matchers: Any, starts: str, ends: str, by: str, comment: str) -> dict[str, Any]:
    return {"matchers": matchers, "startsAt": starts, "endsAt": ends, "createdBy": by, "comment": comment}


def _made(number: str, ends: datetime) -> Made:
    return Made(f"silenced until {ends:%Y-%m-%d %H:%M} UTC", {"silence": number})


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _ends(told: Mapping[str, Any]) -> datetime:
    at = instant(told.get("endsAt"))
    if at is None:
        raise failed("bad_data", "Alertmanager tells a silence without an end", "check [alertmanager] url")
    return at


def _by(told: Mapping[str, Any]) -> str:
    return one_line(str(told.get("createdBy") or "somebody"), 80)
