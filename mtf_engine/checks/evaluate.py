"""From a plan's checks to rows: which subjects a check has, what it finds on each, and what that counts for.

Rows come in plan order: check, data set, pipeline, model. A check that could not look is ``not_run`` and one that
raised is ``error``; neither is ever a pass, and no check vanishes without a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mtf_engine import text_safety
from mtf_engine.checks import registry
from mtf_engine.checks.performance import judge_not_worse, judge_threshold
from mtf_engine.checks.specification import CheckSpecification, Outcome
from mtf_engine.domain.check import CheckKind, CheckSpec
from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.domain.results import CheckRow, Score, Severity, Verdict
from mtf_engine.metrics.registry import get as metric_named
from mtf_engine.statistics import Difference, two_sided_confidence

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pipeline with a model, by name."""

    pipeline: str
    model: str


class Compare(Protocol):
    """Compares two candidates on the same rows: a minus b, in the metric's own unit and sign."""

    def __call__(
        self, dataset: str, metric: str, a: Candidate, b: Candidate, confidence: float
    ) -> Difference: ...  # pragma: no cover


@dataclass(frozen=True, slots=True)
class Subject:
    """What one row is about."""

    dataset: str | None
    candidate: Candidate | None = None


def evaluate_checks(
    plan: Plan,
    scores: Sequence[Score],
    *,
    compare: Compare,
) -> tuple[CheckRow, ...]:
    """Evaluate every check of a plan.

    Parameters
    ----------
    plan : Plan
        Names the checks, their scopes, the data sets and the models.
    scores : sequence of Score
        The run's scores; those of slices are passed over.
    compare : Compare
        Computes the paired difference of two candidates at a two-sided confidence.

    Returns
    -------
    tuple of CheckRow
        In plan order. Nothing in them depends on time, host or path.
    """
    return _Evaluation(plan, scores, compare).rows()


def has_failed(rows: Sequence[CheckRow]) -> bool:
    """Tell whether the checks ask for exit code 1."""
    return any(row.counts and row.verdict is not Verdict.PASS for row in rows)


class _Evaluation:
    """One evaluation: the scores by subject, and each data set opened once."""

    def __init__(self, plan: Plan, scores: Sequence[Score], compare: Compare) -> None:
        self._plan = plan
        self._entries = {entry.dataset.name: entry for entry in plan.datasets}
        self._unavailable = {finding.dataset for finding in plan.unavailable}
        self._scores = {(one.dataset, one.pipeline, one.model, one.metric): one for one in scores if not one.slice}
        self._compare = compare
        self._opened: dict[tuple[str, Callable[[DatasetPlan], object]], object] = {}

    def rows(self) -> tuple[CheckRow, ...]:
        return tuple(row for check in self._plan.resolved.checks for row in self._rows_of(check))

    def _rows_of(self, check: CheckSpec) -> Iterator[CheckRow]:
        specification = registry.get(check.name)
        subjects = list(self._subjects(check, specification))
        if not subjects:
            nothing = Outcome(Verdict.NOT_RUN, "the check selects nothing", rows_read=0, rows_total=0)
            yield _row(check, specification, Subject(None), nothing, counts=True)
        for subject in subjects:
            entry = self._entries.get(subject.dataset or "")
            if entry is None:
                yield _absent(check, specification, subject)
                continue
            try:
                outcome = self._judge(check, specification, subject, entry)
            except Exception as error:  # a broken check is a row, and the others go on
                outcome = Outcome(Verdict.ERROR, _error_message(error), rows_read=0, rows_total=entry.dataset.rows)
            yield _row(check, specification, subject, outcome, counts=not self._explained(subject, outcome, check))

    def _subjects(self, check: CheckSpec, specification: CheckSpecification) -> Iterator[Subject]:
        for ref in self._plan.resolved.datasets:
            if check.scope.datasets and ref.name not in check.scope.datasets:
                continue
            entry = self._entries.get(ref.name)
            if entry is None:
                if ref.name in self._unavailable:
                    yield Subject(ref.name)
            elif check.kind is CheckKind.DIAGNOSTIC:
                if entry.dataset.task in specification.tasks:
                    yield Subject(ref.name)
            elif check.metric is not None and entry.dataset.task in metric_named(check.metric).tasks:
                yield from (Subject(ref.name, candidate) for candidate in self._candidates(check, entry))

    def _candidates(self, check: CheckSpec, entry: DatasetPlan) -> Iterator[Candidate]:
        added = {model.name for model in self._plan.resolved.models if model.added}
        for pipeline in entry.pipelines:
            if check.scope.pipelines and pipeline.name not in check.scope.pipelines:
                continue
            for model in entry.models:
                chosen = model in check.scope.models if check.scope.models else model not in added
                if chosen and model != check.reference:
                    yield Candidate(pipeline.name, model)

    def _judge(
        self, check: CheckSpec, specification: CheckSpecification, subject: Subject, entry: DatasetPlan
    ) -> Outcome:
        if subject.candidate is None:
            return self._diagnose(check, specification, entry)
        one, metric = subject.candidate, check.metric or ""
        total = sum(fold.n_test for fold in entry.folds)
        score = self._scores.get((entry.dataset.name, one.pipeline, one.model, metric))
        if score is None:
            return Outcome(Verdict.NOT_RUN, f"{metric} was not computed", rows_read=0, rows_total=total)
        if check.kind is CheckKind.THRESHOLD:
            return judge_threshold(check, score, total)
        if check.reference not in entry.models:
            message = f"the reference {check.reference} does not fit the task {entry.dataset.task}"
            return Outcome(Verdict.NOT_RUN, message, rows_read=0, rows_total=total)
        reference = Candidate(one.pipeline, check.reference)
        confidence = two_sided_confidence(self._plan.resolved.confidence)
        difference = self._compare(entry.dataset.name, metric, one, reference, confidence)
        return judge_not_worse(check, score, difference, total)

    def _diagnose(self, check: CheckSpec, specification: CheckSpecification, entry: DatasetPlan) -> Outcome:
        assert specification.open_data is not None
        key = entry.dataset.name, specification.open_data
        if key not in self._opened:
            self._opened[key] = specification.open_data(entry)
        data = self._opened[key]
        parameters = specification.complete(check.parameters)
        outcome = specification.function(data, **parameters)
        rows = entry.dataset.rows
        read = rows if outcome.rows_read is None else outcome.rows_read
        total = rows if outcome.rows_total is None else outcome.rows_total
        evidence = {"asked": specification.question(parameters), **outcome.evidence}
        return replace(outcome, evidence=evidence, rows_read=read, rows_total=total)

    def _explained(self, subject: Subject, outcome: Outcome, check: CheckSpec) -> bool:
        """Whether failed cells, which have an exit code of their own, are why a check did not run."""
        if outcome.verdict is not Verdict.NOT_RUN or subject.candidate is None:
            return False
        models = [subject.candidate.model, *([check.reference] if check.reference else [])]
        scores = [
            self._scores.get((subject.dataset or "", subject.candidate.pipeline, model, check.metric or ""))
            for model in models
        ]
        return any(score is not None and score.n_rows == 0 for score in scores)


def _absent(check: CheckSpec, specification: CheckSpecification, subject: Subject) -> CheckRow:
    outcome = Outcome(Verdict.NOT_RUN, "the data set could not be fetched", rows_read=0, rows_total=0)
    return _row(check, specification, subject, outcome, counts=False)


def _row(
    check: CheckSpec, specification: CheckSpecification, subject: Subject, outcome: Outcome, *, counts: bool
) -> CheckRow:
    verdict = outcome.verdict
    warning = check.severity is Severity.WARNING
    if verdict is Verdict.FAIL and warning:
        verdict = Verdict.WARN
    tolerated = warning or (verdict is Verdict.INCONCLUSIVE and check.on_inconclusive == "warn")
    return CheckRow(
        code=specification.code,
        name=specification.name,
        severity=check.severity,
        verdict=verdict,
        dataset=subject.dataset,
        model=subject.candidate.model if subject.candidate else None,
        message=outcome.message,
        evidence=dict(outcome.evidence),
        rows_read=outcome.rows_read or 0,
        rows_total=outcome.rows_total or 0,
        docs=specification.docs,
        pipeline=subject.candidate.pipeline if subject.candidate else None,
        counts=counts and not tolerated,
    )


def _error_message(error: Exception) -> str:
    return text_safety.line(_ADDRESS.sub("0x…", f"the check failed: {type(error).__name__}: {error}"))
