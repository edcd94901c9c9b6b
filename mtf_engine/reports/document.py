"""The JSON report: results.json, indented."""

from __future__ import annotations

import json

import msgspec

from mtf_engine.domain.results import Results
from mtf_engine.reports.context import ReportContext
from mtf_engine.reports.specification import ReportFile, ReportFormat


def encode(results: Results) -> bytes:
    """Encode results as JSON for people and programs: numbers in full precision, undefined ones ``null``."""
    return msgspec.json.format(json_bytes(results), indent=2) + b"\n"


def json_bytes(value: object) -> bytes:
    """Encode a value as JSON; half a surrogate pair, which UTF-8 cannot hold, is written as an escape.

    Examples
    --------
    >>> json_bytes(["a", "\\udcff"])
    b'["a", "\\\\udcff"]'
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", errors="backslashreplace")


def _render(results: Results, _: ReportContext) -> tuple[ReportFile, ...]:
    return (ReportFile("results.json", encode(results)),)


JSON = ReportFormat("json", "results.json: everything, for programs.", "application/json", _render)
