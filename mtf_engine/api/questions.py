"""Questions asked of stored predictions: nothing is refitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtf_engine import plugins
from mtf_engine.api.handles import RunHandle
from mtf_engine.domain.results import CheckRow, Results

if TYPE_CHECKING:
    from mtf_engine.domain.difference import RunDifference


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """Checks, evaluated again."""

    run: str
    """Id of the run whose predictions were judged."""

    checks: tuple[CheckRow, ...]
    exit_code: int
    """0 when all pass, 1 otherwise; 3 when cells are missing and no check failed."""

    sentence: str


def score(handle: RunHandle, metrics: Sequence[str]) -> Results:
    """Score a run by more metrics, from its stored predictions; nothing is refitted.

    Raises
    ------
    SettingsError
        A metric is unknown or fits no data set of the run.
    RunError
        The run is live, or has no predictions.
    """
    from mtf_engine.runs.results import add_metrics

    return add_metrics(handle.directory, tuple(metrics))


def compare(before: RunHandle, after: RunHandle) -> RunDifference:
    """Say what changed between two runs: data, settings, environment, scores, rows that flipped."""
    from mtf_engine.runs.difference import compare_runs

    return compare_runs(before.directory, after.directory)


def check_run(handle: RunHandle) -> CheckVerdict:
    """Evaluate a run's own checks again."""
    from mtf_engine.runs.results import judge

    return _verdict(handle.id, judge(handle.directory))


def check_settings(path: Path) -> CheckVerdict:
    """Judge the newest run of the same data, models and splits by the checks of a settings file as it is now.

    Raises
    ------
    SettingsError
        The settings are wrong.
    RunNotFound
        No run has predictions for them.
    """
    from mtf_engine.runs import foreground
    from mtf_engine.runs.results import judge

    matching = foreground.find_matching(path)
    return _verdict(matching.directory.id, judge(matching.directory, plan=matching.plan))


def _verdict(run: str, results: Results) -> CheckVerdict:
    counted: dict[str, int] = {}
    for row in results.checks:
        word = row.verdict.value.replace("_", " ")
        counted[word] = counted.get(word, 0) + 1
    sentence = ", ".join(f"{count} {verdict}" for verdict, count in counted.items()) or "no checks"
    code = results.run.exit_code
    return CheckVerdict(run, results.checks, 0 if code is None else code, sentence)


def render(handle: RunHandle, format_name: str) -> bytes:
    """Render a report of a run."""
    from mtf_engine import reports

    _register_plugins(handle)
    return reports.render(
        handle.results(), format_name, context=reports.read_context(handle.directory.plan, handle.directory.env)
    )


def report(handle: RunHandle, format_name: str, output: Path | None = None) -> Path:
    """Write a report of a run.

    Parameters
    ----------
    handle : RunHandle
        The run.
    format_name : str
        ``html``, ``markdown``, ``junit``, ``json``, ``csv`` or a plugin's.
    output : Path, optional
        File to write, or folder for ``csv``; None writes into the run directory.

    Returns
    -------
    Path
        What was written.
    """
    from mtf_engine import reports

    _register_plugins(handle)
    target = output or handle.directory.report
    return reports.write_report(
        handle.results(), format_name, target, context=reports.read_context(handle.directory.plan, handle.directory.env)
    )


def _register_plugins(handle: RunHandle) -> None:
    """Make the formats known that come from the run's own plugin files."""
    plan = handle.plan()
    for file in plan.resolved.plugins if plan is not None else ():
        plugins.register_file(file)
