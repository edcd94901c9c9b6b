"""Views of a real run, held against scikit-learn on the same stored predictions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from engine.session.harness import HOSTILE, Helper, Project
from sklearn import metrics as sk

from mtf_engine.domain import views
from mtf_engine.domain.difference import RunDifference
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import Results
from mtf_engine.evaluation.contestant import contestants_of
from mtf_engine.evaluation.resampling import TestRows
from mtf_engine.evaluation.store import CellStore

pytestmark = pytest.mark.usefixtures("ran")
TYPES: dict[str, type] = {
    "confusion": views.Confusion,
    "class_recall": views.ClassRecalls,
    "residual_histogram": views.ResidualSummary,
    "versus": views.Versus,
    "row_by_row": views.RowByRow,
    "rows": views.RowPage,
}
BY_TASK = {
    "customers": [
        "roc", "pr", "gain", "lift", "ks", "score_histogram", "threshold", "confusion", "class_recall", "versus",
        "row_by_row", "rows",
    ],
    "wine": ["roc", "pr", "gain", "lift", "ks", "score_histogram", "threshold", "confusion", "class_recall", "rows"],
    "breast_cancer": ["roc", "versus", "row_by_row", "rows"],
    "diabetes": ["predicted_actual", "residuals", "residual_histogram", "qq", "versus", "row_by_row", "rows"],
}  # fmt: skip


def view(helper: Helper, project: Project, kind: str, **params: object) -> Any:
    """Ask for a view and read it as its type."""
    answer = helper.ask("view", run=str(project.run), kind=kind, **params)
    return msgspec.convert(answer, TYPES.get(kind, views.Curves), strict=False)


@pytest.fixture(scope="session")
def results(project: Project) -> Results:
    return msgspec.json.decode((project.run / "results.json").read_bytes(), type=Results)


@pytest.fixture(scope="session")
def stored(project: Project) -> dict[tuple[str, str], TestRows]:
    """Test rows by data set and model, read without the helper."""
    plan = msgspec.json.decode((project.run / "plan.json").read_bytes(), type=Plan)
    store = CellStore(project.run / "cells")
    found = {}
    for entry in plan.datasets:
        for one in contestants_of(plan, entry, store):
            assert one.test_rows is not None
            found[entry.dataset.name, one.model] = one.test_rows
    return found


@pytest.mark.parametrize(("dataset", "kind"), [(dataset, kind) for dataset in BY_TASK for kind in BY_TASK[dataset]])
def test_every_view_of_every_task_is_small_finite_and_typed(
    helper: Helper, project: Project, dataset: str, kind: str
) -> None:
    found = view(helper, project, kind, dataset=dataset)
    assert len(json.dumps(msgspec.to_builtins(found))) < 400_000
    if isinstance(found, views.Curves):
        assert found.series
        for series in found.series:
            assert 0 < len(series.x) == len(series.y) <= views.MAX_POINTS
            assert np.isfinite([*series.x, *series.y]).all()
            assert min(series.x) >= found.x_range[0]
            assert max(series.x) <= found.x_range[1]
            if not found.scatter:
                assert list(series.x) == sorted(series.x)


@pytest.mark.parametrize("model", ["logistic_regression", "decision_tree"])
def test_a_roc_curve_is_scikit_learns(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows], results: Results, model: str
) -> None:
    found = view(helper, project, "roc", dataset="customers", models=[model])
    sample = stored["customers", model].sample
    truth, score = sample.ranking()
    fpr, tpr, _ = sk.roc_curve(truth, score, drop_intermediate=False)
    (series,) = found.series
    drawn = {(round(x, 12), round(y, 12)) for x, y in zip(series.x, series.y, strict=True)}
    assert drawn <= {(round(x, 12), round(y, 12)) for x, y in zip(fpr, tpr, strict=True)}
    assert np.trapezoid(series.y, series.x) == pytest.approx(sk.roc_auc_score(truth, score), abs=0.005)
    (score_row,) = [
        one for one in results.scores if (one.dataset, one.model, one.metric) == ("customers", model, "roc_auc")
    ]
    assert series.value == score_row.estimate
    assert found.guide == ((0, 0), (1, 1))


def test_the_band_is_around_the_first_model_only(helper: Helper, project: Project) -> None:
    models = ["logistic_regression", ["default", "decision_tree"]]
    found = view(helper, project, "roc", dataset="customers", models=models)
    assert [one.model for one in found.series] == ["logistic_regression", "decision_tree"]
    first, second = found.series
    assert second.low is None
    assert first.low is not None
    assert first.high is not None
    assert all(0 <= low <= y <= high <= 1 for low, y, high in zip(first.low, first.y, first.high, strict=True))
    assert max(high - low for low, high in zip(first.low, first.high, strict=True)) > 0.05
    assert "band 95% of logistic_regression" in found.note


def test_the_band_of_one_test_set_comes_from_its_rows(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    found = view(helper, project, "roc", dataset="breast_cancer", models=["decision_tree"])
    (series,) = found.series
    assert found.note == "one test set · band 95% of decision_tree, percentiles of 2,000 resamples"
    assert series.low is not None
    assert series.high is not None
    assert all(low <= y <= high for low, y, high in zip(series.low, series.y, series.high, strict=True))
    sample = stored["breast_cancer", "decision_tree"].sample
    at = 1 + int(np.argmin(np.abs(np.array(series.x[1:-1]) - 0.05)))
    generator = np.random.default_rng(0)
    rates = []
    classes = [np.flatnonzero(sample.truth == code) for code in (0, 1)]
    truth, score = sample.ranking()
    for _ in range(1000):
        rows = np.concatenate([generator.choice(own, len(own)) for own in classes])
        drawn = sk.roc_curve(truth[rows], score[rows], drop_intermediate=False)
        rates.append(np.interp(series.x[at], drawn[0], drawn[1]))
    low, high = np.quantile(rates, (0.025, 0.975))
    assert series.low[at] == pytest.approx(min(low, series.y[at]), abs=0.03)
    assert series.high[at] == pytest.approx(max(high, series.y[at]), abs=0.03)


def test_of_repeated_folds_each_row_counts_once(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    assert len(stored["diabetes", "linear_regression"].rows) == 2 * 442
    found = view(helper, project, "versus", dataset="diabetes", models=["linear_regression", "decision_tree"])
    assert (found.rows.total, len(found.folds)) == (442, 6)
    assert "first repeat only" in found.rows.note
    page = view(helper, project, "rows", dataset="diabetes", models=["linear_regression"], limit=500)
    assert sorted(row[0] for row in page.rows) == list(range(442))


def test_precision_and_recall_are_scikit_learns(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    found = view(helper, project, "pr", dataset="customers", models=["logistic_regression"])
    truth, score = stored["customers", "logistic_regression"].sample.ranking()
    precision, recall, _ = sk.precision_recall_curve(truth, score)
    known = {(round(x, 12), round(y, 12)) for x, y in zip(recall, precision, strict=True)}
    (series,) = found.series
    assert {(round(x, 12), round(y, 12)) for x, y in zip(series.x[1:], series.y[1:], strict=True)} <= known
    assert found.guide[0][1] == pytest.approx(truth.mean())


def test_gain_lift_and_ks_agree(helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]) -> None:
    asked = {"dataset": "customers", "models": ["decision_tree"]}
    gain, lift, ks = (view(helper, project, kind, **asked).series[0] for kind in ("gain", "lift", "ks"))
    assert (gain.x[-1], gain.y[-1], lift.y[-1], ks.y[-1]) == (1.0, 1.0, 1.0, 0.0)
    assert np.allclose(np.interp(lift.x, gain.x, gain.y) / np.array(lift.x), lift.y)
    truth, score = stored["customers", "decision_tree"].sample.ranking()
    fpr, tpr, _ = sk.roc_curve(truth, score)
    assert ks.value == pytest.approx(np.max(np.abs(tpr - fpr)))


def test_thresholds_are_scikit_learns(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    found = view(helper, project, "threshold", dataset="customers", models=["logistic_regression", "decision_tree"])
    lines = {one.label: one for one in found.series}
    assert set(lines) == {"precision", "recall", "F1", "said positive"}
    sample = stored["customers", "logistic_regression"].sample
    assert sample.probability is not None
    for cut in (0.2, 0.5):
        said = sample.probability[:, 1] >= cut
        at = lines["recall"].x.index(cut)
        assert lines["recall"].y[at] == pytest.approx(sk.recall_score(sample.truth, said))
        assert lines["F1"].y[at] == pytest.approx(sk.f1_score(sample.truth, said))
        assert lines["said positive"].y[at] == pytest.approx(said.mean())


def test_histograms_of_scores_are_shares_of_each_class(helper: Helper, project: Project) -> None:
    found = view(helper, project, "score_histogram", dataset="customers", models=["decision_tree"])
    assert [one.label for one in found.series] == ["not yes", "yes"]
    assert all(sum(one.y) == pytest.approx(1) for one in found.series)
    assert found.x_range == (0, 1)


def test_a_class_of_several_is_held_against_the_rest(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    asked = {"dataset": "wine", "models": ["decision_tree"]}
    sample = stored["wine", "decision_tree"].sample
    assert sample.probability is not None
    for code in (0, 2):
        found = view(helper, project, "roc", options={"class": code}, **asked)
        assert (found.classes, found.class_index) == ((0, 1, 2), code)
        area = sk.roc_auc_score(sample.truth == code, sample.probability[:, code])
        assert found.series[0].value == pytest.approx(area)
    error = helper.error("view", run=str(project.run), kind="roc", options={"class": 3}, **asked)
    assert "no class 3" in error["message"]


@pytest.mark.parametrize("dataset", ["customers", "wine"])
def test_a_confusion_is_scikit_learns(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows], dataset: str
) -> None:
    found = view(helper, project, "confusion", dataset=dataset, models=["decision_tree"])
    sample = stored[dataset, "decision_tree"].sample
    assert np.array_equal(found.counts, sk.confusion_matrix(sample.truth, sample.prediction))
    assert np.allclose(np.sum(found.shares, axis=1), 1)
    assert found.threshold == (0.5 if dataset == "customers" else None)
    recalls = view(helper, project, "class_recall", dataset=dataset, models=["decision_tree"])
    expected = sk.recall_score(sample.truth, sample.prediction, average=None)
    assert [one.recall for one in recalls.classes] == pytest.approx(list(expected))
    assert all(one.low <= one.recall <= one.high for one in recalls.classes)


def test_a_confusion_at_another_threshold(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    asked = {"dataset": "customers", "models": ["logistic_regression"], "options": {"threshold": 0.2}}
    found = view(helper, project, "confusion", **asked)
    sample = stored["customers", "logistic_regression"].sample
    assert sample.probability is not None
    assert np.array_equal(found.counts, sk.confusion_matrix(sample.truth, sample.probability[:, 1] >= 0.2))
    wrong = {**asked, "options": {"threshold": "high"}}
    assert "no threshold" in helper.error("view", run=str(project.run), kind="confusion", **wrong)["message"]


def test_residuals_are_actual_minus_predicted(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows]
) -> None:
    sample = stored["diabetes", "linear_regression"].sample
    residuals = sample.truth - sample.prediction
    asked = {"dataset": "diabetes", "models": ["linear_regression"]}
    summary = view(helper, project, "residual_histogram", **asked)
    assert sum(summary.counts) == len(sample)
    assert (summary.mean, summary.std) == pytest.approx((residuals.mean(), residuals.std(ddof=1)))
    points = view(helper, project, "residuals", **asked)
    assert set(points.series[0].y) <= set(residuals.tolist())
    assert points.guide[0][1] == 0
    scatter = view(helper, project, "predicted_actual", **asked).series[0]
    assert set(zip(scatter.x, scatter.y, strict=True)) <= set(
        zip(sample.prediction.tolist(), sample.truth.tolist(), strict=True)
    )
    quantiles = view(helper, project, "qq", **asked).series[0]
    assert list(quantiles.y) == sorted(quantiles.y)


def test_two_models_row_by_row(
    helper: Helper, project: Project, stored: dict[tuple[str, str], TestRows], results: Results
) -> None:
    models = ["decision_tree", "logistic_regression"]
    found = view(helper, project, "versus", dataset="customers", metric="accuracy", models=models)
    right = [stored["customers", model].sample for model in models]
    a, b = (sample.prediction == sample.truth for sample in right)
    rows = found.rows
    assert (rows.both_right, rows.only_a) == (int((a & b).sum()), int((a & ~b).sum()))
    assert (rows.only_b, rows.both_wrong) == (int((b & ~a).sum()), int((~a & ~b).sum()))
    assert rows.total == 240
    assert rows.test == "McNemar mid-p"
    by_metric = {one.metric: one for one in found.metrics}
    assert set(by_metric) == {"roc_auc", "average_precision", "accuracy"}
    for row in results.comparisons:
        if row.dataset == "customers" and {row.a, row.b} == set(models):
            mine = by_metric[row.metric]
            assert mine.difference == pytest.approx(-row.difference)
            assert (mine.low, mine.high) == pytest.approx((-row.high, -row.low))
            assert mine.a - mine.b == pytest.approx(mine.difference)
            swapped = {"a_better": "b_better", "b_better": "a_better"}
            assert mine.verdict == swapped.get(row.verdict, row.verdict)
    assert len(found.folds) == 3
    assert found.pairs == 3


def test_numbers_are_told_apart_by_their_error(helper: Helper, project: Project) -> None:
    found = view(helper, project, "row_by_row", dataset="diabetes", models=["linear_regression", "baseline"])
    assert found.by_error
    assert found.total == 442
    assert found.only_a > found.only_b
    assert found.p_value < 0.001


def test_rows_behind_a_number(helper: Helper, project: Project) -> None:
    models = ["logistic_regression", "decision_tree"]
    counts = view(helper, project, "row_by_row", dataset="customers", models=models)
    for which in ("only_a", "only_b", "both_right", "both_wrong"):
        page = view(helper, project, "rows", dataset="customers", models=models, options={"which": which}, limit=500)
        assert page.total == getattr(counts, which) == len(page.rows)
        truth, a, b = (page.columns.index(name) for name in ("truth", *models))
        for row in page.rows:
            said = (row[a] == row[truth], row[b] == row[truth])
            assert said == {
                "only_a": (True, False), "only_b": (False, True), "both_right": (True, True),
                "both_wrong": (False, False),
            }[which]  # fmt: skip
        ids = [row[0] for row in page.rows]
        assert ids == sorted(ids)


def test_rows_have_the_columns_of_the_source(helper: Helper, project: Project) -> None:
    page = view(helper, project, "rows", dataset="customers", options={"which": "rows", "rows": [7, 5]})
    assert page.columns[:5] == ("row", "fold", "truth", "prediction", "P(yes)")
    assert page.columns[5:] == ("customer_id", "tenure", "charges", "internet")
    rows = {row[0]: row for row in page.rows}
    assert rows[5][5:] == ("C00005", 35, None, "none")
    assert rows[7][5] == HOSTILE
    assert page.numeric[5:] == (False, True, True, False)


def test_rows_of_a_confusion_are_its_count(helper: Helper, project: Project) -> None:
    asked = {"dataset": "wine", "models": ["decision_tree"]}
    counts = view(helper, project, "confusion", **asked).counts
    for truth in range(3):
        for said in range(3):
            options = {"which": "confusion", "truth": truth, "prediction": said}
            page = view(helper, project, "rows", options=options, limit=3, **asked)
            assert page.total == counts[truth][said]
            assert all(row[2:4] == (truth, said) for row in page.rows)
    bad = {"which": "confusion", "truth": 0}
    assert "two classes" in helper.error("view", run=str(project.run), kind="rows", options=bad, **asked)["message"]


def test_the_largest_errors_come_first_and_by_pages(helper: Helper, project: Project) -> None:
    asked = {"dataset": "diabetes", "models": ["linear_regression"], "options": {"which": "largest_errors"}}
    whole = view(helper, project, "rows", limit=10, **asked)
    error = whole.columns.index("error")
    sizes = [abs(row[error]) for row in whole.rows]
    assert sizes == sorted(sizes, reverse=True)
    page = view(helper, project, "rows", offset=4, limit=3, **asked)
    assert page.rows == whole.rows[4:7]
    assert (page.offset, page.total) == (4, 442)
    assert view(helper, project, "rows", offset=10_000, **asked).rows == ()


def test_a_source_that_changed_gives_prepared_features(helper: Helper, project: Project) -> None:
    path = project.folder / "customers.csv"
    content = path.read_bytes()
    try:
        path.write_bytes(content + b"C99999,1,2,dsl,no\n")
        page = view(helper, project, "rows", dataset="customers", options={"which": "rows", "rows": [5]}, limit=7)
    finally:
        path.write_bytes(content)
    assert "has changed" in page.note
    assert set(page.columns[5:]) == {"tenure", "charges", "internet"}


def test_a_view_is_kept_while_the_run_stays(helper: Helper, project: Project) -> None:
    first = helper.ask("view", run=str(project.run), kind="roc", dataset="customers")
    took = []
    for _ in range(4):
        before = helper.processor_seconds()
        assert helper.ask("view", run=str(project.run), kind="roc", dataset="customers") == first
        took.append(helper.processor_seconds() - before)
    assert min(took) < 0.3


def test_models_come_by_rank_when_none_is_named(helper: Helper, project: Project, results: Results) -> None:
    found = view(helper, project, "roc", dataset="customers", metric="accuracy")
    scores = {s.model: s.estimate for s in results.scores if (s.dataset, s.metric) == ("customers", "accuracy")}
    assert [one.model for one in found.series] == sorted(scores, key=lambda model: -(scores[model] or 0))


def test_views_that_make_no_sense_are_answers(helper: Helper, project: Project) -> None:
    def refuse(**params: object) -> str:
        error = helper.error("view", **{"run": str(project.run), **params})
        return f"{error['message']} {error['hint']}"

    assert "Did you mean 'roc'" in refuse(kind="rocc")
    assert "is a regression" in refuse(kind="roc", dataset="diabetes")
    assert "is a regression" in refuse(kind="confusion", dataset="diabetes")
    assert "is a classification" in refuse(kind="qq", dataset="wine")
    assert "Did you mean 'customers'" in refuse(kind="roc", dataset="customer")
    assert "Did you mean 'decision_tree'" in refuse(kind="roc", dataset="wine", models=["decision_trees"])
    assert "no model" in refuse(kind="roc", dataset="wine", models=[["robust", "decision_tree"]])
    assert "Two models" in refuse(kind="versus", dataset="wine", models=["decision_tree"])
    assert "chooses no rows" in refuse(kind="rows", dataset="wine", options={"which": "best"})
    assert "metric" in refuse(kind="roc", metric="rocauc_")
    assert refuse(kind="roc", run="no-such-run")


def test_a_run_without_results_is_computed(helper: Helper, project: Project, results: Results) -> None:
    path = project.run / "results.json"
    content = path.read_bytes()
    try:
        path.unlink()
        found = view(helper, project, "versus", dataset="wine", models=["logistic_regression", "baseline"])
    finally:
        path.write_bytes(content)
    (row,) = [
        one
        for one in results.comparisons
        if (one.dataset, one.metric) == ("wine", "accuracy") and {one.a, one.b} == {"logistic_regression", "baseline"}
    ]
    assert [one.difference for one in found.metrics if one.metric == "accuracy"] == [row.difference]


def test_a_model_without_all_its_folds_is_named(helper: Helper, project: Project, tmp_path: Path) -> None:
    copy = tmp_path / project.run.name
    shutil.copytree(project.run, copy)
    plan = msgspec.json.decode((copy / "plan.json").read_bytes(), type=Plan)
    gone = next(cell for cell in plan.cells if (cell.dataset, cell.model) == ("customers", "decision_tree"))
    shutil.rmtree(copy / "cells" / gone.id)
    found = msgspec.convert(helper.ask("view", run=str(copy), kind="roc", dataset="customers"), views.Curves)
    assert [(one.model, one.reason) for one in found.lacking] == [("decision_tree", "1 of 3 folds have no result")]
    assert [one.model for one in found.series] == ["logistic_regression", "baseline"]
    error = helper.error("view", run=str(copy), kind="confusion", dataset="customers", models=["decision_tree"])
    assert "1 of 3 folds" in error["message"]


def test_past_runs_tell_what_the_cells_of_a_run_take(helper: Helper, project: Project) -> None:
    answer = helper.ask("costs", run=str(project.run))
    plan = json.loads((project.run / "plan.json").read_text())
    kinds = {(cell["dataset"], cell["model"]) for cell in plan["cells"]}
    assert {(cost["dataset"], cost["model"]) for cost in answer["costs"]} == kinds
    assert all(0 < cost["seconds"] < 60 for cost in answer["costs"])


def test_a_run_is_compared_with_itself(helper: Helper, project: Project) -> None:
    answer = helper.ask("compare", before=str(project.run), after=project.run.name)
    found = msgspec.convert(answer, RunDifference)
    assert found.settings == found.data == ()
    assert {one.verdict for one in found.scores} <= {"same", "undecided"}


@pytest.mark.parametrize("kind", ["html", "markdown", "junit", "json"])
def test_reports_are_written_where_they_are_asked(helper: Helper, project: Project, tmp_path: Path, kind: str) -> None:
    written = helper.ask("export", run=str(project.run), format=kind, path=str(tmp_path / "report.out"))
    assert Path(written["path"]).stat().st_size > 100
    assert "nonsense" in helper.error("export", run=str(project.run), format="nonsense", path=str(tmp_path))["message"]
