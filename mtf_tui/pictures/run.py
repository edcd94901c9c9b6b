"""The panes of the Run screen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.cell import Cause, Limits
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import STALE_SECONDS, CellState, CellStatus, RunState, RunStatus
from mtf_engine.errors import SettingsError
from mtf_engine.standings import BASELINE
from mtf_tui.live import FailureGroup, Matrix, MatrixCell
from mtf_tui.painters.bars import sparkline
from mtf_tui.painters.interval import Axis, axis_header, axis_over, interval_bar
from mtf_tui.painters.table import Column, Content, Paint, TablePicture, TableRow, tabulate
from mtf_tui.pictures.run_matrix import value_text
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import Look
from mtf_tui.time_left import left_text

PREPARING = (RunStatus.STARTING, RunStatus.PREPARING)
"""A run that continues knows its cells then, but not yet which of them it runs again."""

_VALUE = 6
_LINE = 78
"""Cells of line 2 in the narrowest terminal that shows all."""
_NAME_MOST = 30
_STANDING_MOST = 12
"""Models whose provisional scores are shown."""
_COURSE, _COURSE_FROM = 8, 72
"""Cells of the course of a worker's memory, and the width from which there is room for it."""
_MEMORY_WIDTH = 9
"""Cells of a worker's memory, the space before it included."""


def scores_as_they_stand(matrix: Matrix, dataset: str, width: int, look: Look) -> list[Text]:
    """Provisional scores of one data set with intervals that narrow as folds finish, best first."""
    tokens = look.tokens
    found = [(row, cell) for row in matrix.rows if (cell := matrix.cells.get((row.key, dataset))) is not None]
    scored = [(row, cell) for row, cell in found if cell.mean is not None and row.model != BASELINE]
    if not scored:
        return [own((" no fold is finished yet", tokens.muted))]
    sign = 1 if dataset in matrix.lower_is_better else -1
    scored.sort(key=lambda pair: sign * (pair[1].mean or 0.0))
    more, scored = max(0, len(scored) - _STANDING_MOST), scored[:_STANDING_MOST]
    spans = [(cell.mean, cell.mean) for _, cell in scored] + [_span(cell, matrix) for _, cell in scored]
    axis = axis_over(spans) or Axis(0.0, 1.0, 0.2)
    rows: list[list[Content]] = []
    for row, cell in scored:
        complete = cell.is_complete
        style = tokens.text if complete else tokens.muted
        done = sum(score is not None for score in cell.scores)
        rows.append(
            [
                own((row.label, tokens.text)),
                own((f"{done}/{len(cell.folds)}", tokens.muted)),
                own((value_text(cell.mean, provisional=not complete), style)),
                _provisional_bar(cell, matrix, axis, look),
            ]
        )
    metric = safe(matrix.metrics[dataset], tokens.muted)
    columns = [
        Column(own(("model", tokens.muted)), flex=True, least=12, most=_NAME_MOST),
        Column(own(("folds", tokens.muted)), right=True, drop=1),
        Column(metric, right=True),
        Column(lambda cells: axis_header(axis, cells, look), flex=True, least=10, most=36),
    ]
    table = tabulate(columns, rows, width, look)
    rest = [own((f" {numbers.plural(more, 'more model')}", tokens.muted))] if more else []
    return [table.header, *table.rows, *rest]


def _provisional_bar(cell: MatrixCell, matrix: Matrix, axis: Axis, look: Look) -> Paint:
    low, high = cell.interval(matrix.confidence) or (None, None)
    style = look.tokens.accent if cell.is_complete else look.tokens.muted
    return lambda width: interval_bar(axis, width, look, estimate=cell.mean, low=low, high=high, style=style)


def _span(cell: MatrixCell, matrix: Matrix) -> tuple[float | None, float | None]:
    """The interval that the axis covers: of more than two folds, because early ones would stretch it."""
    interval = cell.interval(matrix.confidence) if sum(score is not None for score in cell.scores) > 2 else None
    return interval or (None, None)


def workers(
    state: RunState, limits: Limits | None, width: int, look: Look, now: float, *, ticks: int = 1
) -> list[Text]:
    """Busy workers with what they do and for how long."""
    tokens = look.tokens
    running = sorted(
        (cell for cell in state.cells.values() if cell.status is CellStatus.RUNNING), key=lambda cell: cell.worker or 0
    )
    rows = [_worker(cell, limits, width, look, now, ticks) for cell in running]
    idle = max(1, state.workers) - len(rows)
    rows += [own((" idle", tokens.muted))] * idle
    if limits is not None:
        rows.append(own((f" {_limits(limits)}", tokens.muted)))
    return [cut(row, width) for row in rows]


def _worker(cell: CellState, limits: Limits | None, width: int, look: Look, now: float, ticks: int) -> Text:
    tokens = look.tokens
    spent = max(0.0, now - cell.started) if cell.started is not None else None
    if spent is not None:
        spent = spent // ticks * ticks
    clock = numbers.stopwatch(spent)
    style = tokens.text
    if limits is not None and limits.seconds and spent is not None and spent > limits.seconds / 2:
        clock, style = f"{clock} of {numbers.stopwatch(limits.seconds)}", tokens.warn
    place = own(safe(cell.dataset, tokens.muted, limit=20), (f" · fold {cell.fold + 1}", tokens.muted))
    number = "" if cell.worker is None else str(cell.worker)
    held = numbers.size(cell.memory_bytes[-1]) if cell.memory_bytes else ""
    tail = own((f"{clock:>6}", style), (f"{held:>{_MEMORY_WIDTH}}", tokens.text))
    if width >= _COURSE_FROM:
        course = sparkline([float(size) for size in cell.memory_bytes], look, cells=_COURSE)
        tail = own(tail, "  ", pad(course, _COURSE))
    room = max(12, width - 5 - tail.cell_len)
    names = max(room - 24, min(26, room - 14))
    return own((f" {number:<2}", tokens.accent), pad(safe(cell.model), names), " ", pad(place, room - names), tail)


def worker_note(state: RunState, limits: Limits | None) -> str:
    """How many workers are busy, and what they hold together of what they may."""
    running = [cell for cell in state.cells.values() if cell.status is CellStatus.RUNNING]
    held = sum(cell.memory_bytes[-1] for cell in running if cell.memory_bytes)
    limit = limits.memory_bytes if limits is not None else None
    of = f" of {numbers.size(limit * max(1, state.workers))}" if limit else ""
    return f"{len(running)} of {state.workers} busy" + (f" · {numbers.size(held)}{of}" if held else "")


def _limits(limits: Limits) -> str:
    parts = []
    if limits.seconds:
        parts.append(numbers.estimate(limits.seconds))
    if limits.memory_bytes:
        parts.append(numbers.size(limits.memory_bytes))
    cap = f"limits: {' and '.join(parts)} a cell; " if parts else ""
    return f"{cap}{numbers.plural(limits.threads, 'thread')} each"


def failures(groups: Sequence[FailureGroup], width: int, look: Look) -> TablePicture:
    """Failed cells by cause, with what to do."""
    tokens = look.tokens
    rows: list[list[Content]] = []
    for group in groups:
        advice = safe(group.hint) if group.hint else safe(group.message)
        rows.append(
            [
                _cause(group.cause, look),
                own((str(len(group.cells)), tokens.text)),
                own((group.where, tokens.text)),
                own(advice),
            ]
        )
    columns = [
        Column(own(("cause", tokens.muted))),
        Column(own(("cells", tokens.muted)), right=True, drop=2),
        Column(own(("where", tokens.muted)), flex=True, least=40, most=44),
        Column(own(("remedy or message", tokens.muted)), flex=True, least=24, most=90, drop=1),
    ]
    table = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(group.cells[0].cell, line) for group, line in zip(groups, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def _cause(cause: Cause, look: Look) -> Text:
    """Why cells have no score; what the user took out did not fail."""
    if cause is Cause.CANCELLED:
        return own((f"{look.glyphs.cancelled} {cause.value}", look.tokens.warn))
    return own((f"{look.glyphs.fail} ", look.tokens.fail), (cause.value, f"bold {look.tokens.fail}"))


def answer(state: RunState | None, left: float | None, now: float, results: Results | None, look: Look) -> Text:
    """How the run is, in one sentence."""
    tokens = look.tokens
    if state is None:
        return own("No run is open. ", ("6", tokens.accent), " lists earlier ones")
    if state.is_silent and (state.status.is_live or state.status is RunStatus.INTERRUPTED):
        return _silent(state, look)
    spent = state.elapsed(now)
    over, total = state.done, state.total_cells
    counts = f"{numbers.count(over)} of {numbers.plural(total, 'cell')}"
    match state.status:
        case status if status in PREPARING:
            return _preparing(state, spent, look)
        case RunStatus.RUNNING:
            about, failed = left_text(left), _failed(state, look)
            return own(("Running: ", tokens.accent), counts, failed, f"{about}, elapsed {numbers.stopwatch(spent)}")
        case RunStatus.PAUSED:
            share = _percent(state)
            return own((f"{look.glyphs.paused} Paused", tokens.warn), f" at {share}: {counts}; p goes on")
        case RunStatus.SCORING:
            return own(("Scoring: ", tokens.accent), f"{counts} are over", _failed(state, look))
        case _:
            return _ended(state, spent, results, look)


def _ended(state: RunState, spent: float | None, results: Results | None, look: Look) -> Text:
    tokens, glyphs = look.tokens, look.glyphs
    finished = state.scored
    left = max(0, state.total_cells - finished)
    match state.status:
        case RunStatus.FINISHED:
            failed = sum(state.checks.get(verdict, 0) for verdict in ("fail", "error"))
            bad = f"; {numbers.plural(failed, 'check')} failed" if failed else ""
            if not failed and (unsure := _inconclusive(state)):
                bad = f"; {numbers.plural(unsure, 'check')} inconclusive"
            took = numbers.duration(spent)
            good = finished == state.total_cells and not bad
            done = f": {numbers.count(finished)} of {numbers.plural(state.total_cells, 'cell')}"
            head = (f"Finished in {took}", tokens.ok if good else tokens.warn)
            said = own(head, done, _failed(state, look), bad)
            tails = ("; 5 shows the results", "; 5 opens") if results is not None else ()
            return own(said, next((tail for tail in tails if said.cell_len + len(tail) <= _LINE), ""))
        case RunStatus.CANCELLED:
            return own(("Cancelled", tokens.warn), f": {numbers.count(finished)} cells stay; r continues, {left} left")
        case RunStatus.INTERRUPTED:
            return own(
                (f"{glyphs.fail} Interrupted", tokens.fail), f": its process is gone; r continues, {left} cells left"
            )
        case RunStatus.REJECTED:
            why = SettingsError(list(state.mistakes)).message if state.problems else "the settings are wrong"
            return own((f"{glyphs.fail} Not run: ", tokens.fail), safe(why.rstrip(".")))
        case _:
            return own(
                (f"{glyphs.fail} Stopped: ", tokens.fail), safe(state.error or "unknown"),
                f"; r continues, {left} cells left",
            )  # fmt: skip


def _silent(state: RunState, look: Look) -> Text:
    """Nothing is heard of the host that carries the run; whether it is time to take over."""
    since = f"no sign of life for {numbers.duration(state.silent)}"
    left = max(0, state.total_cells - state.scored)
    when = f" after {numbers.duration(STALE_SECONDS)}" if state.status.is_live else f", {left} cells left"
    return own(
        (f"{look.glyphs.warn} {since}", look.tokens.warn), " on ", safe(state.host or "another host"),
        f"; r takes over{when if state.total_cells or state.status.is_live else ''}",
    )  # fmt: skip


def _inconclusive(state: RunState | None) -> int:
    """Checks that the data do not decide, where that counts as a failure."""
    return state.checks.get("inconclusive", 0) if state is not None and state.exit_code == 1 else 0


def _preparing(state: RunState, spent: float | None, look: Look) -> Text:
    head = own(("Preparing", look.tokens.accent), f", {numbers.stopwatch(spent)}: " if spent is not None else ": ")
    reading = next((d for d in state.datasets.values() if d.rows is None and d.error is None and d.received), None)
    if reading is None:
        return own(head, "data sets are read and verified")
    share = f" {numbers.percent(reading.received / reading.total)}" if reading.total else ""
    return own(head, "reading ", safe(reading.name), share or f" {numbers.size(reading.received)}")


def _failed(state: RunState, look: Look) -> Text:
    failed = state.count(CellStatus.FAILED)
    cancelled = state.count(CellStatus.CANCELLED)
    lost = own(", ", (f"{failed} failed", look.tokens.fail)) if failed else own()
    return own(lost, ", ", (f"{cancelled} cancelled", look.tokens.warn)) if cancelled else lost


def _percent(state: RunState) -> str:
    return f"{math.floor(share_done(state) * 100)} %"


def share_done(state: RunState) -> float:
    """Cells with an outcome, 0 … 1."""
    return min(1.0, state.done / state.total_cells) if state.total_cells else 0.0


def status(state: RunState | None, now: float, look: Look) -> Text:
    """The right end of the top bar, on every screen."""
    tokens, glyphs = look.tokens, look.glyphs
    if state is not None and state.status is RunStatus.PAUSED:
        return own((f"{glyphs.paused} paused", tokens.warn))
    if state is not None and state.status.is_live and state.is_silent:
        return own((f"{glyphs.warn} silent {numbers.duration(state.silent)}", tokens.warn))
    if state is not None and state.status.is_live:
        clock = numbers.stopwatch(state.elapsed(now))
        done = _percent(state) if state.total_cells and state.status not in PREPARING else "preparing"
        return own((f"{glyphs.live} ", tokens.accent), (f"{done} · {clock}", tokens.text))
    failed = sum(state.checks.get(verdict, 0) for verdict in ("fail", "error")) if state is not None else 0
    if failed:
        return own((f"{glyphs.fail} {numbers.plural(failed, 'check')}", tokens.fail))
    if unsure := _inconclusive(state):
        return own((f"{glyphs.undecided} {numbers.plural(unsure, 'check')}", tokens.warn))
    if state is not None and state.status in (RunStatus.FAILED, RunStatus.REJECTED, RunStatus.INTERRUPTED):
        return own((f"{glyphs.fail} {state.status.value}", tokens.fail))
    return own((f"{glyphs.ok} ", tokens.ok), ("idle", tokens.muted))
