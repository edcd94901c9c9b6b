"""The nearest valid spelling of a name: what every "did you mean" is made from."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable

_CANDIDATES = 5000
"""Candidates that are looked at: a table may have more columns than anybody waits for."""

_CUTOFF = 0.6


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that a misspelt name most likely meant; None when nothing is near.

    Parameters
    ----------
    name : str
        As the user wrote it.
    candidates : iterable of str
        The valid spellings; case, hyphens and spaces don't count.

    Examples
    --------
    >>> nearest("roc_uac", ["accuracy", "roc_auc"])
    'roc_auc'
    """
    by_shape: dict[str, str] = {}
    for candidate in itertools.islice(candidates, _CANDIDATES):
        by_shape.setdefault(_shape(candidate), candidate)
    found = difflib.get_close_matches(_shape(name), by_shape, n=1, cutoff=_CUTOFF)
    return by_shape[found[0]] if found else None


def _shape(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
