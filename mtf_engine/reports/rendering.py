"""Results into reports: by format name, as bytes or as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mtf_engine.domain.results import Results
from mtf_engine.errors import PluginError
from mtf_engine.plugins import distribution_of, load, names
from mtf_engine.reports.context import NO_CONTEXT, ReportContext
from mtf_engine.reports.specification import ReportFile, ReportFormat
from mtf_engine.storage.atomic import write_bytes_atomic

GROUP = "mtf.reports"


def formats() -> tuple[str, ...]:
    """List the names of all report formats."""
    return names(GROUP)


def get(name: str) -> ReportFormat:
    """Look a report format up.

    Raises
    ------
    PluginError
        No format goes by that name, or its plugin is broken.
    """
    value = load(GROUP, name)
    if not isinstance(value, ReportFormat):
        raise PluginError(
            f"The plugin {name!r} in {GROUP}, from {distribution_of(GROUP, name)}, is not a ReportFormat.",
            hint="Point the entry point at a module-level ReportFormat.",
        )
    return value


def render_files(results: Results, name: str, *, context: ReportContext = NO_CONTEXT) -> tuple[ReportFile, ...]:
    """Render every file of a report.

    Parameters
    ----------
    results : Results
        Of a run.
    name : str
        Format: ``html``, ``markdown``, ``junit``, ``json``, ``csv`` or a plugin's.
    context : ReportContext, optional
        How and where the numbers came about.
    """
    return get(name).render(results, context)


def render(results: Results, name: str, *, context: ReportContext = NO_CONTEXT) -> bytes:
    """Render a report as one piece, for standard output; of ``csv`` that is the table of scores."""
    return render_files(results, name, context=context)[0].content


def write_report(results: Results, name: str, target: Path, *, context: ReportContext = NO_CONTEXT) -> Path:
    """Write one report where the user asked for it.

    Parameters
    ----------
    results : Results
        Of a run.
    name : str
        Format.
    target : Path
        A file, or a folder: one that exists, or a path without a suffix. Reports of several files go into a folder.

    Returns
    -------
    Path
        The file or folder that was written.
    """
    files = render_files(results, name, context=context)
    if len(files) > 1:
        for one in files:
            _write(target / Path(one.name).name, one.content)
        return target
    folder = target.is_dir() or not target.suffix
    return _write(target / files[0].name if folder else target, files[0].content)


def write_reports(
    results: Results, format_names: Iterable[str], directory: Path, *, context: ReportContext = NO_CONTEXT
) -> tuple[Path, ...]:
    """Write reports under their own names: ``report.html``, ``report.md``, ``junit.xml``, ``results.json``, ``csv/``.

    Parameters
    ----------
    results : Results
        Of a run.
    format_names : iterable of str
        Formats.
    directory : Path
        Made when absent. Each file is replaced whole.

    Returns
    -------
    tuple of Path
        What was written, in the order of the formats.
    """
    return tuple(
        _write(directory / one.name, one.content)
        for name in format_names
        for one in render_files(results, name, context=context)
    )


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes_atomic(path, content)
    return path
