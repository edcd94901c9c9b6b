"""From the run's settings to its plan: data arrive and are prepared, with progress in the journal."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from mtf_engine import planning, plugins, settings
from mtf_engine.domain.dataset import Dataset, Finding
from mtf_engine.domain.event import DatasetFailed, DatasetProgressed, DatasetReady
from mtf_engine.domain.plan import Plan
from mtf_engine.environment import versions
from mtf_engine.runs import identity
from mtf_engine.runs.coordinator.mailbox import Mailbox
from mtf_engine.runs.coordinator.session import Session
from mtf_engine.runs.directory import Request, RunDirectory
from mtf_engine.storage import atomic

_PROGRESS_SECONDS = 0.25


class _Progress:
    """Journals arriving bytes, at most four times a second for each data set."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: dict[str, float] = {}
        self._guard = threading.Lock()

    def __call__(self, dataset: str, received: int, total: int | None) -> None:
        now = time.monotonic()
        with self._guard:
            if received != total and now - self._told.get(dataset, 0.0) < _PROGRESS_SECONDS:
                return
            self._told[dataset] = now
        self._session.journal(DatasetProgressed(dataset, received, total))


class _Heed:
    """Asked often and from any thread whether the run shall end; answers requests to pause by the way."""

    def __init__(self, session: Session, mailbox: Mailbox) -> None:
        self._session = session
        self._mailbox = mailbox

    def __call__(self) -> bool:
        if self._mailbox.wants_end():
            return True
        self._mailbox.heed_pauses(self._session.journal)
        return False


def make_plan(session: Session, mailbox: Mailbox, request: Request) -> Plan:
    """Make the plan of a run and write ``plan.json`` and ``env.json``.

    Raises
    ------
    SettingsError
        The settings are wrong, or the data don't fit them.
    FetchError
        No data set could be had.
    Stopped, Cancelled
        The run shall end.
    """
    plugins.hold_files()
    try:
        plan = planning.plan_file(
            session.directory.settings,
            base=Path(request.base),
            progress=_Progress(session),
            cancelled=_Heed(session, mailbox),
            ready=lambda dataset: _tell_ready(session, dataset),
            failed=lambda finding: _tell_failed(session, finding),
        )
    except Exception:
        mailbox.raise_for_end()
        raise
    mailbox.raise_for_end()
    session.check()
    directory = session.directory
    atomic.write_bytes_atomic(directory.plan, msgspec.json.format(msgspec.json.encode(plan)))
    seen = {**versions.snapshot(Path(request.base)), "seed": plan.resolved.seed}
    atomic.write_bytes_atomic(directory.env, msgspec.json.format(msgspec.json.encode(seen)))
    _complete_identity(directory, request, plan)
    return plan


def _tell_ready(session: Session, dataset: Dataset) -> None:
    session.journal(
        DatasetReady(
            dataset=dataset.name,
            rows=dataset.rows,
            columns=len(dataset.columns),
            task=dataset.task.value,
            target=dataset.target,
            positive=dataset.positive,
            findings=tuple(finding.message for finding in dataset.findings),
        )
    )


def _tell_failed(session: Session, finding: Finding) -> None:
    session.journal(DatasetFailed(finding.dataset, finding.message))


def _complete_identity(directory: RunDirectory, request: Request, plan: Plan) -> None:
    """Note what the plan was made of, remote data too, so that a re-run is recognised as long as nothing changed."""
    raw = directory.settings.read_bytes()
    found = identity.gather(raw, settings.canonical(settings.inspect_bytes(raw).settings), Path(request.base))
    found = identity.as_planned(found, {one.dataset.name: one.dataset.provenance.files for one in plan.datasets})
    known = replace(request, identity=found.identity, identity_is_complete=found.is_complete, parts=found.parts)
    directory.write_request(known)
    identity.remember(found, directory.id)
