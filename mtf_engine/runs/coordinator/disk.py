"""A disk that takes no more: told from other troubles, wherever the refusal comes up.

A full disk is nobody's model's fault. A worker that meets it reports an exception like any other; it ends the run all
the same, so that the remaining cells are not spent on it.
"""

from __future__ import annotations

import errno
import re

from mtf_engine.domain.cell import Cause
from mtf_engine.runs.executors.protocol import JobFailure

_NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_WORDS = re.compile(r"No space left on device|[Qq]uota exceeded|File too large|\d+ requested and \d+ written")
"""NumPy reports a short write by its counts alone."""


def is_full(error: OSError) -> bool:
    """Whether an error says that the disk, a quota or a limit leaves no room."""
    return error.errno in _NUMBERS or (error.errno is None and _WORDS.search(str(error)) is not None)


def raise_if_full(failure: JobFailure) -> None:
    """End the run when a worker met a full disk.

    Raises
    ------
    OSError
        It did.
    """
    if failure.cause is Cause.EXCEPTION and _WORDS.search(failure.message):
        raise OSError(errno.ENOSPC, failure.message)
