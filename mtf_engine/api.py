"""The facade: everything the command line, the terminal UI and a notebook ask of the engine.

Importing it is cheap, so listing runs and showing results start at once: the rooms that load numpy, pandas or
scikit-learn, and those that read settings, are imported by the functions that need them.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from mtf_engine import numbers
from mtf_engine.domain.event import Event
from mtf_engine.domain.results import CheckRow, Results
from mtf_engine.domain.run import RunState, RunStatus
from mtf_engine.errors import RunError, SettingsError
from mtf_engine.runs import catalogue, control, recognition
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower, Recorded
from mtf_engine.storage import atomic

if TYPE_CHECKING:
    from pandas import DataFrame

    from mtf_engine.acquisition.interfaces import Table
    from mtf_engine.acquisition.profile import Profile
    from mtf_engine.diagnosis.installation import Observation
    from mtf_engine.domain.dataset import Provenance
    from mtf_engine.domain.difference import RunDifference
    from mtf_engine.domain.plan import Estimate, Plan
    from mtf_engine.domain.registry import RegistryEntry
    from mtf_engine.runs.cache import CacheEntry, CacheReport

DEMO = Path(__file__).with_name("demo.yaml")
"""Settings of the demo: bundled data sets and models."""

_POLL_SECONDS = 0.1
Progress = Callable[[int, int | None], None]
"""Called with the bytes received and their total, None when unknown."""


def _ignore(received: int, total: int | None) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run in a listing."""

    id: str
    name: str
    status: RunStatus
    started: float | None
    """Seconds since the epoch."""

    done: int
    """Cells with an outcome."""

    total: int
    exit_code: int | None
    best: dict[str, object] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    """Verdict → how many."""

    path: str = ""

    @property
    def best_text(self) -> str:
        """The best score on the primary metric, for people."""
        if not self.best:
            return ""
        value = self.best.get("estimate")
        shown = numbers.significant(value if isinstance(value, float) else None)
        return f"{self.best.get('metric')} {shown} {self.best.get('model')} on {self.best.get('dataset')}"


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """What happened since the last update, and the state that it led to."""

    state: RunState
    records: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class RunResults(Results):
    """The results of a run, whose tables can be had as frames."""

    def to_pandas(self, table: str = "scores") -> DataFrame:
        """Turn one table into a frame, a row each, numbers in full precision.

        Parameters
        ----------
        table : str, default "scores"
            ``datasets``, ``scores``, ``comparisons``, ``rankings``, ``checks``, ``failures`` or ``timing``.

        Raises
        ------
        ValueError
            There is no such table.
        """
        from mtf_engine.reports.frames import frame_of

        return frame_of(self, table)


@dataclass(frozen=True, slots=True)
class RunHandle:
    """A run, live or over: read its directory, drop requests into its mailbox."""

    directory: RunDirectory
    launched: bool = False
    """Whether this call started the process that carries it."""

    @property
    def id(self) -> str:
        """The run's id."""
        return self.directory.id

    @property
    def path(self) -> Path:
        """The run directory."""
        return self.directory.path

    def state(self) -> RunState:
        """Read the state, status included."""
        return states.read(self.directory)

    def events(self, *, follow: bool = True) -> Iterator[Event]:
        """Yield events from the first on.

        Parameters
        ----------
        follow : bool, default True
            Wait for more until the run is no longer live.
        """
        return (record.event for record in self.records(follow=follow))

    def records(self, *, follow: bool = True) -> Iterator[Recorded]:
        """Yield events from the first on, each with its place in the journal and its time.

        Parameters
        ----------
        follow : bool, default True
            Wait for more until the run is no longer live.
        """
        if not follow:
            yield from Follower(self.directory.events).read()
            return
        for update in self.updates(interval=_POLL_SECONDS):
            yield from update.records

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield events as they come, without blocking the loop."""

        from mtf_engine.runs.following import follow

        async for record in follow(self.directory):
            yield record.event

    def updates(self, *, interval: float = 0.25, idle: bool = False) -> Iterator[RunUpdate]:
        """Yield the state at once and then whenever something happened, until the run is no longer live.

        Each event is read and folded once, however long the run is.

        Parameters
        ----------
        interval : float, default 0.25
            Seconds between two looks at the journal.
        idle : bool, default False
            Yield at every look, whether something happened or not, for displays with a clock.
        """
        follower, state = Follower(self.directory.events), RunState(self.id)
        told: RunStatus | None = None
        while True:
            owned = states.is_owned(self.directory)
            records = follower.read()
            state = states.fold(state, records)
            lost = state.status.is_live and not owned
            shown = replace(state, status=RunStatus.INTERRUPTED) if lost else state
            if idle or records or shown.status is not told:
                told = shown.status
                yield RunUpdate(shown, records)
            if not shown.status.is_live:
                return
            time.sleep(interval)

    def wait(self, *, timeout: float | None = None) -> RunState:
        """Wait until the run is no longer live.

        Raises
        ------
        TimeoutError
            It still is after ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        state = RunState(self.id)
        for update in self.updates(interval=_POLL_SECONDS, idle=True):
            state = update.state
            if state.status.is_live and deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"{self.id} is still {state.status} after {timeout} seconds.")
        return state

    def pause(self, *, now: bool = False) -> None:
        """Ask for no new cells; ``now`` also stops the running ones, which start again on resume."""
        control.post(self.directory, control.ControlRequest(control.Verb.PAUSE, now=now))

    def cancel(self, *, cell: str | None = None) -> None:
        """Ask for the end of the run, or of one cell (its id or a unique prefix)."""
        control.cancel(self.directory, self._cell(cell))

    def resume(self, *, cell: str | None = None) -> None:
        """Lift a pause, take back a cancellation, or relaunch a run whose process is gone."""
        from mtf_engine.runs import launch

        launch.resume(self.directory, cell=self._cell(cell))

    def _cell(self, prefix: str | None) -> str | None:
        """Complete a cell's id."""
        if prefix is None:
            return None
        plan = self.plan()
        found = [cell.id for cell in plan.cells if cell.id.startswith(prefix)] if plan else []
        if len(found) != 1:
            what = "No cell has" if not found else f"{len(found)} cells have"
            raise RunError(
                f"{what} an id that begins with {prefix!r}.", hint=f"`mtf show {self.id} --json` lists them."
            )
        return found[0]

    def plan(self) -> Plan | None:
        """Read the plan; None while it is being made."""
        from mtf_engine.domain.plan import Plan

        try:
            return msgspec.json.decode(self.directory.plan.read_bytes(), type=Plan)
        except FileNotFoundError:
            return None

    def rejection(self) -> SettingsError | None:
        """What is wrong with the settings of a run that was rejected; None for any other.

        The directory of a rejected run holds nothing but the rejection, and is removed.
        """
        if self.state().status is not RunStatus.REJECTED:
            return None
        from mtf_engine.runs import launch

        error = launch.problems_of(self.directory, self.state())
        launch.discard(self.directory)
        return error

    def results(self) -> RunResults:
        """Read the results; those of a run that was stopped are computed from the cells that are done.

        Raises
        ------
        RunError
            The run has none yet.
        """
        try:
            return msgspec.json.decode(self.directory.results.read_bytes(), type=RunResults)
        except FileNotFoundError:
            pass
        from mtf_engine.runs.results import assemble

        if self.plan() is None:
            raise RunError(f"{self.id} has no results yet.", hint=f"`mtf watch {self.id}` shows how far it is.")
        found = assemble(self.directory)
        if RunStatus(found.run.status).is_live:
            found = replace(found, run=replace(found.run, exit_code=None))
        return RunResults(**{one.name: getattr(found, one.name) for one in fields(found)})


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """Checks, evaluated again."""

    run: str
    """Id of the run whose predictions were judged."""

    checks: tuple[CheckRow, ...]
    exit_code: int
    """0 when all pass, 1 otherwise; 3 when cells are missing and no check failed."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """A column of a preview."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a source, and what was inferred."""

    rows: int
    """Of the whole table."""

    columns: tuple[PreviewColumn, ...]
    cells: tuple[tuple[str, ...], ...]
    target: str | None
    task: str | None
    notes: tuple[str, ...]


# --- plans and runs ---


def settings_template() -> str:
    """Return commented settings that run as they are."""
    from mtf_engine import settings

    return settings.template()


def plan(path: Path | str) -> Plan:
    """Resolve settings, acquire and prepare the data, divide the rows and name every cell; runs nothing.

    Raises
    ------
    SettingsError
        The settings are wrong, or the data don't fit them; carries every problem.
    FetchError
        No remote data set could be fetched.
    """
    from mtf_engine.runs import foreground

    return foreground.plan(Path(path))


def estimate(outline: Plan) -> Estimate:
    """Say what a plan would cost, from past timings."""
    from mtf_engine import planning

    return planning.estimate(outline)


def start(
    path: Path | str | Plan,
    *,
    workers: int | None = None,
    fresh: bool = False,
    vet: Literal["names", "settings", "nothing"] = "names",
) -> RunHandle:
    """Start or continue the run of a settings file, detached; an equal plan that is live or done is only opened.

    Parameters
    ----------
    path : Path, str or Plan
        The settings file, or a plan that `plan` made of one.
    workers : int, optional
        Worker processes, over the settings.
    fresh : bool, default False
        Start a new run that reuses nothing.
    vet : {"names", "settings", "nothing"}, default "names"
        What is looked at in this process before another is started: that names are known and local files are there,
        all that the settings alone decide (a few seconds), or nothing, where the caller has done so. What it leaves is
        found by the run itself, which is then rejected. A plan has been looked at.

    Returns
    -------
    RunHandle
        Its ``launched`` tells whether a process was started.

    Raises
    ------
    SettingsError
        The settings are wrong, or the data don't fit them.
    RunError
        The process could not be started.
    """
    settings = _settings_of(path)
    unchanged = None if fresh else recognition.recognise(settings)
    if unchanged is not None:
        return RunHandle(unchanged)
    from mtf_engine.runs import launch

    looked_at = launch.Vet(vet) if isinstance(path, Path | str) else launch.Vet.NOTHING

    def resolve() -> None:
        from mtf_engine.runs import foreground

        foreground.vet(settings)

    try:
        launched = launch.start(settings, resolve=resolve, vet=looked_at, workers=workers, fresh=fresh)
    except SettingsError:
        if looked_at is not launch.Vet.NOTHING:
            resolve()  # tells of wrong names and data as well, so that one report holds everything
        raise
    return RunHandle(launched.directory, launched=launched.started)


def _settings_of(asked: Path | str | Plan) -> Path:
    if isinstance(asked, Path | str):
        return Path(asked)
    if asked.settings_path is None:
        raise SettingsError("This plan was not made from a settings file.", hint="Make it with `plan(path)`.")
    return Path(asked.settings_path)


def open_run(query: str) -> RunHandle:
    """Open a run by its id, a unique prefix, its name, ``last`` or its path.

    Raises
    ------
    RunNotFound
        Nothing matches, or several do.
    """
    return RunHandle(catalogue.find(query))


def runs() -> tuple[RunInfo, ...]:
    """List all runs: live ones first, then the newest."""
    found = [
        RunInfo(
            id=entry.directory.id,
            name=entry.name,
            status=entry.state.status,
            started=entry.state.started,
            done=entry.state.done,
            total=entry.state.total_cells,
            exit_code=entry.state.exit_code,
            best=dict(entry.state.best),
            checks=dict(entry.state.checks),
            path=str(entry.directory.path),
        )
        for entry in catalogue.entries()
    ]
    return tuple(sorted(found, key=lambda info: not info.status.is_live))


def delete(handle: RunHandle) -> None:
    """Remove a run's directory; results that other runs share stay in the cache.

    Raises
    ------
    RunError
        The run is live.
    """
    if states.is_owned(handle.directory):
        raise RunError(f"{handle.id} is live and cannot be deleted.", hint=f"`mtf cancel {handle.id}` ends it.")
    shutil.rmtree(handle.path)


def rename(handle: RunHandle, name: str) -> None:
    """Give a run another name in listings, by which it is found too; its id stays.

    Raises
    ------
    RunError
        The name is empty or longer than 80 characters.
    """
    handle.directory.rename(name)


# --- questions asked of stored predictions ---


def score(handle: RunHandle, metrics: Sequence[str]) -> Results:
    """Score a run by more metrics, from its stored predictions; nothing is refitted.

    Raises
    ------
    SettingsError
        A metric is unknown or fits no data set of the run.
    RunError
        The run is live, or has no predictions.
    """
    from mtf_engine.runs.results import add_metrics

    return add_metrics(handle.directory, tuple(metrics))


def compare(before: RunHandle, after: RunHandle) -> RunDifference:
    """Say what changed between two runs: data, settings, environment, scores, rows that flipped."""
    from mtf_engine.runs.difference import compare_runs

    return compare_runs(before.directory, after.directory)


def check_run(handle: RunHandle) -> CheckVerdict:
    """Evaluate a run's own checks again."""
    from mtf_engine.runs.results import judge

    return _verdict(handle.id, judge(handle.directory))


def check_settings(path: Path) -> CheckVerdict:
    """Judge the newest run of the same data, models and splits by the checks of a settings file as it is now.

    Raises
    ------
    SettingsError
        The settings are wrong.
    RunNotFound
        No run has predictions for them.
    """
    from mtf_engine.runs import foreground
    from mtf_engine.runs.results import judge

    matching = foreground.find_matching(path)
    return _verdict(matching.directory.id, judge(matching.directory, plan=matching.plan))


def _verdict(run: str, results: Results) -> CheckVerdict:
    counted: dict[str, int] = {}
    for row in results.checks:
        counted[row.verdict.value] = counted.get(row.verdict.value, 0) + 1
    sentence = ", ".join(f"{count} {verdict}" for verdict, count in counted.items()) or "no checks"
    code = results.run.exit_code
    return CheckVerdict(run, results.checks, 0 if code is None else code, sentence)


def render(handle: RunHandle, format_name: str) -> bytes:
    """Render a report of a run."""
    from mtf_engine import reports

    return reports.render(
        handle.results(), format_name, context=reports.read_context(handle.directory.plan, handle.directory.env)
    )


def report(handle: RunHandle, format_name: str, output: Path | None = None) -> Path:
    """Write a report of a run.

    Parameters
    ----------
    handle : RunHandle
        The run.
    format_name : str
        ``html``, ``markdown``, ``junit``, ``json`` or ``csv``.
    output : Path, optional
        File to write, or folder for ``csv``; None writes into the run directory.

    Returns
    -------
    Path
        What was written.
    """
    from mtf_engine import reports

    target = output or handle.directory.report
    return reports.write_report(
        handle.results(), format_name, target, context=reports.read_context(handle.directory.plan, handle.directory.env)
    )


# --- names, sources, cache, installation ---


def describe(kind: str, name: str | None = None) -> tuple[RegistryEntry, ...]:
    """Describe the ``steps``, ``models``, ``metrics`` or ``checks`` that settings can name, or one of them.

    Raises
    ------
    PluginError
        The name is unknown; the hint has the nearest spelling.
    """
    from mtf_engine import glossary

    return glossary.describe(kind, name)


def fetch(uri: str, *, sha256: str | None = None, progress: Progress = _ignore) -> Provenance:
    """Fetch a source into the cache, verified.

    Raises
    ------
    FetchError, IntegrityError, SchemaError, SettingsError
        It could not be had, is not what was promised, or the address is wrong.
    """
    return _load(uri, sha256, progress).provenance


def preview(uri: str, *, rows: int = 10, progress: Progress = _ignore) -> Preview:
    """Read a source and return its first rows, and what was inferred."""
    from mtf_engine.acquisition.inference import infer_task

    table = _load(uri, None, progress)
    head = table.frame.head(rows)
    target = table.default_target
    return Preview(
        rows=len(table.frame),
        columns=tuple(PreviewColumn(column.name, column.kind.value) for column in table.columns),
        cells=tuple(tuple(str(value) for value in row) for row in head.itertuples(index=False, name=None)),
        target=target,
        task=None if target is None else infer_task(table.frame[target]).value,
        notes=table.provenance.notes,
    )


def profile(uri: str, *, progress: Progress = _ignore) -> Profile:
    """Describe every column of a source; all rows are read."""
    from mtf_engine.acquisition.profile import profile as profile_table

    return profile_table(_load(uri, None, progress))


def _load(uri: str, sha256: str | None, progress: Progress) -> Table:
    from mtf_engine.acquisition.acquire import load_table
    from mtf_engine.domain.dataset import DatasetRef

    return load_table(DatasetRef(name=uri, source=uri, sha256=sha256), progress=progress)


def cache_entries() -> tuple[CacheEntry, ...]:
    """List what the cache holds, most recently used first."""
    from mtf_engine.runs import cache

    return cache.list_entries()


def cache_verify() -> CacheReport:
    """Compare the cache with its digests; damaged entries are removed and made again when needed."""
    from mtf_engine.runs import cache

    return cache.verify()


def cache_prune(keep: str) -> CacheReport:
    """Remove what nobody can use, then the least recently used beyond a size such as ``10GB``.

    Raises
    ------
    SettingsError
        The size can't be read.
    """
    from mtf_engine.runs import cache
    from mtf_engine.settings.units import size

    try:
        quota = size(keep)
    except ValueError as error:
        raise SettingsError(f"{keep!r} {error}.") from None
    return cache.prune(quota=quota)


def cache_clear() -> CacheReport:
    """Empty the cache; no run loses anything."""
    from mtf_engine.runs import cache

    return cache.clear()


def diagnose() -> tuple[Observation, ...]:
    """Look at versions, plugins, folders, locks, disk and terminal."""
    from mtf_engine.diagnosis import installation

    return installation.diagnose()


def bundle(output: Path, *, run: str = "last") -> Path:
    """Write what an issue should tell: installation, settings and logs of a run, without secrets.

    Parameters
    ----------
    output : Path
        The text file to write.
    run : str, default "last"
        An id, a unique prefix, a name, ``last``, or a path.

    Raises
    ------
    RunNotFound
        There is no such run.
    RunError
        The file can't be written.
    """
    from mtf_engine.diagnosis.bundle import compose

    text = compose(run)
    try:
        atomic.write_text_atomic(output.absolute(), text)
    except OSError as error:
        raise RunError(
            f"{output} can't be written: {error.strerror}", hint="Name another file: --output FILE"
        ) from None
    return output
