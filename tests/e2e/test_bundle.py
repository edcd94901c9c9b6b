"""``mtf doctor --bundle``: a real run full of secrets, and a file without one of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fakes.http_server import content, running

MODEL = """
import os, sys

from sklearn.linear_model import LogisticRegression


class Talkative(LogisticRegression):
    def fit(self, X, y):
        print("connecting with password=hunter2 as", os.environ["LOGNAME"])
        print(os.environ["PLAIN_NAME"], file=sys.stderr)
        raise RuntimeError(f"login with {os.environ['HF_TOKEN']} failed, see /home/rosamunde/private/login.log")


def build():
    return Talkative()
"""
PLANTED = {
    "HF_TOKEN": "hf-planted-in-variable",
    "PLAIN_NAME": "planted-mentioned",
    "LOGNAME": "kunigunde",
    "PROXY_ADDRESS": "http://proxyuser:planted-in-address@proxy.example.org:3128",
    "MTF_SERVE_TOKEN": "planted-served",
}
ROWS = "\n".join(f"{n},{n % 7},{'yes' if n % 3 else 'no'}" for n in range(60))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundle")


@pytest.fixture(scope="module")
def bundle(make_mtf, folder: Path) -> str:
    mtf = make_mtf(folder / "home", folder)
    (folder / "model.py").write_text(MODEL, encoding="utf-8")
    with running() as server:
        server.serve("/tables/churn.csv", content(f"a,b,y\n{ROWS}\n".encode()))
        address = server.url("/tables/churn.csv?sig=planted-in-query&part=2", user="me:planted-in-url")
        (folder / "settings.yaml").write_text(
            f"""
name: churn
datasets:
  - {{name: customers, source: "{address}", target: y}}
models:
  - logistic_regression
  - {{name: mine, python: "model.py:build"}}
metrics: [accuracy]
splits: {{folds: 3}}
# ${{PLAIN_NAME}} and a note: api_key = planted-in-comment
""",
            encoding="utf-8",
        )
        done = mtf("run", "settings.yaml", MTF_OFFLINE="0", **PLANTED)
        assert done.code == 3, done.err
    made = mtf("doctor", "--bundle", "--output", "for issue.txt", **PLANTED)
    assert made.code == 0, made.err
    assert "for issue.txt" in made.err
    return (folder / "for issue.txt").read_text(encoding="utf-8")


def test_nothing_planted_is_in_the_bundle(bundle: str, folder: Path) -> None:
    for secret in (*PLANTED.values(), "planted", "hunter2", "rosamunde", str(folder), str(Path.home()) + os.sep):
        assert secret not in bundle, secret


def test_it_tells_what_is_needed(bundle: str) -> None:
    for needed in (
        "scikit-learn==",
        "mtf.models",
        "finished, 9 of 9 cells",
        "models:\n  - logistic_regression",
        "RuntimeError: login with",
        "connecting with password=",
        "login.log",
        "/tables/churn.csv",
    ):
        assert needed in bundle, needed


def test_without_a_run_it_tells_about_the_installation(mtf, tmp_path: Path) -> None:
    assert mtf("doctor", "--bundle").code == 0
    text = (tmp_path / "mtf-bundle.txt").read_text(encoding="utf-8")
    assert "no run yet" in text
    assert "numpy==" in text


@pytest.mark.usefixtures("bundle")
def test_wrong_requests(make_mtf, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    mtf = make_mtf(folder / "home", tmp_path)
    assert mtf("doctor", "--run", "last").code == 2
    missing = mtf("doctor", "--bundle", "--run", "nonesuch")
    assert missing.code != 0
    assert "nonesuch" in missing.err
    unwritable = mtf("doctor", "--bundle", "--output", tmp_path / "file" / "x.txt")
    assert unwritable.code == 4
    assert "Traceback" not in unwritable.err
    assert "--output" in unwritable.err
