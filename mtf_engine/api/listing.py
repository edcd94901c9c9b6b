"""The runs that there are. Listing them is asked for often, so it loads nothing but what it takes to read a journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mtf_engine import numbers
from mtf_engine.domain.run import RunStatus
from mtf_engine.runs import catalogue


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run in a listing."""

    id: str
    name: str
    status: RunStatus
    started: float | None
    """Seconds since the epoch."""

    done: int
    """Cells with an outcome while the run is live, cells with a score once it is over."""

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


def runs() -> tuple[RunInfo, ...]:
    """List all runs: live ones first, then the newest."""
    found = [
        RunInfo(
            id=entry.directory.id,
            name=entry.name,
            status=entry.summary.status,
            started=entry.summary.started,
            done=entry.summary.done,
            total=entry.summary.total,
            exit_code=entry.summary.exit_code,
            best=dict(entry.summary.best),
            checks=dict(entry.summary.checks),
            path=str(entry.directory.path),
        )
        for entry in catalogue.entries()
    ]
    return tuple(sorted(found, key=lambda info: not info.status.is_live))


def last_run(settings: Path) -> str | None:
    """Id of the newest run of a settings file, whatever the file says now; None where it was never run."""
    found = catalogue.last_of(settings)
    return None if found is None else found.id
