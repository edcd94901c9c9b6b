"""The run directory: names of everything in it, how it is made, and what was asked of it.

```
<utc>-<name>-<4 hex>/
  settings.yaml plan.json env.json request.json label
  events.jsonl  run.lock  run.log  control/
  cells/<cell id>/result.json predictions.parquet
  results.json  report/
```
The name sorts by time, tells people what it is, holds no character that a file system refuses, and is the run's id.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from mtf_engine.errors import RunError
from mtf_engine.storage import atomic
from mtf_engine.text_safety import filename

NAME_BYTES = 60
LABEL_CHARACTERS = 80
_UTC = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked when the run was started or last resumed: ``request.json``."""

    name: str
    """The settings' name, or the settings file's."""

    settings_path: str
    """Absolute path of the file that was asked to run; ``settings.yaml`` is its copy."""

    base: str
    """Absolute folder that relative paths in the settings refer to."""

    working_directory: str
    """Where the command was given: cells run there."""

    identity: str
    """Hash of all that decides the plan, as far as it is known without fetching anything."""

    identity_is_complete: bool
    """Whether the content of every data set was known when ``identity`` was computed."""

    parts: Mapping[str, str] = field(default_factory=dict)
    """What ``identity`` rests on: a file, data set or package → a hash or version of it."""

    fresh: bool = False
    """Whether no result of an earlier run may be reused."""

    workers: int | None = None
    """Overrides ``execution.workers``."""


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """One run's directory."""

    path: Path

    @property
    def id(self) -> str:
        """The directory's own name."""
        return self.path.name

    @property
    def settings(self) -> Path:
        """The settings as they were given."""
        return self.path / "settings.yaml"

    @property
    def request(self) -> Path:
        """Who asked, from where, and with which options: `Request`."""
        return self.path / "request.json"

    @property
    def label(self) -> Path:
        """What a user renamed the run to; absent until then."""
        return self.path / "label"

    def rename(self, name: str) -> None:
        """Give the run another name in listings; its id stays.

        Raises
        ------
        RunError
            The name is empty or too long.
        """
        wanted = " ".join(name.split())
        if not wanted or len(wanted) > LABEL_CHARACTERS:
            raise RunError(f"A run's name has 1 to {LABEL_CHARACTERS} characters.")
        atomic.write_text_atomic(self.label, wanted + "\n")

    def read_name(self) -> str:
        """What the run is called in listings: the name that it was given later, else that of its settings.

        Raises
        ------
        RunError
            There is no request.
        """
        try:
            label = self.label.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            label = ""
        return label[:LABEL_CHARACTERS] or self.read_request().name

    @property
    def plan(self) -> Path:
        """What the settings expand to."""
        return self.path / "plan.json"

    @property
    def env(self) -> Path:
        """Versions, commit, host."""
        return self.path / "env.json"

    @property
    def events(self) -> Path:
        """The journal."""
        return self.path / "events.jsonl"

    @property
    def lock(self) -> Path:
        """Owner and heartbeat."""
        return self.path / "run.lock"

    @property
    def log(self) -> Path:
        """For people."""
        return self.path / "run.log"

    @property
    def control(self) -> Path:
        """The mailbox."""
        return self.path / "control"

    @property
    def cells(self) -> Path:
        """One folder for each finished cell."""
        return self.path / "cells"

    @property
    def results(self) -> Path:
        """Derived; rebuilt from the rest."""
        return self.path / "results.json"

    @property
    def report(self) -> Path:
        """Derived; rebuilt from the rest."""
        return self.path / "report"

    def read_request(self) -> Request:
        """Read what was asked.

        Raises
        ------
        RunError
            ``request.json`` is missing or damaged.
        """
        try:
            return msgspec.json.decode(self.request.read_bytes(), type=Request)
        except (OSError, msgspec.DecodeError) as error:
            raise RunError(
                f"{self.id}: request.json cannot be read ({error})", hint="Start a new run from its settings.yaml."
            ) from error

    def write_request(self, request: Request) -> None:
        """Replace what is asked."""
        atomic.write_bytes_atomic(self.request, msgspec.json.format(msgspec.json.encode(request)))


def create(parent: Path, settings: bytes, request: Request, *, now: datetime | None = None) -> RunDirectory:
    """Make a run directory; it appears complete.

    Parameters
    ----------
    parent : Path
        Folder of all runs.
    settings : bytes
        Content of the settings file.
    request : Request
        What is asked.
    now : datetime, optional
        Time of the run's name, in UTC.

    Returns
    -------
    RunDirectory
    """
    stamp = (now or datetime.now(UTC)).strftime(_UTC)
    name = filename(request.name, limit=NAME_BYTES)
    while True:
        final = parent / f"{stamp}-{name}-{os.urandom(2).hex()}"
        if final.exists():
            continue
        draft = RunDirectory(atomic.temporary_sibling(final))
        try:
            draft.control.mkdir(parents=True)
            draft.cells.mkdir()
            atomic.write_bytes_atomic(draft.settings, settings)
            draft.write_request(request)
            if atomic.publish_directory(draft.path, final):
                return RunDirectory(final)
        except BaseException:
            shutil.rmtree(draft.path, ignore_errors=True)
            raise


def is_run(path: Path) -> bool:
    """Whether a folder is a run directory; one that cannot be looked up, for its name or its permissions, is none."""
    return not atomic.is_temporary(path) and os.path.isfile(path / "request.json")  # Path.is_file raises before 3.14
