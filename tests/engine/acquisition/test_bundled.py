"""scikit-learn's data sets come bit for bit, with their documented target."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from mtf_engine import plugins
from mtf_engine.acquisition.acquire import load_table
from mtf_engine.acquisition.inference import class_labels, infer_task
from mtf_engine.domain.dataset import ColumnKind, DatasetRef, Task
from mtf_engine.errors import SchemaError, SettingsError

CLASSIFICATION = {
    "iris": (datasets.load_iris, Task.MULTICLASS),
    "digits": (datasets.load_digits, Task.MULTICLASS),
    "wine": (datasets.load_wine, Task.MULTICLASS),
    "breast_cancer": (datasets.load_breast_cancer, Task.BINARY),
    "diabetes": (datasets.load_diabetes, Task.REGRESSION),
}


@pytest.mark.parametrize("name", CLASSIFICATION)
def test_values_are_scikit_learns(name: str) -> None:
    loader, task = CLASSIFICATION[name]
    features, target = loader(return_X_y=True)
    table = load_table(DatasetRef("d", f"sklearn:{name}"))
    assert table.default_target == "target"
    np.testing.assert_array_equal(table.frame.drop(columns="target").to_numpy(), features)
    np.testing.assert_array_equal(table.frame["target"].to_numpy(), target)
    assert table.task_hint is task
    assert infer_task(table.frame["target"]) is task
    assert {column.kind for column in table.columns} == {ColumnKind.NUMERIC}
    assert table.provenance.version is not None
    if task.is_classification:
        assert class_labels(table.frame["target"]) == tuple(np.unique(target).tolist())


def test_the_classes_meaning_is_noted() -> None:
    table = load_table(DatasetRef("d", "sklearn:breast_cancer"))
    assert table.provenance.notes == ("classes: 0 = malignant, 1 = benign",)


@pytest.mark.parametrize("target", ["Weight", "Waist", "Pulse"])
def test_linnerud_keeps_one_target_and_no_other(target: str) -> None:
    features, targets = datasets.load_linnerud(return_X_y=True, as_frame=True)
    table = load_table(DatasetRef("d", "sklearn:linnerud", target=target))
    assert list(table.frame.columns) == ["Chins", "Situps", "Jumps", target]
    np.testing.assert_array_equal(table.frame[target], targets[target])
    np.testing.assert_array_equal(table.frame[features.columns], features)
    assert table.task_hint is Task.REGRESSION
    assert "left out" in table.provenance.notes[0]


def test_linnerud_asks_for_its_target() -> None:
    with pytest.raises(SchemaError, match="several targets: Weight, Waist, Pulse"):
        load_table(DatasetRef("d", "sklearn:linnerud"))
    with pytest.raises(SchemaError) as caught:
        load_table(DatasetRef("d", "sklearn:linnerud", target="waist"))
    assert caught.value.hint == "Did you mean Waist?"


def test_another_column_may_be_the_target() -> None:
    table = load_table(DatasetRef("d", "sklearn:iris", target="petal width (cm)"))
    assert table.task_hint is None
    assert "target" in table.frame.columns


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(SchemaError) as caught:
        load_table(DatasetRef("d", "sklearn:irsi"))
    assert caught.value.hint == "Did you mean sklearn:iris?"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("openml:61", "not available yet"),
        ("openml-task:1", "not available yet"),
        ("hf:owner/name", "not available yet"),
        ("uci:53", "not available yet"),
        ("kaggle:owner/slug", "not available yet"),
        ("doi:10.5281/zenodo.1", "not available yet"),
        ("s3://bucket/key.csv", "not available yet"),
        ("postgresql+psycopg://u:p@h/db", "not available yet"),
        ("htps://host/x.csv", "unknown kind of source"),
        ("skleran:iris", "unknown kind of source"),
        ("", "is empty"),
    ],
)
def test_other_addresses_are_refused_clearly(source: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load_table(DatasetRef("d", source))
    assert "u:p" not in str(caught.value)


def test_every_source_and_format_loads_through_the_plugin_door() -> None:
    for group in ("mtf.sources", "mtf.formats"):
        for name in plugins.names(group):
            spec = plugins.load(group, name)
            assert spec.name == name  # type: ignore[attr-defined]
            assert spec.summary  # type: ignore[attr-defined]
