"""A run that lasts: a model that takes its time, so that tests and benches find the run still going."""

from __future__ import annotations

from pathlib import Path

_MODEL = """
import time
from sklearn.naive_bayes import GaussianNB

class Slow(GaussianNB):
    def fit(self, X, y):
        time.sleep({seconds})
        return super().fit(X, y)
"""
_SETTINGS = """
version: 1
name: slow
datasets: [sklearn:iris]
models: [{{python: "slow.py:Slow", name: slow}}]
metrics: [accuracy, f1_macro, log_loss]
splits: {{method: repeated_stratified_kfold, folds: 10, repeats: 20}}
execution: {{workers: {workers}}}
"""


def write(folder: Path, *, seconds: float, workers: int) -> None:
    """Write ``settings.yaml`` and the model that it tests in 200 folds.

    Parameters
    ----------
    folder : Path
        Where the files go.
    seconds : float
        How long each fit takes.
    workers : int
        Cells at a time.
    """
    (folder / "slow.py").write_text(_MODEL.format(seconds=seconds))
    (folder / "settings.yaml").write_text(_SETTINGS.format(workers=workers))
