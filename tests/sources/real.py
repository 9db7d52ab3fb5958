"""A real Prometheus with a day of history and a real Alertmanager, on free ports, for a test session."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

RULES = """
groups:
  - name: vauntico
    rules:
      - alert: MRRBehindTarget
        expr: vauntico_mrr_current < bool 100000 == 1
        labels: {severity: critical}
        annotations: {summary: "MRR is behind"}
      - alert: Silenced
        expr: vector(1)
        labels: {severity: warning}
      - alert: NeverFires
        expr: vauntico_mrr_current < 0
"""


@dataclass(frozen=True)
class Servers:
    """Where they listen."""

    prometheus: str
    alertmanager: str


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310  our own http address
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is absent: install prometheus and prometheus-alertmanager")


@contextmanager
def running(args: list[str], ready: str, log: Path, *, wait: Callable[[str], None] = wait_for) -> Iterator[None]:
    with log.open("wb") as out, subprocess.Popen(args, stdout=out, stderr=out) as process:
        try:
            wait(ready)
            yield
        finally:
            process.terminate()


def history(place: Path) -> None:
    """A day of `vauntico_mrr_current`, a point every five minutes, growing by one each."""
    now = time.time()
    lines = ["# TYPE vauntico_mrr_current gauge"]
    lines += [f'vauntico_mrr_current{{phase="1"}} {60000 + at} {now - 300 * (300 - at):.0f}' for at in range(301)]
    text = place / "history.om"
    text.write_text("\n".join([*lines, "# EOF", ""]))
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h", str(text),
         str(place / "data")],
        check=True, capture_output=True,
    )  # fmt: skip


@contextmanager
def servers(place: Path) -> Iterator[Servers]:
    """Both, with the alert Silenced silenced by an inhibition."""
    need("prometheus", "promtool", "prometheus-alertmanager")
    prometheus, alertmanager = free_port(), free_port()
    history(place)
    (place / "rules.yml").write_text(RULES)
    (place / "am.yml").write_text(
        "route: {receiver: none, group_wait: 0s}\nreceivers: [{name: none}]\n"
        "inhibit_rules: [{source_matchers: [alertname=MRRBehindTarget], target_matchers: [alertname=Silenced]}]\n"
    )
    (place / "prometheus.yml").write_text(
        f"global: {{scrape_interval: 1s, evaluation_interval: 1s, external_labels: {{cluster: here}}}}\n"
        f"rule_files: [{place}/rules.yml]\n"
        f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{alertmanager}']}}]}}]}}\n"
        f"scrape_configs:\n"
        f"  - {{job_name: prometheus, static_configs: [{{targets: ['127.0.0.1:{prometheus}']}}]}}\n"
        f"  - {{job_name: gone, static_configs: [{{targets: ['127.0.0.1:{free_port()}']}}]}}\n"
    )
    with ExitStack() as stack:
        stack.enter_context(
            running(
                ["prometheus-alertmanager", f"--config.file={place}/am.yml", f"--storage.path={place}/am",
                 f"--web.listen-address=127.0.0.1:{alertmanager}", "--cluster.listen-address="],
                f"http://127.0.0.1:{alertmanager}/-/ready", place / "am.log",
            )
        )  # fmt: skip
        stack.enter_context(
            running(
                ["prometheus", f"--config.file={place}/prometheus.yml", f"--storage.tsdb.path={place}/data",
                 "--storage.tsdb.retention.time=60d", "--rules.alert.resend-delay=1s",
                 f"--web.listen-address=127.0.0.1:{prometheus}"],
                f"http://127.0.0.1:{prometheus}/-/ready", place / "prometheus.log",
            )
        )  # fmt: skip
        yield Servers(f"http://127.0.0.1:{prometheus}", f"http://127.0.0.1:{alertmanager}")
