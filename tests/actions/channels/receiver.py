"""A receiver on loopback that answers as it is told, over real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Script:
    """What to answer, and what came."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    mode: str = "answer"  # answer hang endless cut
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            with contextlib.suppress(OSError):  # whoever sent it may be gone
                body = self.rfile.read(length)
                if len(body) == length:  # else it was cut short, and nothing came
                    script.got.append((dict(self.headers), body))
                    self.answer()

        def answer(self) -> None:
            if script.mode == "hang":
                script.release.wait(30)
                return
            self.send_response(script.status)
            for name, value in script.headers.items():
                self.send_header(name, value)
            if script.mode == "endless":
                self.end_headers()
                try:
                    while not script.release.is_set():
                        self.wfile.write(b"x" * 65536)
                except OSError:
                    return
            self.send_header("Content-Length", str(len(script.body) + (100 if script.mode == "cut" else 0)))
            self.end_headers()
            self.wfile.write(script.body)
            if script.mode == "cut":
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook/s3cret"
    finally:
        script.release.set()
        server.shutdown()
        server.server_close()
