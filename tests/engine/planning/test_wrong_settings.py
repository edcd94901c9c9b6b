"""Each wrong settings file gets every problem named, with line, key and remedy: settings and data in one report."""

from __future__ import annotations

import re

import pytest
from engine.planning.wrong_settings import WRONG

from mtf_engine import planning
from mtf_engine.errors import SettingsError


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_every_problem_is_told(case, tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_bytes(case.text if isinstance(case.text, bytes) else case.text.encode())
    for name, content in case.files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        planning.plan_file(path)
    problems = caught.value.problems
    for told in case.told:
        here = [problem for problem in problems if (problem.line, problem.key) == (told.line, told.key)]
        assert any(
            all(word in problem.message for word in told.message)
            and all(word in (problem.hint or "") for word in told.hint)
            for problem in here
        ), "\n".join(map(str, problems))
    for problem in problems:
        assert re.fullmatch(r"\S.*[.?]", problem.message, re.DOTALL), problem
    if case.stage == "planning":
        assert len(problems) == len(case.told), "\n".join(map(str, problems))
