"""Whatever is planted is gone, and what helps to find a fault is still there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.diagnosis.redaction import Redactor, redactor

VARIABLES = {
    "PATH": "/usr/bin",
    "PWD": "/srv/data",
    "HF_TOKEN": "swordfish",
    "AWS_SECRET_ACCESS_KEY": 'wJalr/XUt"nFEMI+K7',
    "DATABASE_URL": "postgresql://scott:t%40ger99@db.example.org/sales",
    "WAREHOUSE": "plainword",
    "DEBUG_TOKEN": "true",
    "SHORT_TOKEN": "abc",
}


@pytest.fixture(scope="module")
def clean() -> Redactor:
    return redactor(
        VARIABLES,
        mentioned=["WAREHOUSE"],
        places={"/srv/users/kunigunde": "~", "/srv/users/kunigunde/mtf": "<MTF_HOME>", "C:\\work\\mtf": "<MTF_HOME>"},
        people={"kunigunde": "<user>", "buildhost7": "<host>", "x": "<never>"},
    )


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("asked with swordfish for it", "swordfish"),
        ('key wJalr/XUt"nFEMI+K7 was refused', "nFEMI"),
        (json.dumps({"log": 'wJalr/XUt"nFEMI+K7'}), "nFEMI"),
        ("https://h.example.org/?k=wJalr%2FXUt%22nFEMI%2BK7", "nFEMI"),
        ("login of scott with t@ger99", "t@ger99"),
        ("the value plainword of a variable that the settings read", "plainword"),
        ("https://me:hunter2@example.org/a.csv", "hunter2"),
        ("https://example.org/a.csv?X-Amz-Signature=deadbeef&part=2", "deadbeef"),
        ("https://example.org/a.csv#access=deadbeef", "deadbeef"),
        ("https://hooks.example.org/services/T00000000/XXXX1234567890abcdefXXXX/a.csv", "XXXX1234567890"),
        ("s3://AKIAIOSFODNN7EXAMPLE@bucket/key", "AKIAIOSFODNN7EXAMPLE"),
        ("password: hunter2", "hunter2"),
        ("password:\n  hunter2", "hunter2"),
        ("password: |\n  hunter2", "hunter2"),
        ("password: |\n  the first\n\n  hunter2\nrows: 5", "hunter2"),
        ("- password: correct horse hunter2\n  rows: 5", "hunter2"),
        ("password: a,b;hunter2", "hunter2"),
        ("password: &anchor hunter2", "hunter2"),
        ('"the password": hunter2', "hunter2"),
        ("pass: hunter2", "hunter2"),
        ("tokens: [swordfish2, hunter2]", "hunter2"),
        ("tokens:\n  - swordfish2\n  - hunter2\nrows: 5", "hunter2"),
        ("tokens:\n- swordfish2\n- hunter2", "hunter2"),
        ("- build: {api_key: correct hunter2, rows: 5}", "hunter2"),
        ('{"tokens": ["swordfish2", "hunter2"], "rows": 5}', "hunter2"),
        (json.dumps("password: correct hunter2\nrows: 5"), "hunter2"),
        ("db_password = 'hunter 2 with spaces'", "spaces"),
        ('{"api_key": "hunter2", "rows": 5}', "hunter2"),
        (json.dumps({"output": json.dumps({"api_key": "hunter2"})}), "hunter2"),
        ("Authorization: Bearer hunter2", "hunter2"),
        ("authorization: Basic aHVudGVyMg==", "aHVudGVyMg"),
        ("mtf-tui serve --token hunter2 --port 80", "hunter2"),
        ("client --api-key=hunter2", "hunter2"),
        ("MY_SECRET=hunter2", "hunter2"),
        ("AccountKey=abc/def+hunter2==;EndpointSuffix=core", "hunter2"),
        ("Cookie: session=hunter2", "hunter2"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijk"),
        ("hf_abcdefghijklmnopqrstuvwx said no", "abcdefghijk"),
        ("it was eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "eyJzdWIi"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow and then cut", "MIIEow"),
        ("written by kunigunde on buildhost7", "kunigunde"),
        ("written by kunigunde on buildhost7", "buildhost7"),
        ("ask k.unigunde@example.org", "k.unigunde"),
        ("/srv/users/kunigunde/churn/settings.yaml", "kunigunde"),
        ("/home/rosamunde/x.csv and /Users/rosamunde/x.csv", "rosamunde"),
        ("C:\\Users\\rosamunde\\x.csv", "rosamunde"),
        (json.dumps("C:\\Users\\rosamunde\\x.csv"), "rosamunde"),
        ("/mnt/customers/acme/churn.csv: no such file", "acme"),
        ("D:\\customers\\acme\\churn.csv", "acme"),
    ],
)
def test_what_is_planted_is_gone(clean: Redactor, text: str, gone: str) -> None:
    assert gone in text
    shown = clean(text)
    assert gone not in shown
    assert clean(shown).count("<") <= shown.count("<") + 1, "what was removed stays readable"


@pytest.mark.parametrize(
    "text",
    [
        "20261129T134153Z-demo-7297: 12 of 90 cells",
        "logistic_regression: ValueError: could not convert string to float: 'red'",
        '{"seq":9,"event":"CellStarted","cell":"0ef98a6de1e36d061b32c78e3b2ec5d5"}',
        "scikit-learn==1.9.1",
        "https://example.org/tables/churn.csv",
        "authors: [The MTF authors]",
        "datasets:\n  - source: sklearn:iris\n    target: species",
        "precision/recall and 1/2",
        "PWD is /",
        "a tokenizer splits text",
        "1 check passed: 3 of 4 bypasses",
    ],
)
def test_what_helps_stays(clean: Redactor, text: str) -> None:
    assert clean(text) == text


def test_what_stands_beside_a_secret_stays(clean: Redactor) -> None:
    shown = clean("models:\n  - build:\n      api_keys:\n        - hunter2\n      alpha: 1\n  - svm\n")
    assert shown == "models:\n  - build:\n      api_keys: <removed>\n      alpha: 1\n  - svm\n"
    assert clean("- build: {api_key: hunter2, alpha: 1}") == "- build: {api_key: <removed>, alpha: 1}"


@pytest.mark.parametrize("word", ["a", "a.", "a@", "a+", "-", "x-", "/a", "'", "https://h/a"])
def test_a_long_word_is_read_once(clean: Redactor, word: str) -> None:
    """Ten such words in a log took hours: each was read from each of its letters to its end."""
    assert clean(word * 30_000)


def test_folders_get_their_names(clean: Redactor) -> None:
    assert clean("/srv/users/kunigunde/mtf/runs") == "<MTF_HOME>/runs"
    assert clean("/srv/users/kunigunde") == "~"
    assert clean("/srv/users/kunigunde2/a.csv") == "<folder>/a.csv"
    assert clean("C:\\work\\mtf\\runs") == "<MTF_HOME>\\runs"
    assert clean("/home/rosamunde/private/a.log") == "<folder>/a.log"
    assert clean("/home/rosamunde") == "<folder>/<user>"
    assert clean("/mnt/customers/acme/churn.csv: no such file") == "<folder>/churn.csv: no such file"


@given(before=st.text(max_size=50), after=st.text(max_size=50))
def test_a_known_secret_is_gone_whatever_stands_around_it(before: str, after: str) -> None:
    clean = redactor({"HF_TOKEN": "swordfish-7"}, mentioned=[], places={}, people={})
    assert "swordfish-7" not in clean(f"{before}swordfish-7{after}")
