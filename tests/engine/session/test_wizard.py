"""The wizard: from a file to settings that run as they are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from engine.session.harness import CUSTOMERS, HOSTILE, Helper, Project, write_customers

from mtf_engine.settings.problems import ProblemList
from mtf_engine.settings.reader import read


def test_a_file_becomes_settings_without_problems(helper: Helper, project: Project) -> None:
    found = helper.ask("wizard", source=CUSTOMERS, base=str(project.folder))
    tree = read(found["text"].encode(), ProblemList())
    assert tree["datasets"] == [{"source": CUSTOMERS, "target": "churned", "drop": ["customer_id"]}]
    assert tree["pipeline"] == ["impute", {"encode": "one_hot"}, {"scale": "standard"}]
    assert tree["models"] == found["quick"]["models"]
    assert (len(found["quick"]["models"]), len(found["thorough"]["models"])) == (5, 9)
    assert found["left_out"] == [{"column": "customer_id", "why": "every value distinct"}]
    assert found["inspection"]["classes"][1]["label"] == "yes"
    path = str(project.folder / "proposed.yaml")
    assert helper.ask("validate", text=found["text"], path=path)["problems"] == []
    plan = helper.ask("plan", text=found["text"], path=path)
    assert plan["cells"] == 30
    assert all(step["error"] is None for step in plan["pipelines"][0]["steps"])


@pytest.mark.parametrize("mode", ["quick", "thorough"])
@pytest.mark.parametrize("source", ["sklearn:diabetes", "sklearn:wine", "sklearn:breast_cancer"])
def test_bundled_sets_of_every_task(helper: Helper, source: str, mode: str) -> None:
    found = helper.ask("wizard", source=source, mode=mode)
    assert found["chosen"] == mode
    assert helper.ask("validate", text=found["text"])["problems"] == []
    assert read(found["text"].encode(), ProblemList())["models"] == found[mode]["models"]


def test_what_the_user_changes_is_kept(helper: Helper, project: Project) -> None:
    found = helper.ask(
        "wizard", source=CUSTOMERS, base=str(project.folder), target="charges", left_out=["customer_id", "internet"]
    )
    tree = read(found["text"].encode(), ProblemList())
    assert tree["datasets"][0] == {"source": CUSTOMERS, "target": "charges", "drop": ["customer_id", "internet"]}
    assert "ridge" in tree["models"]
    assert found["left_out"][1] == {"column": "internet", "why": "as asked"}


def test_hostile_names_become_quoted_text(helper: Helper, tmp_path: Path) -> None:
    names = ["a: b", "#x", "- y", HOSTILE.replace(",", ""), "{z}", "${HOME}"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    rows = [f"id-{row}-{'ab' * 4},{row % 7},{row * 37 % 11},{row % 5}.5,{row * 3 % 13},{row % 2}" for row in range(60)]
    odd = "odd - name: ${HOME} x.csv"
    (tmp_path / odd).write_text(header + "\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = helper.ask("wizard", source=odd, base=str(tmp_path), target="#x")
    problems = helper.ask("validate", text=found["text"], path=str(tmp_path / "settings.yaml"))["problems"]
    assert problems == []
    plan = helper.ask("plan", text=found["text"], path=str(tmp_path / "settings.yaml"))
    assert plan["datasets"][0]["target"] == "#x"
    named = helper.ask("wizard", source=odd, base=str(tmp_path), target="${HOME}", left_out=["{z}"])
    tree = read(named["text"].encode(), ProblemList())
    assert tree["datasets"][0]["target"] == "${HOME}"
    assert tree["datasets"][0]["drop"] == ["{z}"]
    assert all(ord(character) >= 32 or character == "\n" for character in found["text"])


def test_mistakes_are_answers(helper: Helper, tmp_path: Path) -> None:
    write_customers(tmp_path / "c.csv", rows=20, hostile=False)
    assert "no column 'x'" in helper.error("wizard", source="c.csv", base=str(tmp_path), target="x")["message"]
    assert "no list of models" in helper.error("wizard", source="c.csv", base=str(tmp_path), mode="slow")["message"]
    (tmp_path / "one.csv").write_text("a,b\n1,x\n2,x\n3,x\n")
    assert "one class" in helper.error("wizard", source="one.csv", base=str(tmp_path), target="b")["message"]


def test_numbers_made_of_dates_and_codes_are_scaled_too(helper: Helper, tmp_path: Path) -> None:
    days = pd.date_range("2015-01-03", periods=240, freq="9D").strftime("%Y-%m-%d")
    rows = [f"{day},{row * 7 % 73}.5,c{row % 60},{'yes' if row % 3 else 'no'}" for row, day in enumerate(days)]
    (tmp_path / "tickets.csv").write_text("opened,size,city,late\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = helper.ask("wizard", source="tickets.csv", base=str(tmp_path), target="late", left_out=[])
    steps = read(found["text"].encode(), ProblemList())["pipeline"]
    assert steps[-2:] == [{"scale": "standard"}, {"scale": {"method": "standard", "columns": ["opened", "city"]}}]
    path = str(tmp_path / "settings.yaml")
    plan = helper.ask("plan", text=found["text"], path=path)
    assert not any("unscaled" in told for told in plan["datasets"][0]["findings"])
    assert plan["pipelines"][0]["steps"][-1]["error"] is None
    lines = found["text"].splitlines()
    start = next(at for at, text in enumerate(lines) if "scale: {method" in text or text.strip() == "- scale:")
    end = lines.index("", start)
    without = helper.ask("plan", text="\n".join([*lines[:start], *lines[end:]]), path=path)
    (told,) = [told for told in without["datasets"][0]["findings"] if "unscaled" in told]
    assert "opened, city" in told
