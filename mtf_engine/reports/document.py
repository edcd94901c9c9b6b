"""The JSON report: results.json, indented."""

from __future__ import annotations

import json

import msgspec

from mtf_engine import text_safety
from mtf_engine.domain.results import Results
from mtf_engine.reports.context import ReportContext
from mtf_engine.reports.specification import ReportFile, ReportFormat


def encode(results: Results) -> bytes:
    """Encode results as JSON for people and programs: numbers in full precision, undefined ones ``null``."""
    return msgspec.json.format(json_bytes(results), indent=2) + b"\n"


def json_bytes(value: object) -> bytes:
    """Encode a value as JSON that is safe to show.

    Examples
    --------
    >>> json_bytes({"low": None, "high": 0.1})
    b'{"low":null,"high":0.1}'
    """
    try:
        document = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair, as in names of files that are not UTF-8
        document = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, allow_nan=False)
    return text_safety.json(document).encode()


def _render(results: Results, _: ReportContext) -> tuple[ReportFile, ...]:
    return (ReportFile("results.json", encode(results)),)


JSON = ReportFormat("json", "results.json: everything, for programs.", "application/json", _render)
