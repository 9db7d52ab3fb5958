"""Starts commands from a process that has imported what they share: each still runs in a process of its own, with its
own arguments, environment, folder and streams, and ends with its own exit code. A second of imports is paid once.

Speaks over a socket: one JSON line and three descriptors in, one exit status out.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import traceback

SHARED = (
    "pydantic", "httpx", "requests", "github", "sqlalchemy.dialects.sqlite", "msgspec", "click", "icalendar",
    "vauntico_tui.warroom", "vauntico_tui.cli.commands", "vauntico_tui.cli.escalations", "vauntico_tui.journal.journal",
    "vauntico_tui.journal.schema", "vauntico_tui.actions.keeper.keeper",
)  # fmt: skip


def serve(channel: socket.socket) -> None:
    """Until the other end is closed."""
    for name in SHARED:
        importlib.import_module(name)
    while True:
        told, streams, _, _ = socket.recv_fds(channel, 1 << 20, 3)
        if not told:
            return
        child = os.fork()
        if child == 0:
            channel.close()
            run(json.loads(told), streams)
        for stream in streams:
            os.close(stream)
        channel.sendall(f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        channel.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def run(asked: dict[str, object], streams: list[int]) -> None:
    """In the child: become the program."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]
    os.chdir(str(asked["cwd"]))
    sys.argv = ["vauntico-tui", *asked["args"]]  # type: ignore[misc]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    from vauntico_tui.cli.main import main

    code: object = 1
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
