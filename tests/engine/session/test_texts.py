"""The settings text over the pipes: problems, slots, and edits that know what parameters mean."""

from __future__ import annotations

import difflib

import pytest
from engine.session.harness import HOSTILE, SETTINGS, Helper, Project

from mtf_engine.settings import template


def changed(before: str, after: str) -> list[str]:
    """Lines that went or came."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[:2] in ("- ", "+ ")]


def test_a_right_text_has_no_problems_and_is_summed_up(helper: Helper, project: Project) -> None:
    found = helper.ask("validate", text=SETTINGS, path=str(project.settings))
    assert found["problems"] == []
    summary = found["summary"]
    assert summary["datasets"] == ["customers", "diabetes", "wine", "breast_cancer"]
    assert summary["models"] == ["logistic_regression", "linear_regression", "decision_tree"]
    assert (summary["name"], summary["pipelines"], summary["split"]) == ("churn", ["default"], "auto")


def test_all_problems_come_at_once_with_line_key_and_hint(helper: Helper) -> None:
    text = "version: 1\ndatasets: [sklearn:iris]\nmodels: [rigde]\nmetrcs: [r2]\npipeline:\n  - scale: minmax\n"
    problems = helper.ask("validate", text=text)["problems"]
    assert [(one["line"], one["key"]) for one in problems] == [
        (3, "models[0]"),
        (4, "metrcs"),
        (6, "pipeline[0].scale.method"),
    ]
    assert "Did you mean 'metrics'?" in problems[1]["hint"]


@pytest.mark.parametrize(
    "text", ["", "{", "a: [", "\t- x", "version: 1\ndatasets: !!python/object:os.system {}\n", HOSTILE, "- a\n- b\n"]
)
def test_hostile_texts_have_problems_and_no_traceback(helper: Helper, text: str) -> None:
    assert helper.ask("validate", text=text)["problems"]
    helper.answer("slots", {"text": text})
    helper.answer("edit", {"text": text, "operation": {"verb": "set", "path": ["seed"], "value": 1}})
    assert helper.ask("ping")


def test_names_from_hostile_data_stay_text(helper: Helper) -> None:
    operation = {"verb": "insert", "path": ["datasets"], "value": {"source": "a.csv", "target": HOSTILE}}
    text = helper.ask("edit", text=template(), operation=operation)["text"]
    assert not any(ord(character) < 32 and character != "\n" for character in text)
    slots = next(one["slots"] for one in helper.ask("slots", text=text)["lists"] if one["path"] == ["datasets"])
    assert slots[0]["value"] == {"source": "a.csv", "target": HOSTILE}


def test_the_template_runs_as_it_is(helper: Helper) -> None:
    text = helper.ask("template")["text"]
    assert text == template()
    assert helper.ask("validate", text=text)["problems"] == []


def test_entries_are_listed_on_and_off(helper: Helper) -> None:
    text = SETTINGS.replace("  - encode", "  #off - encode")
    lists = {tuple(one["path"]): one["slots"] for one in helper.ask("slots", text=text)["lists"]}
    steps = lists["pipeline",]
    assert [(one["name"], one["is_on"]) for one in steps] == [
        ("drop_duplicates", True),
        ("impute", True),
        ("encode", False),
        ("scale", True),
    ]
    assert steps[2]["value"] == {"encode": "one_hot"}
    assert [one["name"] for one in lists["datasets",]] == ["customers", "diabetes", "wine", "breast_cancer"]
    assert SETTINGS.splitlines()[steps[0]["line"] - 1].startswith("  - drop_duplicates")


@pytest.mark.parametrize(
    ("path", "position", "value", "lines"),
    [
        (["pipeline"], 3, {"method": "robust"}, ["-   - scale: standard", "+   - scale: robust"]),
        (["pipeline"], 3, {"method": "standard"}, []),
        (
            ["pipeline"],
            1,
            {"numeric": "mean", "categorical": "most_frequent", "indicators": False},
            ["-   - impute: {numeric: median}", "+   - impute: {numeric: mean}"],
        ),
        (
            ["pipeline"],
            2,
            {"method": "one_hot", "columns": ["internet"]},
            ["-   - encode: one_hot", "+   - encode: {method: one_hot, columns: [internet]}"],
        ),
        (["models"], 0, {"C": 0.5}, ["-   - logistic_regression", "+   - logistic_regression: {C: 0.5}"]),
        (["models"], 0, {"C": 1.0, "tol": 0.0001}, []),
        (
            ["models"],
            2,
            {"max_depth": 4, "criterion": "gini"},
            ["-   - decision_tree: {max_depth: 3}", "+   - decision_tree: {max_depth: 4}"],
        ),
        (["models"], 2, {}, ["-   - decision_tree: {max_depth: 3}", "+   - decision_tree"]),
    ],
)
def test_parameters_are_written_only_where_they_differ(
    helper: Helper, path: list[str], position: int, value: dict[str, object], lines: list[str]
) -> None:
    operation = {"verb": "parameters", "path": path, "position": position, "value": value}
    text = helper.ask("edit", text=SETTINGS, operation=operation)["text"]
    assert sorted(changed(SETTINGS, text)) == sorted(lines)


def test_an_edited_text_stays_valid(helper: Helper, project: Project) -> None:
    text = SETTINGS
    for operation in (
        {"verb": "insert", "path": ["models"], "position": 1, "value": {"svm": {"C": 2.0}}},
        {"verb": "move", "path": ["pipeline"], "position": 3, "to": 1},
        {"verb": "switch", "path": ["datasets"], "position": 1, "on": False},
        {"verb": "remove", "path": ["models"], "position": 2},
        {"verb": "set", "path": ["splits", "folds"], "value": 4},
        {"verb": "set", "path": ["datasets", 0, "positive"], "value": "no"},
        {"verb": "set", "path": ["execution", "cell_timeout"], "value": "10min"},
        {"verb": "unset", "path": ["metrics"]},
    ):
        text = helper.ask("edit", text=text, operation=operation)["text"]
    assert helper.ask("validate", text=text, path=str(project.settings))["problems"] == []
    assert "# a comment" in text
    assert "# before the split" in text
    plan = helper.ask("plan", path=str(project.settings), text=text)
    assert [one["name"] for one in plan["datasets"]] == ["customers", "wine", "breast_cancer"]
    assert [one["name"] for one in plan["models"]] == ["logistic_regression", "svm", "decision_tree", "baseline"]
    assert (plan["datasets"][0]["positive"], plan["datasets"][0]["folds"]) == ("no", 4)


def test_edits_that_make_no_sense_are_refused(helper: Helper) -> None:
    def refuse(**operation: object) -> str:
        return str(helper.error("edit", text=SETTINGS, operation=operation)["message"])

    assert "no entry 9" in refuse(verb="remove", path=["models"], position=9)
    assert "no edit 'swap'" in refuse(verb="swap", path=["models"])
    assert "keys only" in refuse(verb="insert", path=["models", 0], value="svm")
    assert "no list 'checks'" in refuse(verb="remove", path=["checks"])
    assert "mapping" in refuse(verb="parameters", path=["models"], value=3)
    assert "holds no keys" in refuse(verb="set", path=["seed", "x"], value=3)


REFUSED = """\
version: 1
datasets:
  - source: ${NOT_SET_ANYWHERE}/a.csv
    target: y
  - sklearn:wine
models:
  - ridge: {alpha: .inf, max_iter: 9}
  - !!python/name:os.system
  #off - ${NOT_SET_ANYWHERE}
"""


def test_values_that_are_refused_stand_in_the_lists_as_they_are_written(helper: Helper) -> None:
    assert helper.ask("validate", text=REFUSED)["problems"]
    lists = {tuple(one["path"]): one["slots"] for one in helper.ask("slots", text=REFUSED)["lists"]}
    assert [slot["value"] for slot in lists["datasets",]] == [
        {"source": "${NOT_SET_ANYWHERE}/a.csv", "target": "y"},
        "sklearn:wine",
    ]
    values = [slot["value"] for slot in lists["models",]]
    assert values == [{"ridge": {"alpha": ".inf", "max_iter": 9}}, "", "${NOT_SET_ANYWHERE}"]


def test_a_text_with_a_refused_value_can_be_edited(helper: Helper) -> None:
    remove = {"verb": "remove", "path": ["datasets"], "position": 0}
    text = helper.ask("edit", text=REFUSED, operation=remove)["text"]
    assert changed(REFUSED, text) == ["-   - source: ${NOT_SET_ANYWHERE}/a.csv", "-     target: y"]
    values = {"verb": "parameters", "path": ["models"], "position": 0, "value": {"alpha": ".inf", "max_iter": 8}}
    text = helper.ask("edit", text=REFUSED, operation=values)["text"]
    assert changed(REFUSED, text) == [
        "-   - ridge: {alpha: .inf, max_iter: 9}",
        "+   - ridge: {alpha: .inf, max_iter: 8}",
    ]


def test_a_reference_to_the_environment_stays_when_a_lone_source_gets_keys(helper: Helper) -> None:
    text = "version: 1\ndatasets:\n  - ${HOME}/a.csv  # ours\n"
    target = {"verb": "set", "path": ["datasets", 0, "target"], "value": "y"}
    edited = helper.ask("edit", text=text, operation=target)["text"]
    assert "${HOME}/a.csv" in edited
    assert "# ours" in edited
