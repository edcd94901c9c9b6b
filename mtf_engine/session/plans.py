"""What a run of a settings text would do: data sets, what each step does to them, models with cells and cost."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from mtf_engine import environment, planning
from mtf_engine.acquisition.identity import source_identity
from mtf_engine.domain.cell import Cell
from mtf_engine.domain.dataset import Dataset, Finding
from mtf_engine.domain.outlines import DatasetOutline, ModelOutline, PartProgress, PlanOutline
from mtf_engine.domain.plan import DatasetPlan, Plan
from mtf_engine.errors import SettingsError
from mtf_engine.processing.prepared import Prepared, open_prepared
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.step_outlines import outline_pipeline
from mtf_engine.storage import atomic, paths


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """A settings file, saved or not."""

    path: str
    text: str | None = None
    """What the file would hold once saved; its content when absent."""


def plan(query: PlanQuery, progress: Progress) -> PlanOutline:
    """Read and prepare the data, list every cell and estimate their cost; runs nothing.

    Raises
    ------
    SettingsError
        The settings are wrong or the data don't fit them; with every problem.
    FetchError
        No remote data set could be fetched.
    """
    return _outline(make_plan(Path(query.path), query.text, progress), progress)


# --- the plan itself ---


@dataclass(frozen=True, slots=True)
class _Made:
    """The last plan, and what it was made of."""

    key: str
    plan: Plan


_last: list[_Made] = []


class _Parts:
    """Tells how far each data set is, and all together.

    Parameters
    ----------
    progress : callable
        Told from any thread.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._parts: dict[str, PartProgress] = {}
        self._lock = threading.Lock()

    def receive(self, dataset: str, received: int, total: int | None) -> None:
        """Take in that bytes of a data set arrived."""
        self._tell(dataset, PartProgress(received, total))

    def finish(self, dataset: Dataset) -> None:
        """Take in that a data set is read and prepared."""
        self._tell(dataset.name, replace(self._parts.get(dataset.name, PartProgress()), state="ready"))

    def fail(self, finding: Finding) -> None:
        """Take in that a data set could not be fetched."""
        self._tell(finding.dataset, replace(self._parts.get(finding.dataset, PartProgress()), state="failed"))

    def _tell(self, dataset: str, part: PartProgress) -> None:
        with self._lock:
            self._parts[dataset] = part
            parts = dict(self._parts)
        totals = [one.total for one in parts.values()]
        total = None if any(size is None for size in totals) else sum(size or 0 for size in totals)
        self._progress(sum(one.received for one in parts.values()), total, parts)


def make_plan(path: Path, text: str | None, progress: Progress) -> Plan:
    """Plan a settings text that stands, or will stand, at a path."""
    told = _Parts(progress)
    path = path.absolute()
    if text is None:
        made = planning.plan_file(path, progress=told.receive, ready=told.finish, failed=told.fail)
    else:
        draft = atomic.temporary_sibling(paths.cache() / "settings.yaml")
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(text.encode("utf-8", "replace"))
        try:
            made = planning.plan_file(
                draft, base=path.parent, progress=told.receive, ready=told.finish, failed=told.fail
            )
        except SettingsError as error:
            raise SettingsError(error.problems, source=str(path)) from error
        finally:
            draft.unlink(missing_ok=True)
    _last[:] = [_Made(_key(path, text, made), made)]
    return made


def known_plan(path: Path, text: str | None, progress: Progress) -> Plan:
    """Give the last plan again while neither text nor data have changed, else make it anew."""
    path = path.absolute()
    if _last and _last[0].key == _key(path, text, _last[0].plan) and _is_prepared(_last[0].plan):
        return _last[0].plan
    return make_plan(path, text, progress)


def _key(path: Path, text: str | None, made: Plan) -> str:
    try:
        content = path.read_bytes() if text is None else text.encode("utf-8", "replace")
    except OSError:
        content = b""
    sources = [source_identity(ref) for ref in made.resolved.datasets]
    files = [Path(file).read_bytes() if Path(file).is_file() else b"" for file in made.resolved.plugins]
    digests = [hashlib.sha256(part).hexdigest() for part in (content, *files)]
    return msgspec.json.encode([str(path), digests, sources]).decode()


def _is_prepared(made: Plan) -> bool:
    return all((Path(entry.prepared) / "meta.json").is_file() for entry in made.datasets)


# --- outlines ---


def _outline(made: Plan, progress: Progress) -> PlanOutline:
    total = planning.estimate(made)
    datasets, pipelines = [], []
    for entry in made.datasets:
        prepared = open_prepared(Path(entry.prepared))
        datasets.append(_dataset(entry, prepared))
        pipelines += [
            outline_pipeline(entry, pipeline, prepared, seed=made.resolved.seed, progress=progress)
            for pipeline in entry.pipelines
        ]
    return PlanOutline(
        name=made.resolved.name,
        datasets=tuple(datasets),
        pipelines=tuple(pipelines),
        models=_models(made),
        cells=len(made.different_cells),
        finished_cells=total.finished_cells,
        seconds=total.seconds,
        peak_rss_bytes=total.peak_rss_bytes,
        workers=made.resolved.workers or environment.cpu_count(),
        findings=made.resolved.findings,
        unavailable=tuple(f"{finding.dataset}: {finding.message}" for finding in made.unavailable),
        seed=made.resolved.seed,
    )


def _dataset(entry: DatasetPlan, prepared: Prepared) -> DatasetOutline:
    dataset: Dataset = entry.dataset
    classes = dataset.task.is_classification
    counts = np.bincount(prepared.target.astype(np.int64), minlength=len(prepared.labels)) if classes else ()
    return DatasetOutline(
        name=dataset.name,
        source=dataset.provenance.source,
        rows=dataset.rows,
        columns=len(dataset.columns) + 1,
        task=dataset.task.value,
        target=dataset.target,
        classes=dataset.classes,
        positive=dataset.positive,
        split=entry.splits.method.value,
        folds=len(entry.folds),
        metrics=entry.metrics,
        primary_metric=entry.primary_metric,
        sha256=dataset.sha256,
        size=sum(file.size for file in dataset.provenance.files),
        findings=tuple(finding.message for finding in dataset.findings),
        class_rows=tuple(map(int, counts)),
    )


def _models(made: Plan) -> tuple[ModelOutline, ...]:
    past = planning.past_timings()
    cells: dict[str, list[Cell]] = {}
    for cell in made.cells:
        cells.setdefault(cell.model, []).append(cell)
    found = []
    for model in made.resolved.models:
        alone = replace(made, cells=tuple(cells.get(model.name, ())))
        cost = planning.estimate(alone, past=past)
        found.append(
            ModelOutline(
                name=model.name,
                kind=model.kind.value,
                target=model.target,
                datasets=tuple(entry.dataset.name for entry in made.datasets if model.name in entry.models),
                cells=len(alone.different_cells),
                finished_cells=cost.finished_cells,
                seconds=cost.seconds,
                parameters=dict(model.parameters),
                added=model.added,
            )
        )
    return tuple(found)


METHODS = {"plan": Method(PlanQuery, plan)}
