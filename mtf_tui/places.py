"""Where a settings file that is not there yet may be written: never over another file."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from mtf_engine.errors import SettingsError

DEFAULT_SETTINGS = Path("settings.yaml")
"""Opened when it is there, else written when settings are first needed."""

SUFFIXES = (".yaml", ".yml")
"""Of settings files."""


def problem_of_place(path: Path) -> str | None:
    """Why settings cannot be written there as a new file; None where they can.

    Raises
    ------
    OSError
        It cannot be looked up: its name is too long, or a folder is closed.
    """
    if path.suffix not in SUFFIXES:
        return "a settings file ends in .yaml"
    if _mode(path) is not None:
        return "is there already; name another"
    return None if path.parent.is_dir() else f"there is no folder {path.parent}"


def free_place(path: Path) -> Path:
    """The first name of its kind that no file has."""
    number = 1
    found = path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found


def check_place(path: Path) -> None:
    """Hold that settings are there, or can be written there.

    Raises
    ------
    SettingsError
        Its folder is not there, or it is no file.
    OSError
        It cannot be looked up: its name is too long, or a folder is closed.
    """
    hint = "`mtf init` writes settings that run as they are; `mtf-tui` alone proposes some for your data."
    mode = _mode(path)
    if mode is None and not path.parent.is_dir():
        raise SettingsError(f"There is no settings file {path}, and no folder {path.parent}.", hint=hint)
    if mode is not None and not stat.S_ISREG(mode):
        raise SettingsError(f"There is no settings file {path}: it is a folder.", hint=hint)


def _mode(path: Path) -> int | None:
    """What is there, None where nothing is; from Python 3.14 on `Path.exists` hides that it cannot be looked up."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_data(text: str) -> bool:
    """Whether an argument names data, not settings: it has an address's scheme, wildcards, or another file's ending.

    Examples
    --------
    >>> [is_data(text) for text in ("churn.yaml", "settings", "customers.csv", "sklearn:wine", "data/*.parquet")]
    [False, False, True, True, True]
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text) or re.search(r"[*?\[]", text):
        return True
    return Path(text).suffix.lower() not in (*SUFFIXES, "")
