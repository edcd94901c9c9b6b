"""Tables as values: what lists are sorted, filtered and copied by, in full precision and never read off the screen."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from mtf_engine import text_safety

FORMATS = {"tsv": "TSV", "md": "Markdown", "json": "JSON"}
"""What a table can be copied as: the ending of its file, and its name."""

_CELL_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of values."""

    key: str
    """As on the screen."""

    values: tuple[object, ...]
    """One a column; None where there is none."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a list shows, as values."""

    columns: tuple[str, ...]
    """As their headers on the screen, as far as they have one."""

    rows: tuple[SheetRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which rows of a list are shown, and in which order."""

    needle: str = ""
    """Only rows that have it are shown."""

    column: str | None = None
    """Rows are sorted by it; None leaves them in their own order."""

    descends: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether all rows are shown in their own order."""
        return not self.needle and self.column is None and not self.descends


def arranged(sheet: Sheet, wanted: Arrangement) -> tuple[str, ...]:
    """Keys of the rows to show, in order; rows without a value come last in both directions.

    Examples
    --------
    >>> sheet = Sheet(("name", "cells"), (SheetRow("a", ("svm", 15)), SheetRow("b", ("ridge", 5))))
    >>> arranged(sheet, Arrangement(column="cells"))
    ('b', 'a')
    >>> arranged(sheet, Arrangement("SV"))
    ('a',)
    """
    rows = [row for row in sheet.rows if has(row, wanted.needle)]
    if wanted.column not in sheet.columns:
        return tuple(row.key for row in (reversed(rows) if wanted.descends else rows))
    at = sheet.columns.index(wanted.column)
    known = [row for row in rows if _is_known(row.values[at])]
    missing = [row for row in rows if not _is_known(row.values[at])]
    known.sort(key=lambda row: _order(row.values[at]), reverse=wanted.descends)
    return tuple(row.key for row in (*known, *missing))


def has(row: SheetRow, needle: str) -> bool:
    """Whether a row has a text in one of its values, whatever the case.

    Measured numbers are passed over: their further digits and seconds are not on the screen.
    """
    wanted = needle.casefold()
    return not wanted or any(wanted in written(v).casefold() for v in row.values if not isinstance(v, float))


def written(value: object) -> str:
    """Write a value in full precision on one line; nothing where there is none.

    Examples
    --------
    >>> written(0.1), written(None), written(("a", "b"))
    ('0.1', '', 'a b')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return text_safety.line(value)
    if isinstance(value, list | tuple):
        return " ".join(written(one) for one in value)
    return text_safety.line(json.dumps(value, ensure_ascii=False, default=str))


def as_text(sheet: Sheet, ending: str) -> str:
    """Write a table for the clipboard.

    Parameters
    ----------
    sheet : Sheet
        All rows of it are written.
    ending : str
        ``tsv``, ``md`` or ``json``.
    """
    if ending == "json":
        rows = [dict(zip(sheet.columns, map(_json, row.values), strict=True)) for row in sheet.rows]
        return json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n"
    lines = [[written(column) for column in sheet.columns], *([written(v) for v in row.values] for row in sheet.rows)]
    if ending == "tsv":
        return "".join("\t".join(str(text_safety.csv_cell(cell)) for cell in line) + "\n" for line in lines)
    safe = [[text_safety.markdown_cell(cell, limit=_CELL_LIMIT) for cell in line] for line in lines]
    ruled = [safe[0], [_rule(sheet, at) for at in range(len(sheet.columns))], *safe[1:]]
    return "".join("| " + " | ".join(line) + " |\n" for line in ruled)


def _rule(sheet: Sheet, at: int) -> str:
    values = [row.values[at] for row in sheet.rows if row.values[at] is not None]
    return "--:" if values and all(_is_number(value) for value in values) else "---"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_known(value: object) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _json(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _order(value: object) -> tuple[int, float, str]:
    """Numbers before texts; texts without regard to case."""
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, written(value).casefold())


def one_row(sheet: Sheet, key: str | None) -> Sheet:
    """The row with a key alone."""
    return Sheet(sheet.columns, tuple(row for row in sheet.rows if row.key == key))


def in_order(sheet: Sheet, keys: Sequence[str]) -> Sheet:
    """The rows with these keys, in their order."""
    known = {row.key: row for row in sheet.rows}
    return Sheet(sheet.columns, tuple(known[key] for key in keys if key in known))
