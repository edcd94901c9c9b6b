"""What a report format is; plugins add theirs through the entry-point group ``mtf.reports``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mtf_engine.domain.results import Results
from mtf_engine.reports.context import ReportContext


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One file of a report."""

    name: str
    """Relative to the folder that the report is written to."""

    content: bytes


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A way to show results."""

    plugin_group: ClassVar[str] = "mtf.reports"

    name: str
    summary: str
    """One line."""

    media_type: str
    render: Callable[[Results, ReportContext], tuple[ReportFile, ...]]
    """The first file is the one that stands for the report where only one can be shown."""
