"""What `doctor` looks at: each finding says how it is and, where it is not well, what to do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.base.locales import is_utf8, said_locale
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.cli.finding import Finding, How
from vauntico_tui.config.places import make_state_dir, state_dir

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.plan.model import Plan


def checkup(file: Path | None, timeout: float) -> Iterator[Finding]:
    """Everything, in order; each finding as soon as it is known. `timeout` is for all sources together, in seconds."""
    yield from versions()
    config: Config | None = None
    for step in config_findings(file):
        if isinstance(step, Finding):
            yield step
        else:
            config = step
    plan: Plan | None = None
    if config is not None:
        for told in plan_findings(config):
            if isinstance(told, Finding):
                yield told
            else:
                plan = told
        yield from github_findings(config)
        yield from source_findings(config, timeout)
    writable = True
    for finding in state_findings(file):
        writable = writable and finding.state != "fail"
        yield finding
    if config is not None:
        yield from escalation_findings(config, plan, state_dir(file) if writable or config.journal.url else None)
    yield from terminal_findings(dict(os.environ))


def versions() -> Iterator[Finding]:
    """Ours, Python's, and those of the libraries that talk to the world."""
    from importlib.metadata import PackageNotFoundError, version

    from vauntico_tui import __version__

    python = platform.python_version()
    yield Finding("version", "ok", f"vauntico-tui {__version__}, Python {python}, {platform.system()}")
    found, missing = [], []
    for name in ("textual", "httpx", "PyGithub", "prometheus-api-client", "pydantic"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("libraries", "fail", f"missing: {', '.join(missing)}", "install vauntico-tui again")
    else:
        yield Finding("libraries", "ok", ", ".join(found))


def _problems(name: str, problems: tuple[Problem, ...], how: How = "fail") -> Iterator[Finding]:
    for problem in problems:
        where = f"{problem.file}:{problem.line}: " if problem.file and problem.line else f"{problem.file}: "
        yield Finding(name, how, (where if problem.file else "") + problem.message, problem.hint or "correct it")


def config_findings(file: Path | None) -> Iterator[Finding | Config]:
    """The config's findings, and the config itself where it is good."""
    from vauntico_tui.actions.keymap import keymap_problems
    from vauntico_tui.config.load import load_config
    from vauntico_tui.config.model import Config
    from vauntico_tui.config.places import default_config

    if file is None:
        yield Finding("config", "warn", f"none: {default_config()} is not there", "`vauntico-tui init` writes one")
        yield Config()
        return
    try:
        parsed = load_config(file)
    except InputError as error:
        yield from _problems("config", error.problems)
        return
    yield Finding("config", "ok", str(file))
    yield from _problems("config", parsed.warnings, "warn")
    yield from _problems("config", keymap_problems(parsed.value.screen.keys, str(file)), "warn")
    yield from _zone(parsed.value)
    yield parsed.value


def _zone(config: Config) -> Iterator[Finding]:
    from zoneinfo import ZoneInfo

    name = config.screen.time_zone
    try:
        if name is not None:
            ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        yield Finding(
            "time zone", "warn", f'"{name}" is not known here', 'write one like "Africa/Lagos", or leave it out'
        )


def plan_findings(config: Config) -> Iterator[Finding | Plan]:
    """Whether the plan can be read, and whether its clocks run; and the plan itself where it is good."""
    from vauntico_tui.config.write import instant
    from vauntico_tui.plan.bundled import bundled_plan
    from vauntico_tui.plan.load import load_plan

    try:
        plan = load_plan(config.plan.file) if config.plan.file else bundled_plan()
    except InputError as error:
        yield from _problems("plan", error.problems)
        return
    where = str(config.plan.file or "bundled")
    yield Finding("plan", "ok", f"{where}: {len(plan.blockers)} blockers, {len(plan.targets)} targets")
    started = config.plan.started_at or plan.started_at
    if started is None:
        yield Finding("clocks", "warn", "they do not run yet", "`vauntico-tui plan start now` starts them")
    else:
        yield Finding("clocks", "ok", f"run since {instant(started)}")
    yield plan


def github_findings(config: Config) -> Iterator[Finding]:
    """The token's origin, and for each feature whether the token may do it."""
    from vauntico_tui.sources.failures import SourceError
    from vauntico_tui.sources.scopes import check_scopes
    from vauntico_tui.sources.token import find_token, no_token

    if config.github.repository is None:
        return
    try:
        token = find_token(config.github)
        trouble = None if token else no_token(config.github)
    except SourceError as failure:
        token, trouble = None, failure.trouble
    if token is None:
        if trouble is not None:
            yield Finding("token", "fail", trouble.cause, trouble.next_step)
        return
    yield Finding("token", "ok", f"from {token.origin}")
    lines = check_scopes(config)
    for line in lines:
        if line.have is None:
            continue
        if line.have:
            yield Finding("scope", "ok", f"{line.feature}: {line.needs}")
        else:
            yield Finding("scope", "fail", f"{line.feature}: {line.needs} is missing", line.next_step)
    unknown = [line for line in lines if line.have is None]
    if unknown:  # what kept one from being asked kept all after it: that is said once
        which = "" if len(unknown) == len(lines) else f" of {', '.join(line.feature for line in unknown)}"
        why = "" if unknown[0].answers else " while GitHub does not answer"
        yield Finding("scope", "warn", f"scopes{which}: not known{why}", _once(unknown[0].next_step))


def _once(next_step: str) -> str:
    """What to do, for a command that asks once: nothing is asked again by itself."""
    again = "run `vauntico-tui doctor` again"
    return next_step.replace("it is asked again by itself", again).replace("it waits by itself", f"{again} later")


def source_findings(config: Config, timeout: float) -> Iterator[Finding]:
    """Each source, asked now."""
    import asyncio

    from vauntico_tui.base.clock import SystemClock
    from vauntico_tui.evidence.needs import Needs
    from vauntico_tui.evidence.reading import State
    from vauntico_tui.sources.hub import Hub

    hub = Hub(config, Needs(), SystemClock())
    try:
        asyncio.run(hub.gather(timeout))
        statuses = hub.statuses()
    finally:
        hub.close()
    for status in statuses:
        if status.id == "urls":
            continue
        if status.state is State.OFF:
            yield Finding(status.id, "warn", "not configured", f"`vauntico-tui init`, or [{status.id}] in the config")
        elif status.trouble is not None:
            how: How = "fail" if status.state is State.FAILED else "warn"
            yield Finding(status.id, how, status.trouble.cause, _once(status.trouble.next_step))
        else:
            yield Finding(status.id, "ok", "answers" + (f"; {status.note}" if status.note else ""))


def state_findings(file: Path | None) -> Iterator[Finding]:
    """Whether what is remembered can be written."""
    folder = state_dir(file)
    if trouble := make_state_dir(folder):
        yield Finding(
            "state", "fail", trouble, "make it writable, or set XDG_STATE_HOME; nothing is remembered without"
        )
        return
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("state", "fail", f"{folder}: {error.strerror}", "check the disk")
        return
    if free < 50_000_000:
        yield Finding("state", "warn", f"{folder}: {free // 1_000_000} MB free", "make room on the disk")
    else:
        yield Finding("state", "ok", str(folder))


def escalation_findings(config: Config, plan: Plan | None, folder: Path | None) -> Iterator[Finding]:
    """The journal, where it has a place, and whom pages would reach."""
    from vauntico_tui.cli.checkup_paging import journal_findings, paging_findings

    if folder is not None:
        yield from journal_findings(config, folder)
    if plan is not None:
        yield from paging_findings(config, plan)


def terminal_findings(env: dict[str, str]) -> Iterator[Finding]:
    """Size, colours, UTF-8, tmux: what the screen will look like here."""
    if sys.stdout.isatty():
        columns, lines = shutil.get_terminal_size()
        small = columns < 80 or lines < 24
        hint = "below 80×24 only the escalations are shown; make the window larger" if small else ""
        yield Finding("size", "warn" if small else "ok", f"{columns}×{lines}", hint)
    else:
        yield Finding("size", "ok", "not a terminal here: the size is not known")
    yield _colours(env)
    locale = said_locale(env)
    if is_utf8(locale):
        yield Finding("UTF-8", "ok", locale)
    else:
        yield Finding("UTF-8", "warn", f"the locale is {locale or 'not set'}: ASCII is drawn", "set LANG=C.UTF-8")
    if env.get("TMUX"):
        yield _tmux()


def _colours(env: dict[str, str]) -> Finding:
    term = env.get("TERM", "")
    if env.get("NO_COLOR"):
        return Finding("colours", "ok", "none: NO_COLOR is set")
    if term in {"", "dumb", "unknown"}:
        hint = "set TERM to what your terminal is, like xterm-256color"
        return Finding("colours", "warn", f"TERM is {term or 'not set'}: nothing can be drawn on it", hint)
    if env.get("COLORTERM") in {"truecolor", "24bit"} or term.endswith("-direct"):
        return Finding("colours", "ok", f"16 million ({term})")
    if "256color" in term:
        return Finding("colours", "ok", f"256 ({term})")
    return Finding("colours", "ok", f"16 ({term}): a glyph says what a colour can't")


def _tmux() -> Finding:
    try:
        told = subprocess.run(
            ["tmux", "show-options", "-sv", "set-clipboard"],
            capture_output=True, timeout=2, check=False, text=True, stdin=subprocess.DEVNULL,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        told = ""
    if told == "off":
        return Finding("tmux", "warn", "set-clipboard is off: y can't copy", "tmux set -s set-clipboard on")
    return Finding("tmux", "ok", "copying through tmux works" if told else "inside tmux")
