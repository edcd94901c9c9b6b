"""All data sets at once: models by data sets with verdicts, and mean ranks with the critical difference."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from rich.cells import cell_len
from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.results import Ranking
from mtf_engine.standings import BASELINE, LETTERS, Entry, Standing, Standings, pair_of
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.pictures.run_matrix import MatrixPicture
from mtf_tui.pictures.scores import verdict
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import Look

_COLUMN = 11
_GAP = 2
_NAMES, _NAMES_AT_MOST = 26, 40
"""Cells of a name, and where there is room."""
_TALLY = len("win-tie-loss")
_TALLY_ABOVE = 8
_FEW = 5
"""Data sets below which mean ranks are weak evidence."""


def verdict_matrix(
    tables: Sequence[Standings], width: int, look: Look, *, first: int = 0, marked: Collection[str] = ()
) -> MatrixPicture:
    """Draw every model's score on every data set with what is proven about it."""
    muted = look.tokens.muted
    known = [table.by_key() for table in tables]
    labels = {key: entry for entries in known for key, entry in entries.items()}
    tally = len(tables) > _TALLY_ABOVE
    spare = width - 1 - (_TALLY + 2 if tally else 0) - len(tables) * (_COLUMN + _GAP)
    longest = max(cell_len(entry.label) for entry in labels.values())
    names = min(longest, max(min(_NAMES, max(10, width // 3)), min(_NAMES_AT_MOST, spare)))
    start = 1 + names + (_TALLY + 2 if tally else 0)
    column = _column(tables, width - start)
    fits = max(1, (width - start) // (column + _GAP) or 1)
    first = max(0, min(first, len(tables) - fits))
    shown = list(zip(tables, known, strict=True))[first : first + fits]
    gap = " " * _GAP
    spans = {
        t.dataset.name: (start + _GAP + i * (column + _GAP), start + (i + 1) * (column + _GAP))
        for i, (t, _) in enumerate(shown)
    }
    lead = " " * start
    titles, metrics = own(lead), own(lead)
    if tally:
        titles = own(" " * (1 + names), ("  win-tie-loss", muted))
    for table, _ in shown:
        titles = own(titles, " ", pad(safe(table.dataset.name, muted), column + _GAP - 1, right=True))
        metrics = own(metrics, " ", pad(safe(table.metric, muted), column + _GAP - 1, right=True))
    places = [table.decimals for table, _ in shown]

    def draw(key: str) -> Text:
        entry = labels[key]
        ink = muted if entry.model == BASELINE else look.tokens.text
        sign = own((f"{look.glyphs.live} ", look.tokens.accent)) if key in marked else own()
        line = own(" ", pad(own(sign, (entry.label, ink)), names))
        if tally:
            line = own(line, (f"  {_tally(key, known):>{_TALLY}}", muted))
        for (_, entries), decimals in zip(shown, places, strict=True):
            line = own(line, gap, pad(_cell(entries.get(key), decimals, look), column, right=True))
        return line

    rows = tuple(TableRow(key, partial(draw, key)) for key in _ordered(labels, known))
    return MatrixPicture(TablePicture(rows, (titles, metrics)), spans)


def _column(tables: Sequence[Standings], room: int) -> int:
    """Cells of a column: as wide as the longest name where all columns have room then."""
    longest = min(_NAMES, max(cell_len(table.dataset.name) for table in tables))
    return longest if longest > _COLUMN and (longest + _GAP) * len(tables) <= room else _COLUMN


_Entries = Mapping[str, Entry]


def _ordered(keys: Iterable[str], known: Sequence[_Entries]) -> list[str]:
    """Models of the first data set first, each group by mean place, the baseline last."""

    def place(key: str) -> tuple[bool, int, float]:
        ranks = {i: entry.rank for i, entries in enumerate(known) if (entry := entries.get(key)) is not None}
        return pair_of(key)[1] == BASELINE, min(ranks), sum(ranks.values()) / len(ranks)

    return sorted(keys, key=place)


def _tally(key: str, known: Sequence[_Entries]) -> str:
    """Data sets where a model is proven best, not told apart from the best, proven worse."""
    found = [entry.standing for entries in known if (entry := entries.get(key)) is not None]
    wins = sum(standing is Standing.BEST for standing in found)
    losses = sum(standing is Standing.WORSE for standing in found)
    ties = sum(standing in (Standing.HIGHEST, Standing.UNDECIDED, Standing.EQUIVALENT) for standing in found)
    return f"{wins}-{ties}-{losses}"


def _cell(entry: Entry | None, places: int | None, look: Look) -> Text:
    tokens, glyphs = look.tokens, look.glyphs
    if entry is None or entry.standing is Standing.UNRANKED:
        failed = entry is not None and entry.timing is None
        absent, ink = (glyphs.fail, tokens.fail) if failed else (glyphs.none, tokens.muted)
        return own((f"{absent:>{_COLUMN - 2}}  ", ink))
    value = numbers.fixed(entry.score.estimate, min(3, places) if places else None)
    sign, colour = {
        Standing.BEST: (glyphs.best, tokens.accent),
        Standing.HIGHEST: (glyphs.undecided, tokens.warn),
        Standing.UNDECIDED: (glyphs.undecided, tokens.warn),
        Standing.EQUIVALENT: (glyphs.equivalent, tokens.text),
        Standing.WORSE: (glyphs.worse, tokens.muted),
    }[entry.standing]
    ink = tokens.text
    if entry.standing is Standing.WORSE:
        ink = tokens.muted
    elif entry.rank == 0:
        ink = f"bold {tokens.accent if entry.standing is Standing.BEST else tokens.text}"
    return own((f"{value:>{_COLUMN - 2}}", ink), (f" {sign}", colour))


BEST, RUNNER_UP = "best", "runner-up"
"""Columns of models where each data set is a row, by their place there."""


def placed(table: Standings, column: str | None) -> Entry | None:
    """The model in one of those columns."""
    at = (BEST, RUNNER_UP).index(column or BEST)
    return table.ranked[at] if at < len(table.ranked) else None


def dataset_table(
    tables: Sequence[Standings], width: int, look: Look, *, marked: Collection[str] = ()
) -> MatrixPicture:
    """One row a data set: its best model, the runner-up, their difference and what is proven."""
    tokens = look.tokens

    def named(entry: Entry | None, ink: str) -> Text:
        if entry is None:
            return own((look.glyphs.none, tokens.muted))
        return own((f"{look.glyphs.live} " if entry.key in marked else "", tokens.accent), (entry.label, ink))

    rows: list[list[Content]] = []
    for table in tables:
        first, second = (*table.ranked, None, None)[:2]
        versus = second.versus if second is not None else None
        value = -versus.value if versus is not None and versus.value is not None else None
        estimate = first.score.estimate if first is not None else None
        rows.append(
            [
                safe(table.dataset.name),
                safe(table.metric, tokens.muted),
                named(first, tokens.text),
                own((numbers.fixed(estimate, table.decimals), tokens.text)),
                named(second, tokens.muted),
                own((numbers.fixed(value, table.decimals, bounds=()), tokens.text)),
                verdict(first, look) if first is not None else own(("unranked", tokens.muted)),
            ]
        )
    columns = [
        Column(own(("data set", tokens.muted)), flex=True, least=12, most=40),
        Column(own(("metric", tokens.muted)), most=14, drop=2),
        Column(own((BEST, tokens.muted)), flex=True, least=12, most=30),
        Column(own(("score", tokens.muted)), right=True),
        Column(own((RUNNER_UP, tokens.muted)), flex=True, least=12, most=30, drop=1),
        Column(own(("ahead by", tokens.muted)), right=True),
        Column(own(("verdict", tokens.muted)), width=11),
    ]
    laid = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(table.dataset.name, line) for table, line in zip(tables, laid.rows, strict=True))
    names = {2: BEST, 4: RUNNER_UP}
    spans = {names[at]: laid.span(at) for at in laid.shown if at in names}
    return MatrixPicture(TablePicture(lines, (laid.header,)), spans)


def rank_note(ranking: Ranking, datasets: int) -> str:
    """The test behind the ranks; few data sets are weak evidence and said to be."""
    if not ranking.mean_ranks:
        return "not ranked"
    weak = "weak evidence · " if datasets < _FEW else ""
    name = "-".join(word.capitalize() for word in ranking.test.split("_"))
    return f"{weak}{name} p {numbers.p_value(ranking.p_value)}" if ranking.p_value is not None else f"{weak}no test"


def mean_ranks(ranking: Ranking, width: int, look: Look, letters: Mapping[str, str], *, most: int = 20) -> list[Text]:
    """Mean ranks as dots on an axis from 1, best first; models nearer than the bar's length are not told apart.

    Parameters
    ----------
    ranking : Ranking
        Mean ranks of models.
    width : int
        Cells.
    look : Look
        Theme and glyphs.
    letters : mapping
        Model → letter; models without one get theirs by rank.
    most : int, default 20
        Models that are drawn at most, the best.
    """
    tokens, glyphs = look.tokens, look.glyphs
    if not ranking.mean_ranks:
        return [own((f" not ranked: {ranking.reason or 'too few results'}", tokens.muted))]
    pairs = sorted(zip(ranking.models, ranking.mean_ranks, strict=True), key=lambda pair: pair[1])
    count = len(pairs)
    if count < 2:
        return [own((" ranks need two models", tokens.muted))]
    pairs = pairs[: max(2, most)]
    names = min(max(_NAMES, width // 4), max(safe(model).cell_len for model, _ in pairs))
    bar = max(10, width - names - 4 - 9)
    last = count if len(pairs) == count else max(2, math.ceil(pairs[-1][1]))

    def position(rank: float) -> int:
        return round((rank - 1) / (last - 1) * (bar - 1))

    scale = [" "] * (bar + 2)
    for tick in range(1, last + 1):
        label = str(tick)
        if last <= 12 or tick in (1, last):
            scale[position(tick) : position(tick) + len(label)] = label
    lead = " " * (names + 4)
    rows = [own(lead, ("".join(scale)[: bar + 2] + "  rank", tokens.muted))]
    for index, (model, rank) in enumerate(pairs):
        colour = tokens.series(index)
        at = position(rank)
        letter = letters.get(model, LETTERS[index] if index < len(LETTERS) else "")
        rows.append(
            own(
                (f" {letter:<2}", f"bold {colour}"),
                pad(safe(model), names + 1),
                (glyphs.dots * at, tokens.line),
                (glyphs.point, colour),
                " " * (bar - at),
                (f"{rank:>6.2f}", tokens.text),
            )
        )
    if count > len(pairs):
        rows.append(own((f" {numbers.plural(count - len(pairs), 'more model')}", tokens.muted)))
    if ranking.critical_difference is not None:
        wanted = position(1 + ranking.critical_difference) + 1
        length, end = min(bar, wanted), glyphs.span_end if wanted <= bar else glyphs.beyond_right
        span = glyphs.span_start + glyphs.rule * max(0, length - 2) + end
        rows.append(own(lead, (span, tokens.text), (f" CD {ranking.critical_difference:.2f}", tokens.muted)))
    return [cut(row, width) for row in rows]
