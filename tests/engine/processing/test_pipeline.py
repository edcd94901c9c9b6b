"""Pipelines give scikit-learn's own numbers, learn from training rows only, and keep columns where they belong."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from mtf_engine.domain.dataset import Column, ColumnKind
from mtf_engine.errors import ModelError
from mtf_engine.processing.pipeline import FittedPipeline, fit_pipeline
from mtf_engine.processing.remedies import remedy_for

from .mixed import columns_of, mixed, steps

FRAME = mixed(200)
TRAIN, TEST = FRAME.iloc[:140], FRAME.iloc[140:]
SCALERS = {
    "standard": StandardScaler,
    "min_max": MinMaxScaler,
    "robust": RobustScaler,
    "quantile": partial(QuantileTransformer, output_distribution="normal", random_state=0),
}
IMPUTERS = {name: SimpleImputer(strategy=name) for name in ("mean", "median", "most_frequent")} | {"knn": KNNImputer()}
NUMBERS = ["age", "income"]
CATEGORIES = ["city", "plan"]


def fit(names: list[str] | None, *entries: object, train: pd.DataFrame = TRAIN) -> FittedPipeline:
    return fit_pipeline(steps(*entries), train, columns_of(FRAME, names))


@pytest.mark.parametrize("method", list(SCALERS))
@pytest.mark.parametrize("strategy", list(IMPUTERS))
@pytest.mark.filterwarnings("ignore:n_quantiles")
def test_numbers_equal_a_scikit_learn_pipeline_bit_for_bit(method: str, strategy: str) -> None:
    ours = fit(NUMBERS, {"impute": {"numeric": strategy}}, {"scale": method})
    theirs = make_pipeline(IMPUTERS[strategy], SCALERS[method]())
    np.testing.assert_array_equal(ours.train.to_numpy(), theirs.fit_transform(TRAIN[NUMBERS]))
    np.testing.assert_array_equal(ours.transform(TEST).to_numpy(), theirs.transform(TEST[NUMBERS]))


@pytest.mark.parametrize("method", ["one_hot", "ordinal"])
def test_mixed_columns_equal_a_column_transformer_bit_for_bit(method: str) -> None:
    ours = fit(
        [*NUMBERS, *CATEGORIES],
        {"impute": {"numeric": "median", "categorical": "most_frequent"}},
        {"encode": method},
        {"scale": "standard"},
    )
    encoder = (
        OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        if method == "one_hot"
        else OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    )
    theirs = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMBERS),
            ("categories", make_pipeline(SimpleImputer(strategy="most_frequent"), encoder), CATEGORIES),
        ],
        verbose_feature_names_out=False,
    )
    np.testing.assert_array_equal(ours.train.to_numpy(), theirs.fit_transform(TRAIN))
    np.testing.assert_array_equal(ours.transform(TEST).to_numpy(), theirs.transform(TEST))
    assert list(ours.feature_names) == theirs.get_feature_names_out().tolist()


def test_the_result_is_one_contiguous_block_of_numbers() -> None:
    ours = fit(None, {"drop_columns": ["note", "key"]}, "date_parts", "impute", "encode", "scale")
    for frame in (ours.train, ours.transform(TEST)):
        assert frame.to_numpy().dtype == np.float64
        assert frame.to_numpy().flags.c_contiguous
        assert np.shares_memory(frame.to_numpy(), frame.to_numpy())
    assert ours.feature_names == (
        "age",
        "income",
        "city_Bern",
        "city_Oslo",
        "city_Rome",
        "member",
        "joined_year",
        "joined_month",
        "joined_day",
        "joined_weekday",
        "plan_basic",
        "plan_plus",
    )


def test_nothing_is_learned_from_test_rows() -> None:
    ours = fit(None, {"drop_columns": ["note", "key"]}, "date_parts", "impute", "encode", "scale")
    poisoned = TEST.copy()
    poisoned[NUMBERS] = 1e9
    before = ours.transform(TEST)
    ours.transform(poisoned)
    pd.testing.assert_frame_equal(ours.transform(TEST), before)
    pd.testing.assert_frame_equal(ours.transform(TEST.iloc[:7]), before.iloc[:7])


def test_steps_pass_over_what_other_steps_made_unless_columns_are_named() -> None:
    ours = fit(["age", "plan"], {"impute": {"numeric": "mean", "indicators": True}}, "encode", "scale")
    assert set(ours.train["plan_basic"]) == {0.0, 1.0}
    assert ours.feature_names[:2] == ("age", "missingindicator_age")
    assert set(ours.train["missingindicator_age"]) == {0.0, 1.0}
    named = fit(["age", "plan"], "impute", "encode", {"scale": {"columns": ["plan"]}})
    assert named.train["plan_basic"].mean() == pytest.approx(0, abs=1e-12)
    assert named.train["age"].mean() > 30


def test_named_columns_only() -> None:
    ours = fit(NUMBERS, {"impute": {"columns": ["age"]}})
    assert ours.train["age"].notna().all()
    assert ours.train["income"].isna().any()
    encoded = fit(["member", "age"], "impute", {"encode": {"columns": ["member"]}})
    assert set(encoded.feature_names) == {"age", "member_0.0", "member_1.0"}


def test_a_named_column_that_is_gone() -> None:
    with pytest.raises(ModelError, match="'city'"):
        fit(["city", "age"], {"drop_columns": ["city"]}, {"encode": {"columns": ["city"]}})


def test_levels_that_training_rows_did_not_have() -> None:
    test = TEST.assign(city="Paris")
    assert (fit(CATEGORIES, "impute", "encode").transform(test).filter(like="city_") == 0).all(axis=None)
    assert (fit(CATEGORIES, "impute", {"encode": "ordinal"}).transform(test)["city"] == -1).all()


def test_rare_levels_share_a_column() -> None:
    frame = TRAIN.assign(city=["rare1", "rare2"] + ["often"] * 138)
    ours = fit_pipeline(steps({"encode": {"min_frequency": 5}}), frame, columns_of(FRAME, ["city"]))
    assert ours.feature_names == ("city_often", "city_infrequent_sklearn")


def test_truth_values_become_zero_and_one() -> None:
    ours = fit(["member", "age"], "impute", "encode", "scale")
    assert ours.feature_names == ("age", "member")
    assert set(ours.train["member"]) == {0.0, 1.0}


def test_select_drop_and_constant_columns() -> None:
    frame = TRAIN.assign(income=np.nan, plan="basic")
    assert fit(None, {"select_columns": ["age", "city"]}, train=frame).feature_names == ("age", "city")
    names = ["age", "income", "city", "plan"]
    assert fit(names, "drop_constant", train=frame).feature_names == ("age", "city")
    assert "plan" in fit(names, {"drop_constant": {"columns": ["income"]}}, train=frame).feature_names
    one_gap = TRAIN.assign(age=[np.nan] + [1.0] * 139)
    assert "age" in fit(names, "drop_constant", train=one_gap).feature_names


def test_a_column_without_training_values_is_left_out_silently() -> None:
    ours = fit(NUMBERS, "impute", "scale", train=TRAIN.assign(income=np.nan))
    assert ours.feature_names == ("age",)
    assert ours.transform(TEST).shape == (60, 1)


def test_samplers_change_training_rows_only() -> None:
    frame = TRAIN.copy()
    frame.loc[3, "age"] = 1e6
    ours = fit(["age"], "impute", {"remove_outliers": "z_score"}, "scale", train=frame)
    assert 3 not in ours.kept
    assert len(ours.kept) == len(ours.train) < len(frame)
    assert len(ours.transform(frame)) == len(frame)
    kept = SimpleImputer(strategy="median").fit_transform(frame[["age"]])[ours.kept]
    np.testing.assert_array_equal(ours.train.to_numpy(), StandardScaler().fit_transform(kept))


def test_quartiles_pass_over_columns_without_spread() -> None:
    frame = pd.DataFrame({"age": [0.0] * 9 + [5.0], "income": [1.0, 2, 3, 4, 5, 6, 7, 8, 900, np.nan]})
    ours = fit_pipeline(steps("remove_outliers"), frame, columns_of(FRAME, NUMBERS))
    assert ours.kept.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 9]


def test_dates_as_numbers() -> None:
    when = pd.DataFrame({"joined": pd.to_datetime(["2024-02-29 06:00", None])})
    columns = columns_of(FRAME, ["joined"])
    every = ["year", "quarter", "month", "week", "day", "weekday", "dayofyear", "hour", "minute", "epoch_days"]
    ours = fit_pipeline(steps({"date_parts": every}), when, columns)
    assert ours.train.iloc[0].tolist() == [2024, 1, 2, 9, 29, 3, 60, 6, 0, 19782.25]
    assert ours.train.iloc[1].isna().all()
    zoned = pd.DataFrame({"joined": when["joined"].dt.tz_localize("Europe/Zurich")})
    assert ours.transform(zoned)["joined_epoch_days"].iloc[0] == pytest.approx(19782.25 - 1 / 24)


def test_names_stay_unique() -> None:
    frame = pd.DataFrame({"a_b": [1.0, 2.0, 3.0], "a": ["b", "c", "b"]})
    columns = (Column("a_b", ColumnKind.NUMERIC, "float64", 0, 3), Column("a", ColumnKind.CATEGORICAL, "str", 0, 2))
    assert fit_pipeline(steps("encode"), frame, columns).feature_names == ("a_b", "a_b_2", "a_c")


def test_a_failing_step_is_named_with_its_cause() -> None:
    with pytest.raises(ModelError, match=r"The step scale cannot be fitted.*infinity"):
        fit(["age"], "scale", train=TRAIN.assign(age=np.inf))


def test_nothing_left() -> None:
    with pytest.raises(ModelError, match="no feature columns"):
        fit(["age"], {"drop_columns": ["age"]})


def test_the_source_rows_are_not_changed() -> None:
    frame = TRAIN.copy()
    fit(None, {"drop_columns": ["note"]}, "date_parts", "impute", "encode", "scale", train=frame)
    pd.testing.assert_frame_equal(frame, TRAIN)


def test_no_steps_leave_columns_as_they_are() -> None:
    ours = fit_pipeline((), TRAIN, columns_of(FRAME, ["city", "age"]))
    assert ours.feature_names == ("age", "city")
    assert ours.transform(TEST)["city"].iloc[0] == TEST["city"].iloc[0]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("ValueError: Input X contains NaN.", "`impute`"),
        (
            "ValueError: Input X contains infinity or a value too large for dtype('float64').",
            "Make infinite values missing",
        ),
        ("ValueError: could not convert string to float: 'Bern'", "`encode`"),
        ("ValueError: Negative values in data passed to MultinomialNB.", "min_max"),
    ],
)
def test_what_estimators_complain_of_has_a_remedy(message: str, told: str) -> None:
    assert told in str(remedy_for(message))
    assert remedy_for("ValueError: something else") is None


def test_estimators_still_complain_in_these_words() -> None:
    for value, told in ((np.nan, "impute"), (np.inf, "infinite"), ("Bern", "encode")):
        with pytest.raises(ValueError, match=r".") as error:
            LinearRegression().fit(pd.DataFrame({"x": [1.0, value, 3.0]}), [1.0, 2.0, 3.0])
        assert told in str(remedy_for(str(error.value)))


def test_a_named_date_is_scaled_by_its_parts() -> None:
    when = pd.DataFrame({"joined": pd.date_range("2015-01-03", periods=90, freq="41D")})
    columns = (Column("joined", ColumnKind.DATETIME, "datetime64[us]", distinct=90, missing=0),)
    raw = fit_pipeline(steps("date_parts", "scale"), when, columns).train
    assert raw["joined_year"].mean() > 2000
    named = fit_pipeline(steps("date_parts", "scale", {"scale": {"columns": ["joined"]}}), when, columns).train
    np.testing.assert_allclose(named, (raw - raw.mean()) / raw.std(ddof=0))
