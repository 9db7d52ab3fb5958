"""Every PromQL of the bundled plan is PromQL, by Prometheus' own judgement."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import tomli_w

from vauntico_tui.evidence.needs import needs_of
from vauntico_tui.plan.bundled import bundled_plan


@pytest.mark.real_server
def test_promtool_reads_every_query(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is absent: install prometheus")
    plan = bundled_plan()
    promises = (*plan.blockers, *plan.targets, *plan.deliverables, *plan.outcomes)
    needs = needs_of(promise.check for promise in promises if promise.check)
    queries = sorted({*needs.instants, *needs.ranges, *(kpi.query for kpi in plan.kpis)})
    assert len(queries) >= 15
    rules = tmp_path / "rules.yml"
    lines = [
        f"  - record: q{number}\n    expr: {tomli_w.dumps({'x': query})[4:]}" for number, query in enumerate(queries)
    ]
    rules.write_text("groups:\n- name: plan\n  rules:\n" + "".join(lines))
    ran = subprocess.run(
        [promtool, "check", "rules", str(rules)], capture_output=True, text=True, timeout=30, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert f"{len(queries)} rules found" in ran.stdout
