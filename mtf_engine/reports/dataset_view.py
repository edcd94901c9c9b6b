"""A data set in a report: its models in order with pictures, every pair, and what stands behind the numbers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from mtf_engine import numbers
from mtf_engine.domain.results import ComparisonRow, DatasetRow, Score
from mtf_engine.reports import drawing, provenance
from mtf_engine.reports.context import ReportContext
from mtf_engine.standings import BASELINE, Entry, Index, Standing, Standings, standings

METRICS = 12
"""Most further metrics in a table."""

_ROWS = 1500
_PAIRS = 600

_MARKS = {
    Standing.BEST: "★",
    Standing.HIGHEST: "•",
    Standing.WORSE: "▼",
    Standing.EQUIVALENT: "≈",
    Standing.UNDECIDED: "?",
    Standing.UNRANKED: "–",
}
_PAIR_WORDS = {
    "a_better": "first is better",
    "b_better": "second is better",
    "equivalent": "equivalent",
    "undecided": "undecided",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A score in a table of several metrics."""

    estimate: str
    interval: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One model in the table of a data set."""

    letter: str
    label: str
    mark: str
    glyph: str
    word: str
    estimate: str
    interval: str
    picture: Markup
    gap: str
    gap_interval: str
    fit: str
    folds: tuple[str, ...]
    others: tuple[Cell, ...]
    """Each further metric."""

    notes: str
    """Numbers of the notes under the table."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One paired comparison."""

    first: str
    second: str
    difference: str
    interval: str
    picture: Markup
    p_value: str
    word: str
    detectable: str


@dataclass(frozen=True, slots=True)
class DatasetView:
    """All that is shown of one data set."""

    name: str
    anchor: str
    summary: str
    answer: str
    metric: str
    confidence: str
    scale: Markup
    rows: tuple[ScoreRow, ...]
    left_out: int
    notes: tuple[str, ...]
    """Warnings and reasons, each once, as the rows number them."""

    other_metrics: tuple[str, ...]
    pairs: tuple[PairRow, ...]
    pairs_left_out: int
    pair_scale: Markup
    unseen: str
    family: str
    facts: tuple[provenance.Fact, ...]


def dataset_view(
    row: DatasetRow, found: Index, context: ReportContext, *, anchor: str, among: int
) -> DatasetView | None:
    """Prepare a data set for display; None when nothing of it was scored.

    Parameters
    ----------
    row : DatasetRow
        One of the results'.
    found : Index
        Of the run's results.
    context : ReportContext
        The plan tells splits and pipelines.
    anchor : str
        Identity within the page.
    among : int
        How many data sets share the page, at least 1: tables are shorter where there are many.
    """
    metrics = found.metrics.get(row.name, ())
    if not metrics:
        return None
    primary = standings(found, row.name, metrics[0])
    on = _score_axis(primary)
    shown = primary.entries[: max(5, min(100, _ROWS // among))]
    rows = _score_rows(primary, shown, found, others=metrics[1 : METRICS + 1], on=on)
    pairs, pair_scale = _pair_rows(found, row.name, metrics[0])
    shown_pairs = pairs[: max(3, min(45, _PAIRS // among))]
    classes = f" · {len(row.classes)} classes" if len(row.classes) > 2 else ""
    return DatasetView(
        name=row.name,
        anchor=anchor,
        summary=f"{numbers.plural(row.rows, 'row')} · {numbers.plural(row.columns, 'feature')} · {row.task}{classes}",
        answer=primary.answer,
        metric=metrics[0],
        confidence=f"{primary.entries[0].score.confidence * 100:g} %",
        scale=drawing.scale(on) if on else Markup(),
        rows=rows,
        left_out=len(primary.entries) - len(rows),
        notes=_notes(shown),
        other_metrics=metrics[1 : METRICS + 1],
        pairs=shown_pairs,
        pairs_left_out=len(pairs) - len(shown_pairs),
        pair_scale=pair_scale,
        unseen=primary.unseen,
        family=numbers.plural(primary.pairs, "pair"),
        facts=provenance.dataset_facts(row, context),
    )


def _score_rows(
    primary: Standings,
    entries: tuple[Entry, ...],
    found: Index,
    *,
    others: tuple[str, ...],
    on: drawing.Axis | None,
) -> tuple[ScoreRow, ...]:
    columns = [found.scores[primary.dataset.name, name] for name in others]
    tables = [{(one.pipeline, one.model): one for one in column} for column in columns]
    decimals = [
        numbers.column_decimals([(one.low, one.high) for one in column if one.model != BASELINE]) for column in columns
    ]
    notes = _notes(entries)
    rows = []
    for entry in entries:
        key = (entry.score.pipeline, entry.score.model)
        cells = tuple(_cell(table.get(key), digits) for table, digits in zip(tables, decimals, strict=True))
        timing = found.timing.get((primary.dataset.name, *key))
        fit = numbers.duration(timing.fit_seconds if timing else None)
        rows.append(_score_row(entry, primary, on, fit=fit, others=cells, notes=notes))
    return tuple(rows)


def _score_axis(primary: Standings) -> drawing.Axis | None:
    shown = [entry.score for entry in primary.entries if not entry.is_baseline] or [
        entry.score for entry in primary.entries
    ]
    return drawing.axis(value for one in shown for value in (one.estimate, one.low, one.high))


def _score_row(
    entry: Entry,
    primary: Standings,
    on: drawing.Axis | None,
    *,
    fit: str,
    others: tuple[Cell, ...],
    notes: tuple[str, ...],
) -> ScoreRow:
    score, decimals = entry.score, primary.decimals
    best = primary.ranked[0].score.estimate if primary.ranked else None
    gap = entry.versus
    picture = Markup()
    if on is not None and score.estimate is not None:
        kind = "best" if entry.standing in (Standing.BEST, Standing.HIGHEST) else "plain"
        picture = drawing.bar(on, score.estimate, score.low, score.high, reference=best, points=score.folds, kind=kind)
    gap_places = numbers.column_decimals([(gap.low, gap.high)]) if gap else None
    return ScoreRow(
        letter=entry.letter,
        label=entry.name,
        mark=entry.standing.value,
        glyph=_MARKS[entry.standing],
        word=f"{entry.word}, not proven" if entry.standing is Standing.HIGHEST else entry.word,
        estimate=numbers.fixed(score.estimate, decimals),
        interval=_bounds(score.low, score.high, decimals),
        picture=picture,
        gap=numbers.fixed(gap.value, gap_places, bounds=()) if gap else "",
        gap_interval=_bounds(gap.low, gap.high, gap_places) if gap else "",
        fit=fit,
        folds=tuple(numbers.fixed(fold, decimals) for fold in score.folds[:50]),
        others=others,
        notes=", ".join(str(notes.index(note) + 1) for note in _notes_of(entry) if note in notes),
    )


def _cell(score: Score | None, places: int | None) -> Cell:
    if score is None:
        return Cell("", "", "")
    reason = score.reason or "" if score.estimate is None else ""
    return Cell(numbers.fixed(score.estimate, places), _bounds(score.low, score.high, places), reason)


def _notes(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Warnings and reasons of the scores, each once, the first 20."""
    return tuple(dict.fromkeys(note for entry in entries for note in _notes_of(entry)))[:20]


def _notes_of(entry: Entry) -> tuple[str, ...]:
    return (*filter(None, [entry.score.reason]), *entry.score.warnings)


def _bounds(low: float | None, high: float | None, places: int | None) -> str:
    if low is None or high is None:
        return ""
    return f"[{numbers.fixed(low, places)}, {numbers.fixed(high, places)}]"


def _pair_rows(found: Index, dataset: str, metric: str) -> tuple[tuple[PairRow, ...], Markup]:
    rows = found.comparisons.get((dataset, metric), {}).values()
    several = len({name for one in rows for name in (one.pipeline_a, one.pipeline_b)}) > 1
    close = [one for one in rows if BASELINE not in (one.a, one.b)] or rows
    ends = [value for one in close for value in (one.low, one.high) if value is not None]
    on = drawing.axis([0.0, *ends]) if ends else None
    scale = drawing.scale(on) if on else Markup()
    return tuple(_pair_row(one, on, several) for one in rows), scale


def _pair_row(row: ComparisonRow, on: drawing.Axis | None, several: bool) -> PairRow:
    places, gap = numbers.column_decimals([(row.low, row.high)]), row.minimum_detectable_difference
    picture = Markup()
    if on is not None and row.difference is not None:
        decided = row.verdict in ("a_better", "b_better")
        picture = drawing.bar(on, row.difference, row.low, row.high, reference=0.0, kind="best" if decided else "plain")
    return PairRow(
        first=f"{row.a} · {row.pipeline_a}" if several else row.a,
        second=f"{row.b} · {row.pipeline_b}" if several else row.b,
        difference=numbers.fixed(row.difference, places, bounds=()),
        interval=_bounds(row.low, row.high, places),
        picture=picture,
        p_value=numbers.p_value(row.p_adjusted),
        word=_PAIR_WORDS.get(row.verdict, row.verdict) if row.difference is not None else (row.reason or "undefined"),
        detectable=numbers.significant(gap, 2) if gap else "",
    )
