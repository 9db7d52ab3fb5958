"""An HTTP request that a runbook names: shown as it is sent, but for headers whose values come from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import HIDDEN, Shown, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.steps import web
from vauntico_tui.actions.remedy.steps.bench import Bench, failed, go_on, planned
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import HttpRequest
from vauntico_tui.sources.failures import Place
from vauntico_tui.sources.signin import bare

_READS = frozenset({"GET"})


class HttpKind:
    """`data`: method, url, headers, header_env, body, expect, timeout, repeatable."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: HttpRequest, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        title = f"{step.method} {one_line(step.url, 100)}"
        shown = Shown(step.method, step.url, _shown(step))
        whys = _wrong(step)
        if missing := [name for name in step.header_env.values() if not os.environ.get(name)]:
            whys.append(f"{', '.join(missing)} is not set: set it before the war room is started")
        return planned(
            step, index, "http", title,
            requests=(shown,),
            undo=Undo(False, "what it does there can't be taken back from here"),
            notes=() if step.repeatable or step.method in _READS
            else ("if it is cut off nobody can know whether it was received: it is not sent again by itself",),
            data={
                "method": step.method, "url": step.url, "headers": dict(step.headers), "body": step.body,
                "header_env": dict(step.header_env), "expect": list(step.expect),
                "timeout": step.timeout.total_seconds(), "repeatable": step.repeatable or step.method in _READS,
            },
            **({"state": "blocked", "why": "; ".join(whys)} if whys else {}),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """What it is sent to is not ours to look at."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        go_on(running)
        data = plan.data
        headers = dict(data["headers"])
        for header, variable in data["header_env"].items():
            value = os.environ.get(variable, "").strip()
            if not value or not value.isprintable():
                raise failed("auth", f"{variable} is not set, or is no single line", "set it, then resume")
            headers[header] = value
        host = urlsplit(str(data["url"])).netloc.rpartition("@")[2]
        place = Place(one_line(host, 80), one_line(host, 80), "the runbook's url")
        running.told(f"{data['method']} {one_line(bare(str(data['url'])), 120)}", None)
        body = str(data["body"]).encode() if data["body"] else None
        told = await web.ask(
            str(data["method"]), str(data["url"]), headers, body, place=place, timeout=float(data["timeout"])
        )
        if told.status not in data["expect"]:
            said = one_line(_without(told.text, headers, data["header_env"]), 160)
            cause = f"{place.title} answers {told.status}" + (f": {said}" if said else "")
            raise failed("refused", cause, f"the runbook expects {', '.join(map(str, data['expect']))}")
        said = one_line(_without(told.text, headers, data["header_env"]), 160)
        return Made(f"{told.status} {said}".strip(), {"status": told.status})

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        if plan.data["repeatable"]:
            return None
        cause = f"{plan.title} was sent, or was about to be; nobody here can know"
        raise failed("unsure", cause, "look there whether it was done", unsure=True)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        raise failed("refused", "what it did there can't be taken back from here", "take it back there", stays=True)


def _shown(step: HttpRequest) -> str:
    """Headers and body as they are sent; what comes from the environment stays hidden."""
    lines = [f"{name}: {value}" for name, value in step.headers.items()]
    lines += [f"{name}: {HIDDEN} (from {variable})" for name, variable in step.header_env.items()]
    return "\n".join(lines) + (f"\n\n{step.body}" if step.body else "") if lines else step.body


def _wrong(step: HttpRequest) -> list[str]:
    whys = []
    address = urlsplit(step.url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        whys.append(f"{one_line(step.url, 80)} is no http address")
    if address.username or address.password:
        whys.append("the address holds a password: put it into a header from the environment (header_env)")
    for name, value in step.headers.items():
        if not name.isprintable() or not value.isprintable() or not name.isascii() or any(c in name for c in ": \t"):
            whys.append(f"the header {one_line(name, 40)} can't be sent as it is")
    return whys


def _without(text: str, headers: Mapping[str, str], hidden: Mapping[str, str]) -> str:
    """An answer without the secrets that a server echoes."""
    for name in hidden:
        text = text.replace(headers[name], HIDDEN)
    return text
