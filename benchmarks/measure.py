"""One function a row of the table; each gives the figure, its bound and how it was taken."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.box import PROGRAM, Box
from benchmarks.terminal import Terminal
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.warroom import plan_needs

REPOSITORY = "github.localhost/vauntico/vauntico"


@dataclass(frozen=True)
class Row:
    what: str
    figure: str
    bound: str
    kept: bool


def open_panes(box: Box, columns: int = 120, lines: int = 40) -> Terminal:
    return Terminal([*PROGRAM, "--config", str(box.config)], columns, lines, box.env)


def all_fresh(screen: str) -> bool:
    """GitHub, Prometheus and Alertmanager say fresh in the header, and no pane is still loading."""
    head = "\n".join(screen.splitlines()[:3])
    return head.count("●") >= 3 and "oading" not in screen


def first_paint(times: int = 9) -> Row:
    """Start → the known word stands on the screen, ours (with a last View) and the bare app in turn."""
    ours, bare = [], []
    with Box() as box:
        with open_panes(box) as terminal:
            terminal.wait(all_fresh)
            terminal.send("q")
            terminal.rest(2)
        for _ in range(times):
            with open_panes(box) as terminal:
                ours.append(terminal.wait(lambda screen: "1 Blockers" in screen and "Database" in screen))
            with Terminal([sys.executable, "-m", "benchmarks.bare"]) as terminal:
                bare.append(terminal.wait(lambda screen: "issue of the bare app 1" in screen))
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    figure = f"{ratio:.2f}× ({statistics.median(ours) * 1000:.0f} ms / {statistics.median(bare) * 1000:.0f} ms)"
    return Row("first paint with the last known state / bare Textual app", figure, "1.5×", ratio <= 1.5)


def questions(prometheus: str) -> list[list[str]]:
    """What the five panes show, asked with gh and promtool: every list, the jobs of the failed runs that are shown, the
    files and branches that checks name, and every query."""
    plan = bundled_plan()
    needs = plan_needs(plan)
    api = ["gh", "api", "--hostname", "github.localhost"]
    here = "repos/vauntico/vauntico"
    fields = "number,title,state,labels,assignees,createdAt,updatedAt"
    asked = [
        ["gh", "issue", "list", "-R", REPOSITORY, "--state", "all", "--limit", "100", "--json", fields],
        ["gh", "run", "list", "-R", REPOSITORY, "--limit", "100", "--json", "name,conclusion,status,headBranch"],
        ["gh", "pr", "list", "-R", REPOSITORY, "--limit", "50", "--json", "number,title,body,statusCheckRollup"],
        [*api, f"{here}/deployments?per_page=20"],
    ]
    asked += [
        ["gh", "secret", "list", "-R", REPOSITORY, *(["-e", scope] if scope != "repository" else [])]
        for scope in sorted(needs.secret_scopes)
    ]
    asked += [[*api, f"{here}/contents/{path}", "--silent"] for path, _ in sorted(needs.files)]
    asked += [[*api, f"{here}/pulls?state=all&head=vauntico:{branch}"] for branch in sorted(needs.branches)]
    asked += [["promtool", "query", "range", prometheus, query] for query in sorted(needs.ranges)]
    asked += [["promtool", "query", "instant", prometheus, query] for query in sorted(needs.instants)]
    return asked


def by_hand(box: Box) -> float:
    """Seconds to ask the same with gh and promtool, one command after another."""
    env = {
        **os.environ, **box.env, "HTTP_PROXY": box.urls["github"].split("/api/")[0], "GH_HOST": "github.localhost",
        "GH_TOKEN": box.token, "GH_CONFIG_DIR": str(box.state), "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    commands = questions(box.urls["prometheus"])
    begun = time.perf_counter()
    for command in commands:
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode and "404" not in done.stderr:  # a file that is not there is an answer
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return time.perf_counter() - begun


def five_panes(times: int = 5) -> Row:
    """Cold start → every pane fresh, against the same questions asked by hand."""
    ours, hand = [], []
    with Box() as box:
        for _ in range(times):
            subprocess.run(["rm", "-rf", str(box.state)], check=True)
            with open_panes(box) as terminal:
                ours.append(terminal.wait(all_fresh))
            hand.append(by_hand(box))
    ratio = statistics.median(a / b for a, b in zip(ours, hand, strict=True))
    figure = f"{ratio:.2f}× ({statistics.median(ours):.2f} s / {statistics.median(hand):.2f} s)"
    return Row("start → five panes fresh / gh and promtool one after another", figure, "0.8×", ratio <= 0.8)


def quiet_refresh() -> Row:
    """One refresh of everything when nothing has changed: what 4 s with it cost more than 4 s without."""
    with Box() as box, open_panes(box) as terminal:
        terminal.wait(all_fresh)
        terminal.rest(5)
        figures = []
        for _ in range(5):
            before = terminal.cpu_seconds()
            terminal.rest(4)
            between = terminal.cpu_seconds()
            box.reset()
            terminal.send("R")
            terminal.rest(4)
            cpu = (terminal.cpu_seconds() - between - (between - before)) * 1000
            github = [one for one in box.requests() if one["target"] == "github"]
            figures.append((len(github), sum(one["points"] for one in github), cpu))
    requests, points = statistics.median_low(f[0] for f in figures), max(f[1] for f in figures)
    cpu = statistics.median(f[2] for f in figures)
    figure = f"{requests} / {points} / {cpu:.0f} ms"
    kept = requests <= 8 and points == 0 and cpu <= 50
    return Row("quiet refresh: requests / points / CPU (all sources)", figure, "8 / 0 / 50 ms", kept)


def key_to_paint(times: int = 300) -> Row:
    """A key that moves the cursor → its paint begins, 10,000 issues, a refresh every 2 s."""
    with Box(issues=10_000, every="2 s") as box, open_panes(box) as terminal:
        terminal.wait(all_fresh, 120)
        terminal.rest(30)  # its escalations are being opened
        terminal.key("i")
        terminal.rest(2)
        took = []
        for turn in range(times):
            took.append(terminal.key("j" if turn % 40 < 30 else "k"))
            terminal.rest(0.03)
    took.sort()
    worst = took[int(len(took) * 0.99) - 1] * 1000
    figure = f"{worst:.0f} ms (median {statistics.median(took) * 1000:.0f} ms)"
    return Row("key → paint, 99th percentile, 10,000 issues, refresh every 2 s", figure, "50 ms", worst <= 50)


def idle(seconds: float = 60) -> Row:
    """Nothing changes, nobody types."""
    with Box() as box, open_panes(box) as terminal:
        terminal.wait(all_fresh)
        terminal.rest(15)
        cpu, written = terminal.cpu_seconds(), terminal.bytes_out
        terminal.rest(seconds)
        cpu = (terminal.cpu_seconds() - cpu) / seconds * 100
        rate = (terminal.bytes_out - written) / seconds
    return Row(
        "idle: CPU / bytes to the terminal", f"{cpu:.2f} % / {rate:.0f} B/s", "1 % / 300 B/s", cpu <= 1 and rate <= 300
    )


def memory() -> Row:
    """Resident, dashboard open, 60 and 10,000 issues."""
    sizes = []
    for issues in (60, 10_000):
        with Box(issues=issues) as box, open_panes(box) as terminal:
            terminal.wait(all_fresh, 120)
            terminal.rest(12)
            sizes.append(terminal.resident_mb())
    kept = sizes[0] <= 110 and sizes[1] <= 220
    figure = f"{sizes[0]:.0f} / {sizes[1]:.0f} MB"
    return Row("resident memory, dashboard on 60 / 10,000 issues", figure, "110 / 220 MB", kept)


ROWS: dict[str, Callable[[], Row]] = {
    "first-paint": first_paint,
    "five-panes": five_panes,
    "quiet": quiet_refresh,
    "keys": key_to_paint,
    "idle": idle,
    "memory": memory,
}
