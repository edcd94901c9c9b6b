"""The Run screen on a fake engine: what is said while a run goes on, and what is asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import engine_client as fake

from mtf_engine.domain.cell import Cause, Cell
from mtf_engine.domain.event import CellFailed, CellRequeued
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import CellState, CellStatus, RunStatus
from mtf_engine.standings import Index, index
from mtf_tui import following, live
from mtf_tui.engine_protocol import RunUpdate
from mtf_tui.logbook import Logbook, LogLine
from mtf_tui.messages import ResultsLoaded, RunOpened, RunUpdated
from mtf_tui.pictures import run_matrix
from mtf_tui.screens.cell_dialog import CellDialog
from mtf_tui.screens.run import RunScreen
from mtf_tui.themes import Look
from mtf_tui.widgets.confirm_dialog import ConfirmDialog
from mtf_tui.widgets.log_view import LogView
from mtf_tui.widgets.matrix_table import MatrixTable

pytestmark = pytest.mark.anyio
Press = Callable[..., Any]


def with_memory(*readings: int) -> fake.FakeRun:
    """A live run whose running cells hold memory."""
    state = fake.running_state()
    cells = {
        name: replace(cell, memory_bytes=readings) if cell.status is CellStatus.RUNNING else cell
        for name, cell in state.cells.items()
    }
    return fake.FakeRun(states=[replace(state, cells=cells)])


async def test_workers_show_what_memory_they_hold(open_app: Any, press: Press) -> None:
    async with open_app(with_memory(100_000_000, 212_000_000)) as pilot:
        rows = await press(pilot)
        assert any("2 of 2 busy · 424 MB of 8.0 GB" in row for row in rows)
        worker = next(row for row in rows if row.startswith(" 1 hist_gradient_boosting"))
        assert worker.split()[-3:] == ["212", "MB", "▄▇"]


async def test_a_run_beside_a_live_one_is_said_to_be_beside_it(open_app: Any, press: Press, tmp_path: Path) -> None:
    """As when the files of a run that hangs were mended and it was not cancelled."""
    (tmp_path / "settings.yaml").write_text("name: churn\ndatasets: [sklearn:wine]\nmodels: [ridge]\n")
    again = fake.FakeRun(id="20261123T150000-churn-99aa", states=[fake.finished_state()])
    live = fake.FakeRun()
    async with open_app(client=fake.FakeClient([again, live]), run=live.id) as pilot:
        await press(pilot, "r")
        told = " ".join(toast.message for toast in pilot.app._notifications)
        assert "churn-7f3a keeps running beside it; 6 lists both" in told
        assert "; the newest is churn-99aa:" in (await press(pilot, "6"))[1]


async def test_a_whole_row_or_column_is_cancelled_at_once(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        rows = await press(pilot, "right", "down", "down", "x")
        assert any("cancel 2 cells of hist_gradient_boosting on churn" in row for row in rows)
        await press(pilot, "d")
    cancelled = [request[1] for request in run.asked if request[0] == "cancel"]
    assert len(cancelled) > 2
    assert {cell.split("/")[0] for cell in cancelled} == {"churn"}


@pytest.mark.parametrize("key", ["x", "X"])
async def test_enter_in_a_question_answers_it_and_nothing_else(open_app: Any, press: Press, key: str) -> None:
    async with open_app() as pilot:
        await press(pilot, "right", "down", "down", key)
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, RunScreen), "no dialog of what is behind it"


async def test_enter_leaves_a_live_run(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        await press(pilot, "j", "q")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await pilot.press("enter")
        assert not [screen for screen in pilot.app.screen_stack if isinstance(screen, CellDialog)]
    assert pilot.app.return_code == 0


async def test_the_matrix_can_be_a_map_with_one_sign_a_cell(open_app: Any, press: Press) -> None:
    async with open_app() as pilot:
        assert any("0.772 ●●●●●" in row for row in await press(pilot))
        rows = await press(pilot, "z", "right", "down")
        signs = {row.split()[0]: row.split()[1] for row in rows if row.split()[:1] in [[m] for m in fake.MODELS[:7]]}
        assert signs == {
            "logistic_regression": "●●●–",
            "svc_rbf": "●✗●–",
            "hist_gradient_boosting": "●◐●●",
            "random_forest": "●◐·▅",
            "k_nearest_neighbors": "●···",
            "ridge": "–––●",
            "svr_rbf": "–––✗",
        }
        assert any("svc_rbf · churn ~0.70 ●●✗··" in row for row in rows), "the cell under the cursor in full"


def crowd(models: int, done: int) -> fake.FakeRun:
    """A live run of many models on three data sets of which some cells are done."""
    plan, state = fake.plan(), fake.running_state()
    datasets = [entry for entry in plan.datasets if entry.dataset.name != "diabetes"]
    names = [f"model_{number:03}" for number in range(models)]
    cells = [
        Cell(f"{entry.dataset.name}/{name}/{fold}", entry.dataset.name, "default", name, fold)
        for entry in datasets
        for name in names
        for fold in range(fake.FOLDS)
    ]
    resolved = replace(plan.resolved, models=tuple(ModelRef(name, ModelKind.BUILTIN, name) for name in names))
    finished = {
        cell.id: CellState(
            cell.id, cell.dataset, cell.pipeline, cell.model, cell.fold, CellStatus.FINISHED, fake.NOON - 60, 0.1,
            scores={"roc_auc": 0.7},
        )
        for cell in cells[:done]
    }  # fmt: skip
    return fake.FakeRun(
        states=[replace(state, cells=finished, total_cells=len(cells))],
        the_plan=replace(plan, datasets=tuple(datasets), cells=tuple(cells), resolved=resolved),
    )


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_of_500_models_only_those_that_are_seen_are_drawn(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    drawn: list[str] = []
    name = run_matrix._name

    def counted(row: Any, look: Look) -> Any:
        drawn.append(row.label)
        return name(row, look)

    monkeypatch.setattr(run_matrix, "_name", counted)
    async with open_app(crowd(500, 4000), size=size) as pilot:
        rows = await press(pilot)
        assert any(row.startswith(" model_000") for row in rows)
        matrix = pilot.app.screen.query_one(MatrixTable)
        assert len(matrix.keys) == 500
        drawn.clear()
        pilot.app.workspace.state = replace(pilot.app.workspace.state, seq=1000)
        pilot.app.refresh_page()
        await press(pilot)
        assert 0 < len(drawn) <= 2 * matrix.size.height, "a picture and the one before it"
        drawn.clear()
        rows = await press(pilot, "G")
        assert any(row.startswith(" model_499") for row in rows)
        assert 0 < len(drawn) <= 2 * matrix.size.height


async def test_folds_are_columns_when_there_is_one_data_set(open_app: Any, press: Press) -> None:
    plan, state = fake.plan(), fake.running_state()
    one = replace(
        plan,
        datasets=tuple(d for d in plan.datasets if d.dataset.name == "churn"),
        cells=tuple(cell for cell in plan.cells if cell.dataset == "churn"),
    )
    cells = {name: cell for name, cell in state.cells.items() if cell.dataset == "churn"}
    run = fake.FakeRun(states=[replace(state, cells=cells, total_cells=len(one.cells))], the_plan=one)
    async with open_app(run) as pilot:
        rows = await press(pilot)
        assert any(
            row.split() == ["model", "roc_auc", *["fold", "1", "fold", "2", "fold", "3", "fold", "4", "fold", "5"]]
            for row in rows
        )
        boosting = next(row for row in rows if row.startswith(" hist_gradient_boosting"))
        assert boosting.split()[1:] == ["~0.75", "0.747", "0.732", "0.770", "◐", "·"]


async def test_the_end_of_a_run_says_who_wins(open_app: Any, press: Press) -> None:
    run = fake.FakeRun(states=[fake.running_state(), fake.finished_state()], the_results=fake.results())
    async with open_app(run) as pilot:
        await press(pilot)
        told = [notification.message for notification in pilot.app._notifications]
        assert "Finished: decided on 2 of 4 data sets; 1 check failed. 5 opens the results" in told


async def test_what_a_run_would_do_is_found_out_anew_when_one_has_ended(open_app: Any, press: Press) -> None:
    client = fake.FakeClient()
    async with open_app(client=client, run=None) as pilot:
        for states, more in (([fake.finished_state()], 0), ([fake.running_state(), fake.finished_state()], 1)):
            asked = [request[0] for request in client.asked].count("outline")
            assert asked > 0
            run = fake.FakeRun(states=states, the_results=fake.results())
            pilot.app.post_message(RunOpened(run))
            await press(pilot)
            assert [request[0] for request in client.asked].count("outline") == asked + more


async def test_a_misspelt_parameter_is_told_before_there_is_a_run(open_app: Any, press: Press, tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("version: 1\ndatasets: [sklearn:wine]\nmodels: [{logistic_regression: {CC: 2}}, randm_forest]\n")
    client = fake.FakeClient()
    async with open_app(client=client, run=None) as pilot:
        rows = await press(pilot, "4")
        assert rows[2].strip() == "settings.yaml cannot be run as it is · , shows them, R reads again"
        assert any("There is no model named 'randm_forest'" in row for row in rows), "all of them"
        for keys in (["r"], ["escape", "1", "r"]):
            rows = await press(pilot, *keys)
            assert any("Could not start the run" in row for row in rows), rows
            assert any("The model 'logistic_regression' has no parameter 'CC'." in row for row in rows)
        assert not [asked for asked in client.asked if asked[0] == "start"]
        path.write_text("version: 1\ndatasets: [sklearn:wine]\nmodels: [logistic_regression]\n")
        await press(pilot, "escape", "r")
        assert [asked for asked in client.asked if asked[0] == "start"], "mended elsewhere since it was read"


async def test_a_rejected_run_says_all_that_is_wrong(open_app: Any, press: Press) -> None:
    problems = (
        {
            "message": f"The step scale names '{'signup_date ' * 8}', which is no column.",
            "hint": "Take it out.",
            "line": 7,
        },
        {"message": "There is no metric named 'acuracy'."},
    )
    over = replace(fake.finished_state(), status=RunStatus.REJECTED, problems=problems, total_cells=0, cells={})
    async with open_app(fake.FakeRun(states=[over])) as pilot:
        rows = await press(pilot, "4")
        assert rows[1].strip() == "✗ Not run: 2 problems in the settings"
        told = " ".join(" ".join(rows).split())
        assert "line 7 The step" in told
        assert "which is no column. Take it out." in told
        assert "There is no metric named 'acuracy'." in told


async def test_a_run_that_continues_is_preparing_and_not_over(open_app: Any, press: Press) -> None:
    """It knows its cells, all with an outcome, and not yet which of them it runs again."""
    over = replace(fake.finished_state(), status=RunStatus.PREPARING)
    async with open_app(fake.FakeRun(states=[over])) as pilot:
        rows = await press(pilot)
        assert "▸ preparing" in rows[0]
        assert rows[1].strip().startswith("Preparing, ")
        assert not rows[2].strip(), "no bar of what is over"


async def test_failures_that_run_again_leave_nobody_on_an_empty_list(open_app: Any, press: Press) -> None:
    state = fake.running_state()
    again = {
        name: replace(cell, status=CellStatus.WAITING) if cell.status is CellStatus.FAILED else cell
        for name, cell in state.cells.items()
    }
    run = fake.FakeRun(states=[state])
    async with open_app(run) as pilot:
        rows = await press(pilot, "f")
        assert any("Failures by cause" in row for row in rows)
        assert "f cells" in rows[-1]
        pilot.app.post_message(RunUpdated(run, RunUpdate(replace(state, cells=again), ())))
        rows = await press(pilot)
        assert any(row.startswith("━ Cells") for row in rows), rows
        assert not any("Failures by cause" in row for row in rows)


def test_a_cell_that_waits_again_is_named() -> None:
    cell, log = "c1", Logbook()
    log.take([(fake.NOON, CellFailed(cell, "churn", "default", "svm", 2, Cause.CANCELLED, "cancelled", 1.0, 0))], {})
    log.take([(fake.NOON, CellRequeued(cell, "resumed by hand")), (fake.NOON, CellRequeued("c2", "retried"))], {})
    assert [line.message for line in log.shown("info")][1:] == [
        "svm · churn · fold 3 waits again: resumed by hand",
        "a cell waits again: retried",
    ]


async def test_settings_that_have_run_already_open_that_run_and_say_so(
    open_app: Any, press: Press, tmp_path: Path
) -> None:
    (tmp_path / "settings.yaml").write_text("version: 1\ndatasets: [sklearn:wine]\nmodels: [ridge]\n")
    over = replace(fake.finished_state(), finished=fake.NOON - 120)
    run = fake.FakeRun(states=[over], the_results=fake.results())
    async with open_app(run, run=None) as pilot:
        await press(pilot, "1", "r")
        assert pilot.app.page.SCOPE == "run"
        told = [toast.message for toast in pilot.app._notifications]
        assert told == ["Nothing has changed since this run, which finished 2 min ago"]


async def test_results_are_sorted_beside_the_loop_that_answers_keys(
    open_app: Any, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 500 models that takes 130 ms."""
    threads = []

    def watched(results: Results) -> Index:
        threads.append(threading.current_thread())
        return index(results)

    monkeypatch.setattr(following, "index", watched)
    async with open_app(fake.finished_run()) as pilot:
        rows = await press(pilot, "5")
        assert any("logistic_regression" in row for row in rows)
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


async def test_coming_back_says_what_finished_meanwhile(open_app: Any, press: Press) -> None:
    earlier = replace(fake.running_state(), cells=dict(list(fake.running_state().cells.items())[:53]))
    async with open_app(fake.FakeRun(states=[earlier])) as pilot:
        await press(pilot)
        assert "Attached to churn-7f3a" in [told.message for told in pilot.app._notifications]
        missed = fake.running_state().done - earlier.done
    async with open_app(fake.FakeRun()) as pilot:
        await press(pilot)
        told = [notification.message for notification in pilot.app._notifications]
        assert f"Attached to churn-7f3a; {missed} cells finished meanwhile" in told


async def test_a_run_that_is_over_attaches_nobody(open_app: Any, press: Press) -> None:
    over = replace(fake.finished_state(), status=RunStatus.CANCELLED)
    async with open_app(fake.FakeRun(states=[over])) as pilot:
        await press(pilot)
        assert not [told for told in pilot.app._notifications if "Attached" in told.message]


async def test_an_inconclusive_check_that_counts_is_not_idle(open_app: Any, press: Press) -> None:
    over = replace(fake.finished_state(), checks={"pass": 2, "inconclusive": 1}, exit_code=1)
    async with open_app(fake.FakeRun(states=[over], the_results=fake.results())) as pilot:
        rows = await press(pilot)
        assert "? 1 check" in rows[0]
        assert "1 check inconclusive" in rows[1]


async def test_what_was_told_of_another_run_is_not_taken_for_the_open_one(open_app: Any, press: Press) -> None:
    old = fake.FakeRun(the_results=fake.results())
    new = fake.FakeRun(id="20261123T143000-other-0000", name="other", states=[], log=())
    async with open_app(old, new) as pilot:
        app = pilot.app
        app.post_message(RunOpened(new))
        app.post_message(RunUpdated(old, RunUpdate(old.states[0], old.log)))
        app.post_message(ResultsLoaded(old, fake.results(), index(fake.results())))
        await press(pilot)
        assert app.workspace.run is new
        assert (app.workspace.state, app.workspace.results, app.workspace.log.total) == (None, None, 0)


async def test_a_run_that_is_followed_again_has_its_log_once(open_app: Any, press: Press) -> None:
    run = fake.FakeRun()
    async with open_app(run) as pilot:
        lines = pilot.app.workspace.log.total
        assert lines
        pilot.app.following.watch(run)
        await press(pilot)
        assert pilot.app.workspace.log.total == lines


async def test_a_log_stands_still_though_lines_come_that_are_not_shown(open_app: Any) -> None:
    async with open_app() as pilot:
        log, view = pilot.app.workspace.log, pilot.app.screen.query_one(LogView)
        log.extend(LogLine(fake.NOON, "info", f"line {number}") for number in range(100))
        view.follow(False)
        frozen = [line.message for line in view._lines()]
        log.extend(LogLine(fake.NOON, "debug", "more") for _ in range(30))
        log.extend([LogLine(fake.NOON, "info", "late")])
        assert [line.message for line in view._lines()] == frozen
        assert view.news == 31
        pilot.app.workspace.log = Logbook()
        pilot.app.refresh_page()
        assert view.is_following


def test_names_of_data_sets_are_whole_where_all_columns_have_room() -> None:
    matrix = live.matrix(live.grid(fake.plan()), fake.finished_state())
    heads = {width: run_matrix.run_matrix(matrix, width, Look()).table.headers[0].plain for width in (80, 92)}
    assert "breast_canc…" in heads[80]
    assert "breast_cancer  churn" in heads[92]
    spans = run_matrix.run_matrix(matrix, 92, Look()).spans
    assert all(heads[92][start:end].strip() == name for name, (start, end) in spans.items())
