"""The end of a run: scores, checks, results.json, reports, and the exit code."""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path

from mtf_engine import planning
from mtf_engine.domain.event import RunFinished, ScoringStarted
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import Results
from mtf_engine.domain.run import CellStatus, RunState
from mtf_engine.evaluation.store import CellStore
from mtf_engine.reports.context import read_context
from mtf_engine.reports.rendering import write_reports
from mtf_engine.runs import results as results_file
from mtf_engine.runs import state as states
from mtf_engine.runs.coordinator.mailbox import Mailbox
from mtf_engine.runs.coordinator.session import Session
from mtf_engine.storage import atomic

_log = logging.getLogger("mtf.run")


def finish(session: Session, mailbox: Mailbox, plan: Plan) -> int:
    """Score a run whose cells all have an outcome, write what is derived, and end it.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    Stopped, Cancelled
        The run shall end before.
    """
    session.journal(ScoringStarted())
    results = results_file.assemble(session.directory)
    mailbox.raise_for_end()
    state = states.read(session.directory)
    _remember_costs(session, state, plan)
    finished = round(time.time(), 3)
    results = results_file.as_ended(results, finished=finished)
    session.check()
    results_file.write(session.directory, results)
    _write_reports(session, plan, results)
    code = results.run.exit_code or 0
    session.journal(
        RunFinished(
            exit_code=code,
            best=results_file.best_score(plan, results.scores),
            checks=dict(Counter(row.verdict.value for row in results.checks)),
            cells=state.total_cells,
            scored=state.scored,
        ),
        at=finished,
    )
    return code


def _remember_costs(session: Session, state: RunState, plan: Plan) -> None:
    """Keep what this attempt's own cells cost, for estimates."""
    before = session.state.cells
    store = CellStore(session.directory.cells)
    own = [cell.cell for cell in state.cells.values() if cell.status is CellStatus.FINISHED and cell.cell not in before]
    planning.remember_timings(plan, [result for cell in own if (result := store.result(cell)) is not None])


def _write_reports(session: Session, plan: Plan, results: Results) -> None:
    """Write the reports into the run, and where the settings want them. A report that fails costs nothing else."""
    directory, resolved = session.directory, plan.resolved
    context = read_context(directory.plan, directory.env)
    for name in resolved.report_formats:
        try:
            for path in write_reports(results, (name,), directory.report, context=context):
                target = Path(resolved.report_directory) / path.relative_to(directory.report)
                atomic.write_bytes_atomic(target, path.read_bytes())
        except Exception as error:  # plugins render reports too
            _log.exception("the %s report", name)
            session.tell(f"the {name} report could not be written: {error}", level="warning")
