"""Questions about a list: by which column to sort it, and what of it to copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mtf_engine import numbers
from mtf_tui.sheets import FORMATS, Sheet, as_text, one_row, written
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.widgets.score_table import ScoreTable

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

_OWN_ORDER = "\0"


def ask_order(app: MTFApp, table: ScoreTable, then: Callable[[], None]) -> None:
    """Ask by which column a list is sorted; asked again, the same column is sorted the other way round."""
    sheet, now = table.sheet, table.arrangement
    if sheet is None:
        return
    choices = [Choice(_OWN_ORDER, "as they come", "their own order")]
    choices += [Choice(column, column, example(sheet, at)) for at, column in enumerate(sheet.columns)]

    def chosen(column: str | None) -> None:
        if column is None:
            return
        again = column == now.column
        wanted = None if column == _OWN_ORDER else column
        table.rearrange(replace(now, column=wanted, descends=again and not now.descends))
        then()

    app.push_screen(ChoiceDialog("Sort by", choices, current=now.column or _OWN_ORDER), chosen)


def example(sheet: Sheet, at: int) -> str:
    """The first value of a column, so that one sees what is sorted."""
    value = next((row.values[at] for row in sheet.rows if written(row.values[at])), None)
    return numbers.significant(value) if isinstance(value, float) else written(value)


def called(row: Sheet) -> str:
    """What the only row of a sheet is called: its first two values, as its key is not for people."""
    return " ".join(text for value in row.rows[0].values[:2] if (text := written(value)))


def ask_copy(app: MTFApp, table: ScoreTable) -> None:
    """Ask what of a list goes to the clipboard: the rows that are shown, the one under the cursor, or one value."""
    sheet = table.sheet
    if sheet is None:
        return
    row = one_row(sheet, table.cursor)
    shown = numbers.plural(len(sheet.rows), "row")
    choices = [Choice(f"table {ending}", f"table as {name}", shown) for ending, name in FORMATS.items()]
    if row.rows:
        choices += [Choice(f"row {ending}", f"row as {name}", called(row)) for ending, name in FORMATS.items()]
        choices += [
            Choice(f"cell {at}", column, text)
            for at, (column, value) in enumerate(zip(row.columns, row.rows[0].values, strict=True))
            if (text := written(value))
        ]

    def chosen(key: str | None) -> None:
        if key is None:
            return
        what, _, how = key.partition(" ")
        if what == "cell":
            app.notices.copy(written(row.rows[0].values[int(how)]))
        else:
            app.notices.copy(as_text(sheet if what == "table" else row, how), suffix=how)

    app.push_screen(ChoiceDialog("Copy", choices), chosen)
