"""``mtf-tui serve`` in a real browser: who is let in, that keys work, and that a closed tab costs a run nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import bench_slow
import chromium
import pytest
from aiohttp import web
from chromium import Browser, Tab

from mtf_engine import api

COMMAND = chromium.find()
pytestmark = [
    pytest.mark.skipif(COMMAND is None, reason="there is no chromium here; on Debian: apt-get install chromium"),
    pytest.mark.anyio,
    pytest.mark.timeout(600),
]
TOKEN = "only-for-this-test-0123456789"


@pytest.fixture
def anyio_backend() -> str:
    """The browser is driven on asyncio."""
    return "asyncio"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A served UI on a settings file of its own."""
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
    bench_slow.write(tmp_path, seconds=2.0, workers=2)
    said = tmp_path / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "mtf_tui", "serve", "--port", "0"],
            cwd=tmp_path,
            env={**os.environ, "MTF_SERVE_TOKEN": TOKEN, "MTF_OFFLINE": "1"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + chromium.PATIENCE
    while "http" not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield next(word for word in said.read_text().split() if word.startswith("http")).split("?")[0]
    for run in api.runs():
        if run.status.is_live:
            api.open_run(run.id).cancel()
            api.open_run(run.id).wait(timeout=chromium.PATIENCE)
    process.terminate()
    process.wait(timeout=chromium.PATIENCE)


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Browser]:
    """The browser."""
    assert COMMAND is not None
    async with chromium.browser(COMMAND, tmp_path / "profile") as running:
        yield running


@contextlib.asynccontextmanager
async def another_site() -> AsyncIterator[str]:
    """A page of somebody else on this machine; cookies know no ports, so the browser would send ours along."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<title>elsewhere</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def title_of(tab: Tab) -> str:
    """The page's title, once it has loaded."""
    async with asyncio.timeout(chromium.PATIENCE):
        while True:
            if await tab.evaluate("document.readyState") == "complete":
                title = str(await tab.evaluate("document.title"))
                if title:
                    return title
            await asyncio.sleep(0.05)


CONNECT = """new Promise(done => {{
  const socket = new WebSocket("{address}");
  socket.onopen = () => done("let in"); socket.onerror = () => done("refused");
}})"""


async def test_a_browser_needs_the_token_and_the_right_page(opened: Browser, address: str) -> None:
    async with opened.tab() as tab:
        await tab.go(address)
        assert await title_of(tab) == "MTF: MTF asks for its token"
        await tab.go(f"{address}?token={TOKEN}")
        await tab.wait_for("Sources")
        assert TOKEN not in await tab.evaluate("location.href")
        own = urlsplit(address).netloc
        assert {urlsplit(each).netloc for each in tab.requests if each.startswith("http")} == {own}
        socket = f"ws://{own}/ws?width=80&height=24"
        assert await tab.evaluate(CONNECT.format(address=socket)) == "let in"
        async with another_site() as elsewhere:
            await tab.go(elsewhere)
            assert await title_of(tab) == "elsewhere"
            assert await tab.evaluate(CONNECT.format(address=socket)) == "refused"


async def test_keys_work_and_closing_the_tab_loses_nothing(opened: Browser, address: str, tmp_path: Path) -> None:
    async with opened.tab() as tab:
        await tab.go(f"{address}?token={TOKEN}")
        await tab.wait_for("1 data set")
        before = await tab.picture()
        assert await tab.evaluate("document.activeElement.tagName") == "TEXTAREA", "one can type without a click"
        await tab.press("?")
        await tab.wait_for("type to find")
        async with asyncio.timeout(chromium.PATIENCE):  # the words have come and may not be painted yet
            while await tab.picture() == before:
                await asyncio.sleep(0.05)
        tab.sent = ""
        await tab.call("Input.dispatchKeyEvent", type="keyDown", key="Escape", windowsVirtualKeyCode=27)
        await tab.wait_for("Profile of iris")  # what the help stood over
        await tab.press("r")
        await tab.wait_for("Running")
    events = next((tmp_path / "home" / "runs").glob("*/events.jsonl"))
    size = events.stat().st_size
    async with opened.tab() as tab:
        await tab.go(f"{address}?token={TOKEN}")
        await tab.wait_for("Running")
        await tab.until(lambda: events.stat().st_size > size, "the run stopped with its tab; ")
