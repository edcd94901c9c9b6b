"""``mtf-tui serve`` as a process, asked over real sockets: who is let in, what is sent, and what ends when."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import psutil
import pytest
from aiohttp import web

from mtf_engine import api
from mtf_engine.domain.run import RunStatus
from mtf_engine.environment import process_start
from mtf_tui.serving.access import Access
from mtf_tui.serving.server import Size, UIServer

TOKEN = "only-for-this-test-0123456789"
PATIENCE = 90.0
"""Seconds for what takes one on a quiet machine."""
STOP_SECONDS = 30.0
"""Half of what a web server waits for its connections, unless it is told to end them."""
SETTINGS = "name: served\ndatasets: [sklearn:iris]\nmodels: [logistic_regression]\nmetrics: [accuracy]\n"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Served:
    """A server and how to ask it."""

    process: subprocess.Popen[str]
    announced: str
    """Its first line."""
    output: Path
    """Where its standard output and error go."""

    @property
    def port(self) -> int:
        """The one it listens on."""
        found = psutil.Process(self.process.pid).net_connections("tcp")
        return next(int(each.laddr[1]) for each in found if each.status == psutil.CONN_LISTEN)

    @property
    def netloc(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path, as any program could."""
        connection = http.client.HTTPConnection(self.netloc, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    def sign_in(self, token: str = TOKEN) -> str:
        """Trade the token for the cookie."""
        return self.get(f"/?token={token}").headers["Set-Cookie"].split(";")[0]

    @property
    def screens(self) -> list[psutil.Process]:
        """The UI processes."""
        return psutil.Process(self.process.pid).children()


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start servers, and end those that are left."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, token: str | None = TOKEN) -> Served:
        output = tmp_path / f"output-{len(started)}.txt"
        environment = {**os.environ} | ({"MTF_SERVE_TOKEN": token} if token else {})
        with output.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "mtf_tui", "serve", "--port", "0", *arguments],
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
                env=environment,
                cwd=tmp_path,
            )
        started.append(process)
        _wait_for(lambda: "Ctrl+C" in output.read_text() or process.poll() is not None)
        return Served(process, output.read_text().splitlines()[0], output)

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)


def _wait_for(happened: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.02)


@contextlib.asynccontextmanager
async def screen(served: Served, cookie: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open a screen as a browser does."""
    address = f"ws://{served.netloc}/ws?width=100&height=30"
    headers = {"Cookie": cookie, "Origin": f"http://{served.netloc}"}
    async with aiohttp.ClientSession() as session, session.ws_connect(address, headers=headers) as socket:
        yield socket


async def read_until(socket: aiohttp.ClientWebSocketResponse, words: str) -> str:
    """Read frames until the screen shows something."""
    shown = b""
    async with asyncio.timeout(PATIENCE):
        while words not in re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.decode(errors="replace")):
            message = await socket.receive()
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
            shown += message.data if message.type is aiohttp.WSMsgType.BINARY else b""
    return shown.decode(errors="replace")


async def refusal(served: Served, **headers: str) -> int:
    """The status that a socket is refused with."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"ws://{served.netloc}/ws", headers=headers)
        return refused.value.status


def test_nothing_is_shown_without_the_token(serve: Serve) -> None:
    served = serve()
    for path in (
        "/",
        "/?token=",
        "/?token=wrong",
        f"/?token={TOKEN}x",
        "/static/textual.js",
        "/ws",
        "/download/1",
        "/no",
    ):
        answer = served.get(path)
        assert answer.status == 401, path
        assert "terminal" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert served.get("/", Cookie=f"mtf-tui-{served.port}={TOKEN}").status == 401
    assert asyncio.run(refusal(served)) == 401
    health = served.get("/healthz", Host="probe")
    assert (health.status, health.text) == (200, "ok\n")
    assert not served.screens


def test_the_token_is_traded_for_a_cookie_and_stays_unsaid(serve: Serve) -> None:
    served = serve()
    answer = served.get(f"/?token={TOKEN}")
    assert answer.status == 200
    cookie, *attributes = (part.strip() for part in answer.headers["Set-Cookie"].split(";"))
    assert {"HttpOnly", "SameSite=Strict"} <= set(attributes)
    assert TOKEN not in cookie + answer.text
    again = served.get("/", Cookie=cookie)
    assert again.status == 200
    assert "Set-Cookie" not in again.headers
    assert TOKEN not in served.output.read_text()


def test_a_made_up_token_is_printed_once(serve: Serve) -> None:
    served, other = serve(token=None), serve(token=None)
    token = served.announced.partition("?token=")[2]
    assert f"http://127.0.0.1:{served.port}/?token={token}" in served.announced
    assert len(token) >= 40
    assert token not in other.announced
    served.sign_in(token)
    assert served.output.read_text().count(token) == 1


def test_foreign_hosts_and_origins_are_refused(serve: Serve) -> None:
    served = serve("--public-url", "https://mtf.example.org")
    cookie = served.sign_in()
    port = served.port
    own = {"Cookie": cookie}
    assert served.get("/", **own, Host="evil.example").status == 403
    assert served.get("/", **own, Origin="http://evil.example").status == 403
    for headers in (
        {"Host": f"evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://localhost:{port}"},  # another name than the one that was asked
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "null"},
    ):
        assert asyncio.run(refusal(served, **own, **headers)) == 403, headers
    assert not served.screens
    assert served.get("/", **own, Host="mtf.example.org", Origin="https://mtf.example.org").status == 200
    assert served.get("/", **own, Host=f"localhost:{port}", Origin=f"http://localhost:{port}").status == 200


def test_a_tab_shows_the_app_and_closing_it_ends_that_process_only(serve: Serve) -> None:
    served = serve()
    cookie = served.sign_in()

    async def scenario() -> None:
        async with screen(served, cookie) as first:
            await read_until(first, "MTF")
            (process,) = served.screens
            assert not [
                name for name, value in process.environ().items() if name == "MTF_SERVE_TOKEN" or TOKEN in value
            ]
            async with screen(served, cookie) as second:
                await read_until(second, "MTF")
                assert len(served.screens) == 2
            await asyncio.to_thread(_wait_for, lambda: served.screens == [process])
            await first.send_json(["resize", {"width": 60, "height": 20}])
            await read_until(first, "MTF")
        await asyncio.to_thread(_wait_for, lambda: not served.screens)

    asyncio.run(scenario())


def test_a_browser_that_says_something_else_is_left(serve: Serve) -> None:
    served = serve()
    cookie = served.sign_in()

    async def scenario(said: str) -> None:
        async with screen(served, cookie) as socket:
            await socket.send_str(said)
            async with asyncio.timeout(PATIENCE):
                while (await socket.receive()).type is aiohttp.WSMsgType.BINARY:
                    pass
            assert socket.closed, said

    async def scenarios() -> None:
        await asyncio.gather(*(scenario(said) for said in ("{", '["stdin", 3]', '["resize", 3]', "3")))

    asyncio.run(scenarios())
    _wait_for(lambda: not served.screens)
    assert "Traceback" not in served.output.read_text()


def test_leaving_the_app_closes_the_socket(serve: Serve) -> None:
    served = serve()
    cookie = served.sign_in()

    async def scenario() -> None:
        async with screen(served, cookie) as socket:
            await read_until(socket, "MTF")
            served.screens[0].kill()
            async with asyncio.timeout(PATIENCE):
                while not socket.closed:
                    await socket.receive()

    asyncio.run(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_sigterm_ends_screens_soon_and_no_run(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    served = serve("settings.yaml")
    cookie = served.sign_in()

    async def scenario() -> None:
        async with screen(served, cookie) as socket:
            await read_until(socket, "MTF")
            await socket.send_json(["stdin", "r"])
            await asyncio.to_thread(_wait_for, lambda: any(run.started for run in api.runs()))
            served.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(served.process.wait, STOP_SECONDS) == 0

    asyncio.run(scenario())
    assert "Traceback" not in served.output.read_text()
    _wait_for(lambda: not api.runs()[0].status.is_live)
    assert api.runs()[0].status is RunStatus.FINISHED


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_server_leaves_no_screen_behind(serve: Serve) -> None:
    served = serve()
    cookie = served.sign_in()

    async def scenario() -> list[psutil.Process]:
        async with screen(served, cookie) as socket:
            await read_until(socket, "MTF")
            screens = served.screens
            served.process.kill()
            return screens

    screens = asyncio.run(scenario())
    assert len(screens) == 1
    _wait_for(lambda: process_start(screens[0].pid) is None)


def test_there_are_so_many_screens_and_no_more() -> None:
    async def scenario() -> None:
        access = Access.of(TOKEN, host="127.0.0.1")
        server = UIServer(access, [sys.executable, "-c", "input()"], limit=2)
        runner = web.AppRunner(server.application(), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            base = f"http://127.0.0.1:{runner.addresses[0][1]}/"
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
                assert (await session.get(f"{base}?token={TOKEN}")).status == 200
                async with session.ws_connect(f"{base}ws"), session.ws_connect(f"{base}ws") as second:
                    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                        await session.ws_connect(f"{base}ws")
                    assert refused.value.status == 503
                    page = await session.get(base)
                    assert page.status == 503
                    assert "Close a tab" in await page.text()
                    await second.send_str("leave")
                    async with asyncio.timeout(PATIENCE):
                        while (await session.get(base)).status == 503:
                            await asyncio.sleep(0.05)
        finally:
            await runner.cleanup()

    asyncio.run(scenario())


def test_nothing_served_refers_to_another_host(serve: Serve) -> None:
    served = serve()
    own = {"Cookie": served.sign_in()}
    seen, left = {"/": served.get("/", **own).text}, ["/"]
    while left:
        page = left.pop()
        for reference in re.findall(r"""(?:href|src|action)="([^"]*)"|url\(["']?([^"')]*)""", seen[page]):
            address = urljoin(page, reference[0] or reference[1])
            if page.endswith(".js") or address.startswith("data:") or address in seen:
                continue
            answer = served.get(address, **own)  # an address with a host of its own is not found
            assert answer.status == 200, address
            seen[address] = answer.text
            left.append(address)
    assert set(seen) == {"/", *(f"/static/{name}" for name in ("page.css", "page.js", "xterm.css", "textual.js"))}
    for address, text in seen.items():
        code = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) if address.endswith(".css") else text
        assert not re.findall(r"(?:https?|wss?):?//[\w.]+", code), address
    refused = served.get("/").text + served.get("/", Host="evil.example").text
    assert not re.findall(r"(?:https?|wss?):|src=|//", refused)
    assert "default-src 'none'" in served.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent/settings.yaml"], "no settings file"),
        (["--token", " "], "token is empty"),
        (["--public-url", "mtf.example.org"], "no address of the web"),
        (["--port", "70000"], "from 0 to 65535"),
        (["--host", "203.0.113.7"], "--port 0 takes a free port"),
        (["a.yaml", "--config", "b.yaml"], "two settings files"),
    ],
)
def test_what_cannot_be_served_is_told(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mtf_tui", "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:8080", True),
        ("LOCALHOST:9", True),
        ("localhost.:8080", True),
        ("[::1]:8080", True),
        ("box:8080", True),
        ("mtf.example.org", True),
        ("mtf.example.org.evil.example", False),
        ("0.0.0.0:8080", False),
        ("evil@localhost", False),
        ("localhost:8080/x", False),
        ("localhost:x", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_hosts(host: str, allowed: bool) -> None:
    access = Access.of(TOKEN, host="box", public_url="https://mtf.example.org/ui")
    assert access.allows_host([host]) is allowed
    assert not access.allows_host([host, host])


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://localhost:8080", "localhost:8080", True),
        ("http://localhost", "localhost", True),
        ("http://localhost:80", "localhost", True),
        ("https://mtf.example.org", "127.0.0.1:8080", True),
        ("https://mtf.example.org:443", "127.0.0.1:8080", True),
        ("http://mtf.example.org", "127.0.0.1:8080", False),
        ("https://mtf.example.org:444", "127.0.0.1:8080", False),
        ("http://localhost:3000", "localhost:8080", False),
        ("http://localhost:8080/", "localhost:8080", False),
        ("http://localhost:8080@evil.example", "localhost:8080", False),
        ("file://", "localhost:8080", False),
        ("null", "localhost:8080", False),
        ("http://[::1", "localhost:8080", False),
        ("", "localhost:8080", False),
    ],
)
def test_origins(origin: str, host: str, allowed: bool) -> None:
    access = Access.of(TOKEN, host="127.0.0.1", public_url="https://mtf.example.org/ui")
    assert access.allows_origin([origin], host=host) is allowed
    assert not access.allows_origin([origin, origin], host=host)
    assert access.allows_origin([], host=host)


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        ("120", "40", Size(120, 40)),
        (None, "x", Size(80, 24)),
        (-5, 10**9, Size(10, 300)),
        ([1], {}, Size(80, 24)),
        ("²", "٣", Size(80, 4)),
    ],
)
def test_sizes_stay_within_reason(width: object, height: object, size: Size) -> None:
    assert Size.of(width, height) == size
