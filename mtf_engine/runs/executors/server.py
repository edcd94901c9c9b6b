"""What the server that workers are forked from does besides: it loads without a look for garbage, and ends them all.

Its end is the coordinator's. A worker ends by itself when the coordinator does, and so does all that it started; but
not while a model keeps every thread of its process from running. The server never runs a model. It imports this module
before all others, and nobody else does.
"""

from __future__ import annotations

import atexit
import gc
import os

from mtf_engine import environment


def end_descendants(server: int) -> None:
    """End all workers with what they started, if this is the server and not a worker forked from it."""
    if os.getpid() == server:
        for worker in environment.process_tree(server)[1:]:
            environment.kill_tree(worker)


gc.disable()  # what is loaded is no garbage; workers switch it on
atexit.register(end_descendants, os.getpid())
