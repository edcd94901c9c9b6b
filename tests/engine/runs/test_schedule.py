"""The order of cells: folds first, few at a time, nothing forgotten."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.domain.cell import Cell
from mtf_engine.domain.plan import Plan
from mtf_engine.runs.coordinator.schedule import GroupKey, GroupStatus, Schedule


def plan(datasets: int = 2, folds: int = 3, models: int = 2) -> Plan:
    """The parts of a plan that a schedule reads."""
    entries = [
        SimpleNamespace(
            dataset=SimpleNamespace(name=f"d{d}"),
            pipelines=[SimpleNamespace(name="p")],
            folds=[SimpleNamespace(index=fold) for fold in range(folds)],
        )
        for d in range(datasets)
    ]
    cells = [
        Cell(f"{d}{m}{fold}", f"d{d}", "p", f"m{m}", fold)
        for d in range(datasets)
        for m in range(models)
        for fold in range(folds)
    ]
    return cast(Plan, cast(Any, SimpleNamespace(datasets=entries, cells=cells)))


def test_folds_go_first_and_are_spread_over_data_sets() -> None:
    made = plan()
    schedule = Schedule(made, 2)
    schedule.add(made.cells)
    first, second = schedule.next_preparation(), schedule.next_preparation()
    assert first is not None
    assert second is not None
    assert [first.key, second.key] == [GroupKey("d0", "p", 0), GroupKey("d1", "p", 0)]
    assert schedule.next_preparation() is None, "as many preparations at once as there are places"
    assert schedule.next_cell() is None, "nothing is ready yet"
    first.status = GroupStatus.READY
    assert [cell.model for cell in (schedule.next_cell(), schedule.next_cell()) if cell] == ["m0", "m1"]


@pytest.mark.parametrize("places", [1, 2, 5])
def test_few_folds_are_active_at_once_and_all_cells_come(places: int) -> None:
    made = plan(datasets=3, folds=6, models=4)
    schedule = Schedule(made, places)
    schedule.add(made.cells)
    seen: list[Cell] = []
    active = 0
    while not schedule.is_empty:
        while (group := schedule.next_preparation()) is not None:
            group.status = GroupStatus.READY
            active += 1
        assert active <= places + 1
        cell = schedule.next_cell()
        assert cell is not None
        seen.append(cell)
        schedule.settle(cell)
        active -= len(schedule.sweep())
    assert sorted(cell.id for cell in seen) == sorted(cell.id for cell in made.cells)


@given(st.data())
def test_no_order_of_events_forgets_a_cell(data: st.DataObject) -> None:
    made = plan()
    schedule = Schedule(made, 2)
    schedule.add(made.cells)
    done: set[str] = set()
    running: list[Cell] = []
    preparing: list[GroupKey] = []
    for _ in range(400):
        if schedule.is_empty:
            break
        match data.draw(st.sampled_from(["prepare", "ready", "postpone", "take", "settle", "requeue", "withdraw"])):
            case "prepare":
                group = schedule.next_preparation()
                preparing += [group.key] if group else []
            case "ready" | "postpone" as what if preparing:
                group = schedule.active(preparing.pop())
                assert group is not None
                if what == "ready":
                    group.status = GroupStatus.READY
                else:
                    schedule.postpone(group)
            case "take":
                cell = schedule.next_cell()
                running += [cell] if cell else []
            case "settle" if running:
                cell = running.pop()
                schedule.settle(cell)
                done.add(cell.id)
            case "requeue" if running:
                schedule.add([running.pop()], first=data.draw(st.booleans()))
            case "withdraw":
                cell = data.draw(st.sampled_from(made.cells))
                if schedule.withdraw(cell):
                    done.add(cell.id)
        schedule.sweep()
    if schedule.is_empty:
        assert done == {cell.id for cell in made.cells}
    else:
        waiting = {cell.id for cell in made.cells} - done
        assert waiting, "cells that are done leave nothing behind"


def test_a_prepared_fold_keeps_its_folder_until_it_is_swept() -> None:
    made = plan(datasets=1, folds=1, models=1)
    schedule = Schedule(made, 1)
    schedule.add(made.cells)
    group = schedule.next_preparation()
    assert group is not None
    group.status, group.folder = GroupStatus.READY, Path("somewhere")
    cell = schedule.next_cell()
    assert cell is not None
    assert schedule.sweep() == ()
    schedule.settle(cell)
    assert [swept.folder for swept in schedule.sweep()] == [Path("somewhere")]
    assert schedule.is_empty
