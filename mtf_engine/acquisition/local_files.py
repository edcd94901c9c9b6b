"""Which local files an address names. Light: an unchanged run is recognised without pandas or pyarrow."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.acquisition.addresses import is_glob, local_path
from mtf_engine.errors import SchemaError
from mtf_engine.text_safety import line


def find_files(source: str) -> tuple[Path, ...]:
    """List the files that a path, glob or ``file:`` address names, sorted by path.

    A path that exists is taken by its name even when it has wildcard characters. Hidden files and folders match only
    patterns that begin with a dot.

    Raises
    ------
    SchemaError
        No file is there.
    """
    path = Path(os.path.expanduser(local_path(source)))
    shown = line(str(path))
    try:
        if path.is_file():
            return (path,)
        if path.is_dir():
            raise SchemaError(f"{shown} is a folder", hint=f"Name its files, for example {shown}/*.csv")
        if is_glob(path):
            found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
            files = tuple(name for name in found if name.is_file())
            if files:
                return files
            raise SchemaError(f"no file matches {shown}", hint=_nearby(path))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{shown} is no path that can be looked up: {error}") from error
    raise SchemaError(f"there is no file {shown}", hint=_nearby(path))


def _nearby(path: Path) -> str:
    """Say what is there instead."""
    folder = path.parent
    relative = "Relative paths count from the settings file's folder."
    if is_glob(folder):
        return relative
    if not folder.is_dir():
        return f"The folder {line(str(folder))} does not exist. {relative}"
    try:
        there = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError:
        there = []
    nearest = plugins.nearest(path.name, there)
    return f"Did you mean {line(nearest)}?" if nearest else relative
