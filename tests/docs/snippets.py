"""Blocks of a documentation page, run as a reader would: in order, from one clean folder, with a home of their own.

What a fence means:

- ``sh``: commands that succeed, all in one shell.
- ``console``: ``$ command`` lines with the output that follows them; ``...`` stands for any lines. Times, run ids and
  the width of columns are not compared, and neither is the live progress.
- any language, first line ``# file: NAME``: a file to write.
- ``yaml`` without it: a part of a settings file, which must be valid once data sets and models are added.
- ``python`` without it: a script; ``json``: something that parses.
- anything else is text.

``<!-- not run: reason -->`` on the line before a fence leaves it out; ``<!-- exit: 3 -->`` expects that code of the
last command of an ``sh`` block. ``https://example.org`` is this machine, serving the page's folder.

``python tests/docs/snippets.py PAGE ...`` writes the output of ``console`` blocks anew.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from mtf_engine import settings

ROOT = Path(__file__).resolve().parents[2]
WEB = "https://example.org"
SHOWN_HOME = "~/.local/share/mtf"
BLOCK_SECONDS = 300
"""For what takes ten on a quiet machine."""
_FENCE = re.compile(r"(?:^<!-- (?P<marker>[^\n]+?) -->\n+)?^```(?P<language>[\w{}-]*)\n(?P<body>.*?)^```$", re.M | re.S)
_FILE = re.compile(r"\A(?:#|//) file: (\S+)\n")
_PROGRESS = re.compile(r"^(?:Starting|Preparing|Running|Paused|Scoring|Fetching)\b.*, elapsed [\d:]+$\n?", re.M)
_VARIABLE = (
    (re.compile(r"\d{8}T\d{6}Z-([\w-]+)-[0-9a-f]{4}"), r"<run \1>"),
    (re.compile(r"(?:<|\b)\d+(?:\.\d+)? (?:µs|ms|s|min|h)\b(?: ago)?|\bnow\b"), "<time>"),
    (re.compile(r"\b\d+(?:\.\d+)? (?:B|kB|MB|GB)\b"), "<size>"),
    (re.compile(r"[0-9a-f]{12,}"), "<digest>"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: Path
    line: int
    language: str
    body: str
    marker: str | None
    span: tuple[int, int]
    """Where the body stands in the page's text."""

    @property
    def file(self) -> str | None:
        """The name of the file that the block is."""
        found = _FILE.match(self.body)
        return found[1] if found else None

    @property
    def place(self) -> str:
        """Page and line."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_run(self) -> bool:
        """Whether the page lets it be run."""
        return not (self.marker or "").startswith("not run: ")

    @property
    def exit_code(self) -> int:
        """What its last command must exit with."""
        return int(self.marker.removeprefix("exit: ")) if (self.marker or "").startswith("exit: ") else 0


@dataclass(frozen=True)
class Desk:
    """Where a page is followed: a folder, a home, and a web server for what the page fetches."""

    folder: Path
    home: Path
    web: str

    def environment(self) -> dict[str, str]:
        """The environment of its commands."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MTF_")}
        path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
        return {**kept, "MTF_HOME": str(self.home), "PATH": path, "HOME": str(self.folder), "PYTHONUTF8": "1"}

    def asked(self, text: str) -> str:
        """Put this desk's addresses in place of those of the page."""
        return text.replace(WEB, self.web)

    def shown(self, text: str) -> str:
        """Put the page's addresses in place of those of this desk."""
        text = text.replace(str(self.home), SHOWN_HOME).replace(f"{self.folder}/", "").replace(str(self.folder), ".")
        return text.replace(self.web, WEB)

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, both outputs in one."""
        return subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=BLOCK_SECONDS,
            check=False,
        )


def pages() -> list[Path]:
    """List all pages that readers may follow."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    return [*top, *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)]


def blocks(page: Path) -> list[Block]:
    """Find the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("body")),
            found["language"],
            found["body"],
            found["marker"],
            found.span("body"),
        )
        for found in _FENCE.finditer(text)
    ]


@contextlib.contextmanager
def desk(home: Path, folder: Path) -> Iterator[Desk]:
    """Prepare a folder to follow a page in."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Desk(folder, home, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def follow(block: Block, where: Desk) -> None:
    """Do what a block says; an AssertionError says what came of it instead."""
    if not block.is_run:
        return
    if block.file:
        path = where.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(where.asked(block.body), encoding="utf-8")
        if block.file.startswith(".github/workflows/"):
            _works(block, where)
    elif block.language == "sh":
        _succeeds(block, where, ["sh", "-euc", where.asked(block.body)])
    elif block.language == "python":
        _succeeds(block, where, [sys.executable, "-c", where.asked(block.body)])
    elif block.language == "console":
        for command, expected, printed in converse(block, where):
            assert _matches(expected, printed), (
                f"{block.place}: `{command}` printed\n{printed}\n--- and the page says\n{expected}\n"
                f"--- `python tests/docs/snippets.py {block.page.relative_to(ROOT)}` writes it anew"
            )
    elif block.language == "json":
        json.loads(block.body)
    elif block.language == "yaml":
        _is_valid(block)


def _succeeds(block: Block, where: Desk, arguments: list[str]) -> None:
    done = where.run(arguments)
    assert done.returncode == block.exit_code, f"{block.place}: exit code {done.returncode}\n{done.stdout}"


def _works(block: Block, where: Desk) -> None:
    """Run the steps of a workflow that call the program; a verdict (1) is as good as none."""
    jobs = YAML(typ="safe").load(block.body)["jobs"]
    steps = [step["run"] for job in jobs.values() for step in job["steps"] if step.get("run", "").startswith("mtf ")]
    assert steps, block.place
    for step in steps:
        done = where.run(["sh", "-euc", f"GITHUB_STEP_SUMMARY=summary.md; {step}"])
        assert done.returncode in {0, 1}, f"{block.place}: {step}\n{done.stdout}"


def _is_valid(block: Block) -> None:
    """Hold a part of a settings file against the shape of settings."""
    needed = {"datasets": "datasets: [sklearn:iris]\n", "models": "models: [ridge, lgbm, champion]\n"}
    added = "".join(lines for key, lines in needed.items() if not re.search(rf"^{key}:", block.body, re.MULTILINE))
    problems = settings.inspect_bytes((block.body + added).encode()).problems.sorted()
    assert problems == [], f"{block.place}: {problems}"


def converse(block: Block, where: Desk) -> Iterator[tuple[str, str, str]]:
    """Run the commands of a console block in one shell; yield each with what the page says and what it printed."""
    turns = re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]
    commands, expected = [], []
    for turn in turns:
        lines = turn.split("\n")
        last = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
        commands.append("\n".join(lines[: last + 1]))
        expected.append("\n".join(lines[last + 1 :]).strip("\n"))
    script = ["mark() { status=$?; echo; echo '@@@'; return $status; }"]
    for command in commands:
        script += ["mark", where.asked(command)]
    printed = where.run(["sh", "-c", "\n".join(script)]).stdout.split("\n@@@\n")[1:]
    for command, says, prints in zip(commands, expected, printed, strict=True):
        yield command, says, where.shown(_PROGRESS.sub("", prints)).strip("\n")


def _matches(expected: str, printed: str) -> bool:
    """Compare line by line; a line of three dots stands for any number of lines."""
    wanted = ("(?:.*\n)*?" if line == "..." else f"{_any(re.escape(line))}\n" for line in _steady(expected))
    return re.fullmatch("".join(wanted), "".join(f"{line}\n" for line in _steady(printed))) is not None


def _any(line: str) -> str:
    """Let three dots amid a line stand for anything up to what follows them."""
    return line.replace(re.escape("..."), r"(?:.*\n)*?.*")


def _steady(text: str) -> list[str]:
    """Take out what differs between two runs of the same command."""
    for pattern, stands in _VARIABLE:
        text = pattern.sub(stands, text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def write_outputs(page: Path) -> None:
    """Follow a page and write what its console commands print into it."""
    text, shift = page.read_text(encoding="utf-8"), 0
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        desk(Path(place) / "home", Path(place) / "desk") as where,
    ):
        for block in blocks(page):
            if not (block.is_run and block.language == "console"):
                follow(block, where)
                continue
            body = ""
            for command, expected, printed in converse(block, where):
                kept = expected if "..." in expected.splitlines() and _matches(expected, printed) else printed
                body += f"$ {command}\n{kept}\n" if kept else f"$ {command}\n"
            start, end = (position + shift for position in block.span)
            text = text[:start] + re.sub(r"[ \t]+$", "", body, flags=re.MULTILINE) + text[end:]
            shift += len(body) - len(block.body)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write_outputs(Path(name).resolve())
