"""What is printed reaches whoever reads it, whatever its encoding can hold."""

from __future__ import annotations

import io
import json
import sys

import pytest

from mtf_engine import environment
from mtf_engine.cli.output import prepare_streams, print_json, print_text

STARRED = "★ Zürich"


def open_pipe(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """What standard output writes to, in the encoding that Python gives a pipe on Windows."""
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252", newline=""))
    return written


def test_a_pipe_on_windows_is_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = open_pipe(monkeypatch)
    monkeypatch.setattr(environment, "is_windows", lambda: True)
    prepare_streams()
    print_text(STARRED)
    assert pipe.getvalue().decode() == f"{STARRED}\n"


def test_an_encoding_that_was_asked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = open_pipe(monkeypatch)
    monkeypatch.setattr(environment, "is_windows", lambda: True)
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    prepare_streams()
    print_text(STARRED)
    assert pipe.getvalue().decode("cp1252") == "? Zürich\n"


def test_what_a_locale_lacks_becomes_a_question_mark_and_json_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = open_pipe(monkeypatch)
    prepare_streams()
    print_text(STARRED)
    assert pipe.getvalue().decode("cp1252") == "? Zürich\n"
    pipe.truncate(0)
    pipe.seek(0)
    print_json({"name": STARRED})
    assert json.loads(pipe.getvalue().decode()) == {"name": STARRED}
