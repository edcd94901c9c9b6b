"""Events on disk: how a fact becomes a line of ``events.jsonl`` and a fact again.

A line is ``{"seq", "at", "event", …}``. Readers skip kinds that they don't know and ignore fields that they don't
know, so a newer engine's journal can be read by an older one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtf_engine.domain.event import EVENT_TYPES, Event
from mtf_engine.storage.journal import Journal, read_lines


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the journal."""

    seq: int
    """Counts from 0 without gaps within a run."""

    at: float
    """Seconds since the epoch."""

    event: Event


class _Header(msgspec.Struct):
    seq: int
    at: float
    event: str


def encode(record: Recorded) -> bytes:
    """Write an event as one JSON object."""
    header = {"seq": record.seq, "at": round(record.at, 6), "event": type(record.event).__name__}
    return msgspec.json.encode({**header, **msgspec.to_builtins(record.event)})


def decode(line: bytes) -> Recorded | None:
    """Read an event back; None for a kind that this version doesn't know, or a line that is none."""
    try:
        header = msgspec.json.decode(line, type=_Header)
        kind = EVENT_TYPES.get(header.event)
        return Recorded(header.seq, header.at, msgspec.json.decode(line, type=kind)) if kind else None
    except msgspec.DecodeError:
        return None


def decode_all(lines: Iterable[bytes]) -> Iterator[Recorded]:
    """Read the events that this version knows."""
    return (record for record in map(decode, lines) if record is not None)


class Follower:
    """Reads a journal as it grows.

    Parameters
    ----------
    path : Path
        ``events.jsonl``; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> tuple[Recorded, ...]:
        """Read the events that have come since the last call."""
        fresh = read_lines(self._path, self._offset)
        self._offset = fresh.offset
        return tuple(decode_all(fresh.lines))


class EventWriter:
    """The one writer of a run's events: numbers and stamps them.

    Parameters
    ----------
    path : Path
        ``events.jsonl``; made when it is not there, continued when it is.
    """

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        self._next = 0
        for line in reversed(read_lines(path).lines):
            try:
                self._next = msgspec.json.decode(line, type=_Header).seq + 1
                break
            except msgspec.DecodeError:
                continue

    def append(self, event: Event, *, at: float | None = None) -> Recorded:
        """Journal one event, of now or of a time given, and return it with its number."""
        record = Recorded(self._next, time.time() if at is None else at, event)
        self._journal.append(encode(record))
        self._next += 1
        return record

    def sync(self) -> None:
        """Wait until all events would survive a power cut."""
        self._journal.sync()

    def close(self) -> None:
        """Sync and close."""
        self._journal.close()
