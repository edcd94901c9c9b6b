"""What the Results screen is about: a data set, a metric, marked models; and what was fetched for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar, cast

from mtf_engine.domain.results import Results
from mtf_engine.domain.views import RowPage
from mtf_engine.errors import MTFError, RunNotFound
from mtf_engine.standings import Entry, Index, Standings, difference, pair_of, standings
from mtf_tui.engine_protocol import PageOf, RunClient, ViewClient, ViewScope
from mtf_tui.pictures.versus import MetricDuel

Value = TypeVar("Value")
_MODELS_ASKED = 6
STOPPED = MTFError("stopped; the view reads it again when it is opened next")
"""Stands for an answer that the user did not want to wait for."""


class Selection:
    """Shared by all views of the screen; changed only by it."""

    def __init__(self) -> None:
        self.results: Results | None = None
        self.index: Index | None = None
        """The results by data set and metric."""

        self.run: RunClient | None = None
        self.dataset: str | None = None
        """None means all data sets."""

        self.metric: str | None = None
        """None means each data set's primary metric."""

        self.pipeline: str | None = None
        """Models behind others are left out; None means all of them."""

        self.marked: tuple[str, ...] = ()
        """Keys of at most two entries, for versus."""

        self.picked: tuple[str, str] | None = None
        """Keys of A and B where they were swapped or picked; else marks, rank and the cursor say who is who."""

        self.cursor: str | None = None
        """Key of the model under the cursor."""

        self._tables: dict[tuple[str, str, str | None], Standings | None] = {}
        self._fetched: dict[object, object] = {}
        self._asked: dict[object, float] = {}
        """When something was asked for, in seconds since the epoch."""

    def use(self, results: Results | None, found: Index | None, run: RunClient | None) -> None:
        """Take other results; what was known of those before is forgotten."""
        if results is self.results and run is self.run:
            return
        self.results, self.index, self.run = results, found, run
        self._tables.clear()
        self._fetched.clear()
        self._asked.clear()
        self.marked, self.picked = (), None
        if self.pipeline not in self.pipelines:
            self.pipeline = None
        names = [d.name for d in results.datasets] if results is not None else []
        if self.dataset not in names:
            self.dataset = names[0] if len(names) == 1 else None

    @property
    def has_views(self) -> bool:
        """Whether curves, confusions and rows can be had."""
        return self.run is not None and self.run.views is not None

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Those with a score."""
        return self.index.pipelines if self.index is not None else ()

    @property
    def tables(self) -> list[Standings]:
        """Standings of every data set on the chosen metric, where it has it, else on its primary one."""
        names = [d.name for d in self.results.datasets] if self.results is not None else []
        return [table for name in names if (table := self.table_of(name)) is not None]

    def metrics_of(self, dataset: str) -> tuple[str, ...]:
        """Metrics with a score on a data set, the primary one first."""
        return self.index.metrics.get(dataset, ()) if self.index is not None else ()

    def table_of(self, dataset: str) -> Standings | None:
        """Standings of one data set."""
        metrics = self.metrics_of(dataset)
        return self.table_on(dataset, self.metric if self.metric in metrics else metrics[0]) if metrics else None

    def table_on(self, dataset: str, metric: str) -> Standings | None:
        """Standings of one data set on one metric; None where it has no score."""
        key = dataset, metric, self.pipeline
        if self.index is None:
            return None
        if key not in self._tables:
            try:
                self._tables[key] = standings(self.index, *key)
            except KeyError:
                self._tables[key] = None
        return self._tables[key]

    @property
    def table(self) -> Standings | None:
        """Standings of the chosen data set; the first one's while all are shown."""
        if self.dataset is not None:
            return self.table_of(self.dataset)
        return self.tables[0] if self.tables else None

    def mark(self, key: str) -> None:
        """Mark a model, or take the mark away; the older of two marks gives way to a third."""
        if key in self.marked:
            self.marked = tuple(k for k in self.marked if k != key)
        else:
            self.marked = (*self.marked[-1:], key)

    def pick(self, a: str, b: str) -> None:
        """Compare two models, A first; they are marked, so that they are compared again when versus is left."""
        self.marked = self.picked = (a, b)

    def swap(self) -> None:
        """Let A and B change places."""
        pair = self.keys_of_pair()
        self.picked = (pair[1], pair[0]) if pair is not None else None

    def keys_of_pair(self) -> tuple[str, str] | None:
        """Keys of the two that versus compares: on the chosen data set, else over all."""
        if self.dataset is None:
            return self.pair_across()
        pair = self.pair()
        return (pair[0].key, pair[1].key) if pair is not None else None

    def forget_order(self) -> None:
        """Let rank and cursor decide again; only a pair that is still marked stays as it was picked."""
        if self.picked is not None and set(self.picked) != set(self.marked):
            self.picked = None

    def pair(self) -> tuple[Entry, Entry] | None:
        """The two models to compare: picked ones, else marked ones, else the best and the one under the cursor.

        The better one is first unless they were picked. The runner-up stands in where the cursor is on the best one.
        """
        table = self.table
        if table is None or len(table.ranked) < 2:
            return None
        picked = [entry for key in self.picked or () for entry in table.ranked if entry.key == key]
        if len(picked) == 2:
            return picked[0], picked[1]
        chosen = [entry for entry in table.ranked if entry.key in self.marked]
        if len(chosen) == 1:
            other = next(entry for entry in table.ranked if entry.key != chosen[0].key)
            chosen = sorted([chosen[0], other], key=lambda entry: entry.rank)
        if len(chosen) < 2:
            best, runner_up = table.ranked[:2]
            chosen = [best, next((entry for entry in table.ranked[1:] if entry.key == self.cursor), runner_up)]
        return chosen[0], chosen[1]

    def pair_across(self) -> tuple[str, str] | None:
        """Keys of the two models to compare over all data sets.

        Those that were picked; else marked ones; else the first by mean place of those that are ranked on more than
        half of the data sets. The one that is ahead on those they share is first unless they were picked.
        """
        places = self._places()
        if self.picked is not None and all(key in places for key in self.picked):
            return self.picked
        half = len(self.tables) / 2
        keys = sorted(places, key=lambda k: (len(places[k]) <= half, sum(places[k].values()) / len(places[k])))
        first, second = (*(key for key in self.marked if key in places), None, None)[:2]
        first = first or next(iter(keys), None)
        if first is None:
            return None
        mates = [key for key in keys if key != first and places[key].keys() & places[first].keys()]
        second = second or next(iter(mates), None)
        if second is None:
            return None
        shared = places[first].keys() & places[second].keys()
        ahead = sum(places[first][name] - places[second][name] for name in shared) <= 0
        return (first, second) if ahead else (second, first)

    def _places(self) -> dict[str, dict[str, int]]:
        """Rank of every model that has one, by data set."""
        places: dict[str, dict[str, int]] = {}
        for table in self.tables:
            for entry in table.ranked:
                places.setdefault(entry.key, {})[table.dataset.name] = entry.rank
        return places

    def rivals(self, beside: str | None = None) -> list[Entry]:
        """Models that can be compared, best first: those ranked on the data set, else on any.

        Those that can be compared with one, where its key is given.
        """
        tables = self.tables if self.dataset is None else [table for table in [self.table] if table is not None]
        found: dict[str, Entry] = {}
        for table in tables:
            keys = {entry.key: entry for entry in table.ranked}
            if beside is None or keys.pop(beside, None) is not None:
                found |= keys
        return list(found.values())

    def count_sets(self, key: str) -> int:
        """On how many data sets a model is ranked."""
        return sum(any(entry.key == key for entry in table.ranked) for table in self.tables)

    def duel(self, table: Standings, a: str, b: str) -> MetricDuel | None:
        """Two models, by their keys, in one table; None where it does not have both."""
        one, other = table.entry(a), table.entry(b)
        if self.index is None or one is None or other is None:
            return None
        compared = self.index.comparisons.get((table.dataset.name, table.metric), {})
        found = difference(compared, one.score, other.score)
        return MetricDuel(table.metric, table.greater_is_better, one, other, found)

    def current(self) -> Entry | None:
        """The model under the cursor, else the best."""
        table = self.table
        if table is None:
            return None
        return (table.entry(self.cursor) if self.cursor else None) or table.best

    def scope(self, *first: Entry) -> ViewScope | None:
        """What to ask of the engine: the given models, then the others by rank."""
        table = self.table
        if table is None:
            return None
        ordered = list(dict.fromkeys([*(e.key for e in first), *(e.key for e in table.ranked)]))[:_MODELS_ASKED]
        pairs = tuple(pair_of(key) for key in ordered)
        return ViewScope(table.dataset.name, table.metric, pairs)

    @staticmethod
    def scope_of(entry: Entry) -> ViewScope:
        """One model on its data set."""
        return ViewScope(entry.score.dataset, entry.score.metric, ((entry.pipeline, entry.model),))

    def rows(self, scope: ViewScope, options: Mapping[str, object]) -> PageOf:
        """What asks for pages of the rows behind a number."""
        run = self.run

        async def page(offset: int, limit: int) -> RowPage:
            if run is None or run.views is None:
                raise RunNotFound("No run with predictions is open.")
            return await run.views.rows(scope, options, offset, limit)

        return page

    def fetched(self, key: object) -> object | None:
        """What the engine answered; an exception is what went wrong; None while nothing is there."""
        return self._fetched.get(key)

    @property
    def is_waiting(self) -> bool:
        """Whether something that was asked for is on its way."""
        return bool(self._asked.keys() - self._fetched.keys())

    def stop(self, least: float) -> bool:
        """Wait for nothing any more, where something was waited for at least so many seconds."""
        missing = self._asked.keys() - self._fetched.keys()
        if not any(time.time() - self._asked[key] >= least for key in missing):
            return False
        self._fetched |= dict.fromkeys(missing, STOPPED)
        return True

    def forget_stopped(self) -> None:
        """Let what was stopped be asked for again."""
        for key in [key for key, answer in self._fetched.items() if answer is STOPPED]:
            del self._fetched[key]
            self._asked.pop(key, None)

    def waited(self, key: object, now: float) -> float:
        """Seconds since something was asked for."""
        return now - self._asked.get(key, now)

    async def fetch(self, key: object, ask: Callable[[ViewClient], Awaitable[Value]]) -> Value | None:
        """Ask once; later calls with the same key do nothing."""
        views = self.run.views if self.run is not None else None
        if key in self._asked or views is None:
            return None
        self._asked[key] = time.time()
        try:
            answer: object = await ask(views)
        except (MTFError, OSError) as error:
            answer = error
        except asyncio.CancelledError:
            if key not in self._fetched:
                self._asked.pop(key, None)
            raise
        self._fetched[key] = answer
        return cast("Value", answer)
