"""The suites find what they are for: each plugin here breaks one law, and the test of that law fails."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.preprocessing import FunctionTransformer

from mtf_engine import plugins
from mtf_engine.acquisition.interfaces import Acquired, AcquiredFile, Parsed
from mtf_engine.checks.specification import Outcome
from mtf_engine.domain.dataset import ColumnKind, SourceFile
from mtf_engine.domain.results import Verdict
from mtf_engine.domain.step import StepKind
from mtf_engine.metrics.spec import CLASSIFICATION, metric
from mtf_engine.processing.steps.spec import Part, StepParameters, StepSpec, Transform
from mtf_engine.reports.specification import ReportFile
from mtf_engine.testing import (
    CheckConformance,
    FormatConformance,
    MetricConformance,
    ModelConformance,
    ReportConformance,
    SourceConformance,
    StepConformance,
)

NUMERIC = frozenset({ColumnKind.NUMERIC})


@metric(tasks=CLASSIFICATION)
def forgets_weights(sample):
    """Share of rows that are right, whatever they weigh."""
    return (sample.truth == sample.prediction).mean()


@metric(tasks=CLASSIFICATION, greater_is_better=True)
def upside_down(sample):
    """Share of rows that are wrong, called better the more there are."""
    return sample.mean(sample.truth != sample.prediction)


def build_centre(_parameters):
    """Subtract the mean of the very rows that are transformed."""

    def centre(block):
        values = pd.DataFrame(block)
        return values - values.mean()

    return Transform((Part(NUMERIC, FunctionTransformer(centre), carries=True),))


LEAKS = StepSpec("leaks", StepKind.TRANSFORMER, StepParameters, NUMERIC, build_centre)

COUNTED = iter(range(1000))


def replaced(group: str, name: str, /, **changes: Any) -> Any:
    return dataclasses.replace(plugins.load(group, name), **changes)  # type: ignore[type-var]


def judge_by_a_count(_data, **_parameters):
    return Outcome(Verdict.PASS, f"call {next(COUNTED)}")


def judge_with_nan(_data, **_parameters):
    return Outcome(Verdict.PASS, "looks well", {"share": float("nan")})


def render_raw(results, _context):
    return (ReportFile("report.html", f"<p>{results.run.name}</p>forest".encode()),)


def acquire_with_a_wrong_size(ref, _monitor):
    path = Path(ref.source)
    return Acquired(ref.source, (AcquiredFile(path, SourceFile(path.name, "0" * 64, 1)),))


def read_without_the_last_row(file, _options, monitor):
    monitor.check("table")
    return Parsed(pyarrow.parquet.read_table(file.path).slice(0, 3))


class Broken(FormatConformance):
    def write(self, table: pa.Table, path: Path) -> None:
        pyarrow.parquet.write_table(table, path)


CASES = [
    (MetricConformance, {"metric": forgets_weights}, "test_integer_weights_are_repeated_rows"),
    (MetricConformance, {"metric": upside_down}, "test_value_is_in_range_and_nothing_beats_a_perfect_answer"),
    (StepConformance, {"step": LEAKS}, "test_each_row_is_transformed_by_itself"),
    (
        ModelConformance,
        {"model": replaced("mtf.models", "ridge", name="unsure", regressor=f"{__name__}.Unsure", classifier=None)},
        "test_the_same_seed_gives_the_same_bits",
    ),
    (
        CheckConformance,
        {"check": replaced("mtf.checks", "duplicate_rows", function=judge_by_a_count)},
        "test_the_same_data_give_the_same_outcome",
    ),
    (
        CheckConformance,
        {"check": replaced("mtf.checks", "duplicate_rows", function=judge_with_nan)},
        "test_evidence_is_json_and_bounded",
    ),
    (
        ReportConformance,
        {"report": replaced("mtf.reports", "html", render=render_raw)},
        "test_strings_of_data_do_no_harm",
    ),
    (
        SourceConformance,
        {"source": replaced("mtf.sources", "path", acquire=acquire_with_a_wrong_size), "address": __file__},
        "test_it_delivers_files_or_a_table",
    ),
    (
        Broken,
        {"format": replaced("mtf.formats", "parquet", read=read_without_the_last_row)},
        "test_what_was_written_is_read",
    ),
]


class Unsure:
    """A regressor that says something else each time."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Unsure:  # noqa: ARG002 - the interface of estimators
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.full(len(X), float(next(COUNTED)))


@pytest.mark.parametrize(("suite", "subject", "law"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_a_broken_law_is_found(suite, subject, law, tmp_path):
    suite = type("Suite", (suite,), subject)()
    test = getattr(suite, law)
    with pytest.raises((AssertionError, ValueError)):
        test(tmp_path) if suite.__class__.__mro__[1] is Broken else test()
