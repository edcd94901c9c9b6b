"""Data sets from their sources, several at a time: what waits for a network waits in threads, in any order.

Reading and preparing happen in the caller, one data set after the other and in the order of the settings, so that at
most one table is in memory and findings don't depend on which server was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event

from mtf_engine.acquisition.acquire import acquire, read
from mtf_engine.acquisition.addresses import is_local
from mtf_engine.acquisition.interfaces import Acquired, Cancelled, Table
from mtf_engine.domain.dataset import DatasetRef, Finding
from mtf_engine.errors import FetchError, IntegrityError, MTFError

_AT_ONCE = 4

DatasetProgress = Callable[[str, int, int | None], None]
"""Called from any thread with a data set's name, the bytes received and their total (None when unknown)."""


def ignore_progress(dataset: str, received: int, total: int | None) -> None:
    """Show nothing."""
    del dataset, received, total


@dataclass(frozen=True, slots=True)
class Delivery:
    """One data set that is on its way."""

    ref: DatasetRef
    _future: Future[Acquired]
    _cancelled: Cancelled

    def table(self) -> Table:
        """Wait for the data and read them.

        Raises
        ------
        MTFError
            As `mtf_engine.acquisition.acquire.load_table`.
        """
        return read(self.ref, self._future.result(), cancelled=self._cancelled)

    def failure(self, error: MTFError) -> Finding | None:
        """Say that remote data could not be had; None when the settings or local data are to blame."""
        is_unlucky = isinstance(error, FetchError) or (isinstance(error, IntegrityError) and self.ref.sha256 is None)
        if is_local(self.ref.source) or not is_unlucky:
            return None
        return Finding(self.ref.name, f"{error.message.rstrip('.')}. {error.hint or ''}".strip())


@contextmanager
def deliveries(
    refs: Sequence[DatasetRef], *, progress: DatasetProgress, cancelled: Cancelled
) -> Iterator[tuple[Delivery, ...]]:
    """Start to fetch data sets; leaving the context early stops those that are not there yet."""
    stop = Event()

    def stopped() -> bool:
        return stop.is_set() or cancelled()

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="acquire") as pool:
        try:
            yield tuple(
                Delivery(
                    ref, pool.submit(acquire, ref, progress=partial(progress, ref.name), cancelled=stopped), stopped
                )
                for ref in refs
            )
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
