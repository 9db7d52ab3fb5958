"""The box as a program: writes a config that points at it, prints one JSON line, serves until it is ended."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options
from vauntico_tui.sim.world.people import PEOPLE, TEAM

HEAD = "# Vauntico in a box. Written by `vauntico-tui sim`, removed when it ends."


def config_text(box: Box, token_file: Path, slack_file: Path | None = None) -> str:
    """A config that points at a running box; with `slack_file` its people are paged, at the box's own receiver."""
    started = datetime.fromtimestamp(box.started_at, UTC).isoformat()
    urls = box.urls
    return "\n".join(
        (
            HEAD,
            "[github]",
            f'repository = "{box.world.full_name}"',
            f"url = {json.dumps(urls['github'])}",
            f"token_file = {json.dumps(str(token_file))}",
            'every = "10 s"',
            "",
            "[prometheus]",
            f"url = {json.dumps(urls['prometheus'])}",
            "",
            "[alertmanager]",
            f"url = {json.dumps(urls['alertmanager'])}",
            "",
            "[plan]",
            f"started_at = {started}",
            "",
            *(_paging(slack_file) if slack_file else ()),
        )
    )


def _paging(slack_file: Path) -> Iterator[str]:
    """Who is paged in the demo, and how: the team's channel, two who take turns for DevOps."""
    serves = {
        "lead-dev": ["Lead Developer", "Full development team"],
        "backend-dev": ["Full development team"],
        "frontend-dev": ["Full development team"],
        "devops": ["Full development team"],
    }
    for login in TEAM:
        yield "[[people]]"
        yield f"id = {json.dumps(login)}"
        yield f"name = {json.dumps(PEOPLE[login].name)}"
        yield f"contacts = {json.dumps(serves[login])}"
        yield f"github = {json.dumps(login)}"
        yield 'channels = ["team"]'
        yield ""
    yield from ("[[rotations]]", 'id = "devops"', 'contacts = ["DevOps"]', 'people = ["devops", "backend-dev"]')
    yield from ("first_day = 2026-01-05", 'handoff = "08:00"', 'time_zone = "UTC"', "days = 1", "")
    yield from ("[escalation]", 'me = "lead-dev"', "", "[oncall]", 'fallback = "lead-dev"', "")
    yield from ("[channels.team]", 'kind = "slack"', f"url_file = {json.dumps(str(slack_file))}", "")


def serve(
    config_out: Path,
    *,
    seed: int = 1,
    speed: float = 1.0,
    issues: int = 60,
    runs: int = 140,
    port: int = 0,
    paging: bool = False,
    until: Callable[[], object] | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or until `until` returns. 0, or 1 where a port or file could not be had.

    The config, and the token's file beside it, are readable by their owner alone and gone at the end. `paging` names
    people in it whose pages go to the box's own receiver.
    """
    box = Box(Options(seed, speed, issues, runs, port))
    config = config_out.absolute()
    token_file = config.with_name(config.name + ".token")
    ended = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: ended.set())
    made: list[Path] = []
    try:
        box.start()
        slack_file = config.with_name(config.name + ".slack") if paging else None
        texts = {config: config_text(box, token_file, slack_file), token_file: box.token + "\n"}
        if slack_file is not None:
            texts[slack_file] = f"{box.urls['webhook']}/slack\n"
        for path, text in texts.items():
            _write_private(path, text)
            made.append(path)
    except OSError as error:
        print(f"The box cannot start: {error}", file=sys.stderr)  # noqa: T201 (a program says why it ends)
        _remove(made)
        box.stop()
        return 1
    line = json.dumps({**box.urls, "pid": os.getpid(), "config": str(config)})
    print(line, flush=True)  # noqa: T201 (the one JSON line)
    threading.Thread(target=_warm, args=(box,), daemon=True).start()
    if until is not None:
        threading.Thread(target=_after, args=(until, ended), daemon=True).start()
    while not ended.wait(3600):
        pass
    _remove(made)
    box.stop()
    return 0


def _write_private(path: Path, text: str) -> None:
    """A file that only its owner can read, from its first byte on. Raises OSError; somebody's own config is kept."""
    if path.suffix != ".token" and path.exists() and path.read_bytes().strip() and not _ours(path):
        raise FileExistsError(f"{path} holds something that the box did not write; name another file")
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _ours(path: Path) -> bool:
    return path.read_bytes().startswith(HEAD.encode())


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _after(until: Callable[[], object], ended: threading.Event) -> None:
    until()
    ended.set()


def _warm(box: Box) -> None:
    """Import what the first GraphQL query needs, before it comes."""
    from vauntico_tui.sim.github.graphql import schema  # noqa: PLC0415 (slow to import, and not always needed)

    schema()
