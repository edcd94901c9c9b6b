"""The rows behind a number: a table of predictions, as long as it is."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical

from mtf_engine.domain.views import RowPage
from mtf_engine.errors import RunNotFound
from mtf_tui.engine_protocol import ViewScope
from mtf_tui.screens.results.selection import Selection
from mtf_tui.text import title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.results_table import ResultsTable


class RowsScreen(Dialog[None]):
    """Lists rows until it is closed.

    Parameters
    ----------
    selection : Selection
        Knows the run.
    scope : ViewScope
        Data set and models.
    options : mapping
        Which rows.
    heading : str
        Of the box.
    """

    def __init__(self, selection: Selection, scope: ViewScope, options: Mapping[str, object], heading: str) -> None:
        super().__init__()
        self._selection, self._scope, self._options, self._heading = selection, scope, dict(options), heading

    def compose(self) -> ComposeResult:
        box = Vertical(ResultsTable(self._page, id="rows"), classes="dialog -full")
        box.border_title = title(self._heading)
        yield box

    def on_mount(self) -> None:
        self.query_one(ResultsTable).focus()

    async def _page(self, offset: int, limit: int) -> RowPage:
        views = self._selection.run.views if self._selection.run is not None else None
        if views is None:
            raise RunNotFound("No run with predictions is open.")
        return await views.rows(self._scope, self._options, offset, limit)
