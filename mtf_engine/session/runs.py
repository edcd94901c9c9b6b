"""Runs as wholes: what changed from one to another, and reports."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtf_engine import planning, reports
from mtf_engine.domain.difference import RunDifference
from mtf_engine.domain.plan import CellCosts, Plan
from mtf_engine.domain.views import Exported
from mtf_engine.runs import catalogue
from mtf_engine.runs.difference import compare_runs
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.stored_runs import open_run


@dataclass(frozen=True, slots=True)
class CompareQuery:
    """Two runs, by id, unique prefix, name, ``last`` or path."""

    before: str
    after: str


def compare(query: CompareQuery, progress: Progress) -> RunDifference:
    """Say what changed between two runs.

    Raises
    ------
    RunError
        One of them is not there or has no results.
    """
    del progress
    return compare_runs(catalogue.find(query.before), catalogue.find(query.after))


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """A report to be written."""

    run: str
    format: str
    """``html``, ``markdown``, ``junit``, ``json`` or ``csv``."""
    path: str | None = None
    """File, or folder for ``csv``; the run directory when absent."""


def export(query: ExportQuery, progress: Progress) -> Exported:
    """Write a report of a run, at full precision.

    Raises
    ------
    MTFError
        The format is unknown, or the place cannot be written.
    """
    del progress
    run = open_run(query.run)
    target = Path(os.path.expanduser(query.path)) if query.path else run.directory.report
    context = reports.read_context(run.directory.plan, run.directory.env)
    return Exported(str(reports.write_report(run.results, query.format, target, context=context)), query.format)


@dataclass(frozen=True, slots=True)
class CostsQuery:
    """A run, by id, unique prefix, name, ``last`` or path."""

    run: str


def costs(query: CostsQuery, progress: Progress) -> CellCosts:
    """Say what the cells of a run were expected to cost when it began; nothing while it has no plan.

    Raises
    ------
    RunNotFound
        Nothing matches, or several do.
    """
    del progress
    plan = catalogue.find(query.run).plan
    try:
        return planning.cell_costs(msgspec.json.decode(plan.read_bytes(), type=Plan))
    except FileNotFoundError:
        return CellCosts(())


METHODS = {
    "compare": Method(CompareQuery, compare),
    "costs": Method(CostsQuery, costs),
    "export": Method(ExportQuery, export),
}
