"""Curves: ROC, PR, gain … of the best models on one canvas, read off where the user points."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.views import Curves, ViewKind
from mtf_tui.curve_kinds import CURVE_LABELS, CURVES_OF_TASK
from mtf_tui.painters.plot import plot
from mtf_tui.pictures.curves import opens_zoomed, plot_of, read_off
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.text import own, safe
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.plot_pane import PlotPane

_STEPS = 40


class CurvesView(ResultsView):
    """One plot, as large as the screen."""

    NAME = "curves"

    def compose(self) -> ComposeResult:
        self._kind: ViewKind | None = None
        self._hidden: set[str] = set()
        self._zoomed: bool | None = None
        self._cursor: float | None = None
        yield Pane("Curve", PlotPane(self._rows, id="plot"), classes="fill")

    @property
    def kind(self) -> ViewKind:
        """The curve that is shown."""
        table = self.selection.table
        kinds = CURVES_OF_TASK[table.dataset.task] if table else CURVES_OF_TASK["binary"]
        return self._kind if self._kind in kinds else kinds[0]

    def next_kind(self) -> None:
        """Go on to the next curve of the task."""
        table = self.selection.table
        kinds = CURVES_OF_TASK[table.dataset.task] if table else CURVES_OF_TASK["binary"]
        self._kind = kinds[(kinds.index(self.kind) + 1) % len(kinds)]
        self._zoomed = self._cursor = None

    def answer(self) -> Text:
        table = self.selection.table
        curves = self._curves()
        if table is None or table.best is None:
            return own("No curves: nothing is scored on this data set")
        best = own((f"{table.best.letter} {table.best.label}", self.look.tokens.accent))
        first = next((s for s in curves.series if s.value is not None), None) if curves else None
        if curves is None or first is None:
            return own(best, f" leads on {table.metric}; here is its {CURVE_LABELS[self.kind]}")
        value = numbers.fixed(first.value, 3)
        return own(best, f" leads: {safe(curves.value_label).plain or 'value'} {value} on ", safe(table.dataset.name))

    def scope(self) -> Text:
        table, tokens = self.selection.table, self.look.tokens
        if table is None:
            return own()
        line = own(("d ", f"bold {tokens.accent}"), safe(table.dataset.name), "   ", ("c", f"bold {tokens.accent}"))
        for kind in CURVES_OF_TASK[table.dataset.task]:
            line.append("  " if line.plain[-1] != "c" else " ")
            line.append(CURVE_LABELS[kind], f"bold {tokens.text}" if kind is self.kind else tokens.muted)
        return line

    def refresh_view(self) -> None:
        curves = self._curves()
        note = curves.note if curves else ""
        band = any(series.low for series in curves.series) if curves else False
        table = self.selection.table
        letter = table.best.letter if table and table.best else ""
        zoom = " · zoomed" if self._is_zoomed(curves) else ""
        text = f"{note}{f' · band of {letter}' if band and 'band' not in note else ''}"
        title = f"{CURVE_LABELS[self.kind]}{zoom}{f'  {curves.y_label}' if curves else ''}"
        self.query_one(Pane).tell(title, safe(text))
        self.query_one(PlotPane).repaint()

    def allows(self, action: str) -> bool:
        if action == "results.zoom":
            return self.kind is ViewKind.ROC
        if action in ("results.read_left", "results.read_right"):
            curves = self._curves()
            return curves is not None and not curves.scatter
        return True

    def read_off(self, step: int) -> None:
        """Move the place where values are read off."""
        curves = self._curves()
        if curves is None:
            return
        low, high = (0.0, 0.2) if self._is_zoomed(curves) else curves.x_range
        at = low + 0.2 * (high - low) if self._cursor is None else self._cursor + step * (high - low) / _STEPS
        self._cursor = max(low, min(high, at))
        self.refresh_view()

    def zoom(self) -> None:
        """Show the corner, or all of it."""
        self._zoomed = not self._is_zoomed(self._curves())
        self.refresh_view()

    def toggle(self) -> None:
        """Show the models beyond the fourth instead of the first four, and back."""
        table = self.selection.table
        if table is None or len(table.ranked) <= 1:
            return
        first = {entry.key for entry in table.ranked[1:4]}
        self._hidden = set() if self._hidden else first
        self.refresh_view()

    def _is_zoomed(self, curves: Curves | None) -> bool:
        if curves is None or curves.kind != "roc":
            return False
        return opens_zoomed(curves) if self._zoomed is None else self._zoomed

    def _curves(self) -> Curves | None:
        scope, kind = self.selection.scope(), self.kind
        if scope is None:
            return None
        return self.fetch(("curves", kind, scope), lambda run: run.curves(kind, scope))

    def _rows(self, width: int, height: int) -> Sequence[Text]:
        table, curves = self.selection.table, self._curves()
        if table is None:
            return ()
        if curves is None:
            return [self.waiting(("curves", self.kind, self.selection.scope()))]
        notes: tuple[Text, ...] = ()
        if self._cursor is not None:
            notes = read_off(curves, table, self._cursor, self.look, hidden=self._hidden)
        drawn = plot_of(
            curves, table, hidden=self._hidden, zoomed=self._is_zoomed(curves), cursor=self._cursor, notes=notes
        )
        return plot(drawn, width, height, self.look)
