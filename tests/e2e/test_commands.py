"""Every command, as a user gives it: what it prints, and the exit code a pipeline reads."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from mtf_engine.cli.main import COMMANDS
from mtf_engine.cli.tables import print_checks
from mtf_engine.domain.results import Results, Verdict


def _events(run: Path) -> list[str]:
    return [json.loads(line)["event"] for line in (run / "events.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(seen, command):
    shown = seen.mtf(command, "--help")
    assert shown.code == 0
    assert "Example: mtf " in shown.out
    assert COMMANDS[command][1].split(":")[0].split(";")[0][:40] in " ".join(shown.out.split())


def test_json_on_standard_output_is_nothing_but_json(small):
    done = small.mtf("run", small.settings, "--json")
    results = done.json()
    assert done.code == 0
    assert results["version"] == 1
    assert results["run"]["status"] == "finished"
    assert {score["model"] for score in results["scores"]} == {
        "logistic_regression",
        "gaussian_naive_bayes",
        "baseline",
    }
    assert [check["verdict"] for check in results["checks"]] == ["pass", "pass"]
    assert small.mtf("show", "last", "--json").json() == results


def test_listings_have_json(seen):
    for words in (["runs"], ["steps"], ["models"], ["metrics"], ["checks"], ["cache", "list"], ["doctor"]):
        assert isinstance(seen.mtf(*words, "--json").json(), list), words
    assert seen.mtf("metrics", "roc_auc", "--json").json()["name"] == "roc_auc"
    assert seen.mtf("plan", "settings.yaml").code == 2


def test_checks_are_judged_again_by_changed_settings_without_fitting(small):
    assert small.mtf("check", small.settings).code == 0
    again = small.mtf("check", small.write(("min: 0.9", "min: 1.0")))
    assert again.code == 1
    assert len(list((small.home / "runs").iterdir())) == 1, "checking starts no run"
    assert small.mtf("check", "last").code == 0, "the run's own checks still pass"


def test_changed_metrics_make_a_new_run_that_reuses_every_cell_and_a_failed_check_is_exit_code_1(small):
    first = small.run
    done = small.mtf("run", small.write(("log_loss", "mcc"), ("min: 0.9", "min: 0.999, confident: true")))
    assert small.run != first
    assert _events(small.run).count("CellReused") == 9
    assert "CellStarted" not in _events(small.run)
    assert done.code == 1
    assert "✗ fail" in done.out or "inconclusive" in done.out


def test_a_fresh_run_reuses_nothing_and_a_detached_one_is_watched_to_its_end(small):
    started = small.mtf("run", small.settings, "--fresh", "--detach", "--json").json()["run"]
    watched = small.mtf("watch", started["id"])
    assert watched.code == 0
    assert "logistic_regression" in watched.out
    assert Path(started["path"], "results.json").is_file()
    assert _events(small.run).count("CellFinished") == 9


def test_score_adds_metrics_without_fitting_and_keeps_them(small):
    scored = small.mtf("score", "last", "--metric", "mcc", "--json").json()
    assert {score["metric"] for score in scored["scores"]} == {"accuracy", "log_loss", "mcc"}
    (small.run / "results.json").unlink()
    assert {score["metric"] for score in small.mtf("show", "last", "--json").json()["scores"]} >= {"mcc"}
    assert _events(small.run).count("CellFinished") == 9
    assert small.mtf("score", "last", "--metric", "mccc").code == 2
    assert small.mtf("score", "last", "--metric", "r2").code == 2


def test_results_are_rebuilt_from_the_rest_bit_for_bit(small):
    before = json.loads((small.run / "results.json").read_text())
    (small.run / "results.json").unlink()
    after = small.mtf("show", "last", "--json").json()
    for table in ("datasets", "scores", "comparisons", "rankings", "checks", "failures", "timing"):
        assert after[table] == before[table], table


def test_clearing_the_cache_empties_no_run(small):
    before = small.mtf("show", "last", "--json").json()["scores"]
    assert small.mtf("cache", "clear", "--yes").code == 0
    assert small.mtf("cache", "list", "--json").json() == []
    (small.run / "results.json").unlink()
    assert small.mtf("show", "last", "--json").json()["scores"] == before


def test_damaged_cells_are_found_and_removed(small):
    damaged = next((small.home / "cache" / "cells").glob("*/predictions.parquet"))
    content = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(content[:-20])
    assert small.mtf("cache", "verify").code == 1
    assert not damaged.exists()
    assert small.mtf("cache", "verify").code == 0


def test_compare_names_what_changed_and_which_rows_flipped(small):
    oldest = small.run.name
    small.mtf("run", small.write(("logistic_regression, ", "{logistic_regression: {C: 0.0001}}, ")))
    newest = small.run.name
    found = small.mtf("compare", oldest, newest, "--json").json()
    assert [change["key"] for change in found["settings"]] == ["models[logistic_regression].parameters.C"]
    assert found["data"] == []
    scores = {(row["model"], row["metric"]): row for row in found["scores"]}
    worse = scores["logistic_regression", "accuracy"]
    assert worse["difference"] < 0
    assert worse["common_rows"] == 178
    assert scores["gaussian_naive_bayes", "accuracy"]["verdict"] == "same"
    flips = {row["model"]: row for row in found["flips"]}
    assert flips["logistic_regression"]["right_to_wrong"] > 0
    assert flips["gaussian_naive_bayes"]["rows"] == []
    shown = small.mtf("compare", oldest, newest).out
    assert "rows that flipped" in shown
    same = sum(row["verdict"] == "same" for row in found["scores"])
    assert same > 1
    assert f"{same} scores are the same" in shown
    assert "gaussian_naive_bayes" not in shown, "what did not change is counted, not listed"
    assert f"all {len(found['scores'])} scores are the same" in small.mtf("compare", newest, newest).out


@pytest.mark.parametrize("format_name", ["html", "markdown", "junit", "json", "csv"])
def test_reports_are_written_where_asked(seen, tmp_path, format_name):
    suffix = {"csv": "", "markdown": ".md", "junit": ".xml"}.get(format_name, f".{format_name}")
    target = tmp_path / f"report{suffix}"
    assert seen.mtf("report", "last", "--format", format_name, "--output", target).code == 0
    if format_name == "csv":
        rows = list(csv.DictReader((target / "scores.csv").read_text(encoding="utf-8").splitlines()))
        assert {row["model"] for row in rows} >= {"logistic_regression", "baseline"}
    elif format_name == "junit":
        assert ElementTree.parse(target).getroot().tag in ("testsuites", "testsuite")
    elif format_name == "json":
        assert json.loads(target.read_text())["version"] == 1
    else:
        assert "logistic_regression" in target.read_text(encoding="utf-8")


def test_what_is_not_available_yet_says_so(seen):
    for words in (
        ["export", "last"],
        ["data", "search", "x"],
        ["data", "sources"],
        ["report", "last", "--format", "sarif"],
    ):
        done = seen.mtf(*words)
        assert done.code == 2, words
        assert "not available yet" in done.err, words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu"], "Did you mean `mtf run`?"),
        (["show", "nonsense"], "nonsense"),
        (["run", "absent.yaml"], "absent.yaml"),
        (["metrics", "roc_uac"], "roc_auc"),
        (["models", "random_forrest"], "random_forest"),
        (["run"], "Missing argument"),
        (["run"], "Example: mtf run settings.yaml"),
        (["show"], "Example: mtf show last"),
        (["compare", "last"], "`last` (the run started last)"),
        (["check"], "or mtf check last"),
        (["run", "x.yaml", "--workers", "0"], "--workers"),
        (["data", "show", "absent.csv"], "absent.csv"),
        (["cache", "prune", "--keep", "much"], "much"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_exit_code_2_and_names_the_remedy(seen, words, said):
    done = seen.mtf(*words)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_program_options_stand_anywhere(seen):
    for words in (["-q", "show", "last"], ["show", "last", "-q"], ["show", "--log-level", "debug", "last"]):
        assert seen.mtf(*words).code == 0, words


def test_init_writes_settings_that_run_as_they_are_and_are_never_overwritten(mtf, tmp_path):
    assert mtf("init", "project").code == 0
    path = tmp_path / "project" / "settings.yaml"
    path.write_text("mine")
    assert mtf("init", "project").code == 2
    assert path.read_text() == "mine"


REPORT_PLUGIN = """
from mtf_engine.reports.specification import ReportFile, ReportFormat

def render(results, context):
    return (ReportFile("names.txt", "\\n".join(score.model for score in results.scores).encode()),)

NAMES = ReportFormat("names", "The models' names.", "text/plain", render)
"""


def test_a_plugins_report_is_written_like_any_other(mtf, tmp_path):
    (tmp_path / "mine.py").write_text(REPORT_PLUGIN)
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        "datasets: [sklearn:wine]\nmodels: [baseline]\nplugins: [mine.py]\nreport: {formats: [names]}\n"
    )
    assert mtf("run", settings).code == 0
    assert "baseline" in (tmp_path / "reports" / "names.txt").read_text()
    assert "baseline" in mtf("report", "last", "--format", "names", "--output", "-").out
    wrong = mtf("report", "last", "--format", "nams")
    assert wrong.code == 2
    assert "'names'" in wrong.err


def test_runs_are_deleted_when_asked_and_confirmed(small):
    run = small.run
    refused = small.mtf("delete", "last")
    assert refused.code == 2
    assert f"mtf delete {run.name} --yes" in refused.err
    assert small.mtf("delete", run.name, "last", "--yes").code == 0
    assert not run.exists()
    assert small.mtf("runs", "--json").json() == []
    assert small.mtf("delete", run.name, "--yes").code == 2
    assert small.mtf("run", small.settings, "--json").json()["scores"], "its cells are still in the cache"


def test_values_that_models_refuse_are_told_before_and_with_a_remedy_after(mtf, tmp_path):
    rows = "".join(f"{'inf' if i == 3 else i % 9},{i % 7},{'ab'[i % 2]}\n" for i in range(60))
    (tmp_path / "own.csv").write_text(f"x,z,y\n{rows}")
    settings = tmp_path / "settings.yaml"
    settings.write_text(
        "datasets: [{source: own.csv, target: y}]\nmodels: [logistic_regression]\npipeline: [{scale: standard}]\n"
        "metrics: [accuracy, f1]\nsplits: {folds: 3}\n"
    )
    assert "Infinite values" in mtf("plan", settings).err
    done = mtf("run", settings)
    assert done.code == 3
    assert "Make infinite values missing in the source" in done.out, "and the message is whole in a pipe"
    assert done.err.count("3 of 3 folds have no result") == 2, "once a model and not once a metric"
    assert "every metric of logistic_regression: 3 of 3 folds" in done.err


def test_nothing_of_a_finished_run_can_be_paused_cancelled_or_resumed(small):
    for words in (["pause", "last"], ["cancel", "last"], ["resume", "last"]):
        done = small.mtf(*words)
        assert done.code == 2, words
        assert "is finished" in done.err
    assert not list((small.run / "control").glob("*.json")), "or its next attempt would be paused"


def test_quiet_leaves_results_and_errors_and_the_log_goes_where_it_is_asked(small, tmp_path):
    done = small.mtf("-q", "run", small.settings, "--log-file", tmp_path / "log.txt", "-v")
    assert (done.code, done.err) == (0, "")
    assert "logistic_regression" in done.out
    assert [line.rpartition(": ")[2] for line in (tmp_path / "log.txt").read_text().splitlines()] == [
        "run",
        "exit code 0",
    ]
    wrong = small.mtf("-q", "show", "nonsense")
    assert wrong.code == 2
    assert "nonsense" in wrong.err


def test_a_path_that_the_system_refuses_is_a_wrong_request_and_no_traceback(small, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for words in (
        ["report", "last", "--output", tmp_path / "file" / "report.html"],
        ["init", tmp_path / "file" / "project"],
        ["runs", "--log-file", tmp_path / "file" / "log.txt"],
    ):
        done = small.mtf(*words)
        assert done.code == 2, (words, done.err)
        assert str(tmp_path / "file") in done.err
        assert "Traceback" not in done.err


def test_checks_of_a_run_whose_model_failed_are_judged_again(mtf, tmp_path):
    (tmp_path / "bad.py").write_text(
        "from sklearn.tree import DecisionTreeClassifier\n\n"
        "class Bad(DecisionTreeClassifier):\n"
        "    def fit(self, X, y, sample_weight=None):\n"
        "        raise RuntimeError('no')\n\n"
        "def build():\n    return Bad()\n"
    )
    settings = tmp_path / "settings.yaml"
    text = (
        "datasets: [sklearn:wine]\nmodels: [decision_tree, {python: 'bad.py:build', name: bad}]\nsplits: {folds: 2}\n"
        "metrics: [accuracy]\nchecks: [{metric: accuracy, min: 0.5, model: decision_tree}]\n"
    )
    settings.write_text(text)
    assert mtf("run", settings).code == 3
    assert mtf("check", settings).code == 3
    settings.write_text(text.replace("0.5", "0.999"))
    assert mtf("check", settings).code == 1


def test_a_run_that_is_not_finished_says_so_first(small):
    run = small.run
    events = (run / "events.jsonl").read_text().splitlines(keepends=True)
    (run / "events.jsonl").write_text("".join(one for one in events if '"RunFinished"' not in one))
    shown = small.mtf("show", "last")
    assert shown.out.splitlines()[0] == "Interrupted: 9 of 9 cells"


def test_last_without_results_names_the_run_and_where_the_others_are(small):
    run = small.run
    for name in ("plan.json", "results.json"):
        (run / name).unlink()
    for words in (["show", "last"], ["report", "last"]):
        done = small.mtf(*words)
        assert done.code == 4, done.err
        assert f"{run.name} has no results yet: it is " in done.err
        assert "`last` is the run started last; `mtf runs` lists all." in done.err


def test_checks_that_could_not_look_are_counted_in_words(small, capsys):
    (row, *_) = msgspec.json.decode((small.run / "results.json").read_bytes(), type=Results).checks
    print_checks([replace(row, verdict=Verdict.NOT_RUN)] * 2)
    assert capsys.readouterr().out.startswith("checks: 2 not run\n")


def test_doctor_says_that_executors_are_reserved(seen):
    found = {one["topic"]: one["what"] for one in seen.mtf("doctor", "--json").json()}
    assert found["mtf.executors"] == "reserved: there are no further executors yet"
    assert found["mtf.steps"].endswith(" registered")


def test_a_plan_names_the_data_set_that_cannot_be_had(mtf, tmp_path):
    path = tmp_path / "settings.yaml"
    far = "{name: far, source: 'http://127.0.0.1:9/t.csv', target: y}"
    path.write_text(f"datasets: [sklearn:wine, {far}]\nmodels: [baseline]\n", encoding="utf-8")
    done = mtf("plan", path)
    assert done.code == 0, done.err
    assert "note: far: " in done.err
