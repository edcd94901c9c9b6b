"""From text cells to typed columns, decided by every row of the file.

A column is a number, a boolean or a date only when all its cells are; one cell that is not keeps it text, and a note
says so. Codes with leading zeros and whole numbers too long to be exact stay text, because turning them into numbers
would lose what they say.

Which words mean "missing" depends on the column: in one of numbers, booleans or dates all of `MISSING` do, in one of
text only the empty cell, so that Namibia's "NA" survives. A user's own list counts everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from mtf_engine.domain.dataset import ColumnKind
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line

MISSING = ("NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?", "\\N")
"""Words for a missing cell in columns of numbers, booleans and dates; the empty cell is missing everywhere."""

_SAMPLE = 2000
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_WIDE_TRUE = (*_TRUE, "yes", "Yes", "YES", "y", "Y", "t", "T", "1")
_WIDE_FALSE = (*_FALSE, "no", "No", "NO", "n", "N", "f", "F", "0")
_DIGITS = r"^-?[0-9]+$"
_PADDED = r"^-?0[0-9]"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_COMMA = r"^[+-]?([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?$"
_DATE = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}( |T|$)"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+$"

Cells: TypeAlias = pa.ChunkedArray
_Cast = Callable[[Cells], Cells]


@dataclass(frozen=True, slots=True)
class CellRules:
    """How cells are read."""

    missing: tuple[str, ...] | None = None
    """A user's own words for a missing cell, in every column; None means `MISSING` where the column is no text."""

    decimal: str | None = None
    """``.`` or ``,``; None means a point, or a comma where nothing else fits and the delimiter is another."""

    comma_delimits: bool = True


@dataclass(frozen=True, slots=True)
class Typed:
    """A column with its type."""

    values: Cells
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    apply: _Cast
    screen: _Cast
    """What the first cells must pass: never stricter than ``apply`` is on a column that they begin."""

    note: str | None = None


def infer_type(column: Cells, rules: CellRules) -> Typed:
    """Give a column of text cells the narrowest type that all its cells have.

    Parameters
    ----------
    column : ChunkedArray of string
        One cell a row; empty cells are null.
    rules : CellRules
        How cells are read.

    Returns
    -------
    Typed
        Boolean, int64, float64, timestamp[us] or text; float64 without values when every cell is missing.
    """
    words = pa.array(rules.missing if rules.missing is not None else MISSING, pa.string())
    if column.null_count == len(column):
        return Typed(column.cast(pa.float64()))
    sample = _cleaned(_head(column), words)
    plausible = [candidate for candidate in _candidates(rules) if _try(candidate.screen, sample) is not None]
    typed = _first_type(column, plausible) if plausible else None
    if plausible and typed is None:
        typed = _first_type(_cleaned(column, words), plausible)
    return typed if typed is not None else _text(column, rules, words)


def _first_type(column: Cells, candidates: Sequence[_Candidate]) -> Typed | None:
    for candidate in candidates:
        typed = _try(candidate.apply, column)
        if typed is not None and typed.null_count == len(typed):
            return Typed(typed.cast(pa.float64()), "no cell has a value")
        if typed is not None:
            return Typed(typed, candidate.note)
    return None


def force_type(column: Cells, kind: ColumnKind, rules: CellRules, name: str) -> Cells:
    """Give a column of text cells the type that the user says it has.

    Raises
    ------
    FormatError
        A cell cannot be read so; the message names the first.
    """
    words = pa.array(rules.missing if rules.missing is not None else MISSING, pa.string())
    casts = _FORCED.get(kind)
    if casts is None:
        return _blanked(column, words) if rules.missing is not None else column
    if kind is ColumnKind.NUMERIC and rules.decimal == ",":
        casts = (_to_comma_float,)
    cleaned = _cleaned(column, words)
    for cast in casts:
        typed = _try(cast, cleaned)
        if typed is not None:
            return typed
    row = _first_failure(cleaned, casts[-1])
    cell = line(str(column[row].as_py()), 40)
    message = f"column {line(name)} is declared {kind.value}, but row {row + 1} holds {cell!r}"
    raise FormatError(message, hint="Correct the cell, add it to `na_values`, or take the column out of `types`.")


# --- casts: the whole column or nothing ---


def _try(cast: _Cast, column: Cells) -> Cells | None:
    try:
        return cast(column)
    except pa.ArrowInvalid:
        return None


def _to_integer(column: Cells) -> Cells:
    typed = _to_any_integer(column)
    zeros = pc.and_(pc.starts_with(column, "0"), pc.greater(pc.binary_length(column), 1))
    if pc.any(zeros).as_py() or pc.any(pc.starts_with(column, "-0")).as_py():
        raise pa.ArrowInvalid("leading zeros or hexadecimal")
    return typed


def _to_any_integer(column: Cells) -> Cells:
    return column.cast(pa.int64())


def _to_float(column: Cells) -> Cells:
    typed = column.cast(pa.float64())
    if _all_match(column, _DIGITS):
        raise pa.ArrowInvalid("codes, or integers too long for int64")
    return pc.if_else(pc.is_nan(typed), pa.scalar(None, pa.float64()), typed) if _has_nan(typed) else typed


def _to_comma_float(column: Cells) -> Cells:
    if _all_match(column, _DIGITS):
        raise pa.ArrowInvalid("codes, or integers too long for int64")
    return _to_any_comma_float(column)


def _to_any_comma_float(column: Cells) -> Cells:
    if not _all_match(column, _COMMA):
        raise pa.ArrowInvalid("no decimal commas")
    return pc.replace_substring(column, ",", ".").cast(pa.float64())


def _to_plausible_comma_float(column: Cells) -> Cells:
    grouped = column.filter(pc.match_substring(column, ","))
    if _all_match(grouped, _THOUSANDS):
        raise pa.ArrowInvalid("thousands or decimals: nobody can tell")
    return _to_comma_float(column)


def _to_boolean(column: Cells) -> Cells:
    return _words_to_boolean(column, _TRUE, _FALSE)


def _to_wide_boolean(column: Cells) -> Cells:
    return _words_to_boolean(column, _WIDE_TRUE, _WIDE_FALSE)


def _words_to_boolean(column: Cells, true: Sequence[str], false: Sequence[str]) -> Cells:
    holds = pc.is_in(column, pa.array(true, column.type))
    known = pc.or_(holds, pc.is_in(column, pa.array((*false, None), column.type)))
    if not pc.all(known).as_py():
        raise pa.ArrowInvalid("no booleans")
    return pc.if_else(column.is_valid(), holds, pa.scalar(None, pa.bool_()))


def to_timestamp(column: Cells) -> Cells:
    """Read ISO 8601 dates and times, with or without a zone; times with one are given in UTC.

    Raises
    ------
    ArrowInvalid
        A cell is none, or only some have a zone.
    """
    try:
        return column.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))


def _to_any_float(column: Cells) -> Cells:
    return column.cast(pa.float64())


_FORCED: dict[ColumnKind, tuple[_Cast, ...]] = {
    ColumnKind.NUMERIC: (_to_any_integer, _to_any_float),
    ColumnKind.BOOLEAN: (_to_wide_boolean,),
    ColumnKind.DATETIME: (to_timestamp,),
}


def _candidates(rules: CellRules) -> tuple[_Candidate, ...]:
    point = _Candidate(_to_float, _to_any_float)
    comma = _Candidate(_to_comma_float, _to_any_comma_float)
    numbers = [_Candidate(_to_integer, _to_any_integer), comma if rules.decimal == "," else point]
    if rules.decimal is None and not rules.comma_delimits:
        numbers.append(_Candidate(_to_plausible_comma_float, _to_any_comma_float, "decimal commas"))
    return (*numbers, _Candidate(_to_boolean, _to_boolean), _Candidate(to_timestamp, to_timestamp))


# --- cells ---


def _head(column: Cells) -> Cells:
    """Take the first present cells."""
    start = column.slice(0, 4 * _SAMPLE).drop_null()
    return (start if len(start) >= _SAMPLE // 2 else column.drop_null()).slice(0, _SAMPLE)


def _blanked(column: Cells, words: pa.Array) -> Cells:
    """Make the words for a missing cell missing."""
    missing = pc.is_in(column, words.cast(column.type))
    return pc.if_else(missing, pa.scalar(None, column.type), column) if pc.any(missing).as_py() else column


def _cleaned(column: Cells, words: pa.Array) -> Cells:
    trimmed = pc.utf8_trim_whitespace(column)
    empty = pc.equal(trimmed, "")
    blanked = _blanked(trimmed, words)
    return pc.if_else(empty, pa.scalar(None, column.type), blanked) if pc.any(empty).as_py() else blanked


def _all_match(column: Cells, pattern: str) -> bool:
    """Whether every present cell matches; cheap where one of the first does not."""
    start = column.slice(0, 64)
    if not pc.all(pc.match_substring_regex(start, pattern), min_count=0).as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(column, pattern), min_count=0).as_py())


def _has_nan(column: Cells) -> bool:
    return bool(pc.any(pc.is_nan(column)).as_py())


def _first_failure(column: Cells, cast: _Cast) -> int:
    """Find the first row that a cast refuses."""
    low, high = 0, len(column)
    while high - low > 1:
        middle = (low + high) // 2
        if _try(cast, column.slice(low, middle - low)) is None:
            high = middle
        else:
            low = middle
    return low


# --- text, and why it is text ---


def _text(column: Cells, rules: CellRules, words: pa.Array) -> Typed:
    if rules.missing is not None:
        column = _blanked(column, words)
    notes = []
    if pc.all(pc.starts_with(_head(column), " ")).as_py() and pc.all(pc.starts_with(column, " ")).as_py():
        column = pc.utf8_ltrim_whitespace(column)
        notes.append("the space before every cell removed")
    reason = _why_text(column)
    if reason:
        notes.append(reason)
    if rules.missing is None:
        kept = pc.value_counts(column.filter(pc.is_in(column, words.cast(column.type)))).to_pylist()
        shown = ", ".join(f"{line(str(item['values']))!r} ({item['counts']:,} cells)" for item in kept)
        if shown:
            notes.append(f"text, so {shown} is kept as a value; `na_values` can make it missing")
    return Typed(column, "; ".join(notes) or None)


def _why_text(column: Cells) -> str | None:
    """Say why a column that has numbers in it is text."""
    sample = _head(column)
    if pc.sum(pc.match_substring_regex(sample, _NUMBER)).as_py() * 2 < len(sample):
        if _all_match(sample, _THOUSANDS):
            return "text, because a comma may group thousands or begin decimals; `decimal` decides"
        return "dates that are not in ISO 8601 are kept as text" if _all_match(sample, _DATE) else None
    if _all_match(column, _DIGITS):
        padded = pc.any(pc.match_substring_regex(column, _PADDED)).as_py()
        what = "leading zeros make them codes" if padded else "they are too long to be exact as numbers"
        return f"digits kept as text, because {what}; `types` overrides"
    others = column.filter(pc.invert(pc.match_substring_regex(column, _NUMBER)))
    if len(others) == 0:
        return None
    first = line(str(others[0].as_py()), 40)
    return f"text, because {len(others):,} of {len(column):,} cells are no numbers, such as {first!r}"
