"""Two models over all data sets: their difference on each, and win-tie-loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from mtf_engine import numbers
from mtf_tui.painters.bars import count_bar
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.pictures.versus import MetricDuel, duel_row, heading, verdict_column
from mtf_tui.text import cut, own, safe
from mtf_tui.themes import Look


@dataclass(frozen=True, slots=True)
class Tally:
    """Data sets by what is proven there of one model against another."""

    wins: int = 0
    equivalent: int = 0
    undecided: int = 0
    losses: int = 0
    untested: int = 0
    """Where there is no paired comparison."""

    @property
    def compared(self) -> int:
        """Data sets on which the two were compared."""
        return self.wins + self.ties + self.losses

    @property
    def ties(self) -> int:
        """Data sets on which neither is proven better."""
        return self.equivalent + self.undecided

    @property
    def text(self) -> str:
        """Win-tie-loss."""
        return f"{self.wins}-{self.ties}-{self.losses}"


def tally(duels: Sequence[MetricDuel]) -> Tally:
    """Count what is proven on each data set, after its own correction for many pairs."""
    verdicts = [duel.difference.verdict if duel.difference is not None else "" for duel in duels]
    wins, equivalent, undecided, losses = map(verdicts.count, ("better", "equivalent", "undecided", "worse"))
    return Tally(wins, equivalent, undecided, losses, len(duels) - wins - equivalent - undecided - losses)


def every_dataset(duels: Sequence[MetricDuel], width: int, look: Look) -> TablePicture:
    """One row a data set; bars are turned so that right of zero is always A better."""
    muted = look.tokens.muted
    rows: list[list[Content]] = [
        [safe(duel.dataset), *duel_row(duel, width, look), _adjusted(duel, look)] for duel in duels
    ]
    columns = [
        Column(own(("data set", muted)), flex=True, least=10, most=32),
        Column(own(("metric", muted)), most=14, drop=4),
        Column(own(("A", muted)), right=True, drop=1),
        Column(own(("B", muted)), right=True, drop=1),
        Column(lambda cells: heading(cells, look), flex=True, least=19, most=41, drop=3),
        Column(own(("A − B", muted)), right=True),
        verdict_column(width, look),
        Column(own(("p Holm", muted)), right=True, drop=2),
    ]
    laid = tabulate(columns, rows, width, look)
    lines = tuple(TableRow(duel.dataset, row) for duel, row in zip(duels, laid.rows, strict=True))
    footer = () if duels else (own((" no data set has a score of both", muted)),)
    return TablePicture(lines, (laid.header,), footer=footer)


def duel_line(duel: MetricDuel, width: int, look: Look) -> Text:
    """One data set whole: its name, the metric and both scores with their intervals."""
    muted = look.tokens.muted
    places = numbers.column_decimals([(one.score.low, one.score.high) for one in (duel.a, duel.b)])
    arrow = look.glyphs.up if duel.greater_is_better else look.glyphs.down
    line = own(" ", safe(duel.dataset), "  ", safe(duel.metric), (f" {arrow}", muted))
    for letter, ink, one in (("A", look.tokens.s1, duel.a), ("B", look.tokens.s2, duel.b)):
        value = numbers.interval(one.score.estimate, one.score.low, one.score.high, places=places)
        line = own(line, (f"  {letter} ", f"bold {ink}"), value)
    return cut(line, width)


def _adjusted(duel: MetricDuel, look: Look) -> Text:
    """The p-value of a pair, corrected for all pairs of its data set; what is not decided is no finding."""
    if duel.difference is None or duel.difference.p_adjusted is None:
        return own((look.glyphs.none, look.tokens.muted))
    style = look.tokens.text if duel.difference.verdict in ("better", "worse") else look.tokens.muted
    return own((numbers.p_value(duel.difference.p_adjusted), style))


def win_tie_loss(counted: Tally, width: int, look: Look) -> list[Text]:
    """On how many data sets which is proven better, as bars."""
    tokens, glyphs = look.tokens, look.glyphs
    shares = (
        (glyphs.best, "A better", counted.wins, tokens.s1),
        (glyphs.equivalent, "equivalent", counted.equivalent, tokens.text),
        (glyphs.undecided, "undecided", counted.undecided, tokens.warn),
        (glyphs.best, "B better", counted.losses, tokens.s2),
        (glyphs.none, "not tested", counted.untested, tokens.muted),
    )
    total = max(1, counted.compared + counted.untested)
    bar = max(5, min(40, width - 36))
    return [
        own(
            (f" {sign} ", style),
            (f"{label:<12}", tokens.text),
            (f"{numbers.count(count):>7}", tokens.text),
            (f"{numbers.percent(count / total):>8}  ", tokens.text),
            count_bar(count / total, bar, look, style),
        )
        for sign, label, count, style in shares
        if count or label != "not tested"
    ]
