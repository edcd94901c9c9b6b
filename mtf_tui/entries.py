"""Entries of the settings' lists: which parameters they set, and what an entry with parameters is written as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mtf_engine.domain.outlines import Form, ModelOutline, PipelineOutline, Slot, StepOutline


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A step on the screen: an entry of the settings, a step of the plan, or both."""

    key: str
    name: str
    is_on: bool
    slot: Slot | None = None
    outline: StepOutline | None = None


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model on the screen: an entry of the settings, a model of the plan, or both."""

    key: str
    name: str
    is_on: bool
    slot: Slot | None = None
    outline: ModelOutline | None = None


def step_entries(slots: Iterable[Slot] | None, pipeline: PipelineOutline | None) -> tuple[StepEntry, ...]:
    """Join the steps of the text with what the plan knows of them, by name and order."""
    known = list(pipeline.steps) if pipeline is not None else []
    if slots is None:
        return tuple(StepEntry(str(step.position), step.name, True, None, step) for step in known)
    made = []
    for slot in slots:
        found = next((step for step in known if step.name == slot.name), None) if slot.is_on else None
        if found is not None:
            known.remove(found)
        made.append(StepEntry(str(slot.position), slot.name, slot.is_on, slot, found))
    return tuple(made)


def model_entries(slots: Iterable[Slot] | None, models: Iterable[ModelOutline]) -> tuple[ModelEntry, ...]:
    """Join the models of the text with what the plan knows of them; those that the plan adds come last."""
    known = {model.name: model for model in models}
    if slots is None:
        return tuple(ModelEntry(name, name, True, None, model) for name, model in known.items())
    made = [
        ModelEntry(f"slot {s.position}", s.name, s.is_on, s, known.pop(s.name, None) if s.is_on else None)
        for s in slots
    ]
    added = [ModelEntry(model.name, model.name, True, None, model) for model in known.values() if model.added]
    return (*made, *added)


def form_name(slot: Slot) -> str:
    """What the form of a step or model goes by; a model with a name of its own says what it is."""
    if isinstance(slot.value, Mapping):
        for key in ("model", "estimator"):
            if isinstance(slot.value.get(key), str):
                return str(slot.value[key])
    return slot.name


def has_form(slot: Slot) -> bool:
    """Whether its parameters can be asked for: functions set their own."""
    return not (isinstance(slot.value, Mapping) and "function" in slot.value)


def parameters_of(slot: Slot, form: Form) -> dict[str, object]:
    """Parameters that an entry sets, its short form spelt out."""
    value = slot.value
    if not isinstance(value, Mapping):
        return {}
    if "parameters" in value or form_name(slot) != slot.name:
        return _mapping(value.get("parameters"))
    inner = value.get(slot.name)
    if isinstance(inner, Mapping):
        return _mapping(inner)
    return {} if inner is None or form.short is None else {form.short: inner}


def entry_with(name: str, parameters: Mapping[str, object]) -> object:
    """Write a new entry in its shortest form."""
    return {name: dict(parameters)} if parameters else name


def _mapping(value: object) -> dict[str, object]:
    return {str(key): one for key, one in value.items()} if isinstance(value, Mapping) else {}
