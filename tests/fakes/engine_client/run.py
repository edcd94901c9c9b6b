"""A run of the fake: what one watches, steers and looks at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fakes.engine_client.outcomes import DATASETS, ESTIMATES, results
from fakes.engine_client.states import events, finished_state, plan, running_state

from mtf_engine.domain.plan import CellCosts, Plan
from mtf_engine.domain.results import (
    Results,
)
from mtf_engine.domain.run import RunState
from mtf_engine.domain.views import (
    ClassRecall,
    ClassRecalls,
    Confusion,
    Curves,
    CurveSeries,
    ResidualSummary,
    RowByRow,
    RowPage,
)
from mtf_tui.engine_protocol import (
    RunEntry,
    RunUpdate,
    ViewClient,
    ViewScope,
)


@dataclass
class FakeRun:
    """A run that is wherever its states say."""

    id: str = "20261123T143000-churn-7f3a"
    name: str = "churn"
    path: str = "/runs/20261123T143000-churn-7f3a"
    states: list[RunState] = field(default_factory=lambda: [running_state()])
    log: tuple[tuple[float, object], ...] = field(default_factory=events)
    the_plan: Plan | None = field(default_factory=plan)
    the_costs: CellCosts = field(default_factory=lambda: CellCosts(()))
    the_results: Results | None = None
    has_views: bool = True
    asked: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def views(self) -> ViewClient | None:
        return self if self.has_views else None

    async def watch(self, *, interval: float) -> AsyncIterator[RunUpdate]:
        for position, state in enumerate(self.states):
            yield RunUpdate(state, self.log if position == 0 else ())  # type: ignore[arg-type]
            await asyncio.sleep(min(interval, 0.01))

    async def plan(self) -> Plan | None:
        return self.the_plan

    async def costs(self) -> CellCosts:
        return self.the_costs

    async def results(self) -> Results | None:
        return self.the_results

    async def pause(self) -> None:
        self.asked.append(("pause",))

    async def resume(self, cell: str | None = None) -> None:
        self.asked.append(("resume", cell))

    async def cancel(self, cell: str | None = None) -> None:
        self.asked.append(("cancel", cell))

    async def class_recalls(self, scope: ViewScope) -> ClassRecalls:
        self.asked.append(("class_recalls", scope))
        pipeline, model = scope.models[0]
        matrix = await self.confusion(scope)
        classes = tuple(
            ClassRecall(label, sum(row), row[i] / sum(row), row[i] / sum(row) - 0.02, row[i] / sum(row) + 0.01, 0.9)
            for i, (label, row) in enumerate(zip(matrix.labels, matrix.counts, strict=True))
        )
        return ClassRecalls(model, pipeline, classes, 0.95, "wilson")

    async def curves(self, kind: str, scope: ViewScope, options: Mapping[str, object] | None = None) -> Curves:
        self.asked.append(("curves", kind, scope, *([dict(options)] if options else [])))
        if kind in ("predicted_actual", "residuals", "qq"):
            points = tuple(25.0 + 3.1 * i for i in range(80))
            spread = tuple(x + 30 * ((i * 37 % 19) / 9.5 - 1) for i, x in enumerate(points))
            series = tuple(CurveSeries(model, points, spread, pipeline) for pipeline, model in scope.models)
            return Curves(
                kind, "predicted", "actual", series, (0, 300), (0, 330), guide=((0, 0), (300, 300)), scatter=True,
                note="out-of-fold, pooled over 5 folds",
            )  # fmt: skip
        if kind in ("score_histogram", "threshold"):
            return self._parts(kind, scope)
        return Curves(
            kind, "false positive rate", "true positive rate", tuple(self._roc(scope)), (0, 1), (0, 1), "AUC",
            ((0, 0), (1, 1)), note="out-of-fold, pooled over 5 folds", classes=DATASETS[scope.dataset].classes,
            class_index=int(str((options or {}).get("class", 0))),
        )  # fmt: skip

    def _parts(self, kind: str, scope: ViewScope) -> Curves:
        """Several lines a model: two classes of each, or what a threshold does to the first."""
        places = tuple(i / 10 for i in range(11))
        falling = tuple(1 - x for x in places)
        labels = ("not yes", "yes") if kind == "score_histogram" else ("precision", "recall", "F1", "said positive")
        models = scope.models if kind == "score_histogram" else scope.models[:1]
        heights = [0.2 if position == 0 else 0.9 for position, _ in enumerate(models)]
        series = tuple(
            CurveSeries(model, places, tuple(height * y for y in (falling, places)[number % 2]), pipeline, label=label)
            for (pipeline, model), height in zip(models, heights, strict=True)
            for number, label in enumerate(labels)
        )
        unit = "share of the class" if kind == "score_histogram" else "share"
        return Curves(kind, kind.partition("_")[0], unit, series, (0, 1), (0, 1), note="out-of-fold over 5 folds")

    def _roc(self, scope: ViewScope) -> list[CurveSeries]:
        made = []
        for position, (pipeline, model) in enumerate(scope.models):
            area = ESTIMATES[scope.dataset].get(model, (0.5, 0))[0]
            power = (1 - area) / max(area, 1e-6)
            x = tuple(i / 128 for i in range(129))
            y = tuple(value**power for value in x)
            low = tuple(max(0.0, v - 0.05) for v in y) if position == 0 else None
            high = tuple(min(1.0, v + 0.05) for v in y) if position == 0 else None
            made.append(CurveSeries(model, x, y, pipeline, low, high, area))
        return made

    async def confusion(self, scope: ViewScope) -> Confusion:
        self.asked.append(("confusion", scope))
        pipeline, model = scope.models[0]
        if scope.dataset == "wine":
            return Confusion(model, (0, 1, 2), ((58, 1, 0), (3, 68, 0), (0, 0, 48)), pipeline=pipeline)
        return Confusion(model, ("no", "yes"), ((4746, 406), (1258, 633)), 0.5, pipeline)

    async def residuals(self, scope: ViewScope) -> ResidualSummary:
        self.asked.append(("residuals", scope))
        pipeline, model = scope.models[0]
        return ResidualSummary(
            model, tuple(range(-60, 70, 10)), (1, 4, 9, 20, 61, 120, 118, 66, 25, 12, 5, 1), -0.3, 54.1, pipeline
        )

    async def row_by_row(self, scope: ViewScope) -> RowByRow:
        self.asked.append(("row_by_row", scope))
        (_, a), (_, b) = scope.models[:2]
        if scope.dataset == "diabetes":
            return RowByRow(a, b, 0, 240, 202, 0, by_error=True)
        return RowByRow(a, b, 5026, 353, 287, 1377, 0.5, 0.009, "McNemar mid-p")

    async def rows(self, scope: ViewScope, options: Mapping[str, object], offset: int, limit: int) -> RowPage:
        self.asked.append(("rows", scope, dict(options), offset, limit))
        total = 353
        made = tuple((i, "yes", 0.71, 0.29, "[/] two year") for i in range(offset, min(total, offset + limit)))
        columns = ("row", "truth", "A", "B", "contract")
        if options.get("which") == "rows":
            columns = ("row", "truth", "prediction", "P(yes)", "contract")
        return RowPage(columns, made, offset, total, (True, False, True, True, False))

    async def report(self, kind: str, output: Path | None) -> Path:
        self.asked.append(("report", kind, output))
        if output is not None and output.parent.is_dir():
            output.write_text(f"a report as {kind}", encoding="utf-8")
        return output or Path(f"reports/churn-7f3a.{kind}")

    def entry(self) -> RunEntry:
        """Say what a list of runs shows of it."""
        state = self.states[-1]
        best = {"dataset": "churn", "model": "logistic_regression", "metric": "roc_auc", "estimate": 0.7716}
        return RunEntry(
            self.id, self.name, self.path, state.status, state.started, state.done, state.total_cells, best,
            state.checks,
        )  # fmt: skip


def finished_run(**changes: Any) -> FakeRun:
    """A run that is over, with results that differ from the usual ones in some fields."""
    return FakeRun(states=[finished_state()], the_results=replace(results(), **changes))
