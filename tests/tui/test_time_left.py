"""How long a run will take yet, and when nobody can say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.cell import Cause, Cell
from mtf_engine.domain.plan import CellCost, CellCosts, Plan
from mtf_engine.domain.run import CellState, CellStatus, RunState
from mtf_tui.time_left import seconds_left


def run_of(kinds: Mapping[tuple[str, str], tuple[float | None, ...]]) -> tuple[Plan, RunState]:
    """A plan of these models on data sets, a cell a fold, and a run in which those with seconds are done."""
    cells, states = [], {}
    for (model, dataset), folds in kinds.items():
        for fold, seconds in enumerate(folds):
            cell = Cell(f"{dataset}/{model}/{fold}", dataset, "default", model, fold)
            cells.append(cell)
            if seconds is not None:
                states[cell.id] = CellState(
                    cell.id, dataset, "default", model, fold, CellStatus.FINISHED, fake.NOON - 60, seconds
                )
    plan = replace(fake.plan(), cells=tuple(cells))
    return plan, replace(fake.running_state(), cells=states, total_cells=len(cells), workers=1)


def replace_cells(state: RunState, model: str, **changes: Any) -> RunState:
    """The same with other states of a model's cells."""
    cells = {key: replace(cell, **changes) if cell.model == model else cell for key, cell in state.cells.items()}
    return replace(state, cells=cells)


def test_cells_that_ran_tell_what_the_rest_of_their_kind_takes() -> None:
    plan, state = run_of({("svm", "churn"): (10.0, 12.0, None), ("tree", "churn"): (1.0, None, None)})
    assert seconds_left(plan, state, fake.NOON) == pytest.approx(11.0 + 2 * 1.0)


def test_past_runs_tell_times_how_much_slower_this_one_is() -> None:
    plan, state = run_of({("svm", "churn"): (10.0, None), ("boost", "churn"): (None, None)})
    assert seconds_left(plan, state, fake.NOON) == math.inf, "nobody knows what boost takes"
    costs = CellCosts((CellCost("churn", "svm", 5.0), CellCost("churn", "boost", 3.0)))
    assert seconds_left(plan, state, fake.NOON, costs) == pytest.approx(10.0 + 2 * 3.0 * 2)
    alone = CellCosts((CellCost("churn", "boost", 3.0),))
    assert seconds_left(plan, state, fake.NOON, alone) == pytest.approx(10.0 + 2 * 3.0), "no ratio was seen"


def test_a_model_takes_by_its_rows_what_it_took_on_data_of_like_size() -> None:
    rows = {name: row.rows for name, row in fake.DATASETS.items()}
    plan, state = run_of({("svm", "breast_cancer"): (6.0,), ("svm", "wine"): (None,)})
    assert seconds_left(plan, state, fake.NOON) == pytest.approx(6.0 * rows["wine"] / rows["breast_cancer"])
    plan, state = run_of({("svm", "wine"): (6.0,), ("svm", "churn"): (None,)})
    assert rows["churn"] > 10 * rows["wine"]
    assert seconds_left(plan, state, fake.NOON) == math.inf


@pytest.mark.parametrize(("seconds", "is_known"), [((2.0, 2.2, 1.9, 2.1), True), ((0.1, 0.2, 30.0, 4.0), False)])
def test_models_that_never_ran_take_what_others_do_where_those_are_alike(
    seconds: tuple[float, ...], is_known: bool
) -> None:
    ran = {(f"model_{at}", "churn"): (taken,) for at, taken in enumerate(seconds)}
    new: dict[Any, Any] = {(f"new_{at}", "churn"): (None,) for at in range(6)}
    left = seconds_left(*run_of({**ran, **new}), fake.NOON)
    assert (left == pytest.approx(6 * 2.05)) if is_known else (left == math.inf)


def test_cells_that_failed_tell_what_the_rest_of_their_kind_takes_where_nothing_else_does() -> None:
    other: dict[Any, Any] = {(f"model_{at}", "churn"): (taken,) for at, taken in enumerate((0.1, 0.2, 30.0, 4.0))}
    plan, state = run_of({**other, ("pls", "churn"): (1.0, 2.0, None)})
    assert seconds_left(plan, state, fake.NOON) == pytest.approx(1.5)
    failed = replace_cells(state, "pls", status=CellStatus.FAILED, cause=Cause.EXCEPTION)
    assert seconds_left(plan, failed, fake.NOON) == pytest.approx(1.5), "the rest of them probably fails likewise"
    costs = CellCosts((CellCost("churn", "pls", 7.0),))
    assert seconds_left(plan, failed, fake.NOON, costs) == pytest.approx(7.0), "it worked in the past"
    cancelled = replace_cells(state, "pls", status=CellStatus.CANCELLED, cause=Cause.CANCELLED)
    assert seconds_left(plan, cancelled, fake.NOON) == math.inf


def test_cells_that_are_equal_under_two_names_run_once() -> None:
    plan, state = run_of({("svm", "churn"): (10.0, None)})
    twin = [replace(cell, dataset="churn again") for cell in plan.cells]
    assert seconds_left(replace(plan, cells=(*plan.cells, *twin)), state, fake.NOON) == pytest.approx(10.0)


def test_nothing_is_said_before_there_is_something_to_go_by() -> None:
    plan, state = run_of({("svm", "churn"): (2.0,), ("tree", "churn"): (None,) * 20})
    early = replace(state, started=fake.NOON - 3)
    assert seconds_left(plan, early, fake.NOON) is None
    assert seconds_left(plan, replace(early, cells={}), fake.NOON + 60) is None


def test_what_is_left_is_laid_on_the_workers() -> None:
    plan, state = run_of({("svm", "churn"): (6.0, None), ("tree", "churn"): (2.0, None, None)})
    assert seconds_left(plan, replace(state, workers=2), fake.NOON) == pytest.approx(6.0)
