"""The engine's only reader of environment variables and of the platform.

Everything that differs between hosts is asked for here, so that the rest of the engine is a function of its
arguments: where files go, whether the network may be used, how many processors and how much memory there are
(a container's share, not the machine's), and what a tree of processes holds in private memory.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import getpass
import math
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO

import platformdirs

if sys.platform != "linux":
    import psutil

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TRUE = frozenset({"1", "true", "yes", "on"})
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


# Flags of Windows by their numbers: `subprocess` names them only there.
_WITHOUT_CONSOLE = 0x00000200 | 0x08000000  # CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW
_OUT_OF_JOB = 0x01000000  # CREATE_BREAKAWAY_FROM_JOB


# --- variables and places ---


def variable(name: str) -> str | None:
    """Read an environment variable; None when it is not set."""
    return os.environ.get(name)


def set_threads(count: int) -> None:
    """Make numeric libraries that are imported from now on, here and in child processes, use ``count`` threads."""
    for name in _THREAD_VARIABLES:
        os.environ[name] = str(count)


def threads() -> int | None:
    """Look up how many threads numeric libraries are told to use; None when they are not all told the same."""
    told = {variable(name) for name in _THREAD_VARIABLES}
    only = told.pop() if len(told) == 1 else None
    return int(only) if only is not None and only.isdecimal() else None


def thread_variables() -> dict[str, str]:
    """What numeric libraries are told of threads, as far as they are told."""
    return {name: os.environ[name] for name in _THREAD_VARIABLES if name in os.environ}


def all_variables() -> dict[str, str]:
    """Copy the whole environment."""
    return dict(os.environ)


def restore_variables(saved: Mapping[str, str]) -> None:
    """Put the whole environment back to a copy made by `all_variables`."""
    if dict(os.environ) != saved:
        os.environ.clear()
        os.environ.update(saved)


def collect_seldom() -> None:
    """Let the garbage collector look less often: what a command loads is no garbage, and looking takes time."""
    gc.set_threshold(20_000, 10, 50)


def home() -> Path:
    """Where runs, state and logs are kept: ``MTF_HOME``, or the platform's place for a user's data."""
    chosen = variable("MTF_HOME")
    return (
        Path(os.path.expanduser(chosen)).absolute() if chosen else platformdirs.user_data_path("mtf", appauthor=False)
    )


def cache_home() -> Path:
    """Where everything is kept that can be made again: ``MTF_HOME/cache``, or the platform's cache."""
    return home() / "cache" if variable("MTF_HOME") else platformdirs.user_cache_path("mtf", appauthor=False)


def offline() -> bool:
    """Whether ``MTF_OFFLINE`` forbids the network."""
    return (variable("MTF_OFFLINE") or "").strip().lower() in _TRUE


# --- the machine ---


def is_windows() -> bool:
    """Whether files, processes and signals are those of Windows."""
    return sys.platform == "win32"


def host() -> str:
    """Name of this machine on its network."""
    return platform.node() or "localhost"


def user() -> str | None:
    """Name of who runs this; None where the system has no name for them, as in some containers."""
    with contextlib.suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return None


@cache
def boot_id() -> str:
    """What changes when the machine is started anew: tells a live process from one of an earlier boot.

    "unknown" outside Linux: the time of the last boot is computed from a clock that is set now and then, so two
    processes may read it a second apart. `process_start` is a date there, which no process of another boot shares.
    """
    if sys.platform != "linux":
        return "unknown"
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return "unknown"


@cache
def cpu_count() -> int:
    """Processors this process may use: affinity and the cgroup's quota (rounded up) counted in; at least 1."""
    if sys.platform == "linux":
        available = len(os.sched_getaffinity(0))
    else:
        available = os.cpu_count() or 1
    quotas = (_cpu_quota(folder) for folder in _cgroup_folders("cpu"))
    return max(1, min([available, *(quota for quota in quotas if quota)]))


@cache
def memory_limit() -> int:
    """Bytes of memory that this process and all others of its cgroup may use together."""
    if sys.platform == "linux":
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    else:
        total = psutil.virtual_memory().total
    limits = (_read_count(folder / name) for folder in _cgroup_folders("memory") for name in _MEMORY_FILES)
    return min([total, *(limit for limit in limits if limit)])


def memory_kills() -> int:
    """How many processes the kernel has killed for want of memory, here or in the whole machine; 0 if nobody counts."""
    counters = [folder / "memory.events" for folder in _cgroup_folders("memory")]
    for counter in (*counters, Path("/proc/vmstat")):
        with contextlib.suppress(OSError, ValueError):
            for line in counter.read_text(encoding="ascii").splitlines():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    return 0


_MEMORY_FILES = ("memory.max", "memory.limit_in_bytes")


def _cgroup_folders(controller: str) -> Iterator[Path]:
    """Yield this process's cgroup folders for a controller, innermost first; nothing outside Linux."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = Path("/sys/fs/cgroup") / (controllers and controller)
        folder = root / path.lstrip("/")
        while folder != root:
            yield folder
            folder = folder.parent
        yield root


def _cpu_quota(folder: Path) -> int | None:
    """Read the processors that a cgroup grants, rounded up; None without a quota."""
    with contextlib.suppress(OSError, ValueError):
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        return None if quota == "max" else math.ceil(int(quota) / int(period))
    old_quota = _read_count(folder / "cpu.cfs_quota_us")
    old_period = _read_count(folder / "cpu.cfs_period_us")
    return math.ceil(old_quota / old_period) if old_quota and old_period else None


def _read_count(path: Path) -> int | None:
    """Read a positive number from a kernel's file; None when it is absent, "max" or -1."""
    with contextlib.suppress(OSError, ValueError):
        value = int(path.read_text(encoding="ascii"))
        return value if value > 0 else None
    return None


# --- processes ---


def process_start(pid: int) -> str | None:
    """When a process was started, in the kernel's own count or as a date; None when there is no such process.

    With the boot's id it tells a process from a later one that was given the same number.
    """
    if sys.platform != "linux":
        try:
            process = psutil.Process(pid)
            return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.3f}"
        except psutil.Error:
            return None
    else:
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            return None if fields[0] in {"Z", "X"} else fields[19]
        return None


def process_tree(pid: int) -> list[int]:
    """List a process and all its descendants, parents first."""
    if pid == os.getpid() and not has_children():
        return [pid]
    if sys.platform != "linux":
        try:
            return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        except psutil.Error:
            return [pid]
    else:
        tree = [pid]
        for member in tree:
            tree.extend(_children(member))
        return tree


def _children(pid: int) -> list[int]:
    """List the children of a process, on Linux."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as listing:
                found.extend(int(child) for child in listing.read().split())
    return found


def has_children() -> bool:
    """Whether this process has children, ended ones that nobody waited for included; True where that is not cheap."""
    if sys.platform != "linux":
        return True
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def process_memory(pid: int) -> int:
    """Private bytes of a process and its descendants: what they would give back if they ended.

    Mapped files are shared by all workers and cost nobody anything, so they don't count.
    """
    return sum(_private_bytes(member) for member in process_tree(pid))


def _private_bytes(pid: int) -> int:
    if sys.platform != "linux":
        try:
            if sys.platform == "win32":
                return int(psutil.Process(pid).memory_info().private)
            return int(psutil.Process(pid).memory_full_info().uss)
        except psutil.Error:
            return 0
    else:
        total = 0
        with contextlib.suppress(OSError), open(f"/proc/{pid}/status", "rb") as status:
            for line in status:
                if line.startswith((b"RssAnon:", b"RssShmem:")):
                    total += int(line.split()[1]) * 1024
        return total


def lead_group() -> None:
    """Make this process the leader of a group that all it starts belongs to, until that leads one of its own."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.setsid()


def kill_group(leader: int) -> None:
    """End what is left of a process's group at once, whoever its parent is by now; nothing on Windows."""
    if sys.platform != "win32" and leader > 1:  # 0 would be this process's own group
        with contextlib.suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


def kill_tree(pid: int) -> None:
    """End a process, all its descendants and the group that it leads at once, without asking them.

    Each is stopped before its children are listed, so that it cannot start another one between that and the kill.
    """
    if sys.platform == "win32":
        for member in process_tree(pid):
            with contextlib.suppress(OSError):
                os.kill(member, signal.SIGTERM)
        return
    leads = False
    with contextlib.suppress(OSError):
        leads = os.getpgid(pid) == pid
    for member in _stopped_tree(pid):
        with contextlib.suppress(OSError):
            os.kill(member, signal.SIGKILL)
    if leads:
        kill_group(pid)


def _stopped_tree(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGSTOP)
    if sys.platform != "linux":
        return process_tree(pid)
    tree = [pid]
    for member in tree:
        for child in _children(member):
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGSTOP)
            tree.append(child)
    return tree


def start_detached(command: Sequence[str], *, output: BinaryIO, folder: str) -> subprocess.Popen[bytes]:
    """Start a process that outlives its parent and has no terminal.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    output : file
        Where its standard output and error go.
    folder : str
        Its working directory.

    Raises
    ------
    OSError
        It cannot be started.
    """

    def start(flags: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            creationflags=flags,
            start_new_session=not is_windows(),
        )

    if not is_windows():
        return start(0)
    try:
        return start(_WITHOUT_CONSOLE | _OUT_OF_JOB)
    except PermissionError:  # the job that holds this process, such as a CI service's, lets nobody out
        return start(_WITHOUT_CONSOLE)


# --- locks ---

_LOCKED_BYTE = 1 << 30


class LocksUnsupported(OSError):
    """The file system keeps no locks."""


def try_lock(descriptor: int) -> bool:
    """Take the exclusive lock of an open file without waiting; the kernel frees it when the process ends.

    Returns
    -------
    bool
        False when another process holds it.

    Raises
    ------
    LocksUnsupported
        The file system knows no locks.
    """
    if sys.platform == "win32":
        # Windows locks are mandatory, so the byte lies where nobody reads.
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in {errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL}:
            raise LocksUnsupported(*error.args) from None
        raise
    return True
