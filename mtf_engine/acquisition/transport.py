"""Bytes over HTTP: the only module that knows httpx.

A transfer goes to a file and is asked for again where it broke off, if the server can prove that it still has the same
bytes. Only GET is sent, so repeating it is safe. Time is limited three ways: for connecting, for a silent server, and
for the whole; a watcher cuts the connection when the whole is spent or the user cancels, also while a read blocks.
Credentials go to the origin that the user named, and nowhere else.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import truststore

import mtf_engine
from mtf_engine.acquisition import http_headers
from mtf_engine.acquisition.addresses import without_credentials
from mtf_engine.acquisition.interfaces import Monitor
from mtf_engine.errors import FetchError, SettingsError
from mtf_engine.text_safety import line

_TICK = 0.1
_BUFFER = 8192  # a process that is killed loses so much; Python 3.14 would hold back sixteen times that
_PATIENCE = 300.0
_REDIRECTS = 10
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONTINUED = "Run the same command again: what has arrived is continued."
_AGAIN = "Run the same command again later."
_UNREACHED = "Check the address and its port, and whether this machine reaches it; HTTPS_PROXY names a proxy."
_UNKNOWN_HOST = "Check the spelling of the host, and whether this machine has a network; HTTPS_PROXY names a proxy."
_OFFLINE = " MTF_OFFLINE=1 works with the cache alone."
_SPACE_HINT = "Make room, for example by `mtf cache prune`, or move the cache by MTF_HOME."
_HINTS = {
    401: "The server wants credentials: write them into the address as https://user:password@host/...",
    403: "The server refuses: it may want credentials, or a licence accepted in a browser.",
    404: "Check the address in a browser; the file may have moved.",
    410: "The file is gone for good; look for its successor.",
}


@dataclass(frozen=True, slots=True)
class Budget:
    """How much time and space one file may take."""

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    """Longest silence of the server."""

    total_seconds: float = 3600.0
    """All attempts together."""

    attempts: int = 5
    backoff_seconds: float = 1.0
    """First pause between attempts; doubled each time, shortened at random by up to a half."""

    max_bytes: int = 64 << 30


@dataclass(frozen=True, slots=True)
class Known:
    """What is already here, so that the server need not send it again."""

    etag: str | None
    last_modified: str | None

    def headers(self) -> dict[str, str]:
        """Ask only for what has changed."""
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a request."""

    changed: bool
    """False when the server says that what is here is current; nothing was received then."""

    size: int
    name: str
    media_type: str | None
    etag: str | None
    last_modified: str | None
    resumed: bool
    """Whether bytes of an earlier attempt are part of it."""

    encoding: str | None
    """Content coding that is still on the bytes."""

    verified: bool
    """Whether the server said how many bytes there are."""


class _Retry(Exception):
    """This attempt failed in a way that another may not."""

    def __init__(self, reason: str, *, wait: float | None = None, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.hint = hint


@dataclass(slots=True)
class _Transfer:
    """One file on its way, over all attempts."""

    url: httpx.URL
    """Without user and password."""

    auth: httpx.BasicAuth | None
    shown: str
    path: Path
    validator: str | None
    """By which the server recognises the bytes that are here; None when they cannot be continued."""

    known: Known | None
    monitor: Monitor
    budget: Budget
    note_validator: Callable[[Path, str | None], None]
    deadline: float

    def held(self) -> int:
        """Bytes received so far that can be continued."""
        try:
            return self.path.stat().st_size if self.validator else 0
        except OSError:
            return 0

    def set_validator(self, validator: str | None) -> None:
        """Remember by what the bytes that are about to arrive can be continued."""
        self.validator = validator
        self.note_validator(self.path, validator)

    def check(self) -> None:
        """Stop when the user has cancelled or the time is spent."""
        self.monitor.check(self.shown)
        if time.monotonic() > self.deadline:
            message = f"{self.shown} took longer than {self.budget.total_seconds:g} seconds"
            raise FetchError(message, hint=self.what_next())

    def what_next(self) -> str:
        """Ask for another run of the command, which starts from what can be continued."""
        return _CONTINUED if self.validator else _AGAIN

    def pause(self, seconds: float) -> None:
        """Wait before another attempt."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, _TICK))


class _Watcher:
    """A thread that cuts the connection when the time is spent or the user cancels, also while a read blocks."""

    def __init__(self, transfer: _Transfer) -> None:
        self._transfer = transfer
        self._done = threading.Event()
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._watch, name="mtf-fetch-watcher", daemon=True)

    def __enter__(self) -> _Watcher:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join()

    def trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of each connection that httpx opens."""
        if event in ("connection.connect_tcp.complete", "http_proxy.connect_tcp.complete"):
            opened = details["return_value"].get_extra_info("socket")
            if isinstance(opened, socket.socket):
                self._sockets.append(opened)

    def _watch(self) -> None:
        while not self._done.wait(_TICK):
            try:
                self._transfer.check()
            except FetchError:
                for opened in self._sockets:
                    with contextlib.suppress(OSError):
                        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def fetch(
    url: str,
    path: Path,
    *,
    validator: str | None = None,
    known: Known | None = None,
    monitor: Monitor,
    budget: Budget,
    note_validator: Callable[[Path, str | None], None],
) -> Received:
    """Receive a file.

    Parameters
    ----------
    url : str
        ``http`` or ``https``; may hold user and password.
    path : Path
        Where the bytes go. What is there already is continued when ``validator`` says what it is.
    validator : str, optional
        ETag or modification date of the bytes at ``path``.
    known : Known, optional
        What is in the cache; the server may answer that it is current.
    monitor : Monitor
        Progress and cancellation. ``cancelled`` is also called from another thread.
    budget : Budget
        Limits of time and size.
    note_validator : callable
        Called with the path and the validator before bytes are written.

    Raises
    ------
    SettingsError
        The address is none.
    FetchError
        The server did not deliver, in all attempts; or there is no room on the disk.
    """
    parsed = _parsed(url)
    transfer = _Transfer(
        url=parsed.copy_with(userinfo=b"", fragment=None),
        auth=httpx.BasicAuth(parsed.username, parsed.password) if parsed.userinfo else None,
        shown=_named(url),
        path=path,
        validator=validator,
        known=known,
        monitor=monitor,
        budget=budget,
        note_validator=note_validator,
        deadline=time.monotonic() + budget.total_seconds,
    )
    with _Watcher(transfer) as watcher, _client(budget) as client:
        failures = 0
        while True:
            before = transfer.held()
            try:
                return _attempt(client, transfer, watcher)
            except _Retry as retry:
                transfer.check()
                failures = 1 if transfer.held() > before else failures + 1
                if failures >= budget.attempts:
                    hint = retry.hint or transfer.what_next()
                    raise FetchError(f"{transfer.shown}: {retry.reason}", hint=hint + _OFFLINE) from retry
                transfer.pause(_wait(transfer, retry, failures))


def _parsed(url: str) -> httpx.URL:
    shown = _named(url)
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingsError(f"{shown} is no web address: {line(str(error))}") from error
    if not parsed.host:
        raise SettingsError(f"{shown} names no host", hint="Write it as https://host/path/to/file.csv")
    return parsed


def _client(budget: Budget) -> httpx.Client:
    timeout = httpx.Timeout(budget.read_seconds, connect=budget.connect_seconds)
    try:
        return httpx.Client(
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            timeout=timeout,
            headers={"User-Agent": f"mtf/{mtf_engine.__version__}", "Accept-Encoding": "identity"},
        )
    except ImportError as error:
        message = "a SOCKS proxy is set, and the package that speaks with one is not installed"
        raise FetchError(message, hint="Install it: `pip install socksio`, or name an http:// proxy.") from error
    except (ValueError, httpx.InvalidURL) as error:  # its text may hold the proxy's password
        message = "the proxy that is set is no web address such as http://host:3128"
        raise FetchError(message, hint="Correct or unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.") from error


def _wait(transfer: _Transfer, retry: _Retry, failures: int) -> float:
    """Decide how long to pause; give up now when the server asks for more patience than there is."""
    if retry.wait is None:
        return transfer.budget.backoff_seconds * 2.0 ** (failures - 1) * random.uniform(0.5, 1.0)
    if retry.wait > min(_PATIENCE, transfer.deadline - time.monotonic()):
        raise FetchError(
            f"{transfer.shown}: {retry.reason}, and asks to wait {retry.wait:.0f} seconds",
            hint="Run the same command again later.",
        )
    return retry.wait


# --- one attempt ---


def _attempt(client: httpx.Client, transfer: _Transfer, watcher: _Watcher) -> Received:
    try:
        with _opened(client, transfer, watcher) as response:
            return _receive(response, transfer)
    except httpx.TimeoutException as error:
        if isinstance(error, httpx.ConnectTimeout):
            raise _Retry("time ran out while connecting", hint=_UNREACHED) from error
        raise _Retry("time ran out while waiting for the server") from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise FetchError(f"{transfer.shown} leads to an address that cannot be fetched: {line(str(error))}") from error
    except httpx.TransportError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            message = f"{transfer.shown}: the server's certificate cannot be verified: {line(str(error))}"
            hint = "Install your organisation's root certificate in the system, or name it by SSL_CERT_FILE."
            raise FetchError(message, hint=hint) from error
        reason = f"the connection failed: {line(str(error)) or type(error).__name__}"
        raise _Retry(reason, hint=_unconnected(error)) from error


def _unconnected(error: BaseException) -> str | None:
    """Say what to look at when no connection came about; None when one broke off."""
    if not isinstance(error, httpx.ConnectError):
        return None
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, socket.gaierror):
        cause = cause.__cause__ or cause.__context__
    return _UNREACHED if cause is None else _UNKNOWN_HOST


@contextlib.contextmanager
def _opened(client: httpx.Client, transfer: _Transfer, watcher: _Watcher) -> Iterator[httpx.Response]:
    """Send the request and follow where it is redirected to, credentials only to the first origin."""
    url = transfer.url
    for _ in range(_REDIRECTS + 1):
        transfer.check()
        request = client.build_request("GET", url, headers=_headers(transfer), extensions={"trace": watcher.trace})
        auth = transfer.auth if _origin(url) == _origin(transfer.url) else None
        response = client.send(request, auth=auth, stream=True, follow_redirects=False)
        try:
            if not response.has_redirect_location:
                yield response
                return
            url = _redirected(transfer, url, response.headers["Location"])
        finally:
            response.close()
    raise FetchError(f"{transfer.shown} is redirected more than {_REDIRECTS} times", hint="Check the address.")


def _headers(transfer: _Transfer) -> dict[str, str]:
    held = transfer.held()
    if held and transfer.validator:
        return {"Range": f"bytes={held}-", "If-Range": transfer.validator}
    return transfer.known.headers() if transfer.known else {}


def _redirected(transfer: _Transfer, url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location).copy_with(userinfo=b"", fragment=None)
    except httpx.InvalidURL as error:
        raise FetchError(f"{transfer.shown} is redirected to no valid address: {_named(location)}") from error
    if target.scheme not in ("http", "https"):
        raise FetchError(
            f"{transfer.shown} is redirected to a {line(target.scheme)}: address, which is not followed",
            hint="Name the address that it leads to, if you trust it.",
        )
    if url.scheme == "https" and target.scheme == "http":
        message = f"{transfer.shown} is redirected from https to http, where anybody could change the data"
        raise FetchError(message, hint=f"Name the address itself if you trust it: {_named(str(target))}")
    return target


def _named(address: str) -> str:
    return line(without_credentials(address))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)


def _receive(response: httpx.Response, transfer: _Transfer) -> Received:
    """Write the body to the file."""
    held = transfer.held()
    status = response.status_code
    if status == 304 and not held and transfer.known is not None:
        return _received(response, transfer, 0, None, changed=False, resumed=False)
    if status == 206 and held:
        start, total = held, _continued_total(response, transfer, held)
    elif status == 200:
        start, total = 0, http_headers.declared_length(response.headers)
        coded = "Content-Encoding" in response.headers
        transfer.set_validator(None if coded else http_headers.validator(response.headers))
    else:
        raise _refused(response, transfer)
    _require_space(transfer, start, total)
    size = _write(response, transfer, start, total)
    return _received(response, transfer, size, total, changed=True, resumed=start > 0)


def _continued_total(response: httpx.Response, transfer: _Transfer, held: int) -> int | None:
    """Check that a partial answer continues exactly what is here."""
    span = http_headers.content_range(response.headers)
    if span is None or span.start != held:
        _discard(transfer)
        raise _Retry("the server continued at another place than asked", wait=0.0)
    return span.total


def _refused(response: httpx.Response, transfer: _Transfer) -> Exception:
    status = response.status_code
    reason = f"the server answered {status} {line(response.reason_phrase, 60)}".strip()
    if status in (206, 416):
        _discard(transfer)
        return _Retry(reason, wait=0.0)
    if status in _RETRIED:
        return _Retry(reason, wait=http_headers.retry_after(response.headers))
    said = _excerpt(response)
    return FetchError(f"{transfer.shown}: {reason}{f': {said}' if said else ''}", hint=_HINTS.get(status))


def _write(response: httpx.Response, transfer: _Transfer, start: int, total: int | None) -> int:
    size = start
    try:
        with open(transfer.path, "r+b" if start else "wb", buffering=_BUFFER) as file:
            file.seek(start)
            for chunk in response.iter_raw():
                file.write(chunk)
                size += len(chunk)
                transfer.check()
                if size > transfer.budget.max_bytes:
                    raise _too_large(transfer)
                transfer.monitor.progress(size, total)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FetchError(f"{transfer.shown} cannot be stored: {error.strerror or error}", hint=_SPACE_HINT) from error
    transfer.check()
    if total is not None and size != total:
        raise _Retry(f"the server ended after {size:,} of {total:,} bytes")
    return size


def _require_space(transfer: _Transfer, start: int, total: int | None) -> None:
    if total is None:
        return
    if total > transfer.budget.max_bytes:
        raise _too_large(transfer)
    free = shutil.disk_usage(transfer.path.parent).free
    if total - start > free:
        message = f"{transfer.shown} has {total:,} bytes, and {free:,} are free where the cache is"
        raise FetchError(message, hint=_SPACE_HINT)


def _too_large(transfer: _Transfer) -> FetchError:
    most = transfer.budget.max_bytes
    return FetchError(f"{transfer.shown} has more than {most:,} bytes, the most that is fetched")


def _discard(transfer: _Transfer) -> None:
    transfer.set_validator(None)
    transfer.path.unlink(missing_ok=True)


def _received(
    response: httpx.Response, transfer: _Transfer, size: int, total: int | None, *, changed: bool, resumed: bool
) -> Received:
    headers = response.headers
    return Received(
        changed=changed,
        size=size,
        name=http_headers.file_name(headers, transfer.url.path, response.url.path),
        media_type=headers.get("Content-Type", "").partition(";")[0].strip().lower() or None,
        etag=headers.get("ETag"),
        last_modified=headers.get("Last-Modified"),
        resumed=resumed,
        encoding=headers.get("Content-Encoding", "identity").strip().lower(),
        verified=total is not None or "chunked" in headers.get("Transfer-Encoding", "").lower(),
    )


# --- errors ---


def _excerpt(response: httpx.Response) -> str:
    """Take the beginning of an error's text; nothing of a web page."""
    body = b""
    with contextlib.suppress(httpx.TransportError):
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > 2000:
                break
    text = body[:2000].decode("utf-8", errors="replace").strip()
    return "" if text.startswith("<") and "html" in text[:200].lower() else line(text, 200)


# httpx logs whole addresses, and a token may stand in one.
for _logger in ("httpx", "httpcore"):
    logging.getLogger(_logger).setLevel(logging.WARNING)
