"""What the terminal is: the UI's only reader of environment variables, and the only writer of escape codes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import locale
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

CLIPBOARD_LIMIT = 75_000
"""Bytes of text above which terminals are known to drop OSC 52."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What was found out once, at the start."""

    over_ssh: bool = False
    colour: bool = True
    ascii_only: bool = False
    in_tmux: bool = False

    @property
    def updates_per_second(self) -> float:
        """How often a live run repaints."""
        return 2.0 if self.over_ssh else 4.0

    @property
    def rest_of_key(self) -> float:
        """Seconds in which what belongs to one key comes, once its first byte is there."""
        return 0.05 if self.over_ssh else 0.02

    @property
    def clock_tick(self) -> int:
        """Seconds between two steps of a running clock."""
        return 5 if self.over_ssh else 1


def detect(environment: dict[str, str] | None = None, encoding: str | None = None) -> Terminal:
    """Look at the environment.

    Parameters
    ----------
    environment : dict, optional
        ``os.environ`` unless given.
    encoding : str, optional
        Of the terminal; the locale's unless given.
    """
    variables = dict(os.environ) if environment is None else environment
    encoding = encoding or getattr(sys.__stdout__, "encoding", None) or locale.getpreferredencoding(False)
    return Terminal(
        over_ssh=bool(variables.get("SSH_CONNECTION") or variables.get("SSH_TTY")),
        colour=not variables.get("NO_COLOR"),
        ascii_only=variables.get("TERM") == "linux" or "utf" not in encoding.casefold(),
        in_tmux=bool(variables.get("TMUX")),
    )


def prepare(terminal: Terminal) -> None:
    """Set what Textual reads when it is imported: fewer frames and no animation over SSH."""
    if terminal.over_ssh:
        os.environ.setdefault("TEXTUAL_FPS", "15")
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


def on_end_signals(leave: Callable[[int], None]) -> None:
    """Call back with an exit code when the system asks for the end, and when the terminal itself is gone."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, functools.partial(leave, 128 + number))


def state_directory() -> Path:
    """Where the UI keeps its own state: under ``MTF_HOME``, else where the platform wants it."""
    home = os.environ.get("MTF_HOME")
    return Path(os.path.expanduser(home)) / "tui" if home else platformdirs.user_state_path("mtf-tui", appauthor=False)


def config_file() -> Path:
    """The user's own settings of the UI: ``tui.toml``."""
    home = os.environ.get("MTF_HOME")
    base = Path(os.path.expanduser(home)) if home else platformdirs.user_config_path("mtf-tui", appauthor=False)
    return base / "tui.toml"


def serve_token() -> str | None:
    """The token of ``mtf-tui serve`` that the environment gives; None when there is none."""
    return os.environ.get("MTF_SERVE_TOKEN", "").strip() or None


def served_environment(width: int, height: int, *, driver: str) -> dict[str, str]:
    """The environment of a UI in a browser: this one without the token, and without the terminal the server runs in.

    Parameters
    ----------
    width, height : int
        Size of the browser's terminal in cells.
    driver : str
        Textual's driver, as ``module:class``.
    """
    left_out = ("MTF_SERVE_TOKEN", "MTF_SERVE_TOKEN_FILE", "SSH_CONNECTION", "SSH_TTY", "TMUX")
    return {name: value for name, value in os.environ.items() if name not in left_out} | {
        "TERM": "xterm-256color",
        "COLUMNS": str(width),
        "ROWS": str(height),
        "PYTHONIOENCODING": "utf-8",
        "TEXTUAL_DRIVER": driver,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TEXTUAL_FPS": "30",
    }


def clipboard_sequence(text: str, terminal: Terminal) -> str | None:
    """The OSC 52 sequence that puts text on the clipboard, wrapped for tmux; None when the text is too long for it."""
    data = text.encode()
    if len(data) > CLIPBOARD_LIMIT:
        return None
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode()}\a"
    return f"\x1bPtmux;\x1b{sequence}\x1b\\" if terminal.in_tmux else sequence


def has_terminal() -> bool:
    """Whether somebody can see the app and type into it: a terminal, or the driver that a server gives it."""
    if os.environ.get("TEXTUAL_DRIVER"):
        return True
    drawn_to = sys.__stderr__
    return sys.stdin is not None and sys.stdin.isatty() and drawn_to is not None and drawn_to.isatty()
