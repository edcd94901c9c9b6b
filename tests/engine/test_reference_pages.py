"""The reference pages of steps, models and metrics say what the registries say: every name, alias and parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtf_engine import plugins
from mtf_engine.metrics.registry import all_metrics
from mtf_engine.models.registry import all_models
from mtf_engine.processing.steps import registry as steps

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
GENERATOR = plugins.import_file(REFERENCE / "generate.py")


@pytest.mark.parametrize("page", ["steps.md", "models.md", "metrics.md"])
def test_pages_are_up_to_date(page: str) -> None:
    written = (REFERENCE / page).read_text(encoding="utf-8")
    assert written == GENERATOR.PAGES[page](), "run `python docs/reference/generate.py`"


def section(page: str, name: str) -> str:
    """The text below a name's own heading."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    for heading in (f"\n## {name}\n", f"\n### {name}\n"):
        if heading in text:
            return text.split(heading)[1].split("\n## ")[0].split("\n### ")[0]
    raise AssertionError(f"{page} has no section {name}")


@pytest.mark.parametrize("name", plugins.names(steps.GROUP))
def test_steps_are_documented(name: str) -> None:
    text = section("steps.md", name)
    for parameter in steps.get(name).parameters.model_fields:
        assert f"| `{parameter}` |" in text


@pytest.mark.parametrize("metric", all_metrics(), ids=lambda metric: metric.name)
def test_metrics_are_documented(metric: object) -> None:
    text = section("metrics.md", metric.name)
    assert metric.summary in text
    for alias in metric.aliases:
        assert f"`{alias}`" in text


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.name)
def test_models_are_documented(model: object) -> None:
    text = section("models.md", model.name)
    assert model.summary in text
    for name in model.defaults:
        assert f"`{name}:" in text
    for path in (model.classifier, model.regressor):
        assert path is None or f"`{path}`" in text
