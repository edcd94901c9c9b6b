"""A small table with every kind of column, gaps included; equal each time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mtf_engine.domain.dataset import Column, ColumnKind

KINDS = {
    "city": ColumnKind.CATEGORICAL,
    "age": ColumnKind.NUMERIC,
    "member": ColumnKind.BOOLEAN,
    "income": ColumnKind.NUMERIC,
    "joined": ColumnKind.DATETIME,
    "plan": ColumnKind.CATEGORICAL,
    "note": ColumnKind.TEXT,
    "key": ColumnKind.IDENTIFIER,
}
"""Column → kind, in source order."""


def mixed(n: int = 120, seed: int = 0) -> pd.DataFrame:
    """Draw rows in a random order of values; numeric columns lie in one C-contiguous block, first."""
    rng = np.random.default_rng(seed)
    block = np.column_stack([rng.normal(40, 12, n), rng.lognormal(10, 1, n)])
    block[rng.random(block.shape) < 0.1] = np.nan
    frame = pd.DataFrame(block, columns=["age", "income"], copy=False)
    city = rng.choice(["Bern", "Oslo", "Rome"], n).astype(object)
    city[rng.random(n) < 0.1] = None
    frame["city"] = pd.Series(city, dtype="str")
    member = rng.choice([True, False], n).astype(object)
    member[rng.random(n) < 0.1] = None
    frame["member"] = pd.Series(member, dtype="boolean")
    joined = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, n), unit="D"))
    frame["joined"] = joined.mask(rng.random(n) < 0.1)
    frame["plan"] = pd.Categorical(rng.choice(["basic", "plus"], n))
    frame["note"] = pd.Series([f"some words {i}" for i in range(n)], dtype="str")
    frame["key"] = np.arange(n)
    return frame


def columns_of(frame: pd.DataFrame, names: list[str] | None = None) -> tuple[Column, ...]:
    """Describe the features in source order."""
    return tuple(
        Column(name, KINDS[name], str(frame[name].dtype), int(frame[name].isna().sum()), int(frame[name].nunique()))
        for name in (names or KINDS)
    )
