"""Every built-in step, model, metric, check, source, format and report goes through the suite of its kind."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
import pytest
from fakes import http_server

from mtf_engine import plugins
from mtf_engine.testing import (
    CheckConformance,
    FormatConformance,
    MetricConformance,
    ModelConformance,
    ReportConformance,
    SourceConformance,
    StepConformance,
)

QUICK: dict[str, dict[str, object]] = {
    "ada_boost": {"n_estimators": 5},
    "extra_trees": {"n_estimators": 5},
    "gradient_boosting": {"n_estimators": 5},
    "hist_gradient_boosting": {"max_iter": 3},
    "neural_network": {"max_iter": 5},
    "random_forest": {"n_estimators": 5},
}
"""Parameters that keep the slow models short."""


def each(group: str) -> list[str]:
    return list(plugins.names(group))


class TestMetrics(MetricConformance):
    draws = 6

    @pytest.fixture(autouse=True, params=each("mtf.metrics"))
    def subject(self, request: pytest.FixtureRequest) -> None:
        self.metric: Any = plugins.load("mtf.metrics", request.param)


class TestSteps(StepConformance):
    @pytest.fixture(autouse=True, params=each("mtf.steps"))
    def subject(self, request: pytest.FixtureRequest) -> None:
        self.step: Any = plugins.load("mtf.steps", request.param)


class TestModels(ModelConformance):
    @pytest.fixture(autouse=True, params=each("mtf.models"))
    def subject(self, request: pytest.FixtureRequest) -> None:
        self.model: Any = plugins.load("mtf.models", request.param)
        self.parameters = QUICK.get(request.param, {})  # type: ignore[misc]


class TestChecks(CheckConformance):
    @pytest.fixture(autouse=True, params=each("mtf.checks"))
    def subject(self, request: pytest.FixtureRequest) -> None:
        self.check: Any = plugins.load("mtf.checks", request.param)


class TestReports(ReportConformance):
    @pytest.fixture(autouse=True, params=each("mtf.reports"))
    def subject(self, request: pytest.FixtureRequest) -> None:
        self.report: Any = plugins.load("mtf.reports", request.param)


class TestSources(SourceConformance):
    @pytest.fixture(autouse=True, params=each("mtf.sources"))
    def subject(
        self,
        request: pytest.FixtureRequest,
        tmp_path: Path,
        server: http_server.FaultServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))
        monkeypatch.delenv("MTF_OFFLINE", raising=False)
        name = request.param
        file = tmp_path / "table.csv"
        file.write_text("a,b\n1,x\n2,y\n", encoding="utf-8")
        address = server.serve("/table.csv", http_server.content(file.read_bytes()))
        there, absent = {
            "path": (str(file), str(tmp_path / "absent.csv")),
            "file": (file.as_uri(), (tmp_path / "absent.csv").as_uri()),
            "sklearn": ("sklearn:iris", "sklearn:irsi"),
            "http": (address, server.url("/absent.csv")),
            "https": (address, server.url("/absent.csv")),  # told apart by the address alone
        }[name]
        self.source: Any = plugins.load("mtf.sources", name)
        self.address, self.absent = there, absent  # type: ignore[misc]

    @pytest.fixture
    def server(self) -> Iterator[http_server.FaultServer]:
        with http_server.running() as running:
            yield running


def write_json_lines(table: pa.Table, path: Path) -> None:
    path.write_text("\n".join(json.dumps(row) for row in table.to_pylist()) + "\n", encoding="utf-8")


def write_csv(table: pa.Table, path: Path) -> None:
    pyarrow.csv.write_csv(table, path)


def write_arrow(table: pa.Table, path: Path) -> None:
    with pyarrow.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)


WRITERS = {
    "csv": write_csv,
    "jsonl": write_json_lines,
    "parquet": pyarrow.parquet.write_table,
    "arrow": write_arrow,
}


class TestFormats(FormatConformance):
    @pytest.fixture(autouse=True, params=each("mtf.formats"))
    def subject(self, request: pytest.FixtureRequest) -> None:
        self.format: Any = plugins.load("mtf.formats", request.param)
        self.truncation_shows = request.param != "csv"  # type: ignore[misc]
        self._write = WRITERS[request.param]

    def write(self, table: pa.Table, path: Path) -> None:
        self._write(table, path)


class TestPackedText(FormatConformance):
    """A packed file shows by itself that it was cut short."""

    format: Any = plugins.load("mtf.formats", "csv")

    def write(self, table: pa.Table, path: Path) -> None:
        plain = path.with_suffix(".plain")
        write_csv(table, plain)
        path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
