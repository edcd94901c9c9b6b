"""Following a run from an event loop, which must not wait for a disk.

It stands apart from the facade because loading asyncio takes longer than listing all runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from mtf_engine.domain.run import RunState
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
    follower, state = Follower(directory.events), RunState(directory.id)
    while True:
        owned = await asyncio.to_thread(states.is_owned, directory)
        records = await asyncio.to_thread(follower.read)
        for record in records:
            yield record
        state = states.fold(state, records)
        if not (state.status.is_live and owned):
            return
        await asyncio.sleep(_POLL_SECONDS)
