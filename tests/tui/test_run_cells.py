"""Cells of a run that were reused or cancelled, and scores in its matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.cell import Cause
from mtf_engine.domain.event import CellFailed
from mtf_engine.domain.run import CellState, CellStatus, RunState, RunStatus
from mtf_engine.standings import index
from mtf_tui import live
from mtf_tui.following import ending
from mtf_tui.logbook import lines_of
from mtf_tui.pictures import run_matrix
from mtf_tui.themes import Look

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


def reused(*, told: bool) -> RunState:
    """A finished run all of whose scores are of cells that were stored."""
    state = fake.finished_state()
    cells = {
        name: replace(cell, status=CellStatus.REUSED, seconds=None, scores=cell.scores if told else {})
        if cell.status is CellStatus.FINISHED
        else cell
        for name, cell in state.cells.items()
    }
    return replace(state, cells=cells)


@pytest.mark.parametrize("told", [True, False], ids=["told by the event", "known from the results"])
async def test_reused_cells_show_their_stored_scores(open_app: Any, press: Press, told: bool) -> None:
    run = fake.FakeRun(states=[reused(told=told)], the_results=fake.results())
    async with open_app(run) as pilot:
        rows = await press(pilot)
        assert any("○ reused" in row for row in rows)
        assert any("0.772 ○○○○○" in row for row in rows)
        rows = await press(pilot, "right", "enter")
        assert [row.split("reused")[1].split()[0] for row in rows if " reused " in row and "0.7" in row] == [
            f"{score:.4f}" for score in fake.folds(*fake.ESTIMATES["churn"]["logistic_regression"])
        ]


async def test_nothing_is_said_of_reused_cells_where_there_are_none(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        assert not any("reused" in row for row in await press(pilot))


def test_reused_scores_are_muted() -> None:
    matrix = live.matrix(live.grid(fake.plan()), reused(told=True))
    line = run_matrix.run_matrix(matrix, 80, Look()).table.rows[3].text  # best on none
    score = next(span for span in line.spans if "0." in line.plain[span.start : span.end])
    assert score.style == Look().tokens.muted


def with_cancelled() -> RunState:
    """A run that is over, one model's cells of which were cancelled singly."""
    state = fake.finished_state()
    cells = {
        key: replace(cell, status=CellStatus.CANCELLED, cause=Cause.CANCELLED, message="cancelled", scores={})
        if cell.model == "k_nearest_neighbors" and cell.dataset == "churn"
        else cell
        for key, cell in state.cells.items()
    }
    return replace(state, cells=cells)


async def test_cancelled_cells_are_counted_and_named_apart_from_failed_ones(open_app: Any, press: Press) -> None:
    state = with_cancelled()
    lost = [cell.cell for cell in state.cells.values() if cell.status is CellStatus.CANCELLED]
    run = fake.FakeRun(states=[state])
    async with open_app(run, size=(120, 40)) as pilot:
        rows = await press(pilot, "4")
        assert f"{state.total_cells - 8} of {state.total_cells} cells, 3 failed, 5 cancelled; 1 check failed" in rows[1]
        assert any("⊘ cancelled" in row and "R runs them again" in row for row in rows)
        assert not any("✗ cancelled" in row for row in rows)
    assert (len(lost), state.scored, state.done) == (5, state.total_cells - 8, state.total_cells)


def test_cells_that_were_cancelled_together_are_one_failure() -> None:
    cells = [
        CellState(str(fold), "churn", "default", "svm", fold, CellStatus.CANCELLED, cause=Cause.CANCELLED, message=said)
        for fold, said in enumerate(["cancelled", "cancelled", "cancelled before it started"])
    ]
    (group,) = live.failure_groups(cells)
    assert (group.where, group.hint) == ("svm · churn · folds 1–3", "R runs them again")


def test_no_score_of_the_matrix_pushes_a_fold_out_of_sight() -> None:
    assert [run_matrix.value_text(value, provisional=False) for value in (-0.0004, 0.4996, -0.144)] == [
        ">−0.01",
        "0.500",
        "−0.144",
    ]


def test_a_cancelled_cell_is_logged_as_a_warning() -> None:
    event = CellFailed("c", "churn", "default", "knn", 1, Cause.CANCELLED, "cancelled", 0.2, 1)
    (line,) = lines_of(fake.NOON, event, {})
    assert (line.level, line.message) == ("warning", "knn · churn · fold 2 cancelled")


def test_a_run_that_was_cancelled_is_not_said_to_be_finished() -> None:
    state, found = replace(with_cancelled(), status=RunStatus.CANCELLED), index(fake.results())
    assert ending(state, fake.results(), found).startswith(
        f"Cancelled: {state.scored} cells of {state.total_cells} stay"
    )
    assert ending(replace(state, status=RunStatus.FINISHED), fake.results(), found).startswith("Finished: decided on")


async def test_the_best_of_a_column_is_the_least_where_less_is_better(open_app: Any, press: Press) -> None:
    plan = fake.plan()
    turned = replace(plan, datasets=tuple(replace(entry, greater_is_better=False) for entry in plan.datasets))
    drawn = {}
    for name, one in (("greater", plan), ("less", turned)):
        matrix = live.matrix(live.grid(one), fake.finished_state())
        drawn[name] = matrix.best("breast_cancer")
    assert drawn == {"greater": "default\0svc_rbf", "less": "default\0baseline"}
    run = fake.FakeRun(states=[fake.running_state()], the_plan=turned)
    async with open_app(run, size=(160, 45)) as pilot:
        rows = await press(pilot)
        head = next(at for at, row in enumerate(rows) if "Scores as they stand" in row)
        assert rows[head + 2].startswith(" k_nearest_neighbors"), "the least first"
