"""The server: few addresses, a guard before each of them, and a process for each open tab."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Handler
from textual_serve.download_manager import DownloadManager

from mtf_engine.errors import MTFError
from mtf_tui import terminal
from mtf_tui.places import check_place
from mtf_tui.serving import pages
from mtf_tui.serving.access import EVERYWHERE, LOOPBACK, Access, new_token
from mtf_tui.serving.process import UIProcess

SESSIONS = 8
"""Tabs at a time: each is a process of some 60 MB."""
_LEAVING_SECONDS = 5.0
"""For a UI whose tab was closed."""
_STOPPING_SECONDS = 0.3
"""For all UIs when the server stops: what they remember is already on disk."""
_GOODBYE_SECONDS = 0.2
"""For a browser to agree that the socket closes."""
_MESSAGE_LIMIT = 1_000_000
"""Bytes of a message from a browser: a large paste."""
_WIDTHS = range(10, 501)
_HEIGHTS = range(4, 301)


@dataclass(frozen=True, slots=True)
class Size:
    """Of a screen, in cells."""

    width: int = 80
    height: int = 24

    @classmethod
    def of(cls, width: object, height: object) -> Size:
        """Read what a browser says; a size that is none, or beyond any screen, is replaced by the nearest."""
        return cls(_within(width, _WIDTHS, cls().width), _within(height, _HEIGHTS, cls().height))


def _within(value: object, allowed: range, default: int) -> int:
    try:
        number = int(value) if isinstance(value, str | int) else default
    except ValueError:
        number = default
    return min(max(number, allowed.start), allowed.stop - 1)


class UIServer:
    """The UI in browsers.

    Parameters
    ----------
    access : Access
        Who may see it.
    command : sequence of str
        Starts a UI.
    limit : int
        Tabs at a time.
    """

    def __init__(self, access: Access, command: Sequence[str], *, limit: int = SESSIONS) -> None:
        self._access = access
        self._command = tuple(command)
        self._limit = limit
        self._cookie_name = "mtf-tui"
        self._downloads = DownloadManager()
        self._open: set[UIProcess] = set()

    def application(self) -> web.Application:
        """Make the application: its addresses and their guard."""
        application = web.Application(middlewares=[self._guarded])
        application.router.add_get("/", self._page)
        application.router.add_get("/static/{name}", self._asset)
        application.router.add_get("/ws", self._socket)
        application.router.add_get("/download/{key}", self._download)
        application.router.add_get("/healthz", _healthz)
        application.on_response_prepare.append(_add_headers)
        application.on_shutdown.append(self._end_all)
        return application

    def name_cookie(self, port: int) -> None:
        """Name the cookie by the port: browsers share cookies between all ports of a host."""
        self._cookie_name = f"mtf-tui-{port}"

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/healthz":
            return await handler(request)
        if not self._access.allows_host(request.headers.getall("Host", [])):
            hint = "The server is not known by this name. Start it with --public-url and the address to reach it by."
            return _html(pages.refused("Unknown host", hint), status=403)
        if not self._access.allows_origin(request.headers.getall("Origin", []), host=request.headers["Host"]):
            return _html(
                pages.refused("Foreign page", "Another page asked for this one. Open it by itself."), status=403
            )
        offered = request.query.get("token")
        if not self._is_signed_in(request) and not self._access.knows_token(offered):
            return _html(pages.sign_in(wrong=offered is not None), status=401)
        return await handler(request)

    def _is_signed_in(self, request: web.Request) -> bool:
        return self._access.knows_cookie(request.cookies.get(self._cookie_name))

    async def _page(self, request: web.Request) -> web.StreamResponse:
        page = pages.full(self._limit) if self._is_full else pages.PAGE.read().decode()
        response = _html(page, status=503 if self._is_full else 200)
        if not self._is_signed_in(request):
            response.set_cookie(
                self._cookie_name,
                self._access.cookie,
                httponly=True,
                samesite="Strict",
                secure=(self._access.public_url or "").startswith("https:"),
            )
        return response

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        asset = pages.ASSETS.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.read(), content_type=asset.content_type, charset="utf-8")

    @property
    def _is_full(self) -> bool:
        return len(self._open) >= self._limit

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self._is_full:
            return _html(pages.full(self._limit), status=503)
        socket = web.WebSocketResponse(timeout=_GOODBYE_SECONDS, heartbeat=15, max_msg_size=_MESSAGE_LIMIT)
        ui = UIProcess(self._command, socket, self._downloads)
        self._open.add(ui)
        try:
            await socket.prepare(request)
            size = Size.of(request.query.get("width"), request.query.get("height"))
            await ui.start(size.width, size.height)
            await _listen(socket, ui)
        finally:
            await ui.end(_LEAVING_SECONDS)
            self._open.discard(ui)
            await ui.remote_close()
        return socket

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        try:
            download = await self._downloads.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound from None
        response = web.StreamResponse()
        response.content_type = "application/octet-stream"
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download.file_name, safe='')}"
        await response.prepare(request)
        async for chunk in self._downloads.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    async def _end_all(self, _: web.Application) -> None:
        await asyncio.gather(*(ui.end(_STOPPING_SECONDS) for ui in tuple(self._open)))


async def _healthz(_: web.Request) -> web.StreamResponse:
    return web.Response(text="ok\n")


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(pages.HEADERS)
    response.headers.popall("Server", None)


def _html(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


async def _listen(socket: web.WebSocketResponse, ui: UIProcess) -> None:
    """Hand what the browser says to the process, until the socket closes or says something else."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            break
        try:
            said = msgspec.json.decode(message.data)
        except msgspec.DecodeError:
            break
        match said:
            case ["stdin", str(keys)]:
                await ui.send_bytes(keys.encode(errors="replace"))
            case ["resize", {"width": width, "height": height}]:
                size = Size.of(width, height)
                await ui.set_terminal_size(size.width, size.height)
            case ["ping", *sent]:
                await socket.send_json(["pong", *sent])
            case ["focus", *_]:
                await ui.focus()
            case ["blur", *_]:
                await ui.blur()
            case _:
                break


@dataclass(frozen=True, slots=True)
class Serving:
    """What to serve, and where."""

    settings: Path | None = None
    """The settings file each tab opens."""
    host: str = "127.0.0.1"
    """The address to bind."""
    port: int = 8080
    """0 takes a free one."""
    public_url: str | None = None
    """Where a proxy in front is reached."""
    token: str | None = None
    """The secret; one is made up when absent."""

    def url(self, port: int) -> str:
        """The address to open, with a slash at its end.

        Parameters
        ----------
        port : int
            The port that was bound.
        """
        if self.public_url:
            return self.public_url.rstrip("/") + "/"
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(serving: Serving) -> int:
    """Serve until a signal ends it.

    Parameters
    ----------
    serving : Serving
        What, where and to whom.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    MTFError
        When there are no such settings, the public URL is none, the token is empty, or the address can't be bound.
    """
    if serving.settings is not None:
        check_place(serving.settings)
    if serving.public_url is not None and not _is_web_address(serving.public_url):
        raise MTFError(
            f"--public-url {serving.public_url} is no address of the web.", hint="For example https://mtf.example.org"
        )
    if serving.token is not None and not serving.token.strip():
        raise MTFError("The token is empty.", hint="Leave --token out, and the server makes one up.")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(serving))
    return 0


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:
        return False


async def _serve(serving: Serving) -> None:
    given = serving.token or terminal.serve_token()
    token = (given or new_token()).strip()
    access = Access.of(token, host=serving.host, public_url=serving.public_url)
    command = [sys.executable, "-P", "-m", "mtf_tui"]
    if serving.settings is not None:
        command += ["--config", str(serving.settings.resolve())]
    server = UIServer(access, command)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        stopped = asyncio.Event()
        terminal.on_end_signals(lambda _: stopped.set())
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stopped.set)
        try:
            await web.TCPSite(runner, serving.host, serving.port).start()
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise MTFError(
                f"Can't serve on {serving.host}, port {serving.port}: {reason}.", hint="--port 0 takes a free port."
            ) from error
        port = int(runner.addresses[0][1])
        server.name_cookie(port)
        _announce(serving, port, None if given else token)
        await stopped.wait()
    finally:
        await runner.cleanup()


def _announce(serving: Serving, port: int, made_up: str | None) -> None:
    """Say once where the UI is; a token that was given is not repeated, since output is kept in logs."""
    url = serving.url(port)
    address = f"{url}?token={made_up}" if made_up else f"{url} (it asks for the token you gave)"
    sys.stdout.write(f"MTF is served on {address}\nCtrl+C stops the server; runs go on.\n")
    sys.stdout.flush()
    if serving.host not in LOOPBACK and not url.startswith("https:"):
        sys.stderr.write(
            "Other machines may reach this port, and the connection is not encrypted: "
            "put a TLS proxy in front (--public-url), or bind 127.0.0.1 and tunnel by SSH.\n"
        )
        sys.stderr.flush()
