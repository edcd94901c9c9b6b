"""A program in a pseudo terminal, for measuring: what it paints, what CPU it took until then, how it answers keys."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_CHUNK = 65536


class Screen:
    """A running program and all that it has written.

    Parameters
    ----------
    command : sequence of str
        What to run.
    folder : Path
        Where.
    environment : mapping
        Its variables; the kind of terminal is added.
    columns, rows : int
        Size of the terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        rows: int = 24,
    ) -> None:
        variables = {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), variables)
        self.attributes_before = self.attributes
        self.resize(columns, rows)
        self.written = b""
        self._code: int | None = None

    @property
    def attributes(self) -> list[object]:
        """How the terminal treats what is typed and written, as ``termios`` has it."""
        return termios.tcgetattr(self._terminal)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._terminal, keys.encode())

    def read(self, seconds: float) -> int:
        """Take what is written within a time; how many bytes that was."""
        before = len(self.written)
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if not self.read_once(left):
                break
        return len(self.written) - before

    def wait_for(self, text: bytes, *, since: int = 0, timeout: float = 60.0) -> float:
        """Wait until a text was written, and give back how long that took in seconds.

        Raises
        ------
        TimeoutError
            It never was; the end of what was written is in the message.
        """
        started = time.perf_counter()
        while text not in self.written[since:]:
            left = started + timeout - time.perf_counter()
            if left <= 0 or not self.read_once(left):
                raise TimeoutError(f"{text!r} was not written; the end of what was: {self.written[-800:]!r}")
        return time.perf_counter() - started

    def finds(self, text: bytes, *, timeout: float = 3.0) -> bool:
        """Whether a text is or will soon be written."""
        with contextlib.suppress(TimeoutError):
            self.wait_for(text, timeout=timeout)
        return text in self.written

    def read_once(self, seconds: float) -> bool:
        """Take what comes first, waiting no longer than a time; False when the program is gone."""
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._terminal, _CHUNK)
        except OSError:
            return False
        self.written += data
        return bool(data)

    @property
    def cpu(self) -> float:
        """Seconds of processor time that its threads took so far."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    @property
    def memory(self) -> int:
        """Bytes that it holds privately."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith("kB")}
        return 1024 * (int(sizes["Private_Clean"]) + int(sizes["Private_Dirty"]))

    def wait(self, timeout: float) -> int:
        """Wait for the end of the program and give back its exit code.

        Raises
        ------
        TimeoutError
            It goes on.
        """
        end = time.perf_counter() + timeout
        while self._code is None:
            self.read_once(0.02)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self._code = os.waitstatus_to_exitcode(status)
            elif time.perf_counter() > end:
                raise TimeoutError("the program goes on")
        while select.select([self._terminal], [], [], 0)[0] and self.read_once(0):
            pass
        return self._code

    def leave(self, timeout: float = 60.0) -> None:
        """Ask the program to end as a system would, and wait until it has."""
        os.kill(self.pid, signal.SIGTERM)
        self.wait(timeout)

    def end(self) -> None:
        """End the program if it still runs, and close its terminal."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._terminal)


@contextlib.contextmanager
def screen(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, columns: int = 80, rows: int = 24
) -> Iterator[Screen]:
    """Run a program in a terminal and end it afterwards."""
    opened = Screen(command, folder, environment, columns=columns, rows=rows)
    try:
        yield opened
    finally:
        opened.end()
