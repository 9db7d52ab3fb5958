"""`doctor`: is everything well, and what to do where it is not."""

from __future__ import annotations

import json

import click

from vauntico_tui.cli import exits
from vauntico_tui.cli.context import config_file, config_option, unicode_out, write
from vauntico_tui.cli.options import timeout_option

SCHEMA = 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@timeout_option
@config_option
def doctor(as_json: bool, timeout: float) -> None:
    """Check config, plan, token, sources, journal, pages and terminal, and say what to do.

    Ends with 1 if something fails.
    """
    from vauntico_tui.cli.checkup import checkup

    glyphs = {"ok": "✓", "warn": "!", "fail": "✗"} if unicode_out() else {"ok": "+", "warn": "!", "fail": "x"}
    findings = []
    for finding in checkup(config_file(), timeout):
        findings.append(finding)
        if not as_json:
            lines = f"{glyphs[finding.state]} {finding.state:<5}{finding.id:<13} {finding.message}\n"
            if finding.next_step and finding.state != "ok":
                lines += f"{' ' * 21}{'→' if unicode_out() else '->'} {finding.next_step}\n"
            write(lines)
    failed = any(finding.state == "fail" for finding in findings)
    if as_json:
        lines_json = [
            {"id": one.id, "state": one.state, "message": one.message, "next_step": one.next_step} for one in findings
        ]
        write(
            json.dumps({"schema": SCHEMA, "ok": not failed, "checks": lines_json}, indent=2, ensure_ascii=False) + "\n"
        )
    click.get_current_context().exit(exits.WRONG if failed else exits.DONE)
