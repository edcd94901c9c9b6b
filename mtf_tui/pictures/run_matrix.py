"""The cells of a run as models by data sets, by the folds of the only one, or as a map with one sign a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.run import CellStatus
from mtf_engine.standings import BASELINE
from mtf_tui.live import Matrix, MatrixCell, MatrixRow
from mtf_tui.painters.bars import fold_sign, fold_strip, fold_strip_width
from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.text import own, pad, safe
from mtf_tui.themes import Look, heat

_VALUE = 6
_GAP = 2
_NAME_MOST = 30
_SUMMARY = 8
_FOLD = 7
_RULER = 10
"""Columns of the map between two of its numbers."""


@dataclass(frozen=True, slots=True)
class MatrixPicture:
    """The matrix as a table, and where its columns are."""

    table: TablePicture
    spans: Mapping[str, tuple[int, int]]
    """Data set → first and one past the last cell of its column; only those that are seen."""


def value_text(value: float | None, *, provisional: bool) -> str:
    """A score of the matrix: three decimals, two and ``~`` while it is provisional, four digits when it is large."""
    if value is None:
        return ""
    places = (2 if provisional else 3) if abs(value) < 10 else None
    text = numbers.fixed(value, places)
    if places and len(text) > _VALUE:  # ``>−0.001`` would push a fold out of sight
        text = numbers.fixed(value, places - 1)
    return f"~{text}" if provisional and len(text) < _VALUE else text


def run_matrix(matrix: Matrix, width: int, look: Look, *, first: int = 0, as_map: bool = False) -> MatrixPicture:
    """Draw models by data sets; names stay, columns from `first` on as far as there is room.

    Parameters
    ----------
    matrix : Matrix
        What there is.
    width : int
        Cells.
    look : Look
        Theme and glyphs.
    first : int, default 0
        Position of the first column that is shown.
    as_map : bool, default False
        Draw a map with one sign a cell, so that hundreds of data sets have room.
    """
    if as_map:
        return _map(matrix, width, look, first)
    if len(matrix.datasets) == 1:
        return _fold_matrix(matrix, width, look)
    strip = fold_strip_width(matrix.folds)
    names = _name_width(matrix, width)
    room = width - names - 1 - _GAP
    column = _column_width(matrix, room, _VALUE + 1 + strip)
    fits = max(1, (room + _GAP) // (column + _GAP))
    summed = fits < len(matrix.datasets)
    if summed:
        fits = max(1, (room - _SUMMARY) // (column + _GAP))
    first = max(0, min(first, len(matrix.datasets) - fits))
    shown = matrix.datasets[first : first + fits]
    start = 1 + names + _GAP
    spans = {name: (start + i * (column + _GAP), start + i * (column + _GAP) + column) for i, name in enumerate(shown)}
    best = {name: matrix.best(name) for name in shown}

    def draw(row: MatrixRow) -> Text:
        line = own(" ", pad(_name(row, look), names))
        for name in shown:
            cell = matrix.cells.get((row.key, name))
            drawn = _cell(cell, look, best=best[name] == row.key, strip=strip)
            line = own(line, " " * _GAP, pad(drawn, column))
        return own(line, " " * _GAP, _done(matrix, row, look)) if summed else line

    header = own((f" {'model':<{names}}", look.tokens.muted))
    for name in shown:
        header = own(header, " " * _GAP, pad(safe(name, look.tokens.muted), column))
    if summed:
        header = own(header, (f"{'':{_GAP}}{'all':>{_SUMMARY - _GAP}}", look.tokens.muted))
    return MatrixPicture(_table(matrix, header, draw), spans)


def _table(matrix: Matrix, header: Text, draw: Callable[[MatrixRow], Text]) -> TablePicture:
    return TablePicture(tuple(TableRow(row.key, partial(draw, row)) for row in matrix.rows), (header,))


def _column_width(matrix: Matrix, room: int, least: int) -> int:
    """Cells of a column: as wide as the longest name where all columns have room then."""
    longest = min(_NAME_MOST, max(map(cell_len, matrix.datasets), default=0))
    return longest if longest > least and (longest + _GAP) * len(matrix.datasets) - _GAP <= room else least


def _name_width(matrix: Matrix, width: int) -> int:
    return min(_NAME_MOST, max((cell_len(row.label) for row in matrix.rows), default=5), max(8, width // 3))


def _map(matrix: Matrix, width: int, look: Look, first: int) -> MatrixPicture:
    """One sign a cell: what state it is in, on a ground that says how many of its folds are done."""
    names = _name_width(matrix, width)
    start = 1 + names + _GAP
    fits = max(1, min(len(matrix.datasets), width - start - 1))
    first = max(0, min(first, len(matrix.datasets) - fits))
    shown = matrix.datasets[first : first + fits]
    ruler = [" "] * fits
    for at in range(fits):
        number = str(first + at + 1)
        if (first + at + 1) % _RULER == 0 or at == 0:
            ruler[at : at + len(number)] = number
    header = own((f" {'model':<{names}}{'':{_GAP}}{''.join(ruler)[:fits]}", look.tokens.muted))

    def draw(row: MatrixRow) -> Text:
        line = own(" ", pad(_name(row, look), names), " " * _GAP)
        for name in shown:
            line.append(*_sign(matrix.cells.get((row.key, name)), look))
        return line

    return MatrixPicture(
        _table(matrix, header, draw), {name: (start + i, start + i + 1) for i, name in enumerate(shown)}
    )


def cell_note(matrix: Matrix, key: str | None, dataset: str | None, look: Look) -> Text:
    """One cell in full: its model and data set, its mean and a sign a fold."""
    row = next((row for row in matrix.rows if row.key == key), None)
    if row is None or dataset is None:
        return own()
    cell = matrix.cells.get((row.key, dataset))
    what = own((row.label, look.tokens.text), " · ", safe(dataset, look.tokens.text), " ")
    if cell is None:
        return own(what, look.glyphs.none)
    value = value_text(cell.mean, provisional=not cell.is_complete)
    return own(what, (f"{value} " if value else "", look.tokens.text), fold_strip(cell.folds, look))


def _sign(cell: MatrixCell | None, look: Look) -> tuple[str, str]:
    """What says most about a cell: that folds failed, run or were cancelled, else how many are done."""
    if cell is None:
        return look.glyphs.none, look.tokens.muted
    for status in (CellStatus.FAILED, CellStatus.RUNNING, CellStatus.CANCELLED):
        if status in cell.folds:
            return fold_sign(status, look)
    done = sum(fold in (CellStatus.FINISHED, CellStatus.REUSED) for fold in cell.folds) / max(1, len(cell.folds))
    if done == 0:
        return fold_sign(CellStatus.WAITING, look)
    ink, ground = heat(look, done, right=True)
    if done == 1:
        return (look.glyphs.reused if cell.is_reused else look.glyphs.done), f"{ink} on {ground}"
    levels = look.glyphs.levels
    return levels[min(len(levels) - 1, int(done * len(levels)))], f"{ink} on {ground}"


def _fold_matrix(matrix: Matrix, width: int, look: Look) -> MatrixPicture:
    """Draw models by the folds of the only data set: its mean, then the score of each fold as far as there is room."""
    name, folds = matrix.datasets[0], matrix.folds
    names = _name_width(matrix, width)
    start = 1 + names + _GAP
    value = min(_NAME_MOST, max(_VALUE, safe(matrix.metrics[name]).cell_len))
    fits = max(0, min(folds, (width - 1 - start - value - 3) // (_FOLD + 1)))
    best = matrix.best(name)

    def draw(row: MatrixRow) -> Text:
        cell = matrix.cells.get((row.key, name))
        line = own(" ", pad(_name(row, look), names), " " * _GAP)
        if cell is not None:
            style = f"bold {look.tokens.accent}" if row.key == best else look.tokens.text
            style = style if cell.is_complete and (row.key == best or not cell.is_reused) else look.tokens.muted
            line = own(line, (f"{value_text(cell.mean, provisional=not cell.is_complete):>{value}}", style))
            for status, score in list(zip(cell.folds, cell.scores, strict=True))[:fits]:
                line = own(line, " ", pad(_fold(status, score, look), _FOLD, right=True))
        return line

    metric = pad(safe(matrix.metrics[name], look.tokens.muted), value, right=True)
    header = own((f" {'model':<{names}}", look.tokens.muted), " " * _GAP, metric)
    header = own(header, ("".join(f" {f'fold {i + 1}':>{_FOLD}}" for i in range(fits)), look.tokens.muted))
    if fits < folds:
        header = own(header, (f" +{folds - fits}", look.tokens.muted))
    return MatrixPicture(_table(matrix, header, draw), {name: (start, width - 1)})


def _fold(status: CellStatus, score: float | None, look: Look) -> Text:
    if score is None:
        return own(fold_sign(status, look))
    style = look.tokens.muted if status is CellStatus.REUSED else look.tokens.text
    return own((value_text(score, provisional=False), style))


def _name(row: MatrixRow, look: Look) -> Text:
    return own((row.label, look.tokens.muted if row.model == BASELINE else look.tokens.text))


def _cell(cell: MatrixCell | None, look: Look, *, best: bool, strip: int) -> Text:
    tokens = look.tokens
    if cell is None:
        return own((f"{look.glyphs.none:>{_VALUE - 2}}", tokens.muted))
    complete = cell.is_complete
    style = f"bold {tokens.accent}" if best else tokens.text if complete and not cell.is_reused else tokens.muted
    value = value_text(cell.mean, provisional=not complete)
    if not value and complete:
        value, style = look.glyphs.none, tokens.muted  # all folds are there and the metric is undefined
    return own((f"{value:>{_VALUE}}", style), " ", pad(fold_strip(cell.folds, look), strip, right=True))


def _done(matrix: Matrix, row: MatrixRow, look: Look) -> Text:
    folds = [fold for name in matrix.datasets if (cell := matrix.cells.get((row.key, name))) for fold in cell.folds]
    done = sum(fold in (CellStatus.FINISHED, CellStatus.REUSED) for fold in folds)
    failed = CellStatus.FAILED in folds
    return own((f"{f'{done}/{len(folds)}':>{_SUMMARY - _GAP}}", look.tokens.fail if failed else look.tokens.muted))
