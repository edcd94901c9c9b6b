"""Every command and code block of the README and the documentation does what its page says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from docs import snippets

PAGES = snippets.pages()
COMMANDS = {"sh", "console", "python"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(snippets.ROOT).as_posix())
def test_blocks_do_what_the_page_says(page: Path, tmp_path: Path) -> None:
    found = snippets.blocks(page)
    if sys.platform == "win32" and any(block.language in COMMANDS for block in found):
        pytest.skip("the pages' commands are written for a POSIX shell")
    with snippets.desk(tmp_path / "home", tmp_path / "desk") as where:
        for block in found:
            snippets.follow(block, where)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(snippets.ROOT).as_posix())
def test_fences_and_markers_are_understood(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = snippets.blocks(page)
    assert 2 * len(found) == sum(line.startswith("```") for line in text.splitlines())
    for block in found:
        marker = block.marker or ""
        assert not marker.startswith("not run") or len(marker) > len("not run: "), block.place
