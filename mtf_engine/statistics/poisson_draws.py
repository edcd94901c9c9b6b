"""The Poisson bootstrap: one pass over chunks of rows that never are in memory together.

Each row is drawn Poisson(1) times, independently of all others, which needs no row count in advance. A metric
takes part by naming sums over rows that it is a function of.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mtf_engine.statistics.inputs import check_confidence, check_count
from mtf_engine.statistics.replicates import Replicates, interval_of_replicates
from mtf_engine.statistics.values import Interval

__all__ = ["SumStatistic", "poisson_bootstrap"]

Floats = NDArray[np.float64]
SumStatistic = Callable[[Floats], Floats]

_BLOCK = 2_000_000


def _checked(chunk: ArrayLike) -> Floats:
    rows = np.asarray(chunk, dtype=np.float64)
    if rows.ndim == 1:
        rows = rows[:, None]
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ValueError("Every chunk must have shape (rows, sums) and hold finite numbers.")
    return rows


def poisson_bootstrap(
    chunks: Iterable[ArrayLike],
    statistic: SumStatistic,
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Interval:
    """Percentile interval of a function of sums, from chunks of rows seen once.

    Parameters
    ----------
    chunks : iterable of array_like of shape (rows, s) or (rows,), float
        What each row adds to the s sums, such as ``[loss, 1]`` for a mean; every chunk has the same s.
    statistic : callable
        Takes sums of shape (m, s) and returns (m,), NaN where undefined, such as ``lambda t: t[:, 0] / t[:, 1]``.
    confidence : float, default 0.95
        Two-sided confidence in (0, 1).
    resamples : int, default 1000
        Resamples, at least 100. Memory is resamples times s, whatever the rows.
    seed : int, default 0
        The same seed and the same chunks give the same bounds.

    Returns
    -------
    Interval
        Undefined with a reason without rows. Use a count column as denominator: the number of rows drawn varies.

    Raises
    ------
    ValueError
        If a chunk has another width than the first, or holds NaN or infinity.

    References
    ----------
    Chamandy N, Muralidharan O, Najmi A, Naidu S (2012). Estimating uncertainty for massive data streams. Google.
    Hanley JA, MacGibbon B (2006). Creating non-parametric bootstrap samples using Poisson frequencies. Comput
    Methods Programs Biomed 83:57-62.

    Examples
    --------
    >>> import numpy as np
    >>> losses = np.linspace(0.0, 1.0, 400)
    >>> chunks = (np.column_stack([part, np.ones_like(part)]) for part in np.split(losses, 4))
    >>> interval = poisson_bootstrap(chunks, lambda t: t[:, 0] / t[:, 1])
    >>> round(interval.estimate, 3), interval.low < 0.5 < interval.high
    (0.5, True)
    """
    check_confidence(confidence)
    check_count(resamples, "resamples", minimum=100)
    rng = np.random.default_rng(seed)
    whole: Floats | None = None
    totals: Floats | None = None
    n = 0
    for chunk in chunks:
        rows = _checked(chunk)
        if whole is None or totals is None:
            whole, totals = np.zeros((1, rows.shape[1])), np.zeros((resamples, rows.shape[1]))
        if rows.shape[1] != whole.shape[1]:
            raise ValueError(f"A chunk has {rows.shape[1]} sums, the first has {whole.shape[1]}.")
        n += rows.shape[0]
        whole += rows.sum(axis=0)
        _add(totals, rows, rng)
    label = "poisson_bootstrap_percentile"
    if n == 0 or whole is None or totals is None:
        return Interval(None, None, None, confidence, label, "There are no rows.")
    with np.errstate(invalid="ignore", divide="ignore"):
        point, values = float(statistic(whole)[0]), np.asarray(statistic(totals), dtype=np.float64)
    estimate = point if np.isfinite(point) else None
    values = np.where(np.isfinite(values), values, np.nan)
    return interval_of_replicates(Replicates(estimate, values, None, n, scale=abs(point)), confidence, label)


def _add(totals: Floats, rows: Floats, rng: np.random.Generator) -> None:
    """Add Poisson-weighted sums of one chunk, a block of rows at a time."""
    step = max(1, _BLOCK // totals.shape[0])
    columns = np.ascontiguousarray(rows.T)
    for start in range(0, rows.shape[0], step):
        part = columns[:, start : start + step]
        weights = rng.poisson(1.0, size=(totals.shape[0], part.shape[1])).astype(np.float64)
        totals += np.einsum("bi,si->bs", weights, part)
