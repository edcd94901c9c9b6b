"""The reference cannot drift: every source, format, option and missing word stands in it."""

from __future__ import annotations

import re
from pathlib import Path

from mtf_engine import plugins
from mtf_engine.acquisition.formats.options import COMMON
from mtf_engine.acquisition.formats.text_types import MISSING
from mtf_engine.acquisition.interfaces import FormatSpec

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "sources.md").read_text("utf-8")


def test_sources_and_formats_are_documented() -> None:
    for name in (*plugins.names("mtf.sources"), *plugins.names("mtf.formats")):
        assert re.search(rf"^\|.*`{name}`", PAGE, re.MULTILINE), name


def test_options_are_documented_for_their_formats() -> None:
    rows = {match[1]: match[2] for match in re.finditer(r"^\| `(\w+)` \| ([^|]+) \|", PAGE, re.MULTILINE)}
    assert set(COMMON) <= set(rows)
    for name in plugins.names("mtf.formats"):
        spec = plugins.load("mtf.formats", name)
        assert isinstance(spec, FormatSpec)
        for option in spec.options:
            assert "all" in rows[option] or name in rows[option], (name, option)
        assert all(extension in PAGE for extension in spec.extensions)


def test_words_for_missing_cells_are_documented() -> None:
    assert all(f"`{word}`" in PAGE for word in MISSING)
