"""Data sets on the screen: entries of the settings joined with what is known of each, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtf_engine.domain.outlines import DatasetOutline, PartProgress, PlanOutline, Slot
from mtf_engine.errors import MTFError, Problem, SettingsError

_WAITING = PartProgress(state="waiting")
_KEY = re.compile(r"datasets\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A data set on the screen: an entry of the settings, a data set of the plan, or both."""

    key: str
    name: str
    source: str
    is_on: bool = True
    slot: Slot | None = None
    outline: DatasetOutline | None = None
    part: PartProgress | None = None
    """How far it is, while it is read."""

    problem: Problem | None = None
    """Why it cannot be tested on."""

    @property
    def target(self) -> str | None:
        """What the plan predicts, else what the settings name."""
        if self.outline is not None:
            return self.outline.target
        named = (
            self.slot.value.get("target") if self.slot is not None and isinstance(self.slot.value, Mapping) else None
        )
        return named if isinstance(named, str) else None


def dataset_entries(
    slots: Sequence[Slot] | None,
    plan: PlanOutline | None,
    parts: Mapping[str, PartProgress] | None,
    error: MTFError | None,
) -> tuple[DatasetEntry, ...]:
    """Join the data sets of the text with what is known of them.

    Parameters
    ----------
    slots : sequence of Slot or None
        Entries of the text, those that are off too; None where the text cannot be read.
    plan : PlanOutline or None
        What is known of those that were read.
    parts : mapping
        How far each is; None while nothing is read.
    error : MTFError or None
        Why there is no newer plan.
    """
    known = {outline.name: outline for outline in plan.datasets} if plan is not None else {}
    if slots is None:
        return tuple(DatasetEntry(name, name, outline.source, outline=outline) for name, outline in known.items())
    missing = _unavailable(plan)
    blamed = _blamed(error)
    made: list[DatasetEntry] = []
    keys: set[str] = set()
    place = 0
    for slot in slots:
        source = _source(slot)
        outline = known.get(slot.name) if slot.is_on else None
        problem = (blamed.get(place) or missing.get(slot.name)) if slot.is_on else None
        key = slot.name if slot.name not in keys else f"{slot.name}\0{slot.position}"
        keys.add(key)
        part = parts.get(slot.name, _WAITING) if slot.is_on and parts is not None else None
        made.append(DatasetEntry(key, slot.name, source, slot.is_on, slot, outline, part, problem))
        place += slot.is_on
    return tuple(made)


def _source(slot: Slot) -> str:
    value = slot.value.get("source") if isinstance(slot.value, Mapping) else slot.value
    return value if isinstance(value, str) else ""


def _blamed(error: MTFError | None) -> dict[int, Problem]:
    """Problems by the position of the data set that they are about, entries that are off not counted."""
    found: dict[int, Problem] = {}
    for problem in error.problems if isinstance(error, SettingsError) else ():
        place = _KEY.match(problem.key or "")
        if place is not None:
            found.setdefault(int(place[1]), problem)
    return found


def _unavailable(plan: PlanOutline | None) -> dict[str, Problem]:
    told = (text.partition(": ") for text in (plan.unavailable if plan is not None else ()))
    return {name: Problem(message, "Check the network; R fetches again.") for name, _, message in told}
