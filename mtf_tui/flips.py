"""Rows that flipped between two runs: what each run predicted, side by side."""

from __future__ import annotations

from dataclasses import replace

from mtf_engine import numbers
from mtf_engine.domain.difference import Flips, RunDifference
from mtf_engine.domain.views import CellValue, RowPage
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
            both, flips = side_by_side(before, after), self._flips
            known, all_of = len(flips.rows), flips.right_to_wrong + flips.wrong_to_right
            first = f"the first {numbers.count(known)} of {numbers.count(all_of)}" if known < all_of else ""
            self._rows = replace(both, note=" · ".join(part for part in (first, both.note) if part))
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
    """Join two runs' rows by their number: truth, what both said and how sure, then the columns of the later run."""
    earlier = {row[before.columns.index("row")]: row for row in before.rows}
    place, truth = after.columns.index("row"), after.columns.index("truth")
    said = [(name, after.columns.index(name)) for name in _said(after)]
    known = ("row", "fold", "truth", *(name for name, _ in said))
    rest = [i for i, name in enumerate(after.columns) if name not in known]
    rows = []
    for row in sorted(after.rows, key=lambda found: str(found[place]).zfill(12)):
        old = earlier.get(row[place])
        both = [(_value(before, old, name), row[position]) for name, position in said]
        rows.append((row[place], row[truth], *(value for pair in both for value in pair), *(row[i] for i in rest)))
    titles = [f"{when}{'' if name == 'prediction' else f' {name}'}" for name, _ in said for when in ("before", "after")]
    numeric = after.numeric or tuple(False for _ in after.columns)
    kinds = [numeric[position] for _, position in said for _ in range(2)]
    return RowPage(
        ("row", "truth", *titles, *(after.columns[i] for i in rest)),
        tuple(rows),
        0,
        len(rows),
        (True, numeric[truth], *kinds, *(numeric[i] for i in rest)),
        note=after.note,
    )


def _said(page: RowPage) -> list[str]:
    """Columns that the model made: its prediction, and behind it how sure or how far off it was."""
    place = page.columns.index("prediction")
    behind = page.columns[place + 1 : place + 2]
    return ["prediction", *(name for name in behind if name == "error" or name.startswith("P("))]


def _value(page: RowPage, row: tuple[CellValue, ...] | None, name: str) -> CellValue:
    return row[page.columns.index(name)] if row is not None and name in page.columns else None
