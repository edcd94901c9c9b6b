"""The Results screen: its views, what they are about, and the keys that change either."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from rich.text import Text
from textual import work
from textual.widget import AwaitMount, Widget

from mtf_engine.domain.results import CheckRow
from mtf_engine.domain.run import CellStatus
from mtf_engine.errors import MTFError
from mtf_engine.standings import Entry
from mtf_tui import answers
from mtf_tui.actions import Action, bindings
from mtf_tui.messages import EngineFailed
from mtf_tui.pictures.runs import short_id
from mtf_tui.screens.page import Page, Pause
from mtf_tui.screens.results.across_view import AcrossView
from mtf_tui.screens.results.all_view import AllView
from mtf_tui.screens.results.checks_view import ChecksView
from mtf_tui.screens.results.curves_view import CurvesView
from mtf_tui.screens.results.export_dialog import Export, ExportDialog
from mtf_tui.screens.results.failures_view import FailuresView
from mtf_tui.screens.results.matrix_view import MatrixView
from mtf_tui.screens.results.model_dialog import ModelDialog
from mtf_tui.screens.results.pairing import ask_pair
from mtf_tui.screens.results.scores_view import ScoresView
from mtf_tui.screens.results.selection import Selection
from mtf_tui.screens.results.versus_view import VersusView
from mtf_tui.screens.results.view import ResultsView
from mtf_tui.sheets import Sheet, as_text
from mtf_tui.text import own
from mtf_tui.widgets.boxes import Column
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.live_pane import Painter

_ALL = "\0all"
_PRIMARY = "\0primary"

_VIEW_OF_ONE = {"all": "scores", "failures": "scores", "checks": "scores", "across": "versus"}
"""View → the one that opens when a data set is chosen in it, where that is another one."""

_OTHERS: tuple[type[ResultsView], ...] = (
    ScoresView,
    MatrixView,
    VersusView,
    AcrossView,
    FailuresView,
    ChecksView,
)


class ResultsScreen(Page):
    """Which wins, how sure, where does it fail?"""

    SCOPE = "results"
    BINDINGS = bindings("results")

    def __init__(self) -> None:
        super().__init__()
        self.selection = Selection()
        self._view = "all"
        self._all, self._curves = AllView(classes="view"), CurvesView(classes="view")
        others = (view(classes="view") for view in _OTHERS)
        self._views: dict[str, ResultsView] = {view.NAME: view for view in (self._all, self._curves, *others)}
        self._mounts: dict[ResultsView, AwaitMount] = {}
        """Views that are mounted, or on their way, but for the first."""

        self._focus_before: Widget | None = None
        """What had the focus before another view was made ready; hidden, it loses it."""

        self._turn_to(self._view)

    @property
    def view(self) -> str | None:
        return self._view

    def compose_body(self) -> Iterable[Widget]:
        yield Column(self.current_view, id="body")

    @property
    def is_waiting(self) -> bool:
        return self.selection.is_waiting

    @property
    def current_view(self) -> ResultsView:
        """The view that is shown."""
        return self._views[self._view]

    def show_view(self, name: str) -> None:
        """Change to another view; the next key is for it already."""
        self._turn_to(name)
        if self.current_view.is_mounted:
            self._complete()
        else:
            self.call_next(self._await, self.current_view, self._mount(self.current_view))

    def _turn_to(self, name: str) -> None:
        self._view = name
        self.selection.forget_stopped()
        self._show_only(self.current_view)

    def _show_only(self, shown: ResultsView | None) -> None:
        for view in self._views.values():
            view.display = view is shown

    def _mount(self, view: ResultsView) -> AwaitMount:
        """Put a view in its place; it takes a moment until all of it is there."""
        if view not in self._mounts:
            self._mounts[view] = self.query_one("#body").mount(view)
        return self._mounts[view]

    async def _await(self, view: ResultsView, mount: AwaitMount) -> None:
        """Hold the picture until a view that was asked for is complete."""
        with self.app.batch_update():
            await mount
            self.arrange_as_before(view)
            if view is self.current_view:
                self._complete()

    def _complete(self) -> None:
        """Tell the view that is shown all that it needs."""
        self.refresh_page()
        if self.focused is None or self.current_view not in self.focused.ancestors:
            self.current_view.take_focus()

    async def prepare(self, pause: Pause) -> None:
        """Mount the views that nobody has asked for yet."""
        for view in self._views.values():
            if view not in self._mounts and view is not self._all:
                await pause()
                await self._mount(view)
                self.arrange_as_before(view)

    def faces(self) -> Sequence[Callable[[], None]]:
        others = (view for view in self._views.values() if view is not self.current_view and view.is_mounted)
        return (*(partial(self._foresee_view, view) for view in others), self.foresee)

    def _foresee_view(self, view: ResultsView) -> None:
        """Fill a view in the place of the one that is on; whoever comes to see the screen finds that one."""
        if self.is_ready:
            return
        self._take_results()
        if self.selection.results is not None:
            self._focus_before = self._focus_before or self.focused
            self._show_only(view)
            view.refresh_view()

    def show_dataset(self, name: str) -> None:
        """Look at one data set."""
        self.selection.dataset = name
        self.show_view("scores")

    def show_model(self, key: str) -> None:
        """Look at one model, on the data set that is looked at or on the first that it has a score of."""
        tables = [self.selection.table, *self.selection.tables]
        having = (table for table in tables if table and any(entry.key == key for entry in table.entries))
        if (table := next(having, None)) is not None:
            self.selection.cursor = key
            self.show_dataset(table.dataset.name)

    def open_model(self, entry: Entry) -> None:
        """Show all about one model."""
        results, plan = self.selection.results, self.workspace.plan
        if results is None:
            return
        model = plan.models_by_name().get(entry.model) if plan is not None else None
        self.app.push_screen(ModelDialog(results, entry, dict(model.parameters) if model else None))

    def answer(self) -> Text:
        if self.selection.results is None:
            return self._no_results()
        return self.current_view.answer()

    def _no_results(self) -> Text:
        state, accent = self.workspace.state, self.look.tokens.accent
        if self.workspace.is_live:
            return own("No results yet: the run is going on. ", ("4", accent), " shows it")
        if self.workspace.reads_results:
            return own(("Reading", accent), f" the results {self.look.glyphs.ellipsis}")
        if state is not None:
            return own(f"No results: the run is {state.status.value}. ", ("4", accent), " says more")
        return own("No results are open. ", ("6", accent), " lists runs")

    def answer_tail(self) -> Text:
        return answers.failed_checks(self._checks_to_tell(), self.look)

    def _checks_to_tell(self) -> Sequence[CheckRow]:
        """Checks, where the view answers who wins and says nothing else of them."""
        results = self.selection.results
        return results.checks if results is not None and self._view in ("all", "scores") else ()

    def footer_actions(self) -> list[Action]:
        """Offer checks first where some failed."""
        found = super().footer_actions()
        if not answers.failures(self._checks_to_tell()):
            return found
        return sorted(found, key=lambda action: action.id not in ("results.open", "results.checks"))

    def scope(self) -> Text | Painter:
        return own() if self.selection.results is None else self.current_view.scope()

    def refresh_panes(self) -> None:
        before, run = self.selection.results, self.selection.run
        self.selection.use(self.workspace.results, self.workspace.index, self.workspace.run)
        if run is not None and self.selection.run is not None and run.id != self.selection.run.id:
            self._view = "all"  # of another run one asks first who wins
        if self.selection.results is not before:
            self._open_default()
        self._show_only(self.current_view if self.selection.results is not None else None)
        if self.selection.results is not None and self.current_view.is_mounted:
            self.current_view.refresh_view()
            if self._focus_before is not None and self.current_view in self._focus_before.ancestors:
                self.set_focus(self._focus_before, scroll_visible=False)
            elif self.focused is None:
                self.current_view.take_focus()
        self._focus_before = None

    def tell(self) -> None:
        self._take_results()
        super().tell()

    def _take_results(self) -> None:
        if self.selection.results is not self.workspace.results:
            self.refresh_panes()

    def _open_default(self) -> None:
        """All data sets when there are several, else the only one."""
        if self._view in ("all", "scores"):
            self.show_view("scores" if self.selection.dataset is not None else "all")

    def allows(self, action: str) -> bool:
        if self.selection.results is None:
            return False
        match action:
            case "results.scores" | "results.failures" | "results.checks":
                return self._view != action.partition(".")[2]
            case "results.curves" | "results.matrix":
                table = self.selection.table
                return self.selection.has_views and table is not None and table.best is not None
            case "results.rows":
                return self.selection.has_views
            case "results.versus":
                return self._has_pair()
            case "results.swap":
                return self.selection.keys_of_pair() is not None
            case "results.pipeline":
                return len(self.selection.pipelines) > 1
            case "results.pick":
                return len(self.selection.rivals()) > 2
            case "results.mark":
                return self._markable() is not None
            case _:
                return self.current_view.allows(action)

    def _has_pair(self) -> bool:
        if self.selection.dataset is not None:
            return self.selection.pair() is not None
        return any(len(table.ranked) > 1 for table in self.selection.tables)

    def _markable(self) -> str | None:
        """Key of the model that `space` marks."""
        if self._view == "all":
            return self._all.model
        entry = self.selection.current() if self._view == "scores" else None
        return entry.key if entry is not None else None

    def climb(self) -> bool:
        if self.selection.results is None or self._view == "all":
            return False
        has_stopped = self.current_view.stop()
        if self._view == "scores":
            if len(self.selection.results.datasets) < 2:
                self.refresh_page()
                return has_stopped
            self.selection.dataset = None
            self.show_view("all")
            return True
        self.show_view("scores" if self.selection.dataset is not None else "all")
        return True

    def _pin_dataset(self) -> None:
        """Views of one data set need one: the one under the cursor, else the first."""
        if self.selection.dataset is None:
            table = self.selection.table
            self.selection.dataset = self._all.column or (table.dataset.name if table else None)

    def action_results_scores(self) -> None:
        self._pin_dataset()
        self.show_view("scores")

    def action_results_curves(self) -> None:
        if self._view == "curves":
            self._curves.next_kind()
            self.refresh_page()
        else:
            self._pin_dataset()
            self.show_view("curves")

    def action_results_matrix(self) -> None:
        self._pin_dataset()
        self.show_view("matrix")

    def action_results_versus(self) -> None:
        self.selection.forget_order()
        self.show_view("across" if self.selection.dataset is None else "versus")

    def action_results_swap(self) -> None:
        self.selection.swap()
        self.refresh_page()

    def action_results_pick(self) -> None:
        ask_pair(self.mtf, self.selection, self.refresh_page)

    def action_results_failures(self) -> None:
        self.show_view("failures")

    def action_results_checks(self) -> None:
        self.show_view("checks")

    def action_results_open(self) -> None:
        self.current_view.open()

    def action_results_class(self) -> None:
        self.current_view.open()

    def action_results_rows(self) -> None:
        self.current_view.open()

    async def action_results_retry(self) -> None:
        """Run what failed again, and watch it."""
        state = self.workspace.state
        lost = (CellStatus.FAILED, CellStatus.CANCELLED)
        failed = [cell for cell in state.cells.values() if cell.status in lost] if state else []
        self.mtf.switch_mode("run")
        await self.mtf.following.retry(failed)

    def action_results_mark(self) -> None:
        key = self._markable()
        if key is not None:
            self.selection.mark(key)
            self.refresh_page()

    def action_results_show(self) -> None:
        self._curves.toggle()

    def action_results_read_left(self) -> None:
        self._curves.read_off(-1)

    def action_results_read_right(self) -> None:
        self._curves.read_off(1)

    def action_results_zoom(self) -> None:
        self._curves.zoom()

    def action_results_dataset(self) -> None:
        results = self.selection.results
        if results is None:
            return
        choices = [Choice(d.name, d.name, f"{d.task}, {d.rows:,} rows") for d in results.datasets]
        if len(choices) > 1:
            choices.insert(0, Choice(_ALL, "all data sets", f"{len(choices)}"))

        def chosen(name: str | None) -> None:
            if name == _ALL:
                self.selection.dataset = None
                self.show_view("across" if self._view in ("versus", "across") else "all")
            elif name is not None:
                self.selection.dataset = name
                self.show_view(_VIEW_OF_ONE.get(self._view, self._view))

        self.app.push_screen(ChoiceDialog("Data set", choices, current=self.selection.dataset or _ALL), chosen)

    def action_results_metric(self) -> None:
        table = self.selection.table
        if table is None:
            return
        names = self.selection.metrics_of(table.dataset.name)
        choices = [Choice(_PRIMARY, "primary metric", "of each data set"), *(Choice(name, name) for name in names)]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.selection.metric = None if name == _PRIMARY else name
                self.refresh_page()

        self.app.push_screen(ChoiceDialog("Metric", choices, current=self.selection.metric or _PRIMARY), chosen)

    def action_results_pipeline(self) -> None:
        names = self.selection.pipelines
        choices = [Choice(_ALL, "all pipelines", f"{len(names)}"), *(Choice(name, name) for name in names)]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.selection.pipeline = None if name == _ALL else name
                self.refresh_page()

        self.app.push_screen(ChoiceDialog("Pipeline", choices, current=self.selection.pipeline or _ALL), chosen)

    def action_results_report(self) -> None:
        run, table = self.selection.run, self.sheet
        if run is not None:
            dialog = ExportDialog(short_id(run.id), has_table=table is not None)
            sheet = table.sheet if table is not None else None

            def answered(wanted: Export | None) -> None:
                self._export(wanted, sheet)

            self.app.push_screen(dialog, answered)

    @work(exclusive=True, group="report", exit_on_error=False)
    async def _export(self, wanted: Export | None, sheet: Sheet | None) -> None:
        run = self.selection.run
        if run is None or wanted is None:
            return
        try:
            if wanted.is_table and sheet is not None:
                self._write_table(wanted, as_text(sheet, wanted.format))
            elif wanted.path is not None:
                self.notify(f"Written: {await run.report(wanted.format, wanted.path)}")
            else:
                with tempfile.TemporaryDirectory() as folder:
                    path = await run.report(wanted.format, Path(folder) / "report")
                    self.mtf.notices.copy(path.read_text(encoding="utf-8"), suffix=path.suffix.lstrip(".") or "txt")
        except (MTFError, OSError) as error:
            self.mtf.post_message(EngineFailed(error, "write the report"))

    def _write_table(self, wanted: Export, text: str) -> None:
        if wanted.path is None:
            self.mtf.notices.copy(text, suffix=wanted.format)
            return
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        wanted.path.write_text(text, encoding="utf-8")
        self.notify(f"Written: {wanted.path}")
