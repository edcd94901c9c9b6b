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
_WEAK = (":", " ")
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_LETTERS = re.compile(r"[^\W\d_]+")
_RUNS = re.compile(r"\d+")
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
    """Rate a delimiter by the share of rows of the usual width and the share of cells without other delimiters.

    Colons and spaces stand in times and prose, so they count only where every row has the same number of cells and
    most cells are numbers.
    """
    if not rows:
        return 0.0
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return 0.0
    cells = [cell for row in rows for cell in row]
    if delimiter in _WEAK and (len(widths) > 1 or sum(map(_is_number, cells)) * 2 < len(cells)):
        return 0.0
    dirty = sum(1 for cell in cells if _DIRTY.search(cell) or (delimiter != "," and _split_by_comma(cell)))
    first_fits = 1.0 if len(rows[0]) == width else 0.5
    return (count / len(rows)) ** 2 * (1.0 - dirty / len(cells)) * first_fits


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

    Names are not numbers, with two exceptions that tables have: years, and all columns counted from 0. Nor do names
    look like everything below them, such as addresses or dates do.
    """
    if not rows:
        return True
    numbers = [cell.strip() for cell in rows[0] if _is_number(cell)]
    if numbers:
        return _are_years(numbers) or _are_positions(numbers, [cell for cell in rows[0] if cell.strip()])
    return not any(_looks_like_data(rows, index) for index in range(len(rows[0])))


def _is_number(cell: str) -> bool:
    """Whether a cell has digits and no letters, but for an exponent's."""
    digits = any(character.isdigit() for character in cell)
    return digits and (not any(character.isalpha() for character in cell) or bool(_NUMBER.fullmatch(cell)))


def _are_years(numbers: list[str]) -> bool:
    distinct = len(set(numbers)) == len(numbers)
    return distinct and all(len(number) == 4 and number.isdigit() and number[0] in "12" for number in numbers)


def _are_positions(numbers: list[str], cells: list[str]) -> bool:
    return len(numbers) == len(cells) >= 3 and numbers == [str(index) for index in range(len(numbers))]


def _looks_like_data(rows: list[list[str]], index: int) -> bool:
    """Whether a column's first cell, with a digit and of some structure, is built like all cells below it."""
    shape = _shape(rows[0][index])
    if "9" not in shape or len(shape) < 3 or len(rows) < 3:
        return False
    return all(index < len(row) and _shape(row[index]) == shape for row in rows[1:])


def _shape(cell: str) -> str:
    """Write a cell by the kinds of its runs of characters: letters a, digits 9, others as they are."""
    return _RUNS.sub("9", _LETTERS.sub("a", cell.strip()))
