"""Sources on their own, before any settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtf_engine.acquisition.interfaces import Table
    from mtf_engine.acquisition.profile import Profile
    from mtf_engine.domain.dataset import Provenance

Progress = Callable[[int, int | None], None]
"""Called with the bytes received and their total, None when unknown."""


def _ignore(received: int, total: int | None) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """A column of a preview."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a source, and what was inferred."""

    rows: int
    """Of the whole table."""

    columns: tuple[PreviewColumn, ...]
    cells: tuple[tuple[str, ...], ...]
    target: str | None
    task: str | None
    notes: tuple[str, ...]


def fetch(uri: str, *, sha256: str | None = None, progress: Progress = _ignore) -> Provenance:
    """Fetch a source into the cache, verified.

    Raises
    ------
    FetchError, IntegrityError, SchemaError, SettingsError
        It could not be had, is not what was promised, or the address is wrong.
    """
    return _load(uri, sha256, progress).provenance


def preview(uri: str, *, rows: int = 10, progress: Progress = _ignore) -> Preview:
    """Read a source and return its first rows, and what was inferred."""
    from mtf_engine.acquisition.inference import infer_task

    table = _load(uri, None, progress)
    head = table.frame.head(rows)
    target = table.default_target
    return Preview(
        rows=len(table.frame),
        columns=tuple(PreviewColumn(column.name, column.kind.value) for column in table.columns),
        cells=tuple(tuple(str(value) for value in row) for row in head.itertuples(index=False, name=None)),
        target=target,
        task=None if target is None else infer_task(table.frame[target]).value,
        notes=table.provenance.notes,
    )


def profile(uri: str, *, progress: Progress = _ignore) -> Profile:
    """Describe every column of a source; all rows are read."""
    from mtf_engine.acquisition.profile import profile as profile_table

    return profile_table(_load(uri, None, progress))


def _load(uri: str, sha256: str | None, progress: Progress) -> Table:
    from mtf_engine.acquisition.acquire import load_table
    from mtf_engine.domain.dataset import DatasetRef

    return load_table(DatasetRef(name=uri, source=uri, sha256=sha256), progress=progress)
