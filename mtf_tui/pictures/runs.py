"""The history of runs, and what changed between two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.difference import RunDifference, ScoreChange
from mtf_engine.domain.run import RunStatus
from mtf_tui.engine_protocol import RunEntry
from mtf_tui.painters.bars import sparkline
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import own, safe, spare
from mtf_tui.themes import Look


def run_table(
    runs: Sequence[RunEntry], width: int, look: Look, now: float, *, marked: Collection[str] = (), opened: str = ""
) -> TablePicture:
    """One row a run: name, status, age, best score, checks, how much there was to do."""
    muted = look.tokens.muted
    rows: list[list[Content]] = [
        [*_row(run, look, now, marked=run.id in marked, opened=run.id == opened), _course(run, runs, look)]
        for run in runs
    ]
    columns = [
        Column(own(" "), width=1),
        Column(own(("run", muted)), flex=True, least=16, most=40),
        Column(own(("status", muted)), least=14),
        Column(own(("age", muted)), right=True),
        Column(own(("best", muted)), flex=True, least=12, drop=2, most=34),
        Column(own(("checks", muted)), drop=1),
        Column(own(("cells", muted)), right=True, drop=4),
        Column(own(("score over time", muted)), drop=3, most=24),
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
        own(shown_name(run, style)),
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


def shown_name(run: RunEntry, style: str = "") -> Text:
    """A run's name: its short id, behind the name that a user gave it later."""
    short = short_id(run.id)
    own_name = short.rpartition("-")[0] or short
    if run.name in ("", own_name, short):
        return safe(short, style)
    return own(safe(run.name, style, limit=40), " ", safe(short.rpartition("-")[2], style))


def _course(run: RunEntry, runs: Sequence[RunEntry], look: Look) -> Text:
    """How the best score moved over the runs of its name up to this one, or what continues it."""
    if run.status in (RunStatus.CANCELLED, RunStatus.INTERRUPTED, RunStatus.FAILED) and run.total > run.done:
        return own(
            ("r", look.tokens.accent), (f" continues, {numbers.count(run.total - run.done)} left", look.tokens.muted)
        )
    scores = course(run, runs)
    return sparkline(scores, look) if len(scores) > 1 else own()


def course(run: RunEntry, runs: Sequence[RunEntry]) -> list[float]:
    """Best scores of the runs that tested the same up to this one, oldest first."""
    same = [
        other
        for other in runs
        if (other.best.get("dataset"), other.best.get("metric")) == (run.best.get("dataset"), run.best.get("metric"))
        and _settings_name(other) == _settings_name(run)
        and (other.started or 0.0) <= (run.started or 0.0)
    ]
    found = [other.best.get("estimate") for other in sorted(same, key=lambda other: other.started or 0.0)]
    return [float(score) for score in found if isinstance(score, int | float)]


def _settings_name(run: RunEntry) -> str:
    return short_id(run.id).rpartition("-")[0]


def newest_pair(runs: Sequence[RunEntry]) -> tuple[str, str] | None:
    """The newest finished run and the one before it of the same settings' name, the older first."""
    done = sorted((run for run in runs if run.status is RunStatus.FINISHED), key=lambda run: -(run.started or 0.0))
    if not done:
        return None
    before = next((run for run in done[1:] if _settings_name(run) == _settings_name(done[0])), None)
    return None if before is None else (before.id, done[0].id)


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


def history_answer(runs: Sequence[RunEntry] | None, since: RunDifference | None, look: Look) -> Text:
    """How many runs there are, and what changed since the last but one, as far as that is known."""
    if runs is None:
        return own(("Reading", look.tokens.accent), " the history")
    if not runs:
        return own("No runs yet. ", ("r", look.tokens.accent), " runs the open settings")
    live = sum(run.status.is_live for run in runs)
    newest = max(runs, key=lambda run: run.started or 0.0)
    counts = f"{numbers.plural(len(runs), 'run')}, {live} live" if live else numbers.plural(len(runs), "run")
    if since is not None and not live:
        return own(spare(counts, "; since the last one "), change_in_words(since))
    return own(counts, "; the newest is ", shown_name(newest), ": ", status_text(newest, look))


def change_in_words(found: RunDifference) -> Text:
    """The change that is told first, and how many rows flipped."""
    decided = found.headline
    rows = sum(flips.right_to_wrong + flips.wrong_to_right for flips in found.flips)
    flipped = f", {numbers.plural(rows, 'row')} flipped" if rows else ""
    if decided is None:
        same = bool(found.scores) and all(score.verdict == "same" for score in found.scores)
        return own("nothing changed" if same else f"no score changed beyond doubt{flipped}")
    return own(who_moved(decided), spare(flipped))


def who_moved(score: ScoreChange) -> Text:
    """Whose score moved by how much: ``ridge fell by 0.006 ±0.004 r2 on diabetes``."""
    return own(
        safe(score.model, limit=24),
        f" {moved(score)} ",
        safe(score.metric),
        spare(" on ", safe(score.dataset, limit=24)),
    )


def moved(score: ScoreChange) -> str:
    """How a score moved: ``fell by 0.006 ±0.004``."""
    value = score.difference or 0.0
    ends = (score.low, score.high) if value >= 0 else (_negated(score.high), _negated(score.low))
    return f"{'rose' if value >= 0 else 'fell'} by {numbers.difference(abs(value), *ends)}"


def _negated(value: float | None) -> float | None:
    return None if value is None else -value
