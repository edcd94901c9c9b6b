"""What is asked of the executor: to prepare a fold or evaluate a cell, with seed, limits and working space."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.domain.cell import Cell, Limits
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.step import Pipeline
from mtf_engine.evaluation.cell import CellTask, evaluate_cell
from mtf_engine.evaluation.fold import FoldTask, prepare_fold
from mtf_engine.runs.coordinator.schedule import Group, GroupKey, key_of
from mtf_engine.runs.executors.protocol import Ended, Job
from mtf_engine.storage.fingerprint import fingerprint

_BRIEF_SECONDS = 0.02
_OWN = "mtf-tui"
_STEPS = "mtf.steps"


@dataclass(frozen=True, slots=True)
class Task:
    """A job, and what it is for."""

    job: Job
    cell: Cell | None
    """None for the preparation of a fold."""

    group: GroupKey
    draft: Path
    """Where it writes."""

    @property
    def kind(self) -> tuple[str, ...]:
        """What is expected to cost about the same."""
        place = self.group.dataset, self.group.pipeline
        return place if self.cell is None else (*place, self.cell.model)


class Jobs:
    """Makes the jobs of a plan, and learns which of them are brief.

    Parameters
    ----------
    plan : Plan
        Its cells.
    limits : Limits
        Of each job.
    scratch : Path
        Working space; it exists.
    """

    def __init__(self, plan: Plan, limits: Limits, scratch: Path) -> None:
        self._resolved = plan.resolved
        self._limits = limits
        self._scratch = scratch
        self._entries = {entry.dataset.name: entry for entry in plan.datasets}
        self._models = plan.models_by_name()
        self._numbers = itertools.count()
        self._brief: set[tuple[str, ...]] = set()
        """What took no longer than handing it over when it was last done, and printed nothing."""

    def preparation(self, group: Group) -> Task:
        """Make the job that prepares a fold, and the folder that it will be in."""
        key = group.key
        pipeline = self._pipeline(key)
        folder = self._scratch / "folds" / str(next(self._numbers))
        folder.mkdir(parents=True)
        group.folder = folder
        task = FoldTask(
            prepared=self._entries[key.dataset].prepared,
            dataset=key.dataset,
            fold=key.fold,
            pipeline=pipeline,
            seed=self._resolved.seed,
            output=str(folder),
            plugins=self._resolved.plugins,
        )
        foreign = any(plugins.distribution_of(_STEPS, step.name) != _OWN for step in pipeline.steps)
        job = Job(
            id=f"prepare-{next(self._numbers)}",
            function=prepare_fold,
            argument=task,
            limits=self._limits,
            seed=_seed(self._resolved.seed, key),
            isolated=foreign,
            brief=(key.dataset, key.pipeline) in self._brief and not foreign,
            affinity=f"pipeline {pipeline.name}",
        )
        return Task(job, None, key, folder)

    def evaluation(self, cell: Cell, group: Group) -> Task:
        """Make the job that evaluates a cell of a prepared fold, and the folder that its result will be in."""
        entry, model = self._entries[cell.dataset], self._models[cell.model]
        number = next(self._numbers)
        draft = self._scratch / "cells" / f"{cell.id}-{number}"
        draft.mkdir(parents=True)
        task = CellTask(
            cell=cell,
            prepared=entry.prepared,
            fold_directory=str(group.folder),
            model=model,
            task=entry.dataset.task,
            seed=self._resolved.seed,
            metrics=entry.metrics,
            output=str(draft),
            threads=self._limits.threads,
            plugins=self._resolved.plugins,
        )
        job = Job(
            id=f"cell-{number}",
            function=evaluate_cell,
            argument=task,
            limits=self._limits,
            seed=_seed(self._resolved.seed, cell.id),
            isolated=model.is_isolated,
            brief=(cell.dataset, cell.pipeline, cell.model) in self._brief and not model.is_isolated,
            affinity=f"model {model.name}",
        )
        return Task(job, cell, key_of(cell), draft)

    def learn(self, task: Task, ended: Ended) -> None:
        """Expect of the next of a kind what the last one did; output keeps a job apart, to be told from others'."""
        if ended.seconds < _BRIEF_SECONDS and not ended.output:
            self._brief.add(task.kind)
        else:
            self._brief.discard(task.kind)

    def _pipeline(self, key: GroupKey) -> Pipeline:
        return next(one for one in self._entries[key.dataset].pipelines if one.name == key.pipeline)


def _seed(*parts: object) -> int:
    """Derive a seed that depends on nothing but what it is for."""
    return int(fingerprint(*parts)[:8], 16)
