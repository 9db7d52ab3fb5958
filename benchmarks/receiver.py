"""A receiver of webhooks in a process of its own. `python -m benchmarks.receiver`: its port on one line; when stdin
ends, one JSON object: idempotency key → monotonic seconds at which it said yes."""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

accepted: dict[str, float] = {}


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        accepted.setdefault(self.headers["Idempotency-Key"], time.monotonic())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    print(json.dumps(accepted), flush=True)


if __name__ == "__main__":
    main()
