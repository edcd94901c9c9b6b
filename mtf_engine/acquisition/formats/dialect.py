"""How a delimited file is written: its delimiter, its quotes, and whether its first row is a header.

Each candidate is tried on the first rows; the one under which rows have the same number of cells wins, and cells that
still hold other candidates count against it. Whatever is decided is noted and can be overridden.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

_CANDIDATES = (",", "\t", ";", "|", ":", " ")
_NAMES = {"\t": "tab", " ": "space"}
_WEAK = {":": 0.3, " ": 0.3}
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_WHOLE = re.compile(r"\d+")
_NO_WORD = re.compile(r"\s*[+-]?\d[\d.,:/ eE+-]*\s*")
_DIRTY = re.compile(r"[\t;|]")
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written."""

    delimiter: str
    quotechar: str
    skips_space: bool
    """Whether a space after the delimiter belongs to it."""

    header: bool
    width: int
    """Cells of the first row."""

    notes: tuple[str, ...]


def detect_dialect(sample: str, options: Mapping[str, object], *, tabs: bool = False) -> Dialect:
    """Find out how a file is written.

    Parameters
    ----------
    sample : str
        The file's beginning, cut at the end of a line where it was cut.
    options : mapping
        ``delimiter``, ``quotechar`` and ``header`` override what is found.
    tabs : bool, default False
        Whether the file's name says that tabs delimit.
    """
    notes = []
    chosen = options.get("delimiter")
    quotechar = str(options.get("quotechar") or '"')
    delimiter = chosen if isinstance(chosen, str) else _best_delimiter(sample, quotechar, tabs=tabs)
    if chosen is None and delimiter != ",":
        notes.append(f"delimiter {_NAMES.get(delimiter, delimiter)}")
    if "quotechar" not in options and _quotes_single(sample, delimiter):
        quotechar = "'"
        notes.append("quotes are '")
    tight, loose = delimiter + quotechar, delimiter + " " + quotechar
    skips_space = delimiter != " " and loose in sample and tight not in sample
    rows = list(_rows(sample, delimiter, quotechar, skips_space))
    header = options.get("header")
    if not isinstance(header, bool):
        header = _has_header(rows)
        if not header:
            notes.append("the first row looks like data, so there is no header; `header: true` overrides")
    return Dialect(delimiter, quotechar, skips_space, header, len(rows[0]) if rows else 1, tuple(notes))


@contextmanager
def unlimited_fields() -> Iterator[None]:
    """Lift the csv module's limit on the length of a cell."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(sample: str, delimiter: str, quotechar: str, skips_space: bool = False) -> Iterator[list[str]]:
    """Yield the sample's first rows without blank ones; a row that cannot be read ends them."""
    reader = csv.reader(
        sample.splitlines(keepends=True), delimiter=delimiter, quotechar=quotechar, skipinitialspace=skips_space
    )
    with unlimited_fields():
        try:
            for count, row in enumerate(reader):
                if count >= _ROWS:
                    return
                if row:
                    yield row
        except csv.Error:
            return


def _best_delimiter(sample: str, quotechar: str, *, tabs: bool) -> str:
    preferred = ("\t", *(name for name in _CANDIDATES if name != "\t")) if tabs else _CANDIDATES
    present = [name for name in preferred if name in sample]
    scores = {name: _score(list(_rows(sample, name, quotechar)), name) for name in present}
    best = max(present, key=scores.__getitem__, default=preferred[0])
    return best if scores.get(best, 0.0) > 0.0 else preferred[0]


def _score(rows: list[list[str]], delimiter: str) -> float:
    """Rate a delimiter by the share of rows of the usual width and the share of cells without other delimiters."""
    widths = Counter(len(row) for row in rows)
    if not rows:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return 0.0
    cells = [cell for row in rows for cell in row]
    dirty = sum(1 for cell in cells if _DIRTY.search(cell) or (delimiter != "," and _split_by_comma(cell)))
    first_fits = 1.0 if len(rows[0]) == width else 0.5
    return (count / len(rows)) ** 2 * (1.0 - dirty / len(cells)) * first_fits * _WEAK.get(delimiter, 1.0)


def _split_by_comma(cell: str) -> bool:
    """Whether a cell holds commas that are no decimal comma and no prose."""
    return cell.count(",") > 1 and ", " not in cell


def _quotes_single(sample: str, delimiter: str) -> bool:
    if '"' in sample or "'" not in sample:
        return False
    bound = re.escape(delimiter)
    return re.search(rf"(?:^|{bound})'[^'\n]*'(?={bound}|\r?$)", sample, re.MULTILINE) is not None


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    Names are not numbers, with two exceptions that tables have: years, and positions counted from 0 or 1.
    """
    if len(rows) < 2:
        return not rows or not any(_NUMBER.fullmatch(cell) for cell in rows[0])
    numbers = [cell.strip() for cell in rows[0] if _NO_WORD.fullmatch(cell)]
    if not numbers:
        return True
    if not all(_WHOLE.fullmatch(number) for number in numbers):
        return False
    whole = [int(number) for number in numbers]
    counted = whole in ([*range(len(whole))], [*range(1, len(whole) + 1)]) and len(whole) > 1
    years = len(set(whole)) == len(whole) and all(1000 <= number < 3000 for number in whole)
    return (counted and rows[0] != rows[1]) or years
