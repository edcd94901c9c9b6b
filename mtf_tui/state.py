"""What the UI remembers from one start to the next; a file that cannot be read costs a toast, never the start."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

VERSION = 1
SOURCES = 10
"""Most sources that are remembered."""


@dataclass(frozen=True, slots=True)
class ListOrder:
    """How a list is narrowed and sorted."""

    needle: str = ""
    column: str | None = None
    descends: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """All of it."""

    version: int = VERSION
    theme: str = ""
    log_level: str = "info"
    run_seen: str = ""
    """The live run that was last on the screen."""

    cells_seen: int = 0
    """How many of its cells were done then."""

    screen: str = ""
    """The numbered screen that was last seen."""

    lists: dict[str, ListOrder] = field(default_factory=dict)
    """List → how it is narrowed and sorted; a list in its own order is not there."""

    sources: tuple[str, ...] = ()
    """Data that were added, newest first; paths are absolute."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was remembered, and why nothing was if so."""

    state: Remembered
    problem: str | None = None


class StateStore:
    """Reads and writes the file.

    Parameters
    ----------
    directory : Path
        Made when something is first written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = directory / "state.json"
        self._state = Remembered()

    @property
    def state(self) -> Remembered:
        """What is remembered now."""
        return self._state

    def load(self) -> Loaded:
        """Read the file; one of a newer version or with other contents is left alone until the next write."""
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=Remembered)
        except FileNotFoundError:
            return Loaded(self._state)
        except (OSError, msgspec.DecodeError):
            return Loaded(self._state, f"{self._path.name} could not be read; starting afresh")
        if found.version != VERSION:
            return Loaded(self._state, f"{self._path.name} is of version {found.version}; starting afresh")
        self._state = found
        return Loaded(found)

    def remember(self, **changes: object) -> None:
        """Change some of it and write the file; a disk that refuses costs the memory, not the session."""
        changed = replace(self._state, **changes)  # type: ignore[arg-type]
        if changed == self._state:
            return
        self._state = changed
        with contextlib.suppress(OSError):
            write_whole(self._path, msgspec.json.encode(changed))

    def remember_list(self, name: str, order: ListOrder) -> None:
        """Remember how a list is narrowed and sorted."""
        others = {known: kept for known, kept in self._state.lists.items() if known != name}
        self.remember(lists=others if order == ListOrder() else {**others, name: order})

    def remember_source(self, source: str) -> None:
        """Remember that data were added."""
        others = (known for known in self._state.sources if known != source)
        self.remember(sources=(source, *others)[:SOURCES])


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises
    ------
    OSError
        It could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(data)
            file.close()
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
