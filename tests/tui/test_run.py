"""The Run screen on a fake engine: what is said while a run goes on, and what is asked of it."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from fakes import engine_client as fake

from mtf_engine.api import RunHandle
from mtf_engine.domain.cell import Cause, Cell
from mtf_engine.domain.event import CellFailed, CellRequeued, RunStarted
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import CellState, CellStatus, RunState, RunStatus
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import EventWriter
from mtf_engine.standings import Index, index
from mtf_engine.storage import lock
from mtf_tui import following, live
from mtf_tui.engine_client import LocalRun
from mtf_tui.engine_protocol import RunUpdate
from mtf_tui.following import ending
from mtf_tui.helper import Helper
from mtf_tui.logbook import Logbook, LogLine, lines_of
from mtf_tui.messages import ResultsLoaded, RunOpened, RunUpdated
from mtf_tui.pictures import run_matrix
from mtf_tui.screens.cell_dialog import CellDialog
from mtf_tui.screens.run import RunScreen
from mtf_tui.themes import Look
from mtf_tui.time_left import Countdown, seconds_left
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


def silent(seconds: float, status: RunStatus = RunStatus.RUNNING) -> fake.FakeRun:
    """A run on another host that was last heard of some time ago."""
    return fake.FakeRun(states=[replace(fake.running_state(), status=status, host="gpu-1", silent=seconds)])


async def test_a_run_on_another_host_that_falls_silent_is_told(open_app: Any, press: Press) -> None:
    run = silent(35.0)
    async with open_app(run) as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" ! no sign of life for 35 s on gpu-1; r takes over after 1:00")
        assert rows[0].rstrip().endswith("! silent 35 s")
        await press(pilot, "r")
        told = [notification.message for notification in pilot.app._notifications]
        assert told[-1:] == ["gpu-1 may still be at work: r takes over in 25 s"]
    assert ("resume", None) not in run.asked


async def test_a_run_on_another_host_that_is_gone_is_taken_over(open_app: Any, press: Press) -> None:
    run = silent(95.0, RunStatus.INTERRUPTED)
    client = fake.FakeClient([run])
    async with open_app(client=client) as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" ! no sign of life for 1:35 on gpu-1; r takes over, ")
        await press(pilot, "r")
    assert ("resume", None) in run.asked
    assert all(asked[0] != "start" for asked in client.asked), "the run that is shown, not the open settings"


async def test_a_beating_heart_is_no_news(open_app: Any, press: Press) -> None:
    async with open_app(silent(6.0)) as pilot:
        rows = await press(pilot)
        assert rows[1].startswith(" Running: ")


async def test_silence_is_told_though_nothing_happens(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    writer = EventWriter(run.events)
    writer.append(RunStarted(1, "gpu-1", "t", 1))
    writer.close()
    run.lock.write_bytes(msgspec.json.encode(lock.Owner("t", 1, "then", "another", "gpu-1")))
    told = []
    with anyio.fail_after(20):
        async for update in LocalRun(RunHandle(run), Helper()).watch(interval=0.01):
            told.append((update.state.status, update.state.is_silent))
            age = (0, 35, 90)[min(2, len(told))]
            beat = run.lock.stat().st_mtime - age
            os.utime(run.lock, (beat, beat))
    assert told[0] == (RunStatus.PREPARING, False)
    assert (RunStatus.PREPARING, True) in told
    assert told[-1] == (RunStatus.INTERRUPTED, True)


def hanging(seconds: float) -> fake.FakeRun:
    """A live run whose running cells have run for some time; all that are done took 3 s."""
    state = fake.running_state()
    cells = {
        name: replace(cell, started=fake.NOON - seconds) if cell.status is CellStatus.RUNNING else cell
        for name, cell in state.cells.items()
    }
    return fake.FakeRun(states=[replace(state, cells=cells)])


async def test_nobody_knows_how_long_a_hanging_model_takes(open_app: Any, press: Press) -> None:
    async with open_app(hanging(1.0)) as pilot:
        assert ", about " in (await press(pilot))[1]
    async with open_app(hanging(130.0)) as pilot:
        assert ", time left unknown, elapsed " in (await press(pilot))[1]
        rows = await press(pilot, "right", "down", "down", "enter")
        assert isinstance(pilot.app.screen, CellDialog)
        assert any("running" in row and "2:10" in row for row in rows)


def test_what_is_late_is_not_about_to_end() -> None:
    plan, state = fake.plan(), fake.finished_state()
    last = next(cell for cell in state.cells.values() if cell.status is CellStatus.FINISHED)

    def left(seconds: float) -> float | None:
        late = replace(last, status=CellStatus.RUNNING, seconds=None, started=fake.NOON - seconds)
        now = replace(state, status=RunStatus.RUNNING, finished=None, cells={**state.cells, last.cell: late})
        return seconds_left(plan, now, fake.NOON)

    assert [round(left(seconds) or 0.0, 1) for seconds in (1.0, 2.9, 4.5, 11.9)] == [2.0, 0.3, 1.5, 8.9]
    assert left(12.1) == math.inf, "four times as long as any of its kind"
    countdown = Countdown()
    assert [countdown.update(value, fake.NOON) for value in (40.0, math.inf, 12.0)] == [40.0, math.inf, 12.0]


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
