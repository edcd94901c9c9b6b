"""Names to objects: everything that can be chosen by name is found here, built-in or not.

Built-ins are declared in ``pyproject.toml`` through the same entry points as anybody's plugins. Listing names
imports nothing; an object is imported when it is first asked for, so that one broken plugin costs only itself.
A local file becomes a plugin by being named in the settings: each specification object at its top level is
registered under its own name. A specification says its group in the class attribute ``plugin_group``.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.metadata import EntryPoint, distributions
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from mtf_engine.errors import PluginError
from mtf_engine.spelling import nearest

__all__ = [
    "GROUPS",
    "Registered",
    "distribution_of",
    "folder_on_path",
    "held_files",
    "hold_files",
    "import_file",
    "load",
    "module_name",
    "names",
    "nearest",
    "offered",
    "read_file",
    "register_file",
    "take_files",
]

GROUPS = (
    "mtf.sources",
    "mtf.formats",
    "mtf.steps",
    "mtf.models",
    "mtf.metrics",
    "mtf.checks",
    "mtf.executors",
    "mtf.reports",
)
"""The entry-point groups, in the order of a run."""


@dataclass(frozen=True, slots=True)
class Registered:
    """An object that a local plugin file registered."""

    group: str
    name: str
    path: str
    """The file it came from, absolute."""

    value: object


_local: dict[tuple[str, str], Registered] = {}
_stamps: dict[str, str] = {}
"""Module name of a user's file → digest of the source it was made from."""

_held: dict[str, bytes] = {}
"""User's file → what counts as its content from now on."""

_holds_all = False
"""Whether every user's file is held from its first reading on."""

_neighbours: dict[str, set[str]] = {}
"""Folder of a user's file → names of the modules that were found in it."""


def names(group: str) -> tuple[str, ...]:
    """List the names of a group, sorted, without importing what they stand for.

    Examples
    --------
    >>> "nonsense" in names("mtf.metrics")
    False
    """
    declared = set(_declared(group))
    return tuple(sorted(declared | {name for owner, name in _local if owner == group}))


def load(group: str, name: str) -> object:
    """Import the object that a name stands for.

    Raises
    ------
    PluginError
        The name is unknown (with the nearest spelling), declared twice, or its import failed.
    """
    registered = _local.get((group, name))
    if registered is not None:
        return registered.value
    candidates = _declared(group).get(name)
    if not candidates:
        raise unknown(group, name, names(group))
    if len(candidates) > 1:
        owners = ", ".join(sorted(_owner(point) for point in candidates))
        raise PluginError(
            f"The name {name!r} in {group} is declared by several distributions: {owners}.",
            hint="Uninstall all but one of them.",
        )
    return _import(candidates[0])


def distribution_of(group: str, name: str) -> str:
    """Name the distribution (or the local file) that a name comes from.

    Raises
    ------
    PluginError
        The name is unknown.
    """
    registered = _local.get((group, name))
    if registered is not None:
        return registered.path
    candidates = _declared(group).get(name)
    if not candidates:
        raise unknown(group, name, names(group))
    return _owner(candidates[0])


def unknown(group: str, name: str, candidates: Iterable[str]) -> PluginError:
    """Make the error for a name that a group does not have."""
    noun = group.removeprefix("mtf.").removesuffix("s")
    close = nearest(name, candidates)
    suggestion = f"Did you mean {close!r}? " if close else ""
    listing = f"`mtf {noun}s` lists all of them." if noun in {"step", "model", "metric", "check"} else ""
    return PluginError(f"There is no {noun} named {name!r}.", hint=(suggestion + listing).strip() or None)


def register_file(path: str | Path) -> tuple[Registered, ...]:
    """Import a local plugin file and register the specification objects at its top level.

    Registering the same file again is harmless; a changed file replaces what it registered before.

    Raises
    ------
    PluginError
        The file is missing, fails on import, defines no specification, or reuses a name that is taken.
    """
    file = Path(path).resolve()
    if str(file) not in _held and not file.is_file():
        raise PluginError(f"The plugin file {file} does not exist.", hint="Correct its path under `plugins:`.")
    try:
        module = import_file(file)
    except Exception as error:
        raise PluginError(
            f"The plugin file {file} cannot be imported: {type(error).__name__}: {error}",
            hint="Correct the file, or remove it from `plugins:`.",
        ) from error
    found = [
        Registered(group, name, str(file), value)
        for value in vars(module).values()
        if (group := getattr(type(value), "plugin_group", None)) in GROUPS
        and isinstance(name := getattr(value, "name", None), str)
        and not _is_imported(group, name, value)
    ]
    if not found:
        raise PluginError(
            f"The plugin file {file} defines no step, model, metric or check at its top level.",
            hint="Assign a specification object, such as Metric(...), to a module-level name.",
        )
    for entry in found:
        _claim(entry)
    return tuple(found)


@contextmanager
def offered(value: object) -> Iterator[None]:
    """Make a specification object known by its name for a while, as its entry point would.

    Parameters
    ----------
    value : object
        With ``plugin_group`` and ``name``; one that is registered already stays as it is.

    Raises
    ------
    PluginError
        Another object has the name.
    """
    group, name = str(getattr(type(value), "plugin_group", "")), str(getattr(value, "name", ""))
    if name in names(group) and load(group, name) is value:
        yield
        return
    _claim(Registered(group, name, f"<{name}>", value))
    try:
        yield
    finally:
        del _local[group, name]


def read_file(path: str | Path) -> bytes:
    """Read a user's Python file, or what is held of it.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    file = Path(path).resolve()
    source = _held.get(str(file))
    if source is None:
        source = file.read_bytes()
        if _holds_all:
            _held[str(file)] = source
    return source


def hold_files() -> None:
    """Let users' files be, from their first reading on, what they were then.

    People edit a model while its run is going. Its cells carry the digest of what was planned, so all of them must be
    made of that.
    """
    global _holds_all
    _holds_all = True


def held_files() -> dict[str, bytes]:
    """Users' files that are held: resolved path → content."""
    return dict(_held)


def take_files(files: Mapping[str, bytes]) -> None:
    """Hold what another process holds."""
    _held.update(files)


def import_file(path: str | Path) -> ModuleType:
    """Import a user's Python file under a name made from its path, so that equal file names don't collide.

    Its folder is on ``sys.path`` while it runs. The file is compiled from source each time its content changed,
    because byte-code caches tell versions apart by whole seconds only. What the file raises is not caught.
    """
    file = Path(path).resolve()
    source = read_file(file)
    name = module_name(file)
    stamp = hashlib.sha256(source).hexdigest()
    known = sys.modules.get(name)
    if known is not None and _stamps.get(name) == stamp:
        return known
    spec = spec_from_file_location(name, file, loader=SourceFileLoader(name, str(file)))
    if spec is None:
        raise ImportError(f"{file} cannot be imported as Python.")
    module = module_from_spec(spec)
    code = compile(source, str(file), "exec", dont_inherit=True)
    sys.modules[name], _stamps[name] = module, stamp
    try:
        with folder_on_path(file.parent):
            exec(code, vars(module))
    except BaseException:
        del sys.modules[name], _stamps[name]
        raise
    return module


def module_name(path: Path) -> str:
    """Name of the module that a user's file is imported as."""
    return "mtf_user_" + hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:16]


@contextmanager
def folder_on_path(folder: Path) -> Iterator[None]:
    """Put a folder first on ``sys.path`` for a while, so that a user's files find their neighbours.

    Modules that were found in another user's folder are forgotten first: equal names there are other modules.
    """
    entry = str(folder)
    for other in _neighbours.keys() - {entry}:
        for name in _neighbours.pop(other):
            sys.modules.pop(name, None)
    before = set(sys.modules)
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)
        new = sys.modules.keys() - before - _stamps.keys()
        heads = {name for name in new if "." not in name and _home(sys.modules[name]) == entry}
        found = {name for name in new if name.partition(".")[0] in heads}
        _neighbours.setdefault(entry, set()).update(found)


def _home(module: ModuleType) -> str | None:
    """Folder in which a top-level module or package was found."""
    origin = getattr(module, "__file__", None)
    if not isinstance(origin, str):
        return None
    path = Path(origin)
    return str(path.parent.parent if path.stem == "__init__" else path.parent)


@cache
def _entry_points() -> dict[str, dict[str, list[EntryPoint]]]:
    found: dict[str, dict[str, list[EntryPoint]]] = {group: {} for group in GROUPS}
    seen = set()
    for distribution in distributions():
        name = (distribution.name or "").lower().replace("_", "-")
        if name in seen:  # a later entry of sys.path, hidden by the earlier one
            continue
        seen.add(name)
        for point in distribution.entry_points:
            if point.group in found:
                found[point.group].setdefault(point.name, []).append(point)
    return found


def _declared(group: str) -> dict[str, list[EntryPoint]]:
    if group not in GROUPS:
        raise ValueError(f"{group!r} is not a plugin group; the groups are {', '.join(GROUPS)}.")
    return _entry_points()[group]


@cache
def _import(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:
        owner = _owner(point)
        raise PluginError(
            f"The plugin {point.name!r} in {point.group}, from the distribution {owner!r}, cannot be loaded: "
            f"{type(error).__name__}: {error}",
            hint=f"Reinstall or uninstall {owner}.",
        ) from error


def _owner(point: EntryPoint) -> str:
    distribution = point.dist
    return distribution.name if distribution is not None else point.module


def _is_imported(group: str, name: str, value: object) -> bool:
    """Whether a file's object is one that it imported from a registered plugin, to build on it."""
    return name in _declared(group) and load(group, name) is value


def _claim(entry: Registered) -> None:
    taken = _declared(entry.group).get(entry.name)
    previous = _local.get((entry.group, entry.name))
    owner = _owner(taken[0]) if taken else previous.path if previous and previous.path != entry.path else None
    if owner is not None:
        raise PluginError(
            f"The plugin file {entry.path} registers {entry.name!r} in {entry.group}, a name taken by {owner}.",
            hint="Give it another name.",
        )
    _local[entry.group, entry.name] = entry
