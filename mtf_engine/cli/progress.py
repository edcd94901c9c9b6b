"""Following a run from a terminal or a pipe. What is shown goes to standard error, so results can be piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mtf_engine import api, numbers
from mtf_engine.cli.headline import headline
from mtf_engine.cli.output import note
from mtf_engine.domain.run import CellState, CellStatus, RunState
from mtf_engine.text_safety import line, terminal

_INTERVAL = 0.25
_STEPS_IN_A_PIPE = 10


def follow(handle: api.RunHandle, *, quiet: bool) -> RunState:
    """Show a run until it ends, and return its last state.

    Parameters
    ----------
    handle : RunHandle
        The run.
    quiet : bool
        Show nothing.

    Returns
    -------
    RunState
        No longer live, or paused when nobody but the user can change that.
    """
    if quiet:
        return _poll(handle, _show_nothing)
    if sys.stderr.isatty():
        return _follow_on_terminal(handle)
    return _poll(handle, Lines().show)


def _poll(handle: api.RunHandle, show: Callable[[RunState], None]) -> RunState:
    state = RunState(handle.id)
    for update in handle.updates(interval=_INTERVAL / 2, idle=True):
        state = update.state
        show(state)
    return state


def _show_nothing(_state: RunState) -> None:
    """Keep quiet."""


def _follow_on_terminal(handle: api.RunHandle) -> RunState:
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with Live(console=console, auto_refresh=False, transient=True) as live:

        def show(state: RunState) -> None:
            live.update(render(state, width=console.width), refresh=True)

        return _poll(handle, show)


def render(state: RunState, *, width: int) -> Group:
    """Draw a live run: a sentence, a bar, what is running, what failed.

    Parameters
    ----------
    state : RunState
        What the journal says so far.
    width : int
        Cells of the terminal.
    """
    parts: list[Text | ProgressBar | Table] = [Text(headline(state), style="bold", no_wrap=True, overflow="ellipsis")]
    if state.total_cells:
        parts.append(ProgressBar(total=state.total_cells, completed=state.done, width=min(width, 72)))
    running = [cell for cell in state.cells.values() if cell.status is CellStatus.RUNNING]
    parts.extend(_cell_line(cell) for cell in running[:8])
    failed = [cell for cell in state.cells.values() if cell.status is CellStatus.FAILED]
    parts.extend(_failure_line(cell) for cell in failed[-3:])
    if not state.total_cells:
        parts.extend(_dataset_lines(state))
    return Group(*parts)


def _cell_line(cell: CellState) -> Text:
    seconds = None if cell.started is None else time.time() - cell.started
    where = f"{terminal(cell.model)} · {terminal(cell.dataset)} · fold {cell.fold + 1}"
    return Text(f"  ▸ {where}  {numbers.stopwatch(seconds)}", style="cyan", no_wrap=True, overflow="ellipsis")


def _failure_line(cell: CellState) -> Text:
    where = f"{terminal(cell.model)} · {terminal(cell.dataset)} · fold {cell.fold + 1}"
    text = f"  ✗ {where}: {cell.cause or 'failed'}: {line(cell.message or '', 200)}"
    return Text(text, style="red", no_wrap=True, overflow="ellipsis")


def _dataset_lines(state: RunState) -> list[Text]:
    lines = []
    for dataset in state.datasets.values():
        if dataset.rows is None and dataset.received:
            share = f" of {numbers.size(dataset.total)}" if dataset.total else ""
            lines.append(Text(f"  reading {terminal(dataset.name)}  {numbers.size(dataset.received)}{share}"))
    return lines


@dataclass
class Lines:
    """Progress for a pipe or a log: a line for each thing that happens, and one for every tenth of the cells."""

    _seen_datasets: set[str] = field(default_factory=set)
    _started: bool = False
    _seen_failures: set[str] = field(default_factory=set)
    _tenth: int = 0

    def show(self, state: RunState) -> None:
        """Print what is new; a run that is over already has nothing new to tell."""
        if not self._started and not state.status.is_live:
            return
        if not self._started:
            self._started = True
            note("preparing the data")
        for dataset in state.datasets.values():
            if dataset.name not in self._seen_datasets and (dataset.rows is not None or dataset.error):
                self._seen_datasets.add(dataset.name)
                what = dataset.error or f"{numbers.count(dataset.rows)} rows, {dataset.task}, target {dataset.target}"
                note(f"{terminal(dataset.name)}: {line(what)}")
        for cell in state.cells.values():
            if cell.status in (CellStatus.FAILED, CellStatus.CANCELLED) and cell.cell not in self._seen_failures:
                self._seen_failures.add(cell.cell)
                note(_failure_line(cell).plain.strip())
        tenth = _STEPS_IN_A_PIPE * state.done // state.total_cells if state.total_cells else 0
        if tenth > self._tenth and state.status.is_live:
            self._tenth = tenth
            note(headline(state))
