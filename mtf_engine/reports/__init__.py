"""Reports: a run's results for people, pull requests, CI servers and spreadsheets; each is a view and deletable."""

from mtf_engine.reports.context import ReportContext, read_context
from mtf_engine.reports.rendering import formats, render, render_files, write_report, write_reports

__all__ = ["ReportContext", "formats", "read_context", "render", "render_files", "write_report", "write_reports"]
