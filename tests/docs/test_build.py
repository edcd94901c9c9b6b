"""The documentation builds without a warning, searches offline, and loads nothing from another host."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import snippets

LOADED = re.compile(r"""<(?:script|img|iframe)[^>]*\ssrc="([^"]+)"|<link\s(?=[^>]*stylesheet)[^>]*href="([^"]+)""")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_builds_without_warnings_and_without_other_hosts(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="scripts/setup.sh docs installs what builds the documentation")
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, str(snippets.ROOT / "docs"), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "searchindex.js").is_file()
    for page in tmp_path.rglob("*.html"):
        for groups in LOADED.findall(page.read_text(encoding="utf-8")):
            assert not re.match(r"(?:\w+:)?//", "".join(groups)), f"{page.name} loads {groups}"
    for asset in [*tmp_path.rglob("*.css"), *tmp_path.rglob("*.js")]:
        content = asset.read_text(encoding="utf-8")
        assert not re.search(r"""@import\s+(?:url\()?["']?https?:|url\(["']?https?:|fetch\(["']https?:""", content)
