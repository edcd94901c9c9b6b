"""The UI process behind one tab: started with the tab, ended with it, and never by way of a shell."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from mtf_tui import terminal

DRIVER = "mtf_tui.serving.driver:ServedDriver"


class UIProcess(AppService):
    """One UI, whose screen goes to a socket.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    socket : WebSocketResponse
        Where the screen goes.
    downloads : DownloadManager
        Knows the files that UIs hand to the browser.
    """

    def __init__(self, command: Sequence[str], socket: web.WebSocketResponse, downloads: DownloadManager) -> None:
        super().__init__(
            command[0],
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=lambda: _closed(socket),
            download_manager=downloads,
        )
        self._words = tuple(command)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = terminal.served_environment(width, height, driver=DRIVER)
        process = await asyncio.create_subprocess_exec(
            *self._words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
        )
        self._process = process
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Carry the screen to the socket until the process ends, and close the socket then."""
        await super().run()
        await self.remote_close()

    async def on_data(self, payload: bytes) -> None:
        """Send a piece of the screen; a socket that is gone must not keep the process from writing its last."""
        with contextlib.suppress(ConnectionError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Do what the process asks of the browser, if that is still there."""
        with contextlib.suppress(ConnectionError):
            await super().on_meta(data)

    async def end(self, patience: float) -> None:
        """Ask the process to leave, and kill it when it does not; runs are processes of their own and go on.

        Parameters
        ----------
        patience : float
            Seconds to wait.
        """
        task, self._task = self._task, None
        process = self._process
        if task is None or process is None:
            return
        try:
            await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
            async with asyncio.timeout(patience):
                await self.send_meta({"type": "quit"})
                await asyncio.shield(task)
                await process.wait()
        except TimeoutError:
            pass
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            task.cancel()


async def _closed(socket: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionError):
        await socket.close()
