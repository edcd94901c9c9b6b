"""The cache of fetched files: content by its SHA-256, and what each address delivered last.

Light: looking something up needs neither pandas nor httpx. ``objects/`` holds content, which never changes; a record
in ``addresses/`` says which content an address had and how to ask the server whether it still has. Both appear by
rename. ``partial/`` holds downloads under way; a process that fetches owns its own partial file, and a dead process's
can be taken over by renaming it, which only one can win.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtf_engine import environment
from mtf_engine.acquisition.addresses import without_credentials
from mtf_engine.storage import atomic, paths
from mtf_engine.storage.fingerprint import file_sha256

_SUFFIX = ".part"
_ABANDONED_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class BlobRecord:
    """What an address delivered."""

    url: str
    """Credentials removed."""

    sha256: str
    size: int
    name: str
    """The file's name, for display and for its extension."""

    media_type: str | None
    etag: str | None
    last_modified: str | None
    fetched: float
    """Seconds since the epoch, of the last time the server confirmed it."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A download under way."""

    path: Path
    validator: str | None
    """Strong ETag or modification date of the bytes so far; None when they cannot be continued."""


def address_key(url: str) -> str:
    """Name an address in the cache: no credentials, and no need to ask a server."""
    return hashlib.sha256(without_credentials(url).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def record_path(url: str) -> Path:
    """Where an address's record is."""
    return paths.blobs() / "addresses" / f"{address_key(url)}.json"


def object_path(sha256: str) -> Path:
    """Where content is."""
    return paths.blobs() / "objects" / sha256[:2] / sha256


def partial_folder() -> Path:
    """Where downloads under way are."""
    return paths.blobs() / "partial"


def find_record(url: str) -> BlobRecord | None:
    """Look up what an address delivered last; None when it is not known or not readable."""
    return read_record(record_path(url))


def read_record(path: Path) -> BlobRecord | None:
    """Read a record; None when it is not readable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=BlobRecord)
    except (OSError, msgspec.MsgspecError):
        return None


def write_record(record: BlobRecord, url: str) -> None:
    """Publish what an address delivered."""
    atomic.write_bytes_atomic(record_path(url), msgspec.json.encode(record), durable=False)


def find_blob(record: BlobRecord) -> Path | None:
    """Find a record's content, its hash checked; damaged content is removed."""
    path = object_path(record.sha256)
    try:
        whole = path.stat().st_size == record.size and file_sha256(path) == record.sha256
    except OSError:
        return None
    if not whole:
        path.unlink(missing_ok=True)
        return None
    return path


def keep_blob(temporary: Path, sha256: str) -> Path:
    """Publish verified content by renaming it to its hash."""
    path = object_path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.replace(temporary, path)
    atomic.sync_directory(path.parent)
    return path


# --- partial downloads ---


def claim_partial(url: str) -> Partial:
    """Get a partial file of one's own: a dead process's for the same address, or a new one."""
    folder = partial_folder()
    folder.mkdir(parents=True, exist_ok=True)
    mine = folder / f"{_stem(url)}.{_owner()}.{secrets.token_hex(4)}{_SUFFIX}"
    for other in _partials(url):
        if is_abandoned(other):
            with contextlib.suppress(OSError):
                validator = _validator_path(other).read_text("utf-8")
                os.rename(other, mine)
                set_validator(mine, validator)
                _validator_path(other).unlink(missing_ok=True)
                return Partial(mine, validator)
    return Partial(mine, None)


def set_validator(partial: Path, validator: str | None) -> None:
    """Note by what the bytes of a partial file can be continued; None when they cannot."""
    if validator is None:
        _validator_path(partial).unlink(missing_ok=True)
    else:
        atomic.write_text_atomic(_validator_path(partial), validator, durable=False)


def release_partial(partial: Path, *, keep: bool) -> None:
    """Give a partial file up: for the next process to continue, or for good."""
    if keep and _validator_path(partial).exists() and partial.exists():
        free = partial.with_name(f"{partial.name.partition('.')[0]}.free.{secrets.token_hex(4)}{_SUFFIX}")
        with contextlib.suppress(OSError):
            os.rename(_validator_path(partial), _validator_path(free))
            os.rename(partial, free)
            return
    partial.unlink(missing_ok=True)
    _validator_path(partial).unlink(missing_ok=True)


def is_fetched_elsewhere(url: str) -> bool:
    """Whether another live process of this host is fetching the same address."""
    return any(not is_abandoned(other) and _pid_of(other) != os.getpid() for other in _partials(url))


def is_abandoned(partial: Path) -> bool:
    """Whether nobody works on a partial file: its process is gone, or it is another host's and a day old."""
    owner = partial.name.split(".")[1] if partial.name.count(".") >= 3 else "free"
    if owner == "free":
        return True
    host, _, process = owner.partition("-")
    if host != _host():
        with contextlib.suppress(OSError):
            return time.time() - partial.stat().st_mtime > _ABANDONED_SECONDS
        return False
    pid, _, started = process.partition("-")
    return not pid.isdigit() or _started(int(pid)) != started


def _partials(url: str) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(partial_folder().glob(f"{_stem(url)}.*{_SUFFIX}"))


def _stem(url: str) -> str:
    return address_key(url)


def _validator_path(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.validator")


def _owner() -> str:
    return f"{_host()}-{os.getpid()}-{_started(os.getpid())}"


def _pid_of(partial: Path) -> int | None:
    parts = partial.name.split(".")[1].split("-")
    return int(parts[1]) if len(parts) == 3 and parts[0] == _host() and parts[1].isdigit() else None


def _host() -> str:
    return hashlib.sha256(f"{environment.host()} {environment.boot_id()}".encode()).hexdigest()[:12]


def _started(pid: int) -> str:
    return (environment.process_start(pid) or "gone").replace(".", "_")
