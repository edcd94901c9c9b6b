"""Forms: every step and model can be asked for, with types that its own parameters have."""

from __future__ import annotations

import pytest
from engine.session.harness import Helper

from mtf_engine import plugins
from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.glossary import describe
from mtf_engine.models import registry as models
from mtf_engine.models.build import build_estimator
from mtf_engine.models.forms import model_parameters, parameter_descriptions
from mtf_engine.processing.steps import registry as steps
from mtf_engine.processing.steps.forms import step_parameters

TYPES = {"number", "integer", "text", "choice", "flag", "columns", "names", "any"}


@pytest.mark.parametrize("name", plugins.names(steps.GROUP))
def test_a_step_accepts_the_defaults_of_its_form(name: str) -> None:
    form = step_parameters(name)
    assert {one.type for one in form.fields} <= TYPES
    assert all(one.description for one in form.fields)
    assert form.fields[-1].name == "columns"
    chosen: dict[str, object] = {one.name: one.default for one in form.fields if one.name != "columns"}
    if form.fields[-1].required:
        chosen["columns"] = ["a"]
    assert steps.parse({name: chosen}).problems == ()


@pytest.mark.parametrize("name", plugins.names(steps.GROUP))
def test_the_choices_of_a_step_are_all_valid_and_no_others(name: str) -> None:
    form = step_parameters(name)
    columns = {"columns": ["a"]} if form.fields[-1].required else {}
    for one in form.fields:
        if one.type == "choice":
            for choice in one.choices:
                assert steps.parse({name: {one.name: choice, **columns}}).problems == ()
            assert steps.parse({name: {one.name: "no such choice", **columns}}).problems
        if one.low is not None:
            too_low = one.low if one.excludes_low else one.low - 1
            assert steps.parse({name: {one.name: too_low, **columns}}).problems


@pytest.mark.parametrize("name", [spec.name for spec in models.all_models()])
def test_a_model_is_built_from_the_defaults_of_its_form(name: str) -> None:
    for task in Task:
        if models.get(name).estimator(task) is None:
            continue
        form = model_parameters(name, task.value)
        assert form.fields
        assert {one.type for one in form.fields} <= TYPES
        described = [one for one in form.fields if one.description]
        assert len(described) >= 0.9 * len(form.fields)
        chosen = {one.name: one.default for one in form.fields if not one.default_text}
        build_estimator(ModelRef(name, ModelKind.BUILTIN, name, chosen), task=task, seed=0)
        for one in form.fields:
            if one.type in ("number", "integer") and isinstance(one.default, int | float):
                assert one.low is None or one.default >= one.low
                assert one.high is None or one.default <= one.high


def test_ranges_and_choices_of_a_model(helper: Helper) -> None:
    fields = {one["name"]: one for one in helper.ask("model_form", name="svm")["fields"]}
    assert (fields["C"]["type"], fields["C"]["low"], fields["C"]["excludes_low"]) == ("number", 0, True)
    assert "rbf" in fields["kernel"]["choices"]
    assert fields["kernel"]["type"] == "choice"
    assert "probability" not in fields


def test_any_estimator_has_a_form(helper: Helper) -> None:
    form = helper.ask("model_form", name="sklearn.linear_model.LogisticRegression")
    assert "C" in [one["name"] for one in form["fields"]]
    assert "lightgmb" in helper.error("model_form", name="lightgmb.LGBMClassifier")["message"]


def test_unknown_names_have_the_nearest(helper: Helper) -> None:
    assert "impute" in helper.error("step_form", name="imput")["hint"]
    assert (
        "cannot do regression" in helper.error("model_form", name="logistic_regression", task="regression")["message"]
    )
    assert "no task" in helper.error("model_form", name="svm", task="clustering")["message"]


@pytest.mark.parametrize("kind", ["steps", "models", "metrics", "checks"])
def test_registries_are_listed(helper: Helper, kind: str) -> None:
    found = helper.ask("registry", kind=kind)
    assert all(one["summary"] and one["docs"] for one in found)
    one = helper.ask("registry", kind=kind, name=found[0]["name"])
    assert one[0]["name"] == found[0]["name"]


def test_a_model_is_explained_with_what_its_form_shows() -> None:
    (entry,) = describe("models", "random_forest")
    said = {one.name: one for one in entry.parameters}
    assert list(said) == [one.name for one in model_parameters("random_forest").fields]
    assert said["n_estimators"].type == "whole number, at least 1"
    assert said["max_depth"].type == "whole number, at least 1, or null"
    assert (said["bootstrap"].type, said["bootstrap"].default) == ("true or false", "true")
    assert said["criterion"].type == "entropy or gini or log_loss"
    assert said["max_features"].type == "log2 or sqrt or another value, or null"
    assert said["min_weight_fraction_leaf"].type == "number, 0 … 0.5"
    assert said["n_estimators"].description == "The number of trees in the forest."


def test_descriptions_are_plain_sentences() -> None:
    text = (
        "A model.\n\nParameters\n----------\nC : float, default=1.0\n    Inverse of :term:`strength <x>`; see\n"
        "    :ref:`guide`. More.\n\n    Later.\n\nkernel, alias : str\n    The ``kernel``.\n\n**options\n    All.\n\n"
        "Attributes\n----------\nnone_\n    Not a parameter.\n"
    )
    assert parameter_descriptions(text) == {
        "C": "Inverse of strength; see guide.",
        "kernel": "The kernel.",
        "options": "All.",
    }
    assert parameter_descriptions("Nothing here.") == {}


@pytest.mark.parametrize("kind", ["steps", "checks"])
def test_parameters_are_told_in_words_of_the_settings(kind: str) -> None:
    told = {(entry.name, one.name): (one.type, one.default) for entry in describe(kind) for one in entry.parameters}
    assert told
    words = " ".join(f"{typed} {default}" for typed, default in told.values())
    for python in ("Optional", "Literal", "Annotated", "tuple", "float", "bool ", "int ", "None", "True", "False"):
        assert python not in words
    expected = {
        "steps": {
            ("encode", "drop"): ("first or if_binary, or null", "null"),
            ("encode", "min_frequency"): ("whole number, at least 1, or null", "null"),
            ("impute", "indicators"): ("true or false", "false"),
            ("date_parts", "columns"): ("list of columns, or null", "null"),
        },
        "checks": {
            ("duplicate_rows", "max_share"): ("number, 0 … 1", "0.01"),
            ("class_imbalance", "min_rows"): ("whole number, at least 0", "20"),
        },
    }[kind]
    assert {key: told[key] for key in expected} == expected
