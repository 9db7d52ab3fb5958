"""The rows on remediation; see `measure` for the rest."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from benchmarks.box import PROGRAM, Box
from benchmarks.measure import Row, all_fresh, open_panes
from benchmarks.terminal import Terminal

APPROVAL = "hotfix-deployment-strategy-approval"
SECRETS = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYSTACK_SECRET_KEY", "RESEND_API_KEY", "DATABASE_URL")
DATABASE, MONITORING = (0, "POSTGRES_PASSWORD: test"), (3, 'job_name: "vauntico-api"')
"""A blocker's place in its pane, and what stands on the screen once the diffs of its plan do."""
OWN, HOTFIX = 0, 1
"""The runbooks' places in what is offered for a blocker."""


def signed(box: Box) -> None:
    """Sign the approval that the hotfix wants."""
    command = [*PROGRAM, "sign", APPROVAL, "--config", str(box.config)]
    subprocess.run(command, env={**os.environ, **box.env}, check=True, capture_output=True)


def own(box: Box) -> list[dict[str, Any]]:
    """The requests to GitHub that remediation made; those of the panes' own refreshes are left out."""
    return [one for one in box.requests() if one["target"] == "github" and "(remediation)" in one["agent"]]


def planned(terminal: Terminal, blocker: tuple[int, str], choice: int) -> float:
    """`x` on a blocker and the runbook that is picked → its plan with diffs stands on the screen. Seconds."""
    for keys in ("1", "g" + "j" * blocker[0]):
        terminal.send(keys)
        terminal.rest(0.3)
    begun = time.perf_counter()
    terminal.send("x")
    terminal.wait(lambda screen: "All four blockers at once" in screen)
    terminal.send("j" * choice + "\r")
    terminal.wait(lambda screen: blocker[1] in screen)
    return time.perf_counter() - begun


def plan_on_screen(times: int = 7) -> Row:
    """The hotfix, which is all four blockers, planned against the box."""
    took = []
    with Box() as box, open_panes(box) as terminal:
        terminal.wait(all_fresh)
        for _ in range(times):
            took.append(planned(terminal, DATABASE, HOTFIX))
            terminal.send("\x1b")
            terminal.wait(lambda screen: "1 Blockers" in screen)
    figure = f"{statistics.median(took):.2f} s (worst {max(took):.2f} s)"
    what = "key → plan with diffs on screen (4 blockers, box)"
    return Row(what, figure, "1.5 s", statistics.median(took) <= 1.5)


@contextmanager
def going_on(box: Box) -> Iterator[None]:
    """World time goes by while somebody waits, sixty times as fast as the clock: a build of five minutes takes five
    seconds."""
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(0.1):
            httpx.post(f"{box.urls['control']}/advance", json={"seconds": 6}).raise_for_status()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def hotfix_requests() -> Row:
    """The whole hotfix from its plan to the checks that are met, as a command."""
    with Box(every="1 s") as box:
        signed(box)
        box.reset()
        env = {**os.environ, **box.env, "VALUE": "a value"}
        command = [*PROGRAM, "runbook", "run", "hotfix", "--yes", "--json", "--config", str(box.config)]
        command += [part for name in SECRETS for part in ("--from-env", f"{name}=VALUE")]
        with going_on(box):
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        assert json.loads(done.stdout)["ok"], done.stdout
        count, github = len(own(box)), sum(one["target"] == "github" for one in box.requests())
    figure = f"{count} (and {github - count} of the sources' rounds meanwhile)"
    return Row("requests to GitHub: hotfix runbook whole", figure, "25", count <= 25)


def pull_request_open(times: int = 5) -> Row:
    """Yes to a blocker's own runbook → GitHub has its pull request, less the time that GitHub itself took."""
    took = []
    for _ in range(times):
        with Box() as box:
            signed(box)
            with open_panes(box) as terminal:
                terminal.wait(all_fresh)
                planned(terminal, MONITORING, OWN)
                terminal.send("x")
                terminal.wait(lambda screen: "yes, do it" in screen)
                box.reset()
                begun = time.time()
                terminal.send("y")
                terminal.rest(2)
                seen = own(box)
        opened = next(index for index, one in enumerate(seen) if one["path"].endswith("/pulls"))
        spent = sum(one["ms"] for one in seen[: opened + 1]) / 1000
        took.append(seen[opened]["at"] - begun - spent)
    figure = f"{statistics.median(took) * 1000:.0f} ms (worst {max(took) * 1000:.0f} ms)"
    what = "confirm → pull request open, box, beyond the requests' own time"
    return Row(what, figure, "500 ms", statistics.median(took) <= 0.5)


ROWS: dict[str, Callable[[], Row]] = {
    "plan": plan_on_screen,
    "hotfix": hotfix_requests,
    "pull-request": pull_request_open,
}
