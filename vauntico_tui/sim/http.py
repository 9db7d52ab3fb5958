"""A small HTTP/1.1 server for loopback: keep-alive, no Nagle delay, absolute-form URIs (so that it can be a proxy)."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

MAX_BODY = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. `path` is decoded, `target` is path and query as sent, `host` without its port."""

    method: str
    path: str
    target: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    host: str
    scheme: str = "http"

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]

    def json(self) -> Any:
        """The body as JSON; None where there is none. Raises ValueError."""
        return json.loads(self.body) if self.body else None


@dataclass(slots=True)
class Response:
    """What goes out. `cut` closes the connection halfway through the body, `drop` before it says anything."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False
    repeat: int = 1  # the body is sent this many times over
    skew: float = 0.0  # seconds that the Date header is off

    @staticmethod
    def of(value: object, status: int = 200, **headers: str) -> Response:
        """A JSON answer."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return Response(status, body, {"Content-Type": "application/json; charset=utf-8", **named})

    @staticmethod
    def text(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Response:
        """A plain answer."""
        return Response(status, text.encode(), {"Content-Type": kind})


App = Callable[[Request], Response]


class Server:
    """One application on one loopback port, a thread a connection. Sleeps until somebody connects."""

    def __init__(self, app: App, port: int = 0, name: str = "box") -> None:
        handler = type("Handler", (_Handler,), {"app": staticmethod(app)})
        self._server = _Threading(("127.0.0.1", port), handler)
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, name=name, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def _accept(self) -> None:
        while not self._stopping:
            self._server.handle_request()

    def stop(self) -> None:
        """Take no more requests and close the connections that are open."""
        self._stopping = True
        if self._thread.is_alive():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                self._thread.join(5)  # the connection wakes it
        self._server.server_close()
        self._server.close_connections()


class _Threading(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End the connections that clients keep alive."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else shows on standard error."""

        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    app: ClassVar[App]  # a staticmethod, so that it is not bound

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            return
        try:
            response = type(self).app(request)
        except Exception:  # the box's own mistake must show, and must not look like a network failure
            traceback.print_exc()
            response = Response.of({"message": "the box itself failed; see its standard error"}, 500)
        if response.drop:
            self.close_connection = True
            return
        self._answer(request, response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 (the names http.server calls)

    def _request(self) -> Request | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY or self.headers.get("Transfer-Encoding"):
            self.send_error(413 if length.isdigit() else 400)
            self.close_connection = True
            return None
        body = self.rfile.read(int(length))
        parts = urlsplit(self.path)
        host = (parts.netloc or self.headers.get("Host", "")).rpartition("@")[2]
        query = parse_qs(parts.query, keep_blank_values=True)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, unquote(parts.path) or "/", target, query, headers, body, host.split(":")[0])

    def _answer(self, request: Request, response: Response) -> None:
        body = b"" if response.status in (204, 304) else response.body
        lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
        lines.append(f"Date: {formatdate(time.time() + response.skew, usegmt=True)}")
        lines += [f"{name}: {value}" for name, value in response.headers.items() if "\n" not in value]
        if response.status != 204:
            lines.append(f"Content-Length: {len(body) * response.repeat}")
        if response.cut:
            lines.append("Connection: close")
        self.wfile.write("\r\n".join((*lines, "", "")).encode("latin-1", "replace"))
        if request.method != "HEAD":
            if response.cut:
                self.wfile.write(body[: max(1, len(body) // 2)])
            else:
                for _ in range(response.repeat):
                    self.wfile.write(body)
        self.wfile.flush()
        if response.cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the box keeps its own record of requests."""
