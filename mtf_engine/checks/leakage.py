"""Leakage: what the training rows give away about the test rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtf_engine import numbers
from mtf_engine.checks.data import CheckData, open_check_data
from mtf_engine.checks.integrity import LISTED, identifiers_aside
from mtf_engine.checks.specification import CheckSpecification, Family, Needs, Outcome, Parameter
from mtf_engine.domain.check import CheckKind
from mtf_engine.domain.results import Verdict


@dataclass(frozen=True, slots=True)
class _FoldOverlap:
    """Test rows of one fold that the training rows contain."""

    fold: int
    test_rows: int
    features: int
    """Test rows whose features equal a training row's."""

    features_and_target: int

    @property
    def share(self) -> float:
        return self.features / self.test_rows if self.test_rows else 0.0


def find_train_test_overlap(data: CheckData, *, max_share: float) -> Outcome:
    """Count test rows whose features are an exact copy of a training row of the same fold."""
    if not any(len(fold.train) and len(fold.test) for fold in data.folds):
        return Outcome(Verdict.NOT_RUN, "no fold has both training and test rows", rows_read=0)
    seen = np.zeros(data.rows, dtype=bool)
    taking_part = np.zeros(data.rows, dtype=bool)
    overlaps = []
    for position, fold in enumerate(data.folds):
        features = _copied(data.feature_codes, fold.train, fold.test)
        both = _copied(data.row_codes, fold.train, fold.test)
        seen[fold.test[features]] = True
        taking_part[fold.train] = taking_part[fold.test] = True
        overlaps.append(_FoldOverlap(position, len(fold.test), int(features.sum()), int(both.sum())))
    worst = max(overlaps, key=lambda one: one.share)
    return Outcome(
        Verdict.FAIL if worst.share > max_share else Verdict.PASS,
        _message(int(seen.sum()), data, worst),
        _evidence(overlaps, worst, int(seen.sum()), max_share) | identifiers_aside(data),
        rows_read=int(taking_part.sum()),
    )


def _copied(codes: NDArray[np.int64], train: NDArray[np.int64], test: NDArray[np.int64]) -> NDArray[np.bool_]:
    known = np.zeros(int(codes.max(initial=-1)) + 1, dtype=bool)
    known[codes[train]] = True
    return known[codes[test]]


def _message(rows: int, data: CheckData, worst: _FoldOverlap) -> str:
    tested = sum(len(fold.test) for fold in data.folds)
    total = len(np.unique(np.concatenate([fold.test for fold in data.folds]))) if tested else 0
    message = f"{numbers.count(rows)} of {numbers.plural(total, 'test row')} copy the features of a training row"
    if rows and len(data.folds) > 1:
        message += f"; at most {numbers.percent(worst.share)} of a fold"
    return message


def _evidence(overlaps: list[_FoldOverlap], worst: _FoldOverlap, rows: int, max_share: float) -> dict[str, object]:
    listed = [one for one in overlaps if one.features][:LISTED]
    return {
        "overlapping_rows": rows,
        "worst_fold": worst.fold,
        "worst_share": worst.share,
        "with_equal_target": sum(one.features_and_target for one in overlaps),
        "with_other_target": sum(one.features - one.features_and_target for one in overlaps),
        "folds": [
            {
                "fold": one.fold,
                "test_rows": one.test_rows,
                "features": one.features,
                "features_and_target": one.features_and_target,
            }
            for one in listed
        ],
        "max_share": max_share,
    }


TRAIN_TEST_OVERLAP = CheckSpecification(
    code="MTF101",
    name="train_test_overlap",
    summary="Count test rows whose features are an exact copy of a training row of the same fold.",
    kind=CheckKind.DIAGNOSTIC,
    family=Family.LEAKAGE,
    needs=Needs.DATA,
    function=find_train_test_overlap,
    open_data=open_check_data,
    parameters=(
        Parameter("max_share", 0.0, "Share of a fold's test rows that may copy a training row.", low=0, high=1),
    ),
    asked="at most {max_share} of a fold's test rows copy a training row",
    remedy="Take identifiers out by `drop` and add the step drop_duplicates, or name what the copies share as "
    "groups so that they stay together.",
)
