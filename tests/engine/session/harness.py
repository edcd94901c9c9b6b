"""What the helper's tests share: a project, and a helper process that is asked over its pipes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

TIMEOUT_SECONDS = 200.0

CUSTOMERS = "customers.csv"
SETTINGS = """\
version: 1
name: churn                        # a comment
seed: 0
datasets:
  - source: customers.csv
    target: churned
    drop: [customer_id]
  - source: sklearn:diabetes
    splits: {method: kfold, folds: 3, repeats: 2}
  - sklearn:wine
  - {source: sklearn:breast_cancer, splits: {method: holdout, test_size: 0.4}}
pipeline:
  - drop_duplicates                # before the split
  - impute: {numeric: median}
  - encode: one_hot
  - scale: standard
models:
  - logistic_regression
  - linear_regression
  - decision_tree: {max_depth: 3}
metrics: [roc_auc, average_precision, accuracy, r2, mae]
splits: {method: auto, folds: 3}
"""

HOSTILE = "=cmd|' [red]‮\x1b[31m\x07\u0085é中"
"""A cell with a formula, markup, an override of the reading direction, a control sequence and wide characters."""


@dataclass
class Helper:
    """One helper process."""

    process: subprocess.Popen[bytes]
    progress: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def ask(self, method: str, **params: object) -> Any:
        """Ask, and give the result back; an error fails the test."""
        answer = self.answer(method, params)
        assert "result" in answer, answer.get("error")
        return answer["result"]

    def error(self, method: str, **params: object) -> dict[str, Any]:
        """Ask what is answered by an error."""
        answer = self.answer(method, params)
        assert "error" in answer, answer.get("result")
        return dict(answer["error"])

    def answer(self, method: str, params: Mapping[str, object]) -> dict[str, Any]:
        self.count += 1
        self.send(json.dumps({"id": self.count, "method": method, "params": params}).encode())
        answer = self.read()
        assert answer["id"] == self.count
        return answer

    def processor_seconds(self) -> float:
        """What it has used so far; on a busy machine time says little."""
        used = psutil.Process(self.process.pid).cpu_times()
        return float(used.user + used.system)

    def send(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """Read the next answer; a watchdog ends a helper that is silent."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(TIMEOUT_SECONDS, self.process.kill)
        watchdog.start()
        try:
            while True:
                line = self.process.stdout.readline()
                assert line, "the helper is gone"
                answer = json.loads(line)
                if "progress" not in answer:
                    return dict(answer)
                self.progress.append(answer)
        finally:
            watchdog.cancel()

    def close(self) -> int:
        """Close its input and wait for its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.end()

    def kill(self) -> int:
        self.process.kill()
        return self.end()

    def end(self) -> int:
        """Wait for its end, however it came, and let go of its pipes."""
        code = self.process.wait(60)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return code


def start(home: Path, folder: Path, log: Path) -> Helper:
    """Start a helper."""
    environment = {**os.environ, "MTF_HOME": str(home), "MTF_OFFLINE": "1", "PYTHONWARNINGS": "error"}
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "mtf_engine.session"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    return Helper(process)


@dataclass(frozen=True)
class Project:
    """A folder with data and settings, and a home for their run."""

    folder: Path
    home: Path
    settings: Path

    @property
    def run(self) -> Path:
        """The run's directory, once `ran` has made it."""
        (run,) = (self.home / "runs").glob("*-churn-*")
        return run


def write_customers(path: Path, *, rows: int = 240, hostile: bool = True) -> None:
    """Write a table with an identifier, gaps, categories and, in one cell, everything that could do harm."""
    lines = ["customer_id,tenure,charges,internet,churned"]
    for row in range(rows):
        tenure, charges = row * 7 % 73, "" if row % 37 == 5 else f"{20 + row * 13 % 97}.5"
        internet = ("fiber", "dsl", "none")[row % 3]
        churned = "yes" if (tenure < 25 and internet == "fiber") or row % 11 == 0 else "no"
        lines.append(f"C{row:05d},{tenure},{charges},{internet},{churned}")
    if hostile:
        cell = '"' + HOSTILE.replace('"', '""') + '"'
        lines[8] = f"{cell},3,4.5,{cell},no"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
