"""Every command and code block of the README and the documentation does what its page says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from docs import snippets

PAGES = snippets.pages()
COMMANDS = {"sh", "console", "python"}
TEST = "test_blocks_do_what_the_page_says["


def follow(page: Path, place: Path) -> None:
    """Do what a page says, in a folder and a home of its own."""
    with snippets.desk(place / "home", place / "desk") as where:
        for block in snippets.blocks(page):
            snippets.follow(block, where)


@pytest.fixture(scope="module")
def followed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Future]]:
    """Follow all pages that were asked for, two at a time: a command mostly waits for its run to start."""
    chosen = [item.callspec.params["page"] for item in request.session.items if item.name.startswith(TEST)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {page: pool.submit(follow, page, tmp_path_factory.mktemp("page")) for page in chosen}
        pool.shutdown(cancel_futures=True)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(snippets.ROOT).as_posix())
def test_blocks_do_what_the_page_says(page: Path, followed: dict[Path, Future]) -> None:
    if sys.platform == "win32" and any(block.language in COMMANDS for block in snippets.blocks(page)):
        pytest.skip("the pages' commands are written for a POSIX shell")
    followed[page].result()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(snippets.ROOT).as_posix())
def test_fences_and_markers_are_understood(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = snippets.blocks(page)
    assert 2 * len(found) == sum(line.startswith("```") for line in text.splitlines())
    for block in found:
        marker = block.marker or ""
        assert not marker.startswith("not run") or len(marker) > len("not run: "), block.place
