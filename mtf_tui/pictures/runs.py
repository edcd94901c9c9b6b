"""The history of runs, and what changed between two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.run import RunStatus
from mtf_tui.engine_protocol import RunEntry
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import own, safe
from mtf_tui.themes import Look


def run_table(
    runs: Sequence[RunEntry], width: int, look: Look, now: float, *, marked: Collection[str] = (), opened: str = ""
) -> TablePicture:
    """One row a run: name, status, age, best score, checks, how much there was to do."""
    muted = look.tokens.muted
    rows: list[list[Content]] = [_row(run, look, now, marked=run.id in marked, opened=run.id == opened) for run in runs]
    columns = [
        Column(own(" "), width=1),
        Column(own(("run", muted)), flex=True, least=16, most=40),
        Column(own(("status", muted)), least=14),
        Column(own(("age", muted)), right=True),
        Column(own(("best", muted)), drop=2, most=34),
        Column(own(("checks", muted)), drop=1),
        Column(own(("cells", muted)), right=True, drop=3),
    ]
    table = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(run.id, line) for run, line in zip(runs, table.rows, strict=True))
    return TablePicture(lines, (table.header,))


def run_sheet(runs: Sequence[RunEntry], now: float) -> Sheet:
    """The history as values; the age is in seconds."""
    columns = ("run", "status", "age", "best", "model", "metric", "checks", "cells", "of", "id")
    return Sheet(
        columns,
        tuple(
            SheetRow(
                run.id,
                (
                    short_id(run.id),
                    run.status.value,
                    None if run.started is None else now - run.started,
                    run.best.get("estimate"),
                    run.best.get("model"),
                    run.best.get("metric"),
                    " ".join(f"{count} {verdict}" for verdict, count in run.checks.items()),
                    run.done,
                    run.total,
                    run.id,
                ),
            )
            for run in runs
        ),
    )


def _row(run: RunEntry, look: Look, now: float, *, marked: bool, opened: bool) -> list[Content]:
    tokens, glyphs = look.tokens, look.glyphs
    sign = glyphs.live if marked else glyphs.point if opened else " "
    style = f"bold {tokens.text}" if opened else tokens.text
    cells = f"{numbers.count(run.done)}/{numbers.count(run.total)}" if run.total else glyphs.none
    return [
        own((sign, tokens.accent)),
        safe(short_id(run.id), style),
        status_text(run, look),
        own((numbers.age(None if run.started is None else now - run.started), tokens.muted)),
        best_text(run.best, look),
        checks_text(run.checks, look),
        own((cells, tokens.muted)),
    ]


def short_id(run: str) -> str:
    """A run's name and last digits: the time in front is in the age."""
    time, _, rest = run.partition("-")
    return rest if time[:8].isdigit() and rest else run


def status_text(run: RunEntry, look: Look) -> Text:
    """A status with its sign and word."""
    tokens, glyphs = look.tokens, look.glyphs
    match run.status:
        case RunStatus.FINISHED:
            return own((f"{glyphs.ok} done", tokens.ok))
        case RunStatus.PAUSED:
            return own((f"{glyphs.paused} paused", tokens.warn))
        case RunStatus.CANCELLED:
            return own((f"{glyphs.paused} cancelled", tokens.warn))
        case RunStatus.FAILED | RunStatus.REJECTED | RunStatus.INTERRUPTED:
            return own((f"{glyphs.fail} {run.status.value}", tokens.fail))
        case _:
            share = f"{run.done * 100 // run.total} %" if run.total else run.status.value
            return own((f"{glyphs.live} {share}", tokens.accent))


def best_text(best: Mapping[str, object], look: Look) -> Text:
    """The best score on the primary metric, and whose it is."""
    estimate = best.get("estimate")
    if not isinstance(estimate, int | float):
        return own((look.glyphs.none, look.tokens.muted))
    who = own(safe(best.get("model", ""), look.tokens.muted, limit=20))
    return own((numbers.fixed(float(estimate), 3), look.tokens.text), " ", who)


def checks_text(checks: Mapping[str, int], look: Look) -> Text:
    """The worst verdict with its count."""
    tokens, glyphs = look.tokens, look.glyphs
    failed = checks.get("fail", 0) + checks.get("error", 0)
    if failed:
        return own((f"{glyphs.fail} {failed}", tokens.fail))
    if checks.get("inconclusive", 0):
        return own((f"{glyphs.undecided} {checks['inconclusive']}", tokens.warn))
    if checks.get("warn", 0):
        return own((f"{glyphs.warn} {checks['warn']}", tokens.warn))
    if checks.get("pass", 0):
        return own((f"{glyphs.ok} {checks['pass']}", tokens.ok))
    return own((glyphs.none, tokens.muted))


def history_answer(runs: Sequence[RunEntry] | None, look: Look) -> Text:
    """How many runs there are, and how the newest is."""
    if runs is None:
        return own(("Reading", look.tokens.accent), " the history")
    if not runs:
        return own("No runs yet. ", ("r", look.tokens.accent), " runs the open settings")
    live = sum(run.status.is_live for run in runs)
    newest = runs[0]
    counts = f"{numbers.plural(len(runs), 'run')}, {live} live" if live else numbers.plural(len(runs), "run")
    return own(counts, "; the newest is ", safe(short_id(newest.id)), ": ", status_text(newest, look))
