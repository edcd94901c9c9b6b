"""What to do about data that an estimator refuses, found by the words in which scikit-learn and others refuse them."""

from __future__ import annotations

import re

_REMEDIES = (
    (
        re.compile(r"contains? NaN|missing values|NaN values", re.IGNORECASE),
        "Add the step `impute` to the pipeline, or choose a model that takes missing values.",
    ),
    (
        re.compile(r"contains? infinity|infinite", re.IGNORECASE),
        "Make infinite values missing in the source, for `impute` to fill them, or leave their columns out by `drop:`.",
    ),
    (
        re.compile(r"could not convert string to float|unsupported operand.*'str'|dtype.*object", re.IGNORECASE),
        "Add the step `encode` to the pipeline, or leave columns of text out by `drop:`.",
    ),
    (
        re.compile(r"Negative values in data|must be (?:strictly )?positive|non-?negative", re.IGNORECASE),
        "The model takes no negative numbers: scale by `scale: min_max`, or choose another model.",
    ),
)


def remedy_for(message: str) -> str | None:
    """Find a remedy for an estimator's complaint about its data; None when none is known.

    Examples
    --------
    >>> remedy_for("ValueError: Input X contains NaN.")
    'Add the step `impute` to the pipeline, or choose a model that takes missing values.'
    """
    return next((remedy for words, remedy in _REMEDIES if words.search(message)), None)
