"""Which settings ask for the same run: what decides a plan, hashed without reading a table or loading anything heavy.

Two plans are the same when the canonical settings, the content of the data and of the user's own files, and the
versions of the estimators are the same. `Ingredients` is all of that. It is kept beside the settings' raw bytes, so
that an unchanged re-run is recognised without even parsing YAML (`recall`).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from mtf_engine import environment, numbers, plugins
from mtf_engine.acquisition.addresses import parse_address, resolve_address, without_credentials
from mtf_engine.acquisition.identity import delivered_identity, source_identity
from mtf_engine.domain.cell import CELL_SCHEMA
from mtf_engine.domain.dataset import DatasetRef, SourceFile
from mtf_engine.environment import versions
from mtf_engine.storage import atomic, paths
from mtf_engine.storage.fingerprint import file_sha256, fingerprint

_REFERENCE = re.compile(rb"\$\{([A-Za-z_][A-Za-z0-9_]*)")
_ALWAYS = "scikit-learn"
_NAMED = 3
"""Parts that are named where more have changed."""


@dataclass(frozen=True, slots=True)
class UserFile:
    """A file of the user's that decides numbers."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """A data set's source and what it would deliver."""

    ref: DatasetRef
    identity: str | None
    """None when that is not known without fetching."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """All that decides a plan, as it was seen at one time."""

    settings_sha256: str
    """Of the raw bytes."""

    base: str
    """Folder that relative paths refer to."""

    variables: Mapping[str, str]
    """Environment variables that the settings mention, each value hashed: it may be a secret."""

    sources: tuple[Source, ...]
    files: tuple[UserFile, ...]
    packages: Mapping[str, str | None]
    """Distribution → version."""

    canonical: str
    """Hash of the canonical settings."""

    @property
    def identity(self) -> str:
        """Hash by which runs of the same plan find each other."""
        return fingerprint(
            CELL_SCHEMA,
            self.canonical,
            [source.identity for source in self.sources],
            [file.sha256 for file in self.files],
            self.packages,
        )

    @property
    def parts(self) -> dict[str, str]:
        """What may change under a run, as people call it → a hash or version of it, empty where it cannot be read.

        Bundled data change with their package alone. Variables are left out: what is hashed of a short secret can be
        guessed, and run directories are given away.
        """
        return {
            **{
                f"data set {source.ref.name} ({source.ref.source})": source.identity or ""
                for source in self.sources
                if parse_address(source.ref.source).scheme != "sklearn"
            },
            **{file.path: file.sha256 for file in self.files},
            **{name: version or "" for name, version in self.packages.items()},
        }

    @property
    def is_complete(self) -> bool:
        """Whether the content of every data set is known."""
        return all(source.identity is not None for source in self.sources)

    def still_hold(self) -> bool:
        """Whether nothing has changed since, as far as sizes, times and versions tell."""
        return (
            self.variables == _variables(self.variables)
            and all(source_identity(source.ref) == source.identity for source in self.sources)
            and all(_sha256(file.path) == file.sha256 for file in self.files)
            and all(versions.package_version(name) == version for name, version in self.packages.items())
        )


@dataclass(frozen=True, slots=True)
class _Memory:
    run: str
    ingredients: Ingredients


def gather(raw: bytes, canonical: Mapping[str, object], base: Path) -> Ingredients:
    """Look at everything that decides a plan.

    Parameters
    ----------
    raw : bytes
        Content of the settings file.
    canonical : mapping
        Its canonical form, by `mtf_engine.settings.canonical`.
    base : Path
        Absolute folder that relative paths refer to.

    Returns
    -------
    Ingredients
    """
    names = {match.decode("ascii") for match in _REFERENCE.findall(raw)}
    return Ingredients(
        settings_sha256=hashlib.sha256(raw).hexdigest(),
        base=str(base),
        variables=_variables(dict.fromkeys(names, "")),
        sources=tuple(_sources(canonical, base)),
        files=tuple(_files(canonical, base)),
        packages={name: versions.package_version(name) for name in sorted(_packages(canonical))},
        canonical=fingerprint(canonical),
    )


def as_planned(ingredients: Ingredients, delivered: Mapping[str, Iterable[SourceFile]]) -> Ingredients:
    """Put what a plan was made of in the place of what is there now.

    Parameters
    ----------
    ingredients : Ingredients
        Gathered when the plan was made; data may have changed while the rest of it was.
    delivered : mapping of str to iterable of SourceFile
        Data set → the files that the plan has read.
    """
    sources = (
        replace(source, identity=delivered_identity(source.ref, delivered[source.ref.name]))
        if source.ref.name in delivered
        else source
        for source in ingredients.sources
    )
    return replace(ingredients, sources=tuple(sources))


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Say which parts of a run are not what they were: subject and auxiliary of a sentence.

    Parameters
    ----------
    before, now : mapping of str to str
        `Ingredients.parts` of the run and of what is there now.

    Examples
    --------
    >>> changed({"model.py": "4c1a", "numpy": "2.1"}, {"model.py": "90bd", "numpy": "2.1"})
    'model.py has'
    >>> changed({"model.py": "4c1a", "steps.py": "11aa"}, {"model.py": "", "steps.py": "22bb"})
    'model.py, which cannot be read, and steps.py have'
    """
    names = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
    if not before or not names:  # nobody noted the parts when the run began, or only its settings.yaml differs
        return "its data, files, variables, packages or settings have"
    shown = [name if now.get(name) else f"{name}, which cannot be read," for name in names[:_NAMED]]
    if more := len(names) - len(shown):
        shown.append(numbers.plural(more, "other"))
    listed = " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
    return f"{listed} {'has' if len(names) == 1 else 'have'}"


def remember(ingredients: Ingredients, run: str) -> None:
    """Keep what a run was made of, to recognise it by next time; where that cannot be kept, it takes longer then."""
    path = _memory_path(ingredients.settings_sha256, ingredients.base)
    with contextlib.suppress(OSError):
        atomic.write_bytes_atomic(path, msgspec.json.encode(_Memory(run, ingredients)), durable=False)


def recall(raw: bytes, base: Path) -> str | None:
    """Recognise unchanged settings.

    Parameters
    ----------
    raw : bytes
        Content of the settings file.
    base : Path
        Absolute folder that relative paths refer to.

    Returns
    -------
    str or None
        The id of the run that was last made of exactly this; None when anything may have changed.
    """
    path = _memory_path(hashlib.sha256(raw).hexdigest(), str(base))
    try:
        memory = msgspec.json.decode(path.read_bytes(), type=_Memory)
    except (OSError, msgspec.DecodeError):
        return None
    known = memory.ingredients
    return memory.run if known.is_complete and known.still_hold() else None


def _memory_path(settings_sha256: str, base: str) -> Path:
    return paths.recognised() / f"{fingerprint(settings_sha256, base)[:32]}.json"


def _variables(names: Mapping[str, str]) -> dict[str, str]:
    return {name: fingerprint(environment.variable(name)) for name in names}


def _entries(canonical: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    listed = canonical.get(key)
    if isinstance(listed, list | tuple):
        yield from (entry for entry in listed if isinstance(entry, Mapping))


def _sources(canonical: Mapping[str, object], base: Path) -> Iterator[Source]:
    for entry in _entries(canonical, "datasets"):
        address = without_credentials(resolve_address(str(entry.get("source")), base))  # it is written down
        ref = DatasetRef(str(entry.get("name")), address)
        yield Source(ref, source_identity(ref))


def _files(canonical: Mapping[str, object], base: Path) -> Iterator[UserFile]:
    named = [str(entry["target"]).rpartition(":")[0] for entry in _models(canonical, "python")]
    plugins = canonical.get("plugins")
    named += [str(name) for name in plugins] if isinstance(plugins, list | tuple) else []
    for name in named:
        path = base / os.path.expanduser(name)
        yield UserFile(str(path), _planned_sha256(path))


def _models(canonical: Mapping[str, object], kind: str) -> Iterator[Mapping[str, object]]:
    return (entry for entry in _entries(canonical, "models") if entry.get("kind") == kind)


def _packages(canonical: Mapping[str, object]) -> set[str]:
    modules = {str(entry["target"]).partition(".")[0] for entry in _models(canonical, "estimator")} - {"sklearn"}
    found = {_ALWAYS}
    if unknown := {name for name in modules if versions.package_version(name) is None}:
        providers = importlib.metadata.packages_distributions()
        found.update(distribution for name in unknown for distribution in providers.get(name, ()))
    return found | (modules - unknown)


def _planned_sha256(path: Path) -> str:
    """Digest what a process that carries a run holds of a user's file; any other takes it as it is."""
    held = plugins.held_files().get(str(path.resolve()))
    return _sha256(str(path)) if held is None else hashlib.sha256(held).hexdigest()


def _sha256(path: str) -> str:
    try:
        return file_sha256(Path(path))
    except OSError:
        return ""
