"""All runs there are: listed newest first, and found by id, unique prefix, name, ``last`` or path.

Listing reads two small files and the ends of a journal for each finished run and loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import RunError, RunNotFound
from mtf_engine.runs import directory as directories
from mtf_engine.runs import summary as summaries
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.summary import Summary
from mtf_engine.spelling import nearest
from mtf_engine.storage import paths
from mtf_engine.text_safety import filename


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in the history."""

    directory: RunDirectory
    name: str
    summary: Summary


def directories_newest_first() -> Iterator[RunDirectory]:
    """Yield all run directories; names sort by time."""
    root = paths.runs()
    try:
        names = sorted((entry.name for entry in root.iterdir()), reverse=True)
    except FileNotFoundError:
        return
    for name in names:
        if directories.is_run(root / name):
            yield RunDirectory(root / name)


def entries(limit: int | None = None) -> tuple[Entry, ...]:
    """List runs, newest first.

    Parameters
    ----------
    limit : int, optional
        Most runs to list.

    Returns
    -------
    tuple of Entry
    """
    found: list[Entry] = []
    for run in directories_newest_first():
        if limit is not None and len(found) >= limit:
            break
        try:
            name = run.read_name()
        except RunError:
            continue
        found.append(Entry(run, name, summaries.read(run)))
    return tuple(found)


def last_of(settings: Path) -> RunDirectory | None:
    """Find the newest run that a settings file was run as and that was not rejected; None where there is none."""
    wanted = str(settings.absolute())
    for run in directories_newest_first():
        try:
            is_of_it = run.read_request().settings_path == wanted
        except RunError:
            continue
        if is_of_it and summaries.read(run).status is not RunStatus.REJECTED:
            return run
    return None


def find(query: str) -> RunDirectory:
    """Find one run.

    Parameters
    ----------
    query : str
        An id, a unique prefix of ids, a name (its newest run), a unique end of ids as lists show it
        (``churn-22c5``), ``last``, or a path.

    Returns
    -------
    RunDirectory

    Raises
    ------
    RunNotFound
        Nothing matches, or a prefix matches several runs.
    """
    if directories.is_run(Path(query).absolute()):
        return RunDirectory(Path(query).absolute())
    if (closed := _why_closed(Path(query).absolute())) is not None:
        raise closed
    runs = tuple(directories_newest_first())
    if not runs:
        raise RunNotFound(f"there is no run '{query}': no runs yet", hint="Start one with `mtf run settings.yaml`.")
    if query == "last":
        return runs[0]
    labelled = [run for run in runs if run.label.exists() and run.read_name() == query]
    if labelled:
        return labelled[0]
    named = [run for run in runs if _name_part(run) == filename(query, limit=directories.NAME_BYTES)]
    begins = [run for run in runs if query and run.id.startswith(query)]
    exact = [run for run in begins if run.id == query]
    if exact or len(begins) == 1:
        return (exact or begins)[0]
    if named:
        return named[0]
    if begins:
        raise RunNotFound(
            f"'{query}' begins {len(begins)} run ids: {', '.join(run.id for run in begins[:3])} …",
            hint="Give more of the id.",
        )
    ends = [run for run in runs if query and run.id.endswith(f"-{query}")]
    if len(ends) == 1:
        return ends[0]
    near = nearest(query, [*dict.fromkeys(_name_part(run) for run in runs), *(run.id for run in runs)])
    hint = f"Did you mean '{near}'? " if near else ""
    raise RunNotFound(f"no run is called '{query}'", hint=f"{hint}`mtf runs` lists all {len(runs)}.")


def _why_closed(path: Path) -> RunNotFound | None:
    """Say why nobody can tell whether a path is a run; None where it can be looked up."""
    try:
        (path / "request.json").stat()
    except PermissionError as error:
        said = (error.strerror or "permission denied").lower()
        return RunNotFound(f"{path} cannot be looked into: {said}", hint="Ask its owner for leave to read it.")
    except (OSError, ValueError):  # what is no path may still be a name
        return None
    return None


def _name_part(run: RunDirectory) -> str:
    """Take the name out of ``<utc>-<name>-<4 hex>``."""
    return run.id.partition("-")[2].rpartition("-")[0]
