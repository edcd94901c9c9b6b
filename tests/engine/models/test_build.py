"""Estimators by path and from a user's function: seeds, threads, and an error with a remedy for each mistake."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.errors import MTFError
from mtf_engine.models.build import build_estimator, takes_weights
from mtf_engine.models.identity import distribution_version, user_file_sha256
from mtf_engine.models.locate import install_hint
from mtf_engine.models.validate import tasks_of, validate

FOREST = "sklearn.ensemble.RandomForestClassifier"
USER_FILE = """
import neighbour
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline

def build(C=neighbour.STRENGTH):
    import late_neighbour
    return LogisticRegression(C=C)

def anything(**options):
    return SGDClassifier(**options)

def seeded():
    return SGDClassifier(random_state=99)

def unseeded():
    return SGDClassifier()

def piped():
    return make_pipeline(LogisticRegression())

def gives_class():
    return LogisticRegression

def gives_nothing():
    return None

def fails():
    raise RuntimeError("no data base")

other = build
"""


def estimator(path: str, **parameters: Any) -> ModelRef:
    return ModelRef("m", ModelKind.ESTIMATOR, path, parameters)


def builtin(name: str, **parameters: Any) -> ModelRef:
    return ModelRef("m", ModelKind.BUILTIN, name, parameters)


def build(model: ModelRef, task: Task = Task.BINARY, **options: Any) -> Any:
    return build_estimator(model, task=task, **({"seed": 4} | options))


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    (tmp_path / "neighbour.py").write_text("STRENGTH = 0.25\n")
    (tmp_path / "late_neighbour.py").write_text("")
    path = tmp_path / "my_models.py"
    path.write_text(USER_FILE)
    return path


def function(path: Path, name: str, **parameters: Any) -> ModelRef:
    return ModelRef("m", ModelKind.FUNCTION, f"{path}:{name}", parameters)


def test_the_seed_is_set_unless_the_parameters_set_it() -> None:
    assert build(estimator(FOREST)).random_state == 4
    assert build(estimator(FOREST, random_state=8)).random_state == 8
    assert build(estimator(FOREST, random_state=None)).random_state is None
    assert build(builtin("random_forest")).random_state == 4


def test_threads_are_set_where_they_do_something() -> None:
    assert build(estimator(FOREST)).n_jobs is None
    assert build(estimator(FOREST), threads=3).n_jobs == 3
    assert build(estimator(FOREST, n_jobs=2), threads=3).n_jobs == 2
    assert build(builtin("logistic_regression"), threads=3).n_jobs is None


def test_estimators_of_others_are_told_their_threads(user_file: Path) -> None:
    (user_file.parent / "third_party.py").write_text(
        "from sklearn.base import BaseEstimator\n"
        "class Greedy(BaseEstimator):\n"
        "    def __init__(self, n_jobs=None): self.n_jobs = n_jobs\n"
        "    def fit(self, X, y): return self\n"
        "    def predict(self, X): return [0] * len(X)\n"
    )
    user_file.write_text("from third_party import Greedy\ndef build():\n    return Greedy()\n")
    assert build(function(user_file, "build")).n_jobs == 1


def test_parameters_and_the_task_choose_the_estimator() -> None:
    assert build(builtin("ridge", alpha=3), Task.REGRESSION).alpha == 3
    assert type(build(builtin("ridge"), Task.MULTICLASS)).__name__ == "RidgeClassifier"


def test_functions(user_file: Path) -> None:
    before = list(sys.path)
    assert build(function(user_file, "build")).C == 0.25
    assert build(function(user_file, "build", C=2.0)).C == 2.0
    assert build(function(user_file, "other")).C == 0.25
    assert build(function(user_file, "anything", alpha=0.5)).alpha == 0.5
    assert build(function(user_file, "seeded")).random_state == 99
    assert build(function(user_file, "unseeded")).random_state == 4
    assert not takes_weights(build(function(user_file, "piped")))
    assert sys.path == before


@pytest.mark.parametrize(
    ("model", "says", "hint"),
    [
        (builtin("logistic_regresion"), "no model named", "'logistic_regression'"),
        (builtin("ridge", alpa=1), "no parameter 'alpa'", "'alpha'"),
        (estimator("absent_package.Model"), "'absent_package', which is not installed", "absent_package"),
        (estimator("sklearn.nothing.Model"), "has no module 'sklearn.nothing'", "estimator:"),
        (estimator("sklearn.ensemble.RandomForestClasifier"), "has no 'RandomForestClasifier'", FOREST),
        (estimator("Model"), "no dotted path", "lightgbm.LGBMClassifier"),
        (estimator("sklearn.metrics.accuracy_score"), "function and not a class", "python:"),
        (estimator("sklearn.preprocessing.StandardScaler"), "no method predict", "fit(X, y)"),
        (estimator(FOREST, n_estimator=3), "no parameter 'n_estimator'", "'n_estimators'"),
    ],
)
def test_mistakes_that_settings_alone_show(model: ModelRef, says: str, hint: str) -> None:
    (problem,) = validate(model)
    assert says in problem.message
    assert hint in (problem.hint or "")
    with pytest.raises(MTFError) as caught:
        build(model)
    assert caught.value.message == problem.message


@pytest.mark.parametrize(
    ("name", "parameters", "says", "hint"),
    [
        ("biuld", {}, "has no function 'biuld'", "'build'"),
        ("build", {"c": 1}, "no parameter 'c'", "'C'"),
        ("not a name", {}, "does not read file.py:function", "python:"),
    ],
)
def test_mistakes_that_a_users_file_shows_unrun(
    user_file: Path, name: str, parameters: dict[str, Any], says: str, hint: str
) -> None:
    model = function(user_file, name, **parameters)
    (problem,) = validate(model)
    assert says in problem.message
    assert hint in (problem.hint or "")
    with pytest.raises(MTFError, match=says.split("'")[0]):
        build(model)


def test_a_users_file_is_not_run_to_be_checked(user_file: Path) -> None:
    user_file.write_text("raise SystemExit(3)\ndef build(): ...\n")
    assert validate(function(user_file, "build")) == ()


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        ("gives_class", "returned the class LogisticRegression", "with brackets"),
        ("gives_nothing", "returned a NoneType", "fit(X, y)"),
        ("fails", "RuntimeError: no data base", ""),
    ],
)
def test_functions_that_give_no_estimator(user_file: Path, name: str, says: str, hint: str) -> None:
    assert validate(function(user_file, name)) == ()
    with pytest.raises(MTFError) as caught:
        build(function(user_file, name))
    assert says in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("def build(:\n", "not valid Python in line 1"),
        (None, "does not exist"),
        ("import absent_package\ndef build(): ...\n", "imports 'absent_package'"),
        ("1 / 0\ndef build(): ...\n", "ZeroDivisionError"),
        ("open('/nowhere/at/all')\ndef build(): ...\n", "FileNotFoundError"),
    ],
)
def test_files_that_cannot_be_imported(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "models.py"
    if content is not None:
        path.write_text(content)
    model = function(path, "build")
    problems = validate(model)
    if problems:
        assert says in problems[0].message
    with pytest.raises(MTFError) as caught:
        build(model)
    assert problems or says in caught.value.message
    assert caught.value.hint


def test_values_that_a_constructor_refuses() -> None:
    with pytest.raises(MTFError, match="Building the model 'm' failed"):
        build(estimator("sklearn.ensemble.VotingClassifier"))
    with pytest.raises(MTFError, match="classification only"):
        build(builtin("logistic_regression"), Task.REGRESSION)


def test_tasks() -> None:
    assert tasks_of(estimator(FOREST)) == {Task.BINARY, Task.MULTICLASS}
    assert tasks_of(estimator("sklearn.linear_model.Lasso")) == {Task.REGRESSION}
    assert tasks_of(estimator("sklearn.pipeline.Pipeline")) == set(Task)
    assert tasks_of(function(Path("a.py"), "build")) == set(Task)


def test_identity(user_file: Path) -> None:
    name, version = distribution_version(builtin("ridge")).split()
    assert name == "scikit-learn"
    assert version == distribution_version(estimator(FOREST)).split()[1]
    assert distribution_version(estimator("absent_package.Model")) == "absent_package unknown"
    before = user_file_sha256(function(user_file, "build"))
    user_file.write_text(USER_FILE + "\n")
    assert user_file_sha256(function(user_file, "build")) != before
    assert user_file_sha256(builtin("ridge")) is None
    with pytest.raises(MTFError, match="cannot be read"):
        user_file_sha256(function(user_file.parent / "absent.py", "build"))


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/me/.local/pipx/venvs/mtf-tui", "pipx inject mtf-tui imbalanced-learn"),
        ("/home/me/.local/share/uv/tools/mtf-tui", "uv tool install mtf-tui --with imbalanced-learn"),
        ("/srv/project/.venv", "pip install imbalanced-learn"),
    ],
)
def test_install_commands(monkeypatch: pytest.MonkeyPatch, prefix: str, command: str) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_hint("imblearn") == f"Install it: `{command}`"
