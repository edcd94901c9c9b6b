"""A real HTTP server on loopback that misbehaves as it is told, for tests of the transport.

Answers are given in turn; the last one is repeated. What was asked is recorded. Faults are made on the raw socket,
because a well-behaved server library cannot make them.
"""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]


@dataclass
class FaultServer:
    """A server whose answers a test chooses."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)
    """Set at the end, so that answers that hang let go."""

    host: str = "127.0.0.1"

    def url(self, path: str, *, user: str | None = None, host: str | None = None) -> str:
        """Address of a path of this server."""
        return f"http://{user + '@' if user else ''}{host or self.host}:{self.port}{path}"

    def serve(self, path: str, *answers: Answer) -> str:
        """Answer a path so, in turn; return its address."""
        self.answers[path] = list(answers)
        return self.url(path)

    def asked(self, path: str) -> list[Request]:
        """What was asked of one path."""
        return [request for request in self.requests if request.path.partition("?")[0] == path]

    def next_answer(self, path: str) -> Answer:
        known = self.answers.get(path.partition("?")[0], [status(404)])
        return known.pop(0) if len(known) > 1 else known[0]


@contextmanager
def running() -> Iterator[FaultServer]:
    """Run a server on a free port of loopback."""
    server = FaultServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self) -> None:
            server.requests.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.fault_server = server
            server.next_answer(self.path)(self)

        def log_message(self, *_: object) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return  # clients that go away are what is tested

    with Quiet(("127.0.0.1", 0), Handler) as http:
        server.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            http.shutdown()
            thread.join()


# --- answers that are right ---


def content(
    data: bytes,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    media_type: str = "text/csv",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Serve bytes as a good server does: validators, conditions and ranges."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        sent = {name: value for name, value in (("ETag", etag), ("Last-Modified", last_modified)) if value}
        asked = handler.headers
        unchanged = (etag and asked.get("If-None-Match") == etag) or (
            not etag and last_modified and asked.get("If-Modified-Since") == last_modified
        )
        if unchanged:
            _send(handler, 304, b"", sent)
            return
        span = re.fullmatch(r"bytes=(\d+)-", asked.get("Range", ""))
        if span and asked.get("If-Range") in (etag, last_modified):
            start = int(span[1])
            sent["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            _send(handler, 206, data[start:], {**sent, "Content-Type": media_type, **(headers or {})})
            return
        _send(handler, 200, data, {**sent, "Content-Type": media_type, **(headers or {})})

    return answer


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a status; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: _send(handler, code, body, named)


def redirect(location: str, code: int = 302) -> Answer:
    """Send the client elsewhere."""
    return lambda handler: _send(handler, code, b"", {"Location": location})


def gzipped(data: bytes, **headers: str) -> Answer:
    """Send bytes with a content coding that was not asked for."""
    return content(gzip.compress(data, mtime=0), headers={"Content-Encoding": "gzip", **headers})


# --- faults ---


def early_close(data: bytes, sent: int, *, etag: str | None = None) -> Answer:
    """Promise all bytes, send some, and close."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(data)}", *([f"ETag: {etag}"] if etag else [])]
        _raw(handler, "\r\n".join(lines).encode() + b"\r\n\r\n" + data[:sent])

    return answer


def raw(data: bytes) -> Answer:
    """Send exactly these bytes, and close."""
    return lambda handler: _raw(handler, data)


def whole_despite_range(data: bytes, etag: str) -> Answer:
    """Ignore the range that was asked for."""
    return lambda handler: _send(handler, 200, data, {"ETag": etag})


def wrong_range(data: bytes, etag: str, start: int) -> Answer:
    """Continue at another place than asked."""
    span = f"bytes {start}-{len(data) - 1}/{len(data)}"
    return lambda handler: _send(handler, 206, data[start:], {"ETag": etag, "Content-Range": span})


def drip(data: bytes, seconds: float, *, etag: str | None = None, step: int = 1) -> Answer:
    """Send a few bytes at a time."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        tag = f"ETag: {etag}\r\n" if etag else ""
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{tag}Content-Length: {len(data)}\r\n\r\n".encode())
        for start in range(0, len(data), step):
            handler.wfile.write(data[start : start + step])
            time.sleep(seconds)

    return answer


def half_open(data: bytes = b"", *, length: int = 1000, etag: str | None = None) -> Answer:
    """Send the header and some bytes, then nothing, without closing."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        tag = f"ETag: {etag}\r\n" if etag else ""
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{tag}Content-Length: {length}\r\n\r\n".encode() + data)
        handler.wfile.flush()
        handler.fault_server.released.wait(200)  # type: ignore[attr-defined]
        handler.close_connection = True

    return answer


def silent() -> Answer:
    """Accept the request and say nothing."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.fault_server.released.wait(200)  # type: ignore[attr-defined]
        handler.close_connection = True

    return answer


def _send(handler: BaseHTTPRequestHandler, code: int, body: bytes, headers: dict[str, str]) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, value)
    if code != 304:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _raw(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(data)
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)
