"""Files that hold the pictures of views, one below the other; a difference is shown row by row."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tui" / "snapshots"


def is_updating() -> bool:
    """Whether pictures are written anew."""
    return bool(os.environ.get("MTF_UPDATE_SNAPSHOTS"))


def stored(name: str) -> dict[str, list[str]]:
    """The rows of each view in a file; none where there is no file yet."""
    path = FOLDER / f"{name}.txt"
    views: dict[str, list[str]] = {}
    rows: list[str] = []
    for row in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if row.startswith("== "):
            views[row.removeprefix("== ")] = rows = []
        else:
            rows.append(row)
    return views


def check(name: str, views: Mapping[str, Sequence[str]]) -> None:
    """Hold what is seen against a file, or write it."""
    rows = [row for view, seen in views.items() for row in (f"== {view}", *seen)]
    path = FOLDER / f"{name}.txt"
    if is_updating():
        FOLDER.mkdir(exist_ok=True)
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert rows == path.read_text(encoding="utf-8").splitlines()
