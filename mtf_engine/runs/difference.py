"""Two runs side by side: what was changed, what that did to the scores, and which rows flipped.

Scores are compared by the strongest method that the two runs allow: fold differences where both divided the rows in
the same way, resampled common rows where they only share some, and the two intervals alone where they share none.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from mtf_engine import plugins
from mtf_engine import statistics as st
from mtf_engine.checks.performance import not_worse_question, threshold_question
from mtf_engine.domain.check import CheckKind, CheckSpec
from mtf_engine.domain.difference import Flips, RunDifference, ScoreChange
from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.domain.results import Results, Score
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import PluginError, RunError
from mtf_engine.evaluation.comparison import difference_of
from mtf_engine.evaluation.contestant import Contestant, contestants_of
from mtf_engine.evaluation.design import DesignKind, design_of
from mtf_engine.evaluation.resampling import SharedResamples, TestRows, resample, resampled_difference
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics.registry import get
from mtf_engine.metrics.spec import Metric
from mtf_engine.runs import state as states
from mtf_engine.runs.changes import changes_of
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.results import assemble

_MAX_ROWS = 100
_NOT_DECIDING = frozenset({"limits", "workers", "report_formats", "report_directory", "findings"})
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two runs."""

    directory: RunDirectory
    plan: Plan
    results: Results
    contestants: Mapping[_Key, Contestant]


def compare_runs(before: RunDirectory, after: RunDirectory) -> RunDifference:
    """Compare two finished runs.

    Parameters
    ----------
    before, after : RunDirectory
        The runs; differences are after − before.

    Returns
    -------
    RunDifference

    Raises
    ------
    RunError
        A run has no results yet.
    """
    first, second = _open(before), _open(after)
    _register_plugins(first, second)
    return RunDifference(
        before=before.id,
        after=after.id,
        data=tuple(changes_of(_data(first), _data(second))),
        settings=tuple(changes_of(_settings(first), _settings(second))),
        environment=tuple(changes_of(_environment(first), _environment(second))),
        scores=tuple(_score_changes(first, second)),
        flips=tuple(_flips(first, second)),
        confidence=second.plan.resolved.confidence,
        primary={entry.dataset.name: entry.primary_metric for entry in second.plan.datasets},
    )


def _open(directory: RunDirectory) -> _Side:
    try:
        plan = msgspec.json.decode(directory.plan.read_bytes(), type=Plan)
        results = _results(directory)
    except (OSError, msgspec.DecodeError) as error:
        raise _incomparable(directory) from error
    store = CellStore(directory.cells)
    contestants = {
        (entry.dataset.name, one.pipeline, one.model): one
        for entry in plan.datasets
        for one in contestants_of(plan, entry, store)
    }
    return _Side(directory, plan, results, contestants)


def _incomparable(directory: RunDirectory) -> RunError:
    """Make the error of a run without results: whether they come, and what to do."""
    status = states.read(directory).status
    if status.is_live:
        hint = f"`mtf watch {directory.id}` shows how far it is."
        return RunError(f"{directory.id} has no results to compare yet.", hint=hint)
    if status is RunStatus.REJECTED:
        hint = "Choose a run that has finished; `mtf runs` lists them."
        return RunError(f"{directory.id} was rejected: it has no results to compare.", hint=hint)
    hint = f"`mtf resume {directory.id}` continues it."
    return RunError(f"{directory.id} is {status.value} and has no results to compare.", hint=hint)


def _results(directory: RunDirectory) -> Results:
    """Read the results; those of a finished run are made again where they are gone or damaged."""
    try:
        return msgspec.json.decode(directory.results.read_bytes(), type=Results)
    except (FileNotFoundError, msgspec.DecodeError):
        if states.read(directory).status is not RunStatus.FINISHED:
            raise
        return assemble(directory)


def _register_plugins(before: _Side, after: _Side) -> None:
    """Make the metrics of both runs known; where both have one of a name, it is the later run's."""
    for file in after.plan.resolved.plugins:
        plugins.register_file(file)
    for file in before.plan.resolved.plugins:
        with contextlib.suppress(PluginError):
            plugins.register_file(file)


def _data(side: _Side) -> dict[str, object]:
    return {
        row.name: {"sha256": row.sha256[:12], "rows": row.rows, "features": row.columns, "target": row.target}
        for row in side.results.datasets
    }


def _settings(side: _Side) -> dict[str, object]:
    resolved = side.plan.resolved
    found = {key: value for key, value in msgspec.to_builtins(resolved).items() if key not in _NOT_DECIDING}
    checks = zip(found["checks"], resolved.checks, strict=True)
    found["checks"] = [{**entry, "name": _asked(check)} for entry, check in checks]
    return found


def _asked(check: CheckSpec) -> str:
    """What a check is known by: two of one kind differ in what they ask."""
    match check.kind:
        case CheckKind.THRESHOLD:
            return threshold_question(check)
        case CheckKind.NOT_WORSE:
            return not_worse_question(check)
        case _:
            return check.name


def _environment(side: _Side) -> object:
    return msgspec.json.decode(side.directory.env.read_bytes())


def _score_changes(before: _Side, after: _Side) -> Iterator[ScoreChange]:
    earlier = {_score_key(score): score for score in before.results.scores}
    for score in after.results.scores:
        previous = earlier.get(_score_key(score))
        if previous is not None:
            yield _score_change(previous, score, before, after)


def _score_key(score: Score) -> tuple[str, str, str, str]:
    return score.dataset, score.pipeline, score.model, score.metric


def _score_change(previous: Score, score: Score, before: _Side, after: _Side) -> ScoreChange:
    key = (score.dataset, score.pipeline, score.model)
    first, second = before.contestants[key], after.contestants[key]
    metric = get(score.metric)
    common = _common_rows(first, second)
    difference = _difference(previous, score, first, second, metric, after.plan)
    return ScoreChange(
        dataset=score.dataset,
        pipeline=score.pipeline,
        model=score.model,
        metric=score.metric,
        greater_is_better=score.greater_is_better,
        before=previous.estimate,
        after=score.estimate,
        difference=difference.difference,
        low=difference.low,
        high=difference.high,
        p_value=difference.p_value,
        method=difference.method if difference.is_defined else None,
        common_rows=common,
        verdict=_verdict(difference, metric),
        reason=difference.reason,
    )


def _difference(
    previous: Score, score: Score, before: Contestant, after: Contestant, metric: Metric, plan: Plan
) -> st.Difference:
    design = design_of(after.entry, seed=plan.resolved.seed, confidence=plan.resolved.confidence)
    if _same_division(before.entry, after.entry) and (
        design.kind is DesignKind.CROSS_VALIDATION or _same_truth(before, after)
    ):
        return difference_of(after, before, metric, design)
    if previous.estimate is None or score.estimate is None:
        return st.Difference(None, None, None, design.confidence, None, "none", "One of the runs has no score.")
    shared = _shared(before, after)
    if shared is None:
        return _unpaired(previous, score)
    earlier, later = shared
    shared_rows = SharedResamples(later, replace(design, kind=DesignKind.ONE_TEST_SET))
    second, first = (found[metric.name] for found in resample([later, earlier], [metric], shared_rows))
    return resampled_difference(second, first, design)


def _same_division(before: DatasetPlan, after: DatasetPlan) -> bool:
    same_rows = before.dataset.rows_source == after.dataset.rows_source and before.splits == after.splits
    return same_rows and [fold.sha256 for fold in before.folds] == [fold.sha256 for fold in after.folds]


def _same_truth(before: Contestant, after: Contestant) -> bool:
    """Whether the target of the test rows is what it was: otherwise rows don't pair one by one."""
    first, second = before.test_rows, after.test_rows
    if first is None or second is None:
        return True
    return first.sample.labels == second.sample.labels and np.array_equal(first.sample.truth, second.sample.truth)


def _common_rows(before: Contestant, after: Contestant) -> int:
    shared = _shared(before, after)
    return 0 if shared is None else len(shared[0].rows)


def _shared(before: Contestant, after: Contestant) -> tuple[TestRows, TestRows] | None:
    """Both runs' predictions of the rows that both tested once and whose truth is the same."""
    first, second = before.test_rows, after.test_rows
    if first is None or second is None:
        return None
    _, left, right = np.intersect1d(first.rows, second.rows, return_indices=True)
    same_truth = _recoded(first, second)[left] == second.sample.truth[right]
    left, right = left[same_truth], right[same_truth]
    return (_take(first, left), _take(second, right)) if left.size else None


def _recoded(rows: TestRows, other: TestRows) -> np.ndarray:
    """The truth of rows in the codes of other rows, whose classes may be others; -1 for a class they do not have."""
    if not rows.sample.labels:
        return rows.sample.truth
    codes = {label: code for code, label in enumerate(other.sample.labels)}
    return np.array([codes.get(label, -1) for label in rows.sample.labels])[rows.sample.truth.astype(np.int64)]


def _take(rows: TestRows, positions: np.ndarray) -> TestRows:
    groups = None if rows.groups is None else rows.groups[positions]
    folds = np.zeros(positions.size, dtype=np.int64)
    return TestRows(rows.sample.take(positions), rows.rows[positions], folds, groups)


def _unpaired(previous: Score, score: Score) -> st.Difference:
    """Difference of two independent estimates from their intervals (square-and-add)."""
    later, earlier = (
        st.Interval(
            one.estimate, one.low, one.high, one.confidence, one.interval_method or "none", one.reason or "none"
        )
        for one in (score, previous)
    )
    if later.confidence != earlier.confidence:
        gap = None if later.estimate is None or earlier.estimate is None else later.estimate - earlier.estimate
        reason = f"The intervals have different confidences, {earlier.confidence:g} and {later.confidence:g}."
        return st.Difference(gap, None, None, later.confidence, None, "unpaired_square_and_add", reason)
    return st.difference_of_intervals(later, earlier)


def _verdict(difference: st.Difference, metric: Metric) -> str:
    if difference.difference is None or difference.low is None or difference.high is None:
        return "undecided"
    if difference.difference == difference.low == difference.high == 0.0:
        return "same"
    if not metric.ordered or difference.low <= 0.0 <= difference.high:
        return "undecided"
    return "better" if (difference.difference > 0.0) == metric.greater_is_better else "worse"


def _flips(before: _Side, after: _Side) -> Iterator[Flips]:
    for key, second in after.contestants.items():
        first = before.contestants.get(key)
        if first is None or not second.entry.dataset.task.is_classification:
            continue
        shared = _shared(first, second)
        if shared is None:
            continue
        earlier, later = shared
        was_right = earlier.sample.prediction == earlier.sample.truth
        is_right = later.sample.prediction == later.sample.truth
        flipped = np.sort(later.rows[was_right != is_right])
        yield Flips(
            *key,
            common_rows=int(later.rows.size),
            right_to_wrong=int(np.sum(was_right & ~is_right)),
            wrong_to_right=int(np.sum(~was_right & is_right)),
            rows=tuple(int(row) for row in flipped[:_MAX_ROWS]),
        )
