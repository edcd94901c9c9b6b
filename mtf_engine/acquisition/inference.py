"""What columns hold and what a target asks for, decided from all rows and shown to the user.

Decisions follow the storage type first and the values second; names only tip the balance between a number and an
identifier. A decision is a default: ``types``, ``task`` and ``drop`` override it.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from mtf_engine import environment
from mtf_engine.domain.dataset import Column, ColumnKind, Label, Task
from mtf_engine.errors import SchemaError
from mtf_engine.text_safety import line

MAX_CLASSES = 20
"""An integer target with up to this many distinct values is a class label."""

_ENOUGH = 20
"""With fewer values, all of them different is no sign of an identifier."""

_MANY_ROWS = 50_000
"""From here on columns are described in several threads."""

_WORDS = 4.0
"""Mean words a cell from which text with many distinct values is prose and not a category."""

_ID_NAME = re.compile(r"(^|[_\W])(id|ids|uuid|guid|rowid|row|index|idx|key|nr|no)$|^unnamed: ?\d+$|[a-z](Id|ID)$")
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")


def infer_columns(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Describe every column of a table.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        As `Table.frame`.

    Returns
    -------
    tuple of Column
        In the table's order.
    """
    names = [str(name) for name in frame.columns]
    columns = [frame[name] for name in frame.columns]
    if len(frame) < _MANY_ROWS:
        return tuple(map(_describe, names, columns))
    with ThreadPoolExecutor(environment.cpu_count()) as pool:
        return tuple(pool.map(_describe, names, columns))


def infer_task(target: pd.Series) -> Task:
    """Decide what a target asks for.

    Text, categories and booleans are class labels. Whole numbers (of any storage type) with up to 20 distinct values
    are class labels too; all other numbers are regression targets. Missing cells don't count.

    Raises
    ------
    SchemaError
        The target is a date, or has no values.
    """
    present = target.dropna()
    shown = line(str(target.name))
    if present.empty:
        raise SchemaError(f"target {shown} has no values", hint="Name another column as `target`.")
    if pd.api.types.is_datetime64_any_dtype(present.dtype):
        message = f"target {shown} is a date, which is neither a class nor a number"
        raise SchemaError(message, hint="Name another column as `target`.")
    distinct = int(present.nunique())
    if is_number(present) and (distinct > MAX_CLASSES or not _is_whole(present)):
        return Task.REGRESSION
    return Task.MULTICLASS if distinct > 2 else Task.BINARY


def class_labels(target: pd.Series) -> tuple[Label, ...]:
    """List the classes of a target in sort order, as plain Python values.

    Whole numbers stored as floats are given as integers.

    Raises
    ------
    SchemaError
        Labels of kinds that cannot be sorted together.

    Examples
    --------
    >>> class_labels(pd.Series([2.0, 1.0, 2.0]))
    (1, 2)
    """
    present = target.dropna()
    values = present.cat.remove_unused_categories().cat.categories if _is_category(present) else present.unique()
    try:
        return tuple(sorted(_plain(value) for value in values))
    except TypeError as error:
        message = f"target {line(str(target.name))} mixes kinds of labels: {error}"
        raise SchemaError(message, hint="Give the target one type, for example by `types`.") from error


def is_number(values: pd.Series) -> bool:
    """Whether a column is stored as numbers (booleans and categories are not)."""
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _describe(name: str, values: pd.Series) -> Column:
    distinct = _count_distinct(values)
    return Column(
        name=name,
        kind=_kind(name, values, distinct),
        dtype=str(values.dtype),
        missing=int(values.isna().sum()),
        distinct=distinct,
    )


def _count_distinct(values: pd.Series) -> int:
    """Count present distinct values; floats by sorting, which is faster than hashing and lets other threads work."""
    if not isinstance(values.dtype, np.dtype) or values.dtype.kind != "f":
        return int(values.nunique())
    present = np.sort(values.to_numpy()[values.notna().to_numpy()])
    return int(np.count_nonzero(present[1:] != present[:-1])) + 1 if len(present) else 0


def _kind(name: str, values: pd.Series, distinct: int) -> ColumnKind:
    if pd.api.types.is_bool_dtype(values.dtype):
        return ColumnKind.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return ColumnKind.DATETIME
    if _is_category(values):
        return ColumnKind.CATEGORICAL
    if is_number(values):
        return ColumnKind.IDENTIFIER if _numbers_identify(name, values, distinct) else ColumnKind.NUMERIC
    return _text_kind(values.dropna(), distinct)


def _numbers_identify(name: str, values: pd.Series, distinct: int) -> bool:
    """Whether whole numbers that are all different count or name the rows."""
    if not pd.api.types.is_integer_dtype(values.dtype) or distinct != len(values) or distinct < _ENOUGH:
        return False
    steps = np.diff(values.to_numpy())
    return bool(_ID_NAME.search(name)) or bool((steps == 1).all())


def _text_kind(present: pd.Series, distinct: int) -> ColumnKind:
    count = len(present)
    if count == 0:
        return ColumnKind.CATEGORICAL
    if distinct == count and _UUID.fullmatch(str(present.iloc[0])) and present.str.fullmatch(_UUID.pattern).all():
        return ColumnKind.IDENTIFIER
    if distinct < _ENOUGH or distinct * 2 < count:
        return ColumnKind.CATEGORICAL
    words = float((present.str.count(r"\s+") + 1).mean())
    if words >= _WORDS:
        return ColumnKind.TEXT
    return ColumnKind.IDENTIFIER if distinct == count else ColumnKind.CATEGORICAL


def _is_category(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.CategoricalDtype)


def _is_whole(present: pd.Series) -> bool:
    if pd.api.types.is_integer_dtype(present.dtype):
        return True
    numbers = present.to_numpy(dtype=np.float64)
    return bool(np.isfinite(numbers).all() and (numbers == np.floor(numbers)).all())


def _plain(value: object) -> Label:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and plain.is_integer():
        return int(plain)
    if isinstance(plain, bool | int | float | str):
        return plain
    return str(plain)
