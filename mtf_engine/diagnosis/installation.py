"""What ``mtf doctor`` looks at: whether this installation, on this machine, can do its work."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from mtf_engine import __version__, environment, plugins
from mtf_engine.environment import versions
from mtf_engine.errors import MTFError
from mtf_engine.numbers import size
from mtf_engine.storage import atomic, lock, paths

_PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "pyarrow", "httpx", "rich", "textual")
_LITTLE_DISK = 1_000_000_000
"""Bytes below which a run is likely to fill the disk."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at."""

    level: str
    """``ok``, ``warning`` or ``error``."""

    topic: str
    what: str
    """What was found and, unless it is well, what to do."""


def diagnose() -> tuple[Observation, ...]:
    """Look at versions, plugins, folders, locks, disk, processors, memory and the terminal."""
    return (*_versions(), *_plugins(), *_folders(), _locking(), _disk(), *_resources(), _network(), _terminal())


def _versions() -> Iterator[Observation]:
    yield Observation("ok", "mtf", __version__)
    level = "ok" if sys.version_info >= (3, 11) else "error"
    yield Observation(level, "python", f"{platform.python_version()} on {platform.platform()}")
    for name in _PACKAGES:
        version = versions.package_version(name)
        missing = f"not installed; pip install {name}"
        yield Observation("ok" if version else "error", name, version or missing)


def _plugins() -> Iterator[Observation]:
    """Import every declared object, because a broken plugin shows only then."""
    for group in plugins.GROUPS:
        names = plugins.names(group)
        broken = False
        for name in names:
            try:
                plugins.load(group, name)
            except MTFError as error:
                broken = True
                yield Observation("error", group, f"{error.message} {error.hint or ''}".strip())
        if not broken:
            what = "reserved: there are no further executors yet" if group == "mtf.executors" and not names else None
            yield Observation("ok", group, what or f"{len(names)} registered")


def _folders() -> Iterator[Observation]:
    for topic, folder in (("runs", paths.runs()), ("cache", paths.cache())):
        try:
            probe = folder / "doctor-probe"
            atomic.write_bytes_atomic(probe, b"writable")
            probe.unlink()
        except OSError as error:
            hint = "Set MTF_HOME to a folder that can be written."
            yield Observation("error", topic, f"{folder} can't be written ({error.strerror}). {hint}")
        else:
            yield Observation("ok", topic, str(folder))


def _locking() -> Observation:
    """Two owners of one lock would let two processes write one run."""
    path = paths.runs() / "doctor-probe.lock"
    try:
        first = lock.acquire(path)
    except (MTFError, OSError) as error:
        return Observation("error", "locks", f"no lock can be taken in {path.parent}: {error}")
    try:
        second = lock.acquire(path)
    except MTFError:
        return Observation("ok", "locks", f"work in {path.parent}")
    else:
        second.release()
        hint = "Set MTF_HOME to a local folder, or start one run at a time."
        return Observation("warning", "locks", f"{path.parent} keeps no locks. {hint}")
    finally:
        first.release()
        path.unlink(missing_ok=True)


def _disk() -> Observation:
    folder = next(parent for parent in (paths.runs(), *paths.runs().parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    if free < _LITTLE_DISK:
        return Observation("warning", "disk", f"{size(free)} free at {folder}; `mtf cache prune` frees some")
    return Observation("ok", "disk", f"{size(free)} free at {folder}")


def _resources() -> Iterator[Observation]:
    yield Observation("ok", "processors", str(environment.cpu_count()))
    yield Observation("ok", "memory", size(environment.memory_limit()))


def _network() -> Observation:
    text = "MTF_OFFLINE is set: only the cache is used" if environment.offline() else "allowed"
    return Observation("ok", "network", text)


def _terminal() -> Observation:
    kind = environment.variable("TERM") or "none"
    encoding = sys.stdout.encoding or "unknown"
    level = "ok" if encoding.lower().replace("-", "") == "utf8" else "warning"
    remedy = "" if level == "ok" else "; set LANG to a UTF-8 locale for all signs"
    return Observation(level, "terminal", f"{kind}, {encoding}{remedy}")
