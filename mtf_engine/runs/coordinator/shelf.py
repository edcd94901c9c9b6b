"""Where finished cells are kept: published once in the cache, linked into the run, verified whenever they are used.

A cell's folder appears complete, by rename, and its files are linked into the run, so that clearing the cache never
empties a run. A result that does not match its own record (a power cut, a full disk, a meddling hand) counts as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from mtf_engine.domain.cell import CellResult
from mtf_engine.errors import ModelError
from mtf_engine.evaluation.predictions import PREDICTIONS_FILE, RESULT_FILE
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.storage import atomic, paths
from mtf_engine.storage.fingerprint import hash_file

_FILES = (PREDICTIONS_FILE, RESULT_FILE)


class Shelf:
    """Results of one run's cells.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    fresh : bool
        Whether results of other runs are left alone.
    """

    def __init__(self, directory: RunDirectory, *, fresh: bool) -> None:
        self._run = directory.cells
        self._shared = paths.cells()
        self._fresh = fresh

    def has(self, cell: str) -> bool:
        """Whether the run has a sound result of a cell; an unsound one is removed."""
        return self._is_sound(self._run / cell, cell)

    def adopt(self, cell: str) -> bool:
        """Take the result of an equal cell of another run, if there is a sound one."""
        if self._fresh or not self._is_sound(self._shared / cell, cell):
            return False
        try:
            self._link(cell, self._shared / cell)
        except FileNotFoundError:  # the cache was cleared meanwhile
            atomic.remove_directory(self._run / cell)
            return False
        return True

    def scores(self, cell: str, metrics: Sequence[str]) -> dict[str, float | None]:
        """Fold scores that a stored result has of some metrics; those that it was not measured on are left out."""
        result = _read_result(self._run / cell)
        return {name: result.scores[name] for name in metrics if name in result.scores} if result is not None else {}

    def publish(self, cell: str, draft: Path, *, output: str) -> None:
        """Publish a result that a worker wrote.

        Parameters
        ----------
        cell : str
            Its id.
        draft : Path
            Folder with its files, on the cache's file system.
        output : str
            What the cell printed.

        Raises
        ------
        ModelError
            The worker did not leave what it should.
        OSError
            It cannot be written, for instance because the disk is full.
        """
        result = _read_result(draft)
        if result is None or not (draft / PREDICTIONS_FILE).is_file():
            raise ModelError("The cell's files are gone: something removed them before they were published.")
        if output:
            (draft / RESULT_FILE).write_bytes(msgspec.json.encode(replace(result, output=output)))
        self._link(cell, draft)  # first: the cache may be cleared at any moment
        shared = self._shared / cell
        if self._fresh:
            atomic.remove_directory(shared)
        atomic.publish_directory(draft, shared)

    def _link(self, cell: str, source: Path) -> None:
        own = self._run / cell
        own.mkdir(exist_ok=True)
        for name in _FILES:
            atomic.link_or_copy(source / name, own / name)

    @staticmethod
    def _is_sound(folder: Path, cell: str) -> bool:
        if not folder.is_dir():
            return False
        result = _read_result(folder)
        path = folder / PREDICTIONS_FILE
        try:
            whole = result is not None and result.cell == cell and path.stat().st_size == result.predictions_size
            if whole and result is not None and hash_file(path) == result.predictions_sha256:
                return True
        except OSError:
            pass
        atomic.remove_directory(folder)
        return False


def _read_result(folder: Path) -> CellResult | None:
    try:
        return msgspec.json.decode((folder / RESULT_FILE).read_bytes(), type=CellResult)
    except (OSError, msgspec.DecodeError):
        return None
