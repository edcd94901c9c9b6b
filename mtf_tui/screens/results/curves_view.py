"""Curves: ROC, PR, gain … of the best models on one canvas, read off where the user points."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult

from mtf_engine import numbers
from mtf_engine.domain.views import Curves, ViewKind
from mtf_engine.standings import Standings
from mtf_tui.curve_kinds import CURVE_LABELS, CURVES_OF_TASK
from mtf_tui.painters.plot import Plot, plot, shows_band
from mtf_tui.pictures.curves import has_parts, lead, leads_or_not, note_of, opens_zoomed, plot_of, read_off
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.text import own, safe, spare
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.pane import Pane
from mtf_tui.widgets.plot_pane import PlotPane

_STEPS = 40
_HEAD_RULES = 10
"""Cells of a head that its rules and spaces take."""

_LONG_FROM = 110
"""Cells from which the head has room for what the axes mean."""


class CurvesView(ResultsView):
    """One plot, as large as the screen."""

    NAME = "curves"

    def compose(self) -> ComposeResult:
        self._kind: ViewKind | None = None
        self._hidden: set[str] = set()
        self._zoomed: bool | None = None
        self._cursor: float | None = None
        self._class: int | None = None
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
        letter, accent = table.best.letter, self.look.tokens.accent
        best = (
            own((letter, accent), spare((f" {table.best.label}", accent)))
            if letter
            else own((table.best.label, accent))
        )
        first = next((s for s in curves.series if s.value is not None), None) if curves else None
        verb = leads_or_not(table)
        if curves is None or first is None:
            return own(best, f" {verb} on {table.metric}; here is its {CURVE_LABELS[self.kind]}")
        value = numbers.fixed(first.value, 3)
        if leads := lead(curves, table):
            return own(best, f" {verb}{leads}", safe(self._of_class(curves)))
        return own(
            best,
            f" {verb}: {safe(curves.value_label).plain or 'value'} {value}",
            spare(" on ", safe(table.dataset.name)),
        )

    def scope(self) -> Text:
        table, tokens = self.selection.table, self.look.tokens
        if table is None:
            return own()
        line = own(("d ", f"bold {tokens.accent}"), safe(table.dataset.name), "   ", ("c", f"bold {tokens.accent}"))
        for kind in CURVES_OF_TASK[table.dataset.task]:
            line.append("  " if line.plain[-1] != "c" else " ")
            line.append(CURVE_LABELS[kind], f"bold {tokens.text}" if kind is self.kind else tokens.muted)
        return line

    def on_plot_pane_resized(self, event: PlotPane.Resized) -> None:
        event.stop()
        self.refresh_view()  # whether the note names the band depends on the room

    def refresh_view(self) -> None:
        curves = self._curves()
        table = self.selection.table
        narrow = self.size.width < _LONG_FROM
        room = self.query_one(PlotPane).size
        has_band = curves is None or table is None or shows_band(self._plot(curves, table), *room, self.look)
        note = note_of(curves, table, short=narrow, has_band=has_band) if curves and table else ""
        zoom = " · zoomed" if self._is_zoomed(curves) else ""
        of_class = self._of_class(curves) if curves is not None else ""
        title = f"{CURVE_LABELS[self.kind]}{of_class}{zoom}"
        upright = "" if curves is None else f"  {curves.y_label}"
        fits = not narrow or len(title) + len(upright) + len(note) + _HEAD_RULES <= self.size.width
        self.query_one(Pane).tell(safe(f"{title}{upright if fits else ''}"), safe(note))
        self.query_one(PlotPane).repaint()

    @staticmethod
    def _of_class(curves: Curves) -> str:
        """Which class the curves are about, where it has to be said; not safe to show."""
        if curves.class_index is None or len(curves.classes) < 3:
            return ""
        return f", {curves.classes[curves.class_index]} against the rest"

    def open(self) -> None:
        """Pick the class that curves of many classes are about."""
        curves = self._curves()
        if curves is None or curves.class_index is None:
            return
        choices = [Choice(str(i), str(label), "against the rest") for i, label in enumerate(curves.classes)]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._class = int(key)
                self.results_screen.refresh_page()

        self.app.push_screen(ChoiceDialog("Class", choices, current=str(curves.class_index)), chosen)

    def allows(self, action: str) -> bool:
        if action == "results.class":
            curves = self._curves()
            return curves is not None and curves.class_index is not None and len(curves.classes) > 2
        if action == "results.show":
            curves = self._curves()
            return curves is None or not has_parts(curves)
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
        options = self._options()
        return self.fetch(self._key(), lambda run: run.curves(kind, scope, options))

    def _options(self) -> dict[str, object]:
        """Which class is asked for; none of it where there is nothing to choose."""
        table = self.selection.table
        many = table is not None and table.dataset.task == "multiclass"
        known = self._class is not None and table is not None and self._class < len(table.dataset.classes)
        return {"class": self._class} if many and known else {}

    def _key(self) -> tuple[object, ...]:
        return ("curves", self.kind, self.selection.scope(), self._options().get("class"))

    def _rows(self, width: int, height: int) -> Sequence[Text]:
        table, curves = self.selection.table, self._curves()
        if table is None:
            return ()
        if curves is None:
            return [self.waiting(self._key())]
        notes: tuple[Text, ...] = ()
        if self._cursor is not None:
            notes = read_off(curves, table, self._cursor, self.look, hidden=self._hidden)
        return plot(self._plot(curves, table, notes), width, height, self.look)

    def _plot(self, curves: Curves, table: Standings, notes: tuple[Text, ...] = ()) -> Plot:
        zoomed = self._is_zoomed(curves)
        return plot_of(curves, table, hidden=self._hidden, zoomed=zoomed, cursor=self._cursor, notes=notes)
