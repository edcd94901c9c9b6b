"""Following a run from an event loop, which must not wait for a disk.

It stands apart from the facade because loading asyncio takes longer than listing all runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.runs.events import Follower, Recorded

_POLL_SECONDS = 0.1


async def follow(directory: RunDirectory) -> AsyncIterator[Recorded]:
    """Yield recorded events from the first on, until the run is no longer live.

    Parameters
    ----------
    directory : RunDirectory
        The run.
    """
    follower = Follower(directory.events)
    while True:
        live = (await asyncio.to_thread(states.read, directory)).status.is_live
        for record in await asyncio.to_thread(follower.read):
            yield record
        if not live:
            return
        await asyncio.sleep(_POLL_SECONDS)
