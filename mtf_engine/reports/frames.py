"""Tables of results as pandas frames, for notebooks."""

from __future__ import annotations

import msgspec
import pandas as pd

from mtf_engine.domain.results import Results
from mtf_engine.spelling import nearest

TABLES = ("datasets", "scores", "comparisons", "rankings", "checks", "failures", "timing")


def frame_of(results: Results, table: str) -> pd.DataFrame:
    """Turn one table of results into a frame.

    Parameters
    ----------
    results : Results
        Of a run.
    table : str
        One of `TABLES`.

    Returns
    -------
    pandas.DataFrame
        A row each, in plan order; undefined numbers are NaN or None.

    Raises
    ------
    ValueError
        There is no such table.
    """
    if table not in TABLES:
        near = nearest(table, TABLES)
        hint = f" Did you mean {near!r}?" if near else ""
        raise ValueError(f"Results have no table {table!r}; they have {', '.join(TABLES)}.{hint}")
    return pd.DataFrame(msgspec.to_builtins(getattr(results, table)))
