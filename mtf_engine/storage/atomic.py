"""Publication by rename: a reader finds the old file, the new file or none, never half of one.

Temporary names start with ``.tmp-`` and stand in the folder of the final name, because a rename is atomic only
within one file system. Whoever lists a folder skips them; `is_temporary` tells.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from mtf_engine import environment

_PREFIX = ".tmp-"
_RETRY_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.EACCES, errno.EPERM})


def is_temporary(path: Path) -> bool:
    """Whether a name is of something not yet published."""
    return path.name.startswith(_PREFIX)


def temporary_sibling(path: Path) -> Path:
    """Choose an unused name in the folder of ``path``."""
    return path.with_name(f"{_PREFIX}{os.getpid()}-{os.urandom(6).hex()}")


def replace(source: Path, target: Path) -> None:
    """Rename over whatever is there; patient on Windows, where an open reader blocks it for a moment."""
    _patiently(lambda: os.replace(source, target))


def remove(path: Path) -> None:
    """Remove a file if it is there; patient on Windows, where an open reader blocks it for a moment."""
    _patiently(lambda: path.unlink(missing_ok=True))


def _patiently(act: Callable[[], None]) -> None:
    for seconds in _RETRY_SECONDS if environment.is_windows() else ():
        try:
            act()
            return
        except PermissionError:
            time.sleep(seconds)
    act()


def write_bytes_atomic(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a whole file, visible only when complete. The folder is made when it is not there.

    Parameters
    ----------
    path : Path
        Final name.
    data : bytes
        Whole content.
    durable : bool, default True
        Whether the content must survive a power cut. False saves the wait for the disk where a reader verifies what
        it reads and it can be made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_sibling(path)
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_directory(path.parent)


def write_text_atomic(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a whole UTF-8 text file, line ends as given, visible only when complete."""
    write_bytes_atomic(path, text.encode("utf-8"), durable=durable)


def publish_directory(temporary: Path, final: Path) -> bool:
    """Rename a finished directory to its final name; patient on Windows, where a virus scanner may look at its files.

    Parameters
    ----------
    temporary : Path
        Directory on the same file system, complete.
    final : Path
        Name by which readers find it.

    Returns
    -------
    bool
        False when somebody else published the same name first: theirs stays and ``temporary`` is removed.
    """
    try:
        _patiently(lambda: os.rename(temporary, final))
    except FileNotFoundError:
        final.parent.mkdir(parents=True, exist_ok=True)
        _patiently(lambda: os.rename(temporary, final))
    except OSError as error:
        if error.errno not in _TAKEN or not final.is_dir():
            raise
        shutil.rmtree(temporary, ignore_errors=True)
        return False
    return True


def remove_directory(path: Path) -> None:
    """Take a directory away: it vanishes under its name at once, then its content is removed."""
    doomed = temporary_sibling(path)
    try:
        _patiently(lambda: os.rename(path, doomed))
    except FileNotFoundError:
        return
    except OSError:
        doomed = path
    shutil.rmtree(doomed, ignore_errors=True)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name that outlives the first: a hard link, or a copy where links don't reach."""
    with contextlib.suppress(FileExistsError):
        try:
            os.link(source, target)
        except FileExistsError:
            raise
        except OSError:
            temporary = temporary_sibling(target)
            try:
                shutil.copyfile(source, temporary)
                replace(temporary, target)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise


def sync_directory(path: Path) -> None:
    """Make renames in a folder survive a power cut, where the platform can."""
    if environment.is_windows():
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
