"""Plans: what a run would do, step by step, before anything runs."""

from __future__ import annotations

import pytest
from engine.session.harness import SETTINGS, Helper, Project

pytestmark = pytest.mark.usefixtures("ran")


def test_a_plan_names_data_models_cells_and_what_is_done(helper: Helper, project: Project) -> None:
    plan = helper.ask("plan", path=str(project.settings))
    assert (plan["name"], plan["cells"], plan["finished_cells"]) == ("churn", 39, 39)
    customers = plan["datasets"][0]
    assert (customers["name"], customers["rows"], customers["columns"]) == ("customers", 240, 4)
    assert (customers["task"], customers["positive"], customers["folds"]) == ("binary", "yes", 3)
    assert (sum(customers["class_rows"]), len(customers["class_rows"])) == (240, len(customers["classes"]))
    assert all(bool(one["class_rows"]) == (one["task"] != "regression") for one in plan["datasets"])
    models = {one["name"]: one for one in plan["models"]}
    assert (models["decision_tree"]["cells"], models["decision_tree"]["parameters"]) == (13, {"max_depth": 3})
    assert models["linear_regression"]["datasets"] == ["diabetes"]
    assert models["baseline"]["added"]
    assert models["baseline"]["seconds"] == 0.0


def test_steps_say_what_they_do_to_columns_and_rows(helper: Helper, project: Project) -> None:
    plan = helper.ask("plan", path=str(project.settings))
    steps = plan["pipelines"][0]["steps"]
    assert [one["name"] for one in steps] == ["drop_duplicates", "impute", "encode", "scale"]
    drop, impute, encode, scale = steps
    assert (drop["kind"], drop["rows_in"], drop["rows_out"]) == ("row", 240, drop["rows_in"] - 0)
    assert drop["does"] == "0 of 240 rows dropped"
    assert (impute["columns_in"], impute["columns_out"]) == (3, 3)
    assert 0 < impute["values_filled"] <= 7
    assert impute["does"] == f"median; most_frequent · {impute['values_filled']} filled"
    assert encode["columns_in"] == 3
    assert encode["columns_out"] in (5, 6)  # the odd cell is in the training rows or not
    assert encode["does"] == "one_hot · 1 column"
    assert (scale["does"], scale["error"]) == ("standard · 2 columns", None)


def test_lists_and_columns_are_named_in_words(helper: Helper, project: Project) -> None:
    dates = "".join(f"202{i % 5}-0{i % 9 + 1}-11,{i},{'yes' if i % 2 else 'no'}\n" for i in range(60))
    (project.folder / "visits.csv").write_text("day,count,back\n" + dates, encoding="utf-8")
    text = (
        "version: 1\ndatasets:\n  - {source: visits.csv, target: back}\npipeline:\n"
        "  - date_parts: {columns: [day], parts: [year, month]}\n  - drop_columns: [count]\nmodels: [decision_tree]\n"
    )
    steps = helper.ask("plan", path=str(project.settings), text=text)["pipelines"][0]["steps"]
    assert [one["does"] for one in steps] == ["year, month · 1 column", "count left out"]


def test_unsaved_text_is_planned_where_the_file_will_stand(helper: Helper, project: Project) -> None:
    text = SETTINGS.replace("  - decision_tree: {max_depth: 3}\n", "")
    assert helper.ask("plan", path=str(project.settings), text=text)["cells"] == 26
    assert project.settings.read_text() == SETTINGS


def test_cells_of_data_that_are_listed_twice_are_counted_once(helper: Helper, project: Project) -> None:
    text = SETTINGS.replace("  - sklearn:wine\n", "  - sklearn:wine\n  - {name: again, source: sklearn:wine}\n")
    assert text != SETTINGS
    plan = helper.ask("plan", path=str(project.settings), text=text)
    assert (len(plan["datasets"]), plan["cells"], plan["finished_cells"]) == (5, 39, 39)
    assert sum(one["cells"] for one in plan["models"]) == 39


def test_every_problem_is_told_with_its_line(helper: Helper, project: Project) -> None:
    text = SETTINGS.replace("churned", "churnd").replace("encode: one_hot", "encode: onehot")
    error = helper.error("plan", path=str(project.settings), text=text)
    assert error["message"].startswith(f"{project.settings}: 2 problems")
    assert [(one["line"], one["key"]) for one in error["problems"]] == [
        (6, "datasets[0].target"),
        (15, "pipeline[2].encode.method"),
    ]
    assert error["problems"][0]["hint"].startswith("Did you mean 'churned'?")


def test_a_settings_file_that_is_not_there(helper: Helper, project: Project) -> None:
    assert "not there" in helper.error("plan", path=str(project.folder / "nothing.yaml"))["message"]


def test_a_step_that_fails_says_so_in_its_place(helper: Helper, project: Project) -> None:
    text = (
        "version: 1\ndatasets:\n  - {source: customers.csv, target: churned}\npipeline:\n  - encode: one_hot\n"
        "  - select_columns: [tenure]\n  - encode: {columns: [internet]}\n  - scale: standard\nmodels: [svm]\n"
    )
    steps = helper.ask("plan", path=str(project.settings), text=text)["pipelines"][0]["steps"]
    assert [one["name"] for one in steps] == ["encode", "select_columns", "encode", "scale"]
    assert "internet" in steps[2]["error"]
    assert steps[2]["hint"]
    assert (steps[3]["error"], steps[3]["columns_in"]) == (None, None)


def test_before_and_after_a_step(helper: Helper, project: Project) -> None:
    found = helper.ask("before_after", path=str(project.settings), dataset="customers", step=1)
    assert (found["step"], found["rows_read"], found["rows_total"], found["folds"]) == ("impute", 160, 160, 3)
    (change,) = found["changes"]
    before, after = change["before"], change["after"]
    assert change["column"] == "charges"
    assert before["missing"] == change["values_changed"] == change["values_filled"] > 0
    assert after["missing"] == 0
    assert sum(before["histogram"]) == 160 - before["missing"]
    assert sum(after["histogram"]) == 160
    assert (before["low"], before["high"]) == (after["low"], after["high"])


def test_columns_that_become_others(helper: Helper, project: Project) -> None:
    found = helper.ask("before_after", path=str(project.settings), dataset="customers", step=2)
    (change,) = found["changes"]
    assert change["column"] == "internet"
    assert change["after"] is None
    assert change["became_count"] == found["columns_out"] - found["columns_in"] + 1
    assert {"internet=fiber", "internet=dsl", "internet=none"} <= set(change["became"])
    assert sum(one["share"] for one in change["before"]["top"]) <= 1.0


def test_a_scaled_column_has_mean_zero(helper: Helper, project: Project) -> None:
    found = helper.ask("before_after", path=str(project.settings), dataset="customers", step=3)
    assert {one["column"] for one in found["changes"]} == {"tenure", "charges"}
    assert all(one["after"]["mean"] == 0.0 != one["before"]["mean"] for one in found["changes"]), "no rounding noise"


def test_a_row_step_changes_rows_only(helper: Helper, project: Project) -> None:
    found = helper.ask("before_after", path=str(project.settings), dataset="customers", step=0)
    assert (found["rows_before"], found["rows_after"], found["changes"]) == (240, 240, [])


def test_steps_and_data_sets_that_are_not_there(helper: Helper, project: Project) -> None:
    path = str(project.settings)
    assert "no step 9" in helper.error("before_after", path=path, dataset="customers", step=9)["message"]
    assert "Did you mean 'customers'" in helper.error("before_after", path=path, dataset="custmers", step=0)["hint"]
    error = helper.error("before_after", path=path, dataset="customers", step=0, pipeline="robust")
    assert "no pipeline 'robust'" in error["message"]


def test_how_far_each_data_set_is_told(helper: Helper, project: Project) -> None:
    before = len(helper.progress)
    helper.ask("plan", path=str(project.settings))
    told = [line["progress"]["parts"] for line in helper.progress[before:]]
    assert set(told[-1]) == {dataset["name"] for dataset in helper.ask("plan", path=str(project.settings))["datasets"]}
    assert {part["state"] for part in told[-1].values()} == {"ready"}
    assert any(part["state"] == "reading" for parts in told for part in parts.values())
