"""``python -m mtf_engine.runs.coordinator DIR --token TOKEN``: the process itself.

The order of its imports is its purpose: the server that workers are forked from begins to load first, then the run
is taken and shown to have begun, and only then is everything heavy loaded, at the same time as in the server. As
``__main__`` of a package it is never loaded again in a worker. The garbage collector rests meanwhile: nothing that is
loaded is garbage.
"""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from pathlib import Path

from mtf_engine.runs.executors import forkserver

forkserver.start()
gc.disable()

from mtf_engine.domain.event import RunFailed  # noqa: E402 - the server loads meanwhile
from mtf_engine.errors import MTFError  # noqa: E402
from mtf_engine.runs.coordinator.session import Session  # noqa: E402

_USAGE = "usage: python -m mtf_engine.runs.coordinator DIR --token TOKEN"


def _main(arguments: list[str]) -> int:
    if len(arguments) != 3 or arguments[1] != "--token":
        print(_USAGE, file=sys.stderr)
        return 2
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        session = Session(Path(arguments[0]).absolute(), arguments[2])
    except (MTFError, OSError) as error:
        print(error, file=sys.stderr)
        return 4
    try:
        from mtf_engine.runs.coordinator.loop import carry
    except BaseException as error:
        traceback.print_exc()
        session.journal(RunFailed(f"The engine cannot be loaded: {error}.", "`mtf doctor` looks for the usual causes."))
        session.close()
        return 4
    gc.freeze()
    gc.enable()
    return carry(session)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
