"""Rows that flipped between two runs: what each run predicted, side by side."""

from __future__ import annotations

from mtf_engine.domain.difference import Flips, RunDifference
from mtf_engine.domain.views import RowPage
from mtf_engine.errors import RunNotFound
from mtf_tui.engine_protocol import EngineClient, ViewScope


class FlippedRows:
    """The first rows of one model that flipped, from both runs.

    Parameters
    ----------
    client : EngineClient
        Opens the runs.
    found : RunDifference
        Of the two.
    flips : Flips
        Which model, on which data set.
    """

    def __init__(self, client: EngineClient, found: RunDifference, flips: Flips) -> None:
        self._client, self._found, self._flips = client, found, flips
        self._rows: RowPage | None = None

    async def page(self, offset: int, limit: int) -> RowPage:
        """Give a page; both runs are asked once, there are at most a hundred rows."""
        if self._rows is None:
            before, after = await self._of(self._found.before), await self._of(self._found.after)
            self._rows = side_by_side(before, after)
        rows = self._rows
        return RowPage(
            rows.columns, rows.rows[offset : offset + limit], offset, len(rows.rows), rows.numeric, note=rows.note
        )

    async def _of(self, run: str) -> RowPage:
        opened = await self._client.open_run(run)
        if opened.views is None:
            raise RunNotFound(f"The predictions of {run} cannot be read.")
        flips = self._flips
        scope = ViewScope(flips.dataset, "", ((flips.pipeline, flips.model),))
        options = {"which": "rows", "rows": list(flips.rows)}
        return await opened.views.rows(scope, options, 0, len(flips.rows))


def side_by_side(before: RowPage, after: RowPage) -> RowPage:
    """Join two runs' rows by their number: truth, both predictions, then the columns of the later run."""
    earlier = {row[before.columns.index("row")]: row for row in before.rows}
    said_before, said_after = before.columns.index("prediction"), after.columns.index("prediction")
    place = after.columns.index("row")
    rest = [i for i, name in enumerate(after.columns) if name not in ("row", "fold", "truth", "prediction")]
    truth = after.columns.index("truth")
    rows = []
    for row in sorted(after.rows, key=lambda found: str(found[place]).zfill(12)):
        old = earlier.get(row[place])
        values = (row[place], row[truth], None if old is None else old[said_before], row[said_after])
        rows.append((*values, *(row[i] for i in rest)))
    columns = ("row", "truth", "before", "after", *(after.columns[i] for i in rest))
    numeric = after.numeric or tuple(False for _ in after.columns)
    kinds = (True, numeric[truth], numeric[said_after], numeric[said_after], *(numeric[i] for i in rest))
    return RowPage(columns, tuple(rows), 0, len(rows), kinds, note=after.note)
