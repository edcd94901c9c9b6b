"""The stored cells of a run, read lazily: predictions, measurements and the fold scores that are already known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from mtf_engine.domain.cell import CellResult, FoldValue
from mtf_engine.evaluation.predictions import PREDICTIONS_FILE, RESULT_FILE, Predictions, read_predictions
from mtf_engine.metrics.registry import get


class CellStore:
    """Predictions and fold scores of finished cells, each file read at most once.

    Parameters
    ----------
    directory : Path
        The run's ``cells`` folder.
    known : mapping of str to mapping
        Cell id → metric → fold score, as the journal has them; what is missing is computed from predictions.
    """

    def __init__(self, directory: Path, known: Mapping[str, Mapping[str, float | None]] | None = None) -> None:
        self._directory = directory
        self._known = dict(known or {})
        self._predictions: dict[str, Predictions] = {}

    def result(self, cell: str) -> CellResult | None:
        """Read what a cell measured; None when it has no result."""
        try:
            content = (self._directory / cell / RESULT_FILE).read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(content, type=CellResult)

    def predictions(self, cell: str) -> Predictions | None:
        """Read a cell's predictions, verified against its result; None when it has none."""
        if cell not in self._predictions:
            result = self.result(cell)
            if result is None:
                return None
            path = self._directory / cell / PREDICTIONS_FILE
            self._predictions[cell] = read_predictions(path, sha256=result.predictions_sha256)
        return self._predictions[cell]

    def fold_value(self, cell: str, metric: str) -> FoldValue | None:
        """Score one cell by one metric; None when the cell has no result.

        An undefined score is computed again even when the journal knows it, because only the computation has the
        reason.
        """
        known = self._known.get(cell, {}).get(metric)
        if known is not None:
            return FoldValue(known)
        predictions = self.predictions(cell)
        return None if predictions is None else get(metric).measure(predictions.sample)

    def forget(self, cells: tuple[str, ...]) -> None:
        """Let go of predictions that are not needed any more."""
        for cell in cells:
            self._predictions.pop(cell, None)
