"""Facts that travel between the client and the screens, in the past tense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from mtf_engine.domain.results import Results
    from mtf_engine.standings import Index
    from mtf_tui.engine_protocol import RunClient, RunUpdate


class RunOpened(Message):
    """A run is now the one on the screen."""

    def __init__(self, run: RunClient) -> None:
        super().__init__()
        self.run = run


class RunUpdated(Message):
    """A run's state changed; at most four a second, of which only the newest waits in a queue."""

    def __init__(self, run: RunClient, update: RunUpdate, *, is_first: bool = False) -> None:
        super().__init__()
        self.run = run
        self.update = update
        self.is_first = is_first
        """Whether it tells the run from its beginning."""


class ResultsLoaded(Message):
    """Results of a run are there."""

    def __init__(self, run: RunClient, results: Results, index: Index) -> None:
        super().__init__()
        self.run = run
        self.results = results
        self.index = index
        """The results by data set and metric."""


class EngineFailed(Message):
    """Something that was asked of the engine could not be done."""

    def __init__(self, error: Exception, doing: str) -> None:
        super().__init__()
        self.error = error
        self.doing = doing
        """What was being done, as in *while doing …*."""
