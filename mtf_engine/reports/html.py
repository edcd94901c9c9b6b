"""The HTML report: one file that needs no network and no script, and whose size has a bound.

The template escapes every value through ``text_safety``; only the pictures, which hold numbers alone, pass as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mtf_engine import __version__, numbers, text_safety
from mtf_engine.domain.results import Results
from mtf_engine.reports import provenance
from mtf_engine.reports.check_view import check_view
from mtf_engine.reports.context import ReportContext
from mtf_engine.reports.dataset_view import dataset_view
from mtf_engine.reports.methods import explain
from mtf_engine.reports.specification import ReportFile, ReportFormat
from mtf_engine.reports.verdicts import WORDS, exit_meaning, failure_groups, headline, worst_first
from mtf_engine.standings import index

LONGEST = 600
"""Most characters of one text."""

DATASETS, CHECKS, FAILURES, FINDINGS, METHODS, MODELS = 60, 300, 100, 60, 20, 100
"""Most of each; what is left out is counted on the page."""


def _safe(value: object) -> object:
    """Escape what a template prints; pictures pass."""
    if value is None or isinstance(value, Markup):
        return value or ""
    text = str(value)
    return Markup(text_safety.html(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"))


_ENVIRONMENT = Environment(
    loader=PackageLoader("mtf_engine.reports"),
    autoescape=True,
    finalize=_safe,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_FILTERS: Mapping[str, Callable[..., str]] = {
    "duration": numbers.duration,
    "size": numbers.size,
    "count": numbers.count,
}
_ENVIRONMENT.filters.update(_FILTERS)


def page(results: Results, context: ReportContext) -> str:
    """Write the report as one HTML document."""
    found = index(results)
    shown = results.datasets[:DATASETS]
    views = [
        dataset_view(row, found, context, anchor=f"d{position}", among=len(shown)) for position, row in enumerate(shown)
    ]
    checks = worst_first(results.checks)
    failures = failure_groups(results.failures)
    methods = explain([*(one.interval_method for one in results.scores), *(one.method for one in results.comparisons)])
    return _ENVIRONMENT.get_template("report.html.j2").render(
        run=results.run,
        version=__version__,
        headline=headline(results),
        words=WORDS,
        exit_meaning=exit_meaning(results),
        datasets=[view for view in views if view is not None],
        datasets_left_out=max(0, len(results.datasets) - DATASETS),
        checks=[check_view(row) for row in checks[:CHECKS]],
        checks_left_out=max(0, len(checks) - CHECKS),
        failures=failures[:FAILURES],
        failures_left_out=max(0, len(failures) - FAILURES),
        findings=results.findings[:FINDINGS],
        findings_left_out=max(0, len(results.findings) - FINDINGS),
        methods=methods[:METHODS],
        run_facts=provenance.run_facts(results),
        model_facts=provenance.model_facts(context)[:MODELS],
        environment_facts=provenance.environment_facts(context),
    )


def _render(results: Results, context: ReportContext) -> tuple[ReportFile, ...]:
    return (ReportFile("report.html", page(results, context).encode("utf-8")),)


HTML = ReportFormat("html", "One page for people: no network, no script, bounded size.", "text/html", _render)
