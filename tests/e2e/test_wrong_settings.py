"""Wrong settings files given to the program: exit code 2, every problem with its line, no traceback, no run left."""

from __future__ import annotations

import pytest
from engine.planning.wrong_case import Wrong
from engine.planning.wrong_settings import WRONG

from mtf_engine.cli.main import main


def _write(case: Wrong, folder) -> str:
    path = folder / "settings.yaml"
    path.write_bytes(case.text if isinstance(case.text, bytes) else case.text.encode())
    for name, content in case.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return str(path)


def _assert_told(case: Wrong, shown: str) -> None:
    assert "Traceback" not in shown
    folded = " ".join(shown.split())
    for told in case.told:
        if told.line is not None:
            assert f"settings.yaml:{told.line}: " in folded, shown
        for word in (*told.message, *told.hint):
            assert " ".join(word.split()) in folded, shown


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_each_wrong_file_is_refused_with_its_problems(case, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
    with pytest.raises(SystemExit) as done:
        main(["plan", _write(case, tmp_path)])
    shown = capsys.readouterr()
    assert done.value.code == 2, shown.err
    assert shown.out == ""
    _assert_told(case, shown.err)


@pytest.mark.parametrize("stage", ["settings", "planning"])
def test_a_run_of_a_wrong_file_is_refused_alike_and_leaves_no_run(stage, mtf, home, tmp_path):
    case = next(case for case in WRONG if case.stage == stage and bool(case.files) == (stage == "planning"))
    done = mtf("run", _write(case, tmp_path))
    assert done.code == 2, done.err
    _assert_told(case, done.err)
    assert not list((home / "runs").glob("*Z-*"))
    begun = [told for told in done.err.splitlines() if told.startswith("run 2") and told.count(" ") == 1]
    assert all(f"{told} was not kept" in done.err for told in begun)


def test_structural_and_data_problems_stand_in_one_report(mtf, tmp_path):
    (tmp_path / "own.csv").write_text("x,y\n1,a\n2,b\n", encoding="utf-8")
    path = tmp_path / "settings.yaml"
    path.write_text(
        "datasets:\n  - {source: own.csv, target: absent}\nmodels: [logistik_regression]\nsplitz: {folds: 3}\n",
        encoding="utf-8",
    )
    for words in (["run", path], ["plan", path]):
        done = mtf(*words)
        assert done.code == 2
        for told in ("splitz", "'splits'", "logistik_regression", "logistic_regression", "absent"):
            assert told.strip("'") in done.err, (words, told, done.err)


@pytest.mark.parametrize(
    ("words", "settings", "told"),
    [
        (["run"], "models: [logistic_regresion]", "Did you mean 'logistic_regression'?"),
        (["run"], "models: [{estimator: lightgbmm.LGBMClassifier}]", "lightgbmm"),
        (["run"], "models: [{python: absent.py:build}]", "absent.py"),
        (["run", "--detach"], "models: [{logistic_regression: {CC: 1}}]", "Did you mean 'C'?"),
    ],
)
def test_what_settings_alone_decide_is_refused_before_there_is_a_process(words, settings, told, mtf, home, tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text(f"datasets: [sklearn:wine]\n{settings}\n", encoding="utf-8")
    done = mtf(*words, path)
    assert done.code == 2, done.err
    assert told in done.err
    assert "preparing" not in done.err
    assert "run 2" not in done.err
    assert not (home / "runs").exists()


def test_an_alias_is_no_mistake(mtf, tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text(
        "datasets: [sklearn:wine]\nmodels: [baseline]\nmetrics: [accuracy_score]\nchecks: [{check: mtf101}]\n",
        encoding="utf-8",
    )
    assert mtf("run", path).code in (0, 1)
