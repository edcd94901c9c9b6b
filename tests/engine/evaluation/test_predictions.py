"""Stored predictions come back as they were, or not at all."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mtf_engine.domain.dataset import Task
from mtf_engine.errors import IntegrityError
from mtf_engine.evaluation.predictions import Predictions, read_predictions, write_predictions
from mtf_engine.metrics.sample import Sample

FULL = Sample(
    task=Task.MULTICLASS,
    truth=np.array([0, 2, 1, 1]),
    prediction=np.array([0, 1, 1, -1]),
    labels=("a", "b", "ü\x1b[0m"),
    train_labels=(0, 1),
    probability=np.array([[0.7, 0.3, 0.0], [0.1, 0.8, 0.1], [1 / 3, 1 / 3, 1 / 3], [0.0, 1e-300, 1.0]]),
    weights=np.array([1.0, 0.5, 0.0, 2.0]),
)
REGRESSION = Sample(task=Task.REGRESSION, truth=np.array([0.1, -5e300]), prediction=np.array([0.1 + 2**-54, 7.0]))


@pytest.mark.parametrize("sample", [FULL, REGRESSION], ids=["multiclass", "regression"])
def test_every_field_comes_back_bit_for_bit(tmp_path, sample):
    rows = np.arange(len(sample)) * 7
    written = write_predictions(tmp_path / "p.parquet", Predictions(rows, sample, np.arange(len(sample)) % 2))
    back = read_predictions(tmp_path / "p.parquet", sha256=written.sha256)
    assert written.size == (tmp_path / "p.parquet").stat().st_size
    np.testing.assert_array_equal(back.rows, rows)
    np.testing.assert_array_equal(back.groups, np.arange(len(sample)) % 2)
    for field in dataclasses.fields(Sample):
        before, after = getattr(sample, field.name), getattr(back.sample, field.name)
        if isinstance(before, np.ndarray):
            assert before.dtype == after.dtype
            np.testing.assert_array_equal(before, after)
        else:
            assert before == after


@pytest.mark.parametrize("harm", ["torn", "changed", "absent"])
def test_damage_is_noticed(tmp_path, harm):
    path = tmp_path / "p.parquet"
    written = write_predictions(path, Predictions(np.arange(4), FULL, None))
    content = path.read_bytes()
    if harm == "absent":
        path.unlink()
    else:
        path.write_bytes(content[:-10] if harm == "torn" else content[:60] + b"\x00" + content[61:])
    with pytest.raises(IntegrityError) as caught:
        read_predictions(path, sha256=written.sha256)
    assert str(path) in caught.value.message
    assert caught.value.hint
