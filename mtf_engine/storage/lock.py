"""Who owns a directory: at most one process, and everybody can tell which.

On one host the kernel decides: an advisory lock that ends with its process, and, where a file system keeps none, the
owner's process number with its start time and the boot it belongs to. Other hosts can see neither, so they go by
the heartbeat: the file's modification time, compared with the clock of the file system itself and not with theirs.
Containers of one machine have names and process numbers of their own and one kernel: its lock decides there alone.

A machine that slept may wake up to find that another host took over. So the owner reads its token back before every
publication (`Lock.check`) and steps down when it was replaced. Locks save work; publication by rename gives
correctness.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mtf_engine import environment
from mtf_engine.domain.run import STALE_SECONDS
from mtf_engine.errors import RunLocked
from mtf_engine.storage import atomic

HEARTBEAT_SECONDS = 5.0
"""How often the owner shows that it is alive."""

_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Owner:
    """What the lock file says about its holder."""

    token: str
    pid: int
    process_start: str
    boot_id: str
    host: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen of a lock file's owner from here."""

    owner: Owner
    is_alive: bool
    silent: float | None
    """Seconds since its last heartbeat where nothing else tells; None where the kernel does."""


class Lock:
    """An owned directory; made by `acquire`."""

    def __init__(self, path: Path, descriptor: int, owner: Owner) -> None:
        self._path = path
        self._name = os.fspath(path)
        self._descriptor = descriptor
        self._content = msgspec.json.encode(owner)
        self.owner = owner
        """Who holds it: this process."""

    def check(self) -> None:
        """Make sure that nobody took over.

        Raises
        ------
        RunLocked
            The file names another owner, or is gone.
        """
        with contextlib.suppress(OSError), open(self._name, "rb", buffering=0) as file:
            if file.read() == self._content:
                return
        now = _read(self._path)
        if now is None or now.token != self.owner.token:
            raise RunLocked(
                f"{self._path.parent.name}: another process took over this run"
                + (f" (process {now.pid} on {now.host})" if now else ""),
                hint="This process steps down; follow the run with `mtf watch`.",
            )

    def beat(self) -> None:
        """Show other hosts that the owner is alive."""
        with contextlib.suppress(OSError):
            os.utime(self._path)

    def release(self) -> None:
        """Give the directory back, if it is still ours."""
        with contextlib.suppress(RunLocked, OSError):
            self.check()
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def new_token() -> str:
    """Draw a token that tells one owner from the next."""
    return os.urandom(8).hex()


def acquire(path: Path, *, token: str | None = None, patience: float = 0.0) -> Lock:
    """Become the owner of a lock file.

    Parameters
    ----------
    path : Path
        The lock file; made when it is not there.
    token : str, optional
        Token to be known by; drawn when absent.
    patience : float, default 0
        Seconds to wait for an owner that is about to go.

    Returns
    -------
    Lock

    Raises
    ------
    RunLocked
        Somebody else owns it.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _acquire(path, token or new_token())
        except RunLocked:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_POLL_SECONDS)


def _acquire(path: Path, token: str) -> Lock:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        held = not _lock(descriptor)
        holder = _read(path)
        if held or (holder is not None and _see(path, holder, is_ours=True).is_alive):
            raise _locked(path, holder)
        owner = Owner(
            token=token,
            pid=os.getpid(),
            process_start=environment.process_start(os.getpid()) or "",
            boot_id=environment.boot_id(),
            host=environment.host(),
        )
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, msgspec.json.encode(owner))
    except BaseException:
        os.close(descriptor)
        raise
    return Lock(path, descriptor, owner)


def inspect(path: Path) -> Owner | None:
    """Look up who owns a lock file now; None when nobody alive does."""
    seen = look(path)
    return seen.owner if seen is not None and seen.is_alive else None


def look(path: Path) -> Sight | None:
    """See how the last owner of a lock file is; None when nobody owns it."""
    owner = _read(path)
    return None if owner is None else _see(path, owner)


@contextlib.contextmanager
def held(path: Path, *, patience: float = 30.0) -> Iterator[None]:
    """Hold a lock file for a short while.

    Parameters
    ----------
    path : Path
        The lock file; it and its folder are made when they are not there.
    patience : float, default 30
        Seconds to wait for whoever has it.

    Raises
    ------
    RunLocked
        Nobody gave it back in time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + patience
    try:
        while not _lock(descriptor):
            if time.monotonic() > deadline:
                raise RunLocked(f"{path}: another process has held this lock for {patience:g} s")
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        return environment.try_lock(descriptor)
    except environment.LocksUnsupported:
        return True


def _kernel_says_held(path: Path) -> bool | None:
    """Whether some process has the lock file locked; None where the file system keeps no locks."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        return not environment.try_lock(descriptor)
    except environment.LocksUnsupported:
        return None
    finally:
        os.close(descriptor)


def _read(path: Path) -> Owner | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Owner)
    except (OSError, msgspec.DecodeError):
        return None


def _see(path: Path, owner: Owner, *, is_ours: bool = False) -> Sight:
    if owner.host != environment.host():
        if owner.boot_id == environment.boot_id() != "unknown":
            held = _kernel_says_held(path)
            if held is not None:
                return Sight(owner, held and not is_ours, None)
        age = _heartbeat_age(path)
        return Sight(owner, age < STALE_SECONDS, age)
    same_boot = owner.boot_id == environment.boot_id()
    return Sight(owner, same_boot and environment.process_start(owner.pid) == owner.process_start, None)


def _heartbeat_age(path: Path) -> float:
    """Seconds since the last heartbeat, by the clock that stamped it."""
    probe = atomic.temporary_sibling(path)
    try:
        probe.touch()
        return probe.stat().st_mtime - path.stat().st_mtime
    except OSError:
        return 0.0
    finally:
        probe.unlink(missing_ok=True)


def _locked(path: Path, holder: Owner | None) -> RunLocked:
    who = f"process {holder.pid} on {holder.host}" if holder else "another process"
    return RunLocked(
        f"{path.parent.name}: {who} owns this run",
        hint="Follow it with `mtf watch`, or end it with `mtf cancel`.",
    )
