"""One model on one data set: every metric with its folds, and what it cost."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine import numbers
from mtf_engine.domain.results import Results, Score
from mtf_engine.standings import Entry
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import cut, own, safe, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.score_table import ScoreTable

_FOLDS = 6


class ModelDialog(Dialog[None]):
    """Shows all scores of one model.

    Parameters
    ----------
    results : Results
        Of the run.
    entry : Entry
        The model.
    parameters : mapping, optional
        As the plan has them.
    """

    KEY_SCOPES = ("dialog", "table")

    def __init__(self, results: Results, entry: Entry, parameters: dict[str, object] | None = None) -> None:
        super().__init__()
        self._results, self._entry, self._parameters = results, entry, parameters or {}

    def compose(self) -> ComposeResult:
        box = Vertical(ScoreTable(self._picture), LivePane(self._facts), classes="dialog -wide-dialog")
        name = own(f"{self._entry.letter} {self._entry.label}", " on ", safe(self._entry.score.dataset))
        box.border_title = title(name)
        yield box

    def on_mount(self) -> None:
        self.query_one(ScoreTable).focus()

    def _scores(self) -> list[Score]:
        mine = self._entry.score
        return [
            s
            for s in self._results.scores
            if (s.dataset, s.pipeline, s.model) == (mine.dataset, mine.pipeline, mine.model) and s.slice is None
        ]

    def _picture(self, width: int) -> TablePicture:
        muted, text = self.look.tokens.muted, self.look.tokens.text
        scores = self._scores()
        rows: list[list[Content]] = []
        for score in scores:
            places = numbers.column_decimals([(score.low, score.high)])
            folds = " ".join(numbers.fixed(value, places) for value in score.folds[:_FOLDS])
            arrow = self.look.glyphs.up if score.greater_is_better else self.look.glyphs.down
            rows.append(
                [
                    own(safe(score.metric), (f" {arrow}", muted)),
                    own((numbers.interval(score.estimate, score.low, score.high), text)),
                    own((score.aggregation.replace("_", " "), muted)),
                    own((folds + (" …" if len(score.folds) > _FOLDS else ""), muted)),
                ]
            )
        columns = [
            Column(own(("metric", muted))),
            Column(own(("estimate", muted))),
            Column(own(("from", muted)), drop=2),
            Column(own(("folds", muted)), flex=True, least=12, most=70, drop=1),
        ]
        table = tabulate(columns, rows, width, self.look)
        keyed = tuple(TableRow(s.metric, row) for s, row in zip(scores, table.rows, strict=True))
        return TablePicture(keyed, (table.header,))

    def _facts(self, width: int) -> list[Text]:
        muted = self.look.tokens.muted
        rows = [own()]
        if (timing := self._entry.timing) is not None:
            cost = f"fit {numbers.duration(timing.fit_seconds)} · predict {numbers.duration(timing.predict_seconds)}"
            rows.append(own((" cost        ", muted), f"{cost} · {numbers.size(timing.peak_rss_bytes)} at most"))
        method = self._entry.score.interval_method
        if method:
            rows.append(own((" interval    ", muted), safe(method.replace("_", " "))))
        set_ones = ", ".join(f"{key}={value!r}" for key, value in self._parameters.items())
        rows.append(own((" parameters  ", muted), safe(set_ones or "all at their defaults")))
        rows += [own((" ! ", self.look.tokens.warn), safe(text)) for text in self._entry.score.warnings[:3]]
        if self._entry.score.reason:
            rows.append(own((" reason      ", muted), safe(self._entry.score.reason)))
        rows.append(own(" ", self.closing_hints()))
        return [cut(row, width) for row in rows]
