"""What is done in the caller's own process: a plan to look at, and the stored run that a settings file can judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from mtf_engine import planning
from mtf_engine.acquisition.addresses import is_local
from mtf_engine.acquisition.identity import source_identity
from mtf_engine.domain.cell import Cell
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import RunNotFound, SettingsError
from mtf_engine.runs import catalogue
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory


@dataclass(frozen=True, slots=True)
class Matching:
    """A run whose stored cells answer for a plan."""

    directory: RunDirectory
    plan: Plan
    """Of the settings as they are now."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """The part of plan.json that names the cells."""

    cells: tuple[Cell, ...]


def plan(path: Path) -> Plan:
    """Plan a settings file; runs nothing.

    Raises
    ------
    SettingsError
        The settings are wrong, or the data don't fit them.
    FetchError
        No data set could be fetched.
    """
    return replace(planning.plan_file(path.absolute()), settings_path=str(path.absolute()))


def vet(path: Path) -> None:
    """Decide what settings alone decide; where they are wrong, or a local file is missing, data are looked at as well.

    Raises
    ------
    SettingsError
        With everything that is wrong, so that one report holds it all.
    """
    path = path.absolute()
    try:
        resolved = planning.resolve_file(path)
    except SettingsError:
        planning.plan_file(path)
        raise
    local = [ref for ref in resolved.datasets if is_local(ref.source)]
    if any(source_identity(ref) is None for ref in local):
        planning.plan_file(path)


def find_matching(path: Path) -> Matching:
    """Find the newest run that has a result for every cell of a settings file, or has at least tried each of them.

    Raises
    ------
    SettingsError
        The settings are wrong.
    RunNotFound
        No run has them all.
    """
    wanted = plan(path)
    cells = {cell.id for cell in wanted.cells}
    for run in catalogue.directories_newest_first():
        if all((run.cells / cell / "result.json").is_file() for cell in cells):
            return Matching(run, wanted)
    for run in catalogue.directories_newest_first():
        if cells <= _planned(run) and states.read(run).status is RunStatus.FINISHED:
            return Matching(run, wanted)
    raise RunNotFound(
        f"no run has predictions for every cell of {path}", hint=f"`mtf run {path}` makes them; equal cells are reused."
    )


def _planned(run: RunDirectory) -> frozenset[str]:
    """Cells of a run's plan; none while it has no plan."""
    try:
        return frozenset(cell.id for cell in msgspec.json.decode(run.plan.read_bytes(), type=_Cells).cells)
    except (OSError, msgspec.DecodeError):
        return frozenset()
