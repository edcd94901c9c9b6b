"""What the views of the Results screen share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from rich.text import Text
from textual.worker import Worker

from mtf_engine import numbers
from mtf_engine.errors import MTFError
from mtf_tui.engine_protocol import ViewClient
from mtf_tui.mistakes import Employer
from mtf_tui.pictures.plan import LONG, waiting_line
from mtf_tui.screens.results.selection import STOPPED, Selection
from mtf_tui.text import own, safe
from mtf_tui.themes import Look
from mtf_tui.widgets.boxes import Column
from mtf_tui.widgets.live_pane import Painter
from mtf_tui.widgets.score_table import ScoreTable

if TYPE_CHECKING:
    from mtf_tui.screens.results.screen import ResultsScreen

Value = TypeVar("Value")


class ResultsView(Employer, Column):
    """One way to look at the results; hidden views compute nothing."""

    NAME: ClassVar[str] = ""

    @property
    def results_screen(self) -> ResultsScreen:
        """The screen, typed."""
        return cast("ResultsScreen", self.screen)

    @property
    def selection(self) -> Selection:
        """What the screen is about."""
        return self.results_screen.selection

    @property
    def look(self) -> Look:
        """Theme and glyphs."""
        return self.results_screen.look

    def answer(self) -> Text:
        """Line 2 while this view is shown."""
        raise NotImplementedError

    def scope(self) -> Text | Painter:
        """Line 3 while this view is shown."""
        return self.dataset_scope()

    def refresh_view(self) -> None:
        """Repaint from the selection."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Focus the main pane, so that the next key is for it."""
        target = next((widget for widget in self.query("*") if widget.focusable), None)
        if target is not None:
            self.screen.set_focus(target)
        if isinstance(target, ScoreTable):
            target.expect_keys()

    def allows(self, action: str) -> bool:
        """Whether an action of the screen can be done in this view now."""
        return bool(action)

    def open(self) -> None:
        """What `enter` does."""

    def climb(self) -> bool:
        """Go up one level within the view; False when it has none."""
        return False

    def fetch(self, key: object, ask: Callable[[ViewClient], Awaitable[Value]]) -> Value | None:
        """What the engine answered, None while it is on its way; the view is repainted when it comes.

        A view of a screen that is not seen asks nothing.
        """
        found = self.selection.fetched(key)
        if found is None and not self.results_screen.is_ready:
            return None
        if found is None:
            _: Worker[None] = self.run_worker(partial(self._fetch, key, ask), exit_on_error=False)
            return None
        return None if isinstance(found, Exception) else cast("Value", found)

    def stop(self) -> bool:
        """Stop what the panes have been waiting for for long; False where that is nothing."""
        if not self.selection.stop(LONG):
            return False
        self.workers.cancel_node(self)
        return True

    async def _fetch(self, key: object, ask: Callable[[ViewClient], Awaitable[Value]]) -> None:
        if await self.selection.fetch(key, ask) is not None:
            self.results_screen.refresh_page()

    def waiting(self, key: object) -> Text:
        """What stands where an answer of the engine will be: that it comes, or why it does not."""
        found = self.selection.fetched(key)
        if found is STOPPED:
            return safe(f" {STOPPED.message}", self.look.tokens.muted)
        if isinstance(found, MTFError):
            return own((" cannot be shown: ", self.look.tokens.warn), safe(found.message))
        if isinstance(found, Exception):
            return own((" cannot be shown: ", self.look.tokens.warn), safe(str(found)))
        now = self.results_screen.mtf.wall_clock()
        return waiting_line("reading", self.selection.waited(key, now), self.look, stops=True)

    def pipeline_scope(self) -> Text:
        """The pipeline with its key, where there are several."""
        if len(self.selection.pipelines) < 2:
            return own()
        chosen = self.selection.pipeline
        key, said = f"bold {self.look.tokens.accent}", own("all pipelines") if chosen is None else safe(chosen)
        return own("   ", ("p ", key), said)

    def dataset_scope(self) -> Text:
        """Data set and metric with their keys, rows, folds, level, pairs."""
        table, tokens = self.selection.table, self.look.tokens
        if table is None:
            return own()
        key = f"bold {tokens.accent}"
        best = table.best or table.entries[0]
        facts = [
            numbers.plural(table.dataset.rows, "row"),
            numbers.plural(len(best.score.folds), "fold"),
            f"{best.score.confidence * 100:g} %",
            f"Holm over {numbers.plural(table.pairs, 'pair')}" if table.pairs else "",
        ]
        return own(
            ("d ", key), safe(table.dataset.name), "   ", ("t ", key), safe(table.metric), self.pipeline_scope(), "   ",
            (" · ".join(fact for fact in facts if fact), tokens.muted),
        )  # fmt: skip
