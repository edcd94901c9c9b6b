"""A real browser: chromium without a window, driven over its debugging protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 120.0
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_CODES = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


def find() -> str | None:
    """The browser's command; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


class Tab:
    """One page, and what its terminal was sent.

    Parameters
    ----------
    socket : aiohttp.ClientWebSocketResponse
        The debugging connection of the page.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())
        self.sent = ""
        """What the server wrote to the terminal, without escape codes."""

        self.requests: list[str] = []
        """Addresses that the page asked for."""

    async def call(self, method: str, **parameters: object) -> Any:
        """Ask the browser to do something."""
        number = next(self._ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE):
            return await self._answers[number]

    async def go(self, address: str) -> None:
        """Open an address."""
        await self.call("Page.enable")
        await self.call("Network.enable")
        await self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        await self.call("Page.navigate", url=address)

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page; promises are awaited, and a page that is only being opened."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
                if "result" in found:
                    return found["result"].get("value")
                await asyncio.sleep(0.05)

    async def press(self, key: str) -> None:
        """Press a letter on the keyboard."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def picture(self) -> bytes:
        """What is seen, as PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot"))["data"])

    async def wait_for(self, words: str) -> None:
        """Wait until the terminal was sent some words."""
        await self.until(lambda: words in self.sent, f"{words!r} did not come; the end of what did: ")

    async def until(self, happened: Any, otherwise: str) -> None:
        """Wait until something is true."""
        async with asyncio.timeout(PATIENCE):
            try:
                while not happened():
                    await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                raise AssertionError(otherwise + self.sent[-600:]) from None

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told.get("result", told.get("error")))
            elif told["method"] == "Network.requestWillBeSent":
                self.requests.append(told["params"]["request"]["url"])
            elif told["method"] == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                data = frame["payloadData"]
                text = base64.b64decode(data).decode(errors="replace") if frame["opcode"] == 2 else data
                self.sent += _CODES.sub("", text)

    async def stop(self) -> None:
        """Stop listening."""
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader


class Browser:
    """A running browser.

    Parameters
    ----------
    session : aiohttp.ClientSession
        Talks to it.
    address : str
        Of its debugging server.
    """

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session, self._address = session, address

    @contextlib.asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """Open a tab, and close it as a user does."""
        async with self._session.put(f"http://{self._address}/json/new?about:blank") as answer:
            target = await answer.json(content_type=None)
        async with self._session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            tab = Tab(socket)
            try:
                yield tab
            finally:
                await self._session.get(f"http://{self._address}/json/close/{target['id']}")
                await tab.stop()


@contextlib.asynccontextmanager
async def browser(command: str, profile: Path) -> AsyncIterator[Browser]:
    """Start a browser with a profile of its own, and end it."""
    process = subprocess.Popen(
        [command, *_FLAGS, f"--user-data-dir={profile}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        told = profile / "DevToolsActivePort"
        async with asyncio.timeout(PATIENCE):
            while not (told.exists() and len(told.read_text().split()) == 2):  # the port, and a path
                await asyncio.sleep(0.05)
        async with aiohttp.ClientSession() as session:
            yield Browser(session, f"127.0.0.1:{told.read_text().split()[0]}")
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, PATIENCE)
