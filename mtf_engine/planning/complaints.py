"""Problems of one data set: which entry of the settings they blame, and how an error becomes one of them."""

from __future__ import annotations

from dataclasses import dataclass

from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.errors import AcquisitionError, IntegrityError, MTFError, SettingsError
from mtf_engine.settings import KeyPath, ProblemList

_SPLIT_KEYS = ("folds", "repeats", "test_size", "shuffle", "column")


@dataclass(slots=True)
class Complaints:
    """Collects what is wrong with one data set."""

    ref: DatasetRef
    index: int
    """Position in the settings."""

    problems: ProblemList
    count: int = 0
    """How many were added here."""

    def add(self, key: str | None, message: str, hint: str | None = None) -> None:
        """Blame a key of the data set's entry; None blames the entry."""
        path: KeyPath = ("datasets", self.index)
        self._add((*path, key) if key else path, message, hint)

    def add_error(self, error: MTFError) -> None:
        """Blame what an error of acquisition is about."""
        if isinstance(error, SettingsError):
            for problem in error.problems:
                self.add("options" if self.ref.options else "source", problem.message, problem.hint)
            return
        key = "source"
        if isinstance(error, IntegrityError) and self.ref.sha256:
            key = "sha256"
        elif isinstance(error, AcquisitionError) and self.ref.target and "target" in error.message:
            key = "target"
        self.add(key, error.message, error.hint)

    def add_split(self, error: SettingsError) -> None:
        """Blame the splits: the data set's own, or those that all share; silent where they are known to be wrong."""
        own = self.ref.splits is not None
        base: KeyPath = ("datasets", self.index, "splits") if own else ("splits",)
        if self.problems.touches(base):
            self.count += 1
            return
        for problem in error.problems:
            message = problem.message if own else f"{problem.message.rstrip('.')} (data set '{self.ref.name}')."
            self._add(self._split_key(base, problem.message), message, problem.hint)

    def _split_key(self, base: KeyPath, message: str) -> KeyPath:
        positions = self.problems.positions
        for key in _SPLIT_KEYS:
            named = f"`{key}" in message or (key == "column" and "split column" in message)
            if named and positions.file_path((*base, key)) in positions.lines:
                return (*base, key)
        return base

    def _add(self, path: KeyPath, message: str, hint: str | None) -> None:
        self.problems.add(path, message, hint)
        self.count += 1
