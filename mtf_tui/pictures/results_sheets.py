"""The lists of the Results screen as values, in full precision: what they are sorted, filtered and copied by."""

from __future__ import annotations

from collections.abc import Sequence

from mtf_engine.domain.results import CheckRow
from mtf_engine.standings import Standings, pair_of
from mtf_tui.live import FailureGroup
from mtf_tui.pictures.checks import ordered, question
from mtf_tui.pictures.versus import MetricDuel
from mtf_tui.sheets import Sheet, SheetRow


def score_sheet(table: Standings) -> Sheet:
    """Models of one data set."""
    best = table.best
    difference = f"vs {best.letter}" if best else "vs"
    columns = ("letter", "model", "pipeline", table.metric, "low", "high", difference, "p", "fit s", "verdict")
    rows = tuple(
        SheetRow(
            entry.key,
            (
                entry.letter,
                entry.model,
                entry.pipeline,
                entry.score.estimate,
                entry.score.low,
                entry.score.high,
                entry.versus.value if entry.versus is not None else None,
                entry.versus.p_adjusted if entry.versus is not None else None,
                entry.timing.fit_seconds if entry.timing is not None else None,
                entry.standing.value,
            ),
        )
        for entry in table.entries
    )
    return Sheet(columns, rows)


def matrix_sheet(tables: Sequence[Standings]) -> Sheet:
    """Models by data sets: the estimate on each, and what is proven about it."""
    keys = dict.fromkeys(entry.key for table in tables for entry in table.entries)
    names = [table.dataset.name for table in tables]
    columns = ("model", "pipeline", *names, *(f"{name} verdict" for name in names))
    known = [table.by_key() for table in tables]
    rows = []
    for key in keys:
        entries = [entries.get(key) for entries in known]
        pipeline, model = pair_of(key)
        values = [entry.score.estimate if entry is not None else None for entry in entries]
        verdicts = [entry.standing.value if entry is not None else None for entry in entries]
        rows.append(SheetRow(key, (model, pipeline, *values, *verdicts)))
    return Sheet(columns, tuple(rows))


def dataset_sheet(tables: Sequence[Standings]) -> Sheet:
    """Data sets with their best model and its runner-up."""
    columns = ("data set", "metric", "best", "score", "runner-up", "difference", "verdict")
    rows = []
    for table in tables:
        first, second = (*table.ranked, None, None)[:2]
        versus = second.versus if second is not None else None
        rows.append(
            SheetRow(
                table.dataset.name,
                (
                    table.dataset.name,
                    table.metric,
                    first.model if first is not None else None,
                    first.score.estimate if first is not None else None,
                    second.model if second is not None else None,
                    -versus.value if versus is not None and versus.value is not None else None,
                    first.standing.value if first is not None else "unranked",
                ),
            )
        )
    return Sheet(columns, tuple(rows))


def check_sheet(checks: Sequence[CheckRow]) -> Sheet:
    """Checks with all that was found."""
    columns = ("verdict", "code", "check", "data set", "model", "finding")
    rows = tuple(
        SheetRow(key, (row.verdict.value, row.code, question(row), row.dataset or "all", row.model, row.message))
        for key, row in ordered(checks)
    )
    return Sheet(columns, rows)


def failure_sheet(groups: Sequence[FailureGroup]) -> Sheet:
    """Failures by cause."""
    columns = ("cause", "cells", "where", "message", "what to do")
    rows = tuple(
        SheetRow(
            group.cells[0].cell, (group.cause.value, len(group.cells), group.where, group.message, group.hint or None)
        )
        for group in groups
    )
    return Sheet(columns, rows)


def across_sheet(duels: Sequence[MetricDuel]) -> Sheet:
    """Two models on every data set."""
    plain = duel_sheet(duels)
    rows = (SheetRow(duel.dataset, (duel.dataset, *row.values)) for duel, row in zip(duels, plain.rows, strict=True))
    return Sheet(("data set", *plain.columns), tuple(rows))


def duel_sheet(duels: Sequence[MetricDuel]) -> Sheet:
    """Two models on every metric."""
    columns = ("metric", "A", "B", "A − B", "low", "high", "p", "verdict")
    rows = []
    for duel in duels:
        found = duel.difference
        estimates = (duel.a.score.estimate, duel.b.score.estimate)
        values = (None,) * 5 if found is None else (found.value, found.low, found.high, found.p_adjusted, found.verdict)
        rows.append(SheetRow(duel.metric, (duel.metric, *estimates, *values)))
    return Sheet(columns, tuple(rows))
