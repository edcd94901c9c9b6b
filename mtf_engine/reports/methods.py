"""What the methods behind the numbers are, in a sentence each, found by the names that results carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SENTENCES = (
    (
        "corrected_resampled",
        "corrected resampled t on the fold scores: the variance allows for training rows that folds share "
        "(Nadeau & Bengio 2003)",
    ),
    ("wilson", "Wilson's score interval of a proportion (Wilson 1927)"),
    ("delong_paired", "DeLong's covariance of two correlated ROC areas (DeLong et al. 1988)"),
    ("delong", "DeLong's variance of the ROC area, on the logit scale (DeLong et al. 1988)"),
    (
        "newcombe_auc_square_and_add",
        "difference of Newcombe's intervals of two ROC areas, for rows on which it has no variance (Newcombe 2006)",
    ),
    ("newcombe_auc", "Newcombe's interval of the ROC area, for classes of few rows (Newcombe 2006)"),
    ("newcombe_paired", "Newcombe's square-and-add interval of paired proportions (Newcombe 1998)"),
    ("cluster", "bootstrap over groups, because rows of one group belong together (Field & Welsh 2007)"),
    ("block", "bootstrap over blocks of consecutive rows; it describes these test rows and promises nothing later"),
    ("bca", "bias-corrected and accelerated bootstrap over rows (Efron 1987)"),
    ("percentile", "percentile bootstrap over rows"),
    ("bootstrap", "bootstrap over rows"),
)


@dataclass(frozen=True, slots=True)
class Method:
    """One method that results name."""

    name: str
    sentence: str
    """Empty where only the name is known, as for a plugin's."""


def explain(names: Iterable[str | None]) -> tuple[Method, ...]:
    """Explain each distinct method once, in order of appearance.

    Examples
    --------
    >>> explain(["wilson", None, "wilson"])[0].sentence
    "Wilson's score interval of a proportion (Wilson 1927)"
    """
    distinct = dict.fromkeys(name for name in names if name)
    return tuple(Method(name, next((text for key, text in _SENTENCES if key in name), "")) for name in distinct)
