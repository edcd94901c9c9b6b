"""What settings can name, the cache, and the installation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine import environment
from mtf_engine.errors import RunError, SettingsError
from mtf_engine.storage import atomic

if TYPE_CHECKING:
    from mtf_engine.diagnosis.installation import Observation
    from mtf_engine.domain.registry import RegistryEntry
    from mtf_engine.runs.cache import CacheEntry, CacheReport


def describe(kind: str, name: str | None = None) -> tuple[RegistryEntry, ...]:
    """Describe the ``steps``, ``models``, ``metrics`` or ``checks`` that settings can name, or one of them.

    Raises
    ------
    PluginError
        The name is unknown; the hint has the nearest spelling.
    """
    from mtf_engine import glossary

    return glossary.describe(kind, name)


def cache_entries() -> tuple[CacheEntry, ...]:
    """List what the cache holds, most recently used first."""
    from mtf_engine.runs import cache

    return cache.list_entries()


def cache_verify() -> CacheReport:
    """Compare the cache with its digests; damaged entries are removed and made again when needed."""
    from mtf_engine.runs import cache

    return cache.verify()


def cache_prune(keep: str) -> CacheReport:
    """Remove what nobody can use, then the least recently used beyond a size such as ``10GB``.

    Raises
    ------
    SettingsError
        The size can't be read.
    """
    from mtf_engine.runs import cache
    from mtf_engine.settings.units import size

    try:
        quota = size(keep)
    except ValueError as error:
        raise SettingsError(f"{keep!r} {error}.") from None
    return cache.prune(quota=quota)


def cache_clear() -> CacheReport:
    """Empty the cache; no run loses anything."""
    from mtf_engine.runs import cache

    return cache.clear()


def diagnose() -> tuple[Observation, ...]:
    """Look at versions, plugins, folders, locks, disk and terminal."""
    from mtf_engine.diagnosis import installation

    return installation.diagnose()


def bundle(output: Path, *, run: str = "last") -> Path:
    """Write what an issue should tell: installation, settings and logs of a run, without secrets.

    Parameters
    ----------
    output : Path
        The text file to write.
    run : str, default "last"
        An id, a unique prefix, a name, ``last``, or a path.

    Raises
    ------
    RunNotFound
        There is no such run.
    RunError
        The file can't be written.
    """
    from mtf_engine.diagnosis.bundle import compose

    text = compose(run)
    try:
        atomic.write_text_atomic(output.absolute(), text)
    except OSError as error:
        raise RunError(
            f"{output} can't be written: {error.strerror}", hint="Name another file: --output FILE"
        ) from None
    return output


def process_mark(pid: int | None = None) -> str:
    """Name a process so that a later one of the same number is not taken for it.

    Parameters
    ----------
    pid : int, optional
        Its number; this process unless given.

    Examples
    --------
    >>> is_at_work(process_mark())
    True
    """
    number = os.getpid() if pid is None else pid
    start = environment.process_start(number) or "over"
    return " ".join((environment.host(), environment.boot_id(), str(number), start))


def is_at_work(mark: str) -> bool:
    """Say whether the process of a mark is alive on this machine; of another machine nobody here can tell.

    Parameters
    ----------
    mark : str
        As `process_mark` gave it.
    """
    *_, number, start = ["", *mark.split(" ")]
    return start != "over" and number.isdigit() and mark == process_mark(int(number))
