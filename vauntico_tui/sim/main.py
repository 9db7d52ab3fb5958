"""The box as a program: writes a config that points at it, prints one JSON line, serves until it is ended."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options

HEAD = "# Vauntico in a box. Written by `vauntico-tui sim`, removed when it ends."


def config_text(box: Box, token_file: Path) -> str:
    """A config that points at a running box."""
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
        )
    )


def serve(
    config_out: Path,
    *,
    seed: int = 1,
    speed: float = 1.0,
    issues: int = 60,
    runs: int = 140,
    port: int = 0,
    until: Callable[[], object] | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or until `until` returns. 0, or 1 where a port or file could not be had.

    The config, and the token's file beside it, are readable by their owner alone and gone at the end.
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
        for path, text in ((config, config_text(box, token_file)), (token_file, box.token + "\n")):
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
