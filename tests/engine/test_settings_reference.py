"""docs/reference/settings.md names every key with its default, and no key that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from mtf_engine import settings
from mtf_engine.settings import model as shapes
from mtf_engine.settings import reader
from mtf_engine.settings.shorthand import SPLIT_KEYS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"

_SECTIONS: dict[str, type[BaseModel]] = {
    "": shapes.Settings,
    "datasets[].": shapes.DatasetSettings,
    "splits.": shapes.SplitSettings,
    "models[].": shapes.ModelSettings,
    "checks[].": shapes.CheckSettings,
    "execution.": shapes.ExecutionSettings,
    "logging.": shapes.LoggingSettings,
    "report.": shapes.ReportSettings,
}
_WRITTEN = {"": {"pipeline"}, "models[].": {"model", "estimator", "python"}}
_INTERNAL = {"models[].": {"kind", "target"}}


def _rows() -> dict[str, str]:
    """Key → default, from the page's tables."""
    rows = re.findall(r"^\| `([a-z_\[\].0-9]+)` \| (.+?) \| .+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == len(dict(rows))
    return dict(rows)


def _keys() -> dict[str, object]:
    """Key → default, from the models."""
    keys: dict[str, object] = {}
    for prefix, shape in _SECTIONS.items():
        fields = shape.model_fields
        names = (set(fields) | _WRITTEN.get(prefix, set())) - _INTERNAL.get(prefix, set())
        keys.update({prefix + name: fields[name].default if name in fields else None for name in names})
    return keys


def test_every_key_is_documented_and_every_documented_key_exists():
    assert set(_rows()) == set(_keys())


def test_documented_defaults_are_the_real_ones():
    rows = _rows()
    for key, default in _keys().items():
        if isinstance(default, bool | int | float | str):
            shown = (
                str(default).lower()
                if isinstance(default, bool)
                else f"{default:g}"
                if isinstance(default, float)
                else default
            )
            assert rows[key] == f"`{shown}`", key


def test_documented_limits_are_the_real_ones():
    text = PAGE.read_text(encoding="utf-8")
    assert f"{reader.MAX_BYTES:,} bytes" in text
    assert f"{reader.MAX_NODES:,} values" in text
    assert f"{reader.MAX_DEPTH} levels" in text


def test_documented_split_keys_are_the_real_ones():
    table = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {
        method: frozenset(re.findall(r"`(\w+)`", takes))
        for methods, takes in table
        for method in re.findall(r"`(\w+)`", methods)
    }
    assert {method: documented[method] for method in SPLIT_KEYS} == dict(SPLIT_KEYS)


def test_examples_are_right():
    text = PAGE.read_text(encoding="utf-8")
    rest = {"datasets": "datasets: [sklearn:iris]\n", "models": "models: [ridge, lgbm, logistic_regression]\n"}
    examples = re.findall(r"```yaml\n(.+?)```", text, re.DOTALL)
    assert len(examples) >= 4
    for example in examples:
        missing = "".join(lines for key, lines in rest.items() if not example.startswith(f"{key}:"))
        assert settings.inspect_bytes((example + missing).encode()).problems.sorted() == []
