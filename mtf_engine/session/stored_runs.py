"""Runs that stay open between requests: plan, results and contestants with their predictions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import msgspec

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.domain.results import Results, Score
from mtf_engine.errors import MTFError, RunError
from mtf_engine.evaluation.contestant import Contestant, contestants_of
from mtf_engine.evaluation.design import Design, DesignKind, design_of
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.evaluation.store import CellStore
from mtf_engine.metrics import registry as metrics
from mtf_engine.metrics.spec import Metric
from mtf_engine.runs import catalogue
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.results import assemble
from mtf_engine.settings import suggestion

_MOST_RUNS = 2
_MOST_ROWS = 10_000_000
"""Rows of predictions that stay in memory."""


class ModelKey(NamedTuple):
    """A pipeline with a model."""

    pipeline: str
    model: str


@dataclass(slots=True, eq=False)
class StoredDataset:
    """One data set of a run, with its contestants."""

    entry: DatasetPlan
    contestants: dict[ModelKey, Contestant]
    """In plan order."""
    _loaded: OrderedDict[ModelKey, int] = field(default_factory=OrderedDict)

    def rows(self, key: ModelKey) -> TestRows | None:
        """All test rows of a contestant; None where a fold has no result. The least recently used are let go."""
        contestant = self.contestants[key]
        rows = contestant.test_rows
        if rows is not None:
            self._loaded[key] = len(rows.rows)
            self._loaded.move_to_end(key)
        while len(self._loaded) > 1 and sum(self._loaded.values()) > _MOST_ROWS:
            oldest, _ = self._loaded.popitem(last=False)
            self.contestants[oldest].release()
        return rows

    def lacking(self, key: ModelKey) -> str:
        """Say why a contestant has no complete test rows."""
        contestant = self.contestants[key]
        return f"{contestant.missing} of {len(contestant.cells)} folds have no result"


class StoredRun:
    """A run, read.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    """

    def __init__(self, directory: RunDirectory) -> None:
        self.directory = directory
        try:
            self.plan = msgspec.json.decode(directory.plan.read_bytes(), type=Plan)
        except (OSError, msgspec.MsgspecError) as error:
            hint = f"`mtf watch {directory.id}` shows how far it is."
            raise RunError(f"{directory.id} has no plan yet.", hint=hint) from error
        for file in self.plan.resolved.plugins:
            plugins.register_file(file)
        self._store = CellStore(directory.cells)
        self._datasets: dict[str, StoredDataset] = {}

    @cached_property
    def results(self) -> Results:
        """The run's results; computed from what is done where the run has not written any."""
        try:
            return msgspec.json.decode(self.directory.results.read_bytes(), type=Results)
        except (OSError, msgspec.MsgspecError):
            return assemble(self.directory)

    def dataset(self, name: str | None) -> StoredDataset:
        """Look a data set up; the first when no name is given."""
        entries = {entry.dataset.name: entry for entry in self.plan.datasets}
        wanted = name if name is not None else next(iter(entries))
        if wanted not in entries:
            raise MTFError(f"There is no data set {wanted!r} in the run.", hint=suggestion(wanted, entries) or None)
        if wanted not in self._datasets:
            found = contestants_of(self.plan, entries[wanted], self._store)
            own = {ModelKey(one.pipeline, one.model): one for one in found}
            self._datasets[wanted] = StoredDataset(entries[wanted], own)
        return self._datasets[wanted]


_open: OrderedDict[str, tuple[tuple[int, ...], StoredRun]] = OrderedDict()


def open_run(query: str) -> StoredRun:
    """Open a run by id, unique prefix, name, ``last`` or path; again once it has changed on disk.

    Raises
    ------
    RunNotFound
        Nothing matches, or several do.
    RunError
        It has no plan yet.
    """
    directory = catalogue.find(query)
    stamp = stamp_of(directory)
    known = _open.get(str(directory.path))
    if known is None or known[0] != stamp:
        known = (stamp, StoredRun(directory))
        _open[str(directory.path)] = known
    _open.move_to_end(str(directory.path))
    while len(_open) > _MOST_RUNS:
        _open.popitem(last=False)
    return known[1]


def stamp_of(directory: RunDirectory) -> tuple[int, ...]:
    """What changes when a run does."""
    stamp: list[int] = []
    for path in (directory.events, directory.results, directory.plan):
        try:
            facts = path.stat()
        except OSError:
            stamp += [0, 0]
        else:
            stamp += [facts.st_mtime_ns, facts.st_size]
    return tuple(stamp)


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What a view is about."""

    run: StoredRun
    dataset: StoredDataset
    design: Design
    metric: Metric
    models: tuple[ModelKey, ...]
    """The most important first."""

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.dataset.entry.dataset.task

    def score(self, key: ModelKey, metric: str) -> Score | None:
        """Look up a score in the results."""
        return score_of(self.run.results, self.dataset.entry.dataset.name, key, metric)

    @property
    def note(self) -> str:
        """How test rows came about: ``out-of-fold, pooled over 5 folds``."""
        folds = len(self.dataset.entry.folds)
        if self.design.kind is DesignKind.ONE_TEST_SET:
            return "one test set"
        if self.design.kind is DesignKind.ORDERED:
            return f"test rows of {folds} splits along time, pooled" if folds > 1 else "one test set, ordered in time"
        return f"out-of-fold, pooled over {folds} folds"


def score_of(results: Results, dataset: str, key: ModelKey, metric: str) -> Score | None:
    """Look up a score."""
    for score in results.scores:
        if (score.dataset, score.pipeline, score.model, score.metric) == (dataset, *key, metric) and not score.slice:
            return score
    return None


def scope_of(
    run: StoredRun,
    dataset: str | None,
    metric: str | None,
    models: Sequence[str | tuple[str, str]],
    pipeline: str | None,
) -> Scope:
    """Look up what a view is asked about.

    Parameters
    ----------
    run : StoredRun
        The run.
    dataset : str, optional
        The first when absent.
    metric : str, optional
        The data set's primary metric when absent.
    models : sequence of str or (pipeline, model)
        All when empty, the best first.
    pipeline : str, optional
        Of models without one; the first that has the model when absent.

    Raises
    ------
    MTFError
        A name is not the run's.
    """
    found = run.dataset(dataset)
    spec = metrics.get(metric or found.entry.primary_metric)
    design = design_of(found.entry, seed=run.plan.resolved.seed, confidence=run.plan.resolved.confidence)
    keys = tuple(_key(found, one, pipeline) for one in models)
    if not keys:
        name = found.entry.dataset.name
        every = [key for key in found.contestants if pipeline in (None, key.pipeline)]
        keys = tuple(sorted(every, key=lambda key: _rank(score_of(run.results, name, key, spec.name))))
    return Scope(run, found, design, spec, keys)


def _rank(score: Score | None) -> tuple[bool, float]:
    if score is None or score.estimate is None:
        return (True, 0.0)
    return (False, -score.estimate if score.greater_is_better else score.estimate)


def _key(found: StoredDataset, wanted: str | tuple[str, str], pipeline: str | None) -> ModelKey:
    if isinstance(wanted, tuple):
        key = ModelKey(*wanted)
        if key in found.contestants:
            return key
    else:
        for known in found.contestants:
            if known.model == wanted and pipeline in (None, known.pipeline):
                return known
        key = ModelKey(pipeline or "", wanted)
    names = [one.model for one in found.contestants]
    where = f" with the pipeline {key.pipeline!r}" if key.pipeline else ""
    message = f"There is no model {key.model!r}{where} on {found.entry.dataset.name!r}."
    raise MTFError(message, hint=suggestion(key.model, names, label="Its models") or None)
