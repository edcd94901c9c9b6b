"""Entries of the settings' lists: which parameters they set, and what an entry with parameters is written as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mtf_engine.domain.forms import Form, FormField
from mtf_engine.domain.outlines import ModelOutline, PipelineOutline, Slot, StepOutline
from mtf_engine.errors import Problem
from mtf_tui.fields import read_field, write_field
from mtf_tui.widgets.field_table import FieldRow


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A step on the screen: an entry of the settings, a step of the plan, or both."""

    key: str
    name: str
    is_on: bool
    slot: Slot | None = None
    outline: StepOutline | None = None
    problem: Problem | None = None
    """What is wrong with the entry of the settings, or keeps it from the data."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model on the screen: an entry of the settings, a model of the plan, or both."""

    key: str
    name: str
    is_on: bool
    slot: Slot | None = None
    outline: ModelOutline | None = None
    problem: Problem | None = None
    """What is wrong with the entry of the settings."""

    @property
    def kind(self) -> str:
        """Where it comes from, or why it does not come."""
        if not self.is_on:
            return "off"
        if self.problem is not None:
            return "missing" if _INSTALL in (self.problem.hint or "") else "wrong"
        if self.outline is not None:
            return "added" if self.outline.added else _KINDS.get(self.outline.kind, self.outline.kind)
        return written_kind(self.slot.value) if self.slot is not None else ""


_CLASS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_FUNCTION = re.compile(r".+\.py:[A-Za-z_]\w*")
_INSTALL = "Install it: "
_KINDS = {"builtin": "built-in"}
_UNLISTED = "Set in the settings, but not among the parameters that are listed."


def step_entries(
    slots: Sequence[Slot] | None,
    pipeline: PipelineOutline | None,
    path: tuple[str, ...] = (),
    problems: Iterable[Problem] = (),
) -> tuple[StepEntry, ...]:
    """Join the steps of the text with what the plan knows of them, by name and order, and with what is wrong."""
    known = list(pipeline.steps) if pipeline is not None else []
    if slots is None:
        return tuple(StepEntry(str(step.position), step.name, True, None, step) for step in known)
    made = []
    for slot in slots:
        found = next((step for step in known if step.name == slot.name), None) if slot.is_on else None
        if found is not None:
            known.remove(found)
        wrong = problems_of(problems, slots, path, slot.position) if slot.is_on else ()
        made.append(StepEntry(str(slot.position), slot.name, slot.is_on, slot, found, wrong[0] if wrong else None))
    return tuple(made)


def model_entries(
    slots: Iterable[Slot] | None, models: Iterable[ModelOutline], problems: Iterable[Problem] = ()
) -> tuple[ModelEntry, ...]:
    """Join the models of the text with what the plan knows of them; those that the plan adds come last."""
    known = {model.name: model for model in models}
    if slots is None:
        return tuple(ModelEntry(name, name, True, None, model) for name, model in known.items())
    wrong: dict[str, Problem] = {}
    for problem in problems:
        wrong.setdefault((problem.key or "").partition("]")[0], problem)
    made, on = [], 0
    for slot in slots:
        outline = known.pop(slot.name, None) if slot.is_on else None
        told = wrong.get(f"models[{on}") if slot.is_on else None
        made.append(ModelEntry(f"slot {slot.position}", slot.name, slot.is_on, slot, outline, told))
        on += slot.is_on
    added = [ModelEntry(model.name, model.name, True, None, model) for model in known.values() if model.added]
    return (*made, *added)


def problems_of(
    problems: Iterable[Problem], slots: Sequence[Slot], path: tuple[str, ...], position: int
) -> tuple[Problem, ...]:
    """Those of all problems that are about one entry, which is on, of a list of the settings."""
    on = sum(slot.is_on for slot in slots[:position])
    start = f"{'.'.join(path)}[{on}]"
    return tuple(problem for problem in problems if (problem.key or "").startswith(start))


def parameter_rows(form: Form, values: Mapping[str, object], problems: Sequence[Problem] = ()) -> list[FieldRow]:
    """The rows of a form of parameters, with all that is wrong with the entry; what no parameter is about comes first.

    Parameters
    ----------
    form : Form
        What there is to set.
    values : mapping
        What is set.
    problems : sequence of Problem
        What the engine finds wrong with the entry.
    """
    rows, untold = [], list(problems)
    for field in fields_of(form, values):
        text = write_field(field, values[field.name]) if field.name in values else ""
        wrong = read_field(field, text).problem if text else None
        found = [problem for problem in untold if _parameter_of(problem, form) == field.name]
        untold = [problem for problem in untold if problem not in found]
        rows.append(FieldRow(field.name, field.name, field, text, wrong or (found[0].text if found else "")))
    first = [FieldRow(f"problem {at}", "", problem=one.text, is_heading=True) for at, one in enumerate(untold)]
    return [*first, *rows]


def fields_of(form: Form, values: Mapping[str, object]) -> tuple[FormField, ...]:
    """The fields of a form, and one for each parameter that is set although the form has no such field."""
    known = {field.name for field in form.fields}
    others = (FormField(name, "any", None, _UNLISTED) for name in values if name not in known)
    return (*others, *form.fields)


def _parameter_of(problem: Problem, form: Form) -> str:
    """Name of the parameter that a problem of an entry is about; empty where it is about none."""
    inside = (problem.key or "").partition("]")[2].split("[")[0].split(".")[1:]
    if len(inside) == 1 and inside[0] == form.name:
        return form.short or ""
    return inside[1] if len(inside) > 1 else ""


def with_typed(form: Form, values: Mapping[str, object], name: str, text: str) -> dict[str, object]:
    """Parameters after a text was typed into one of them."""
    field = next(field for field in fields_of(form, values) if field.name == name)
    typed = read_field(field, text)
    rest = {key: value for key, value in values.items() if key != name}
    return {**rest, name: typed.value} if typed.is_set else rest


def new_model(typed: str) -> object:
    """Write a model as an entry: ``file.py:function``, the dotted path of an estimator, or a name.

    Examples
    --------
    >>> new_model("ridge"), new_model("sklearn.svm.NuSVC"), new_model("my_models.py:build")
    ('ridge', {'estimator': 'sklearn.svm.NuSVC'}, {'python': 'my_models.py:build'})
    """
    if _FUNCTION.fullmatch(typed):
        return {"python": typed}
    return {"estimator": typed} if _CLASS.fullmatch(typed) else typed


def written_kind(value: object) -> str:
    """The kind of a model as its entry has it."""
    keys = value if isinstance(value, Mapping) else {}
    return "estimator" if "estimator" in keys else "function" if "python" in keys else "built-in"


def form_name(slot: Slot) -> str:
    """What the form of a step or model goes by; a model with a name of its own says what it is."""
    if isinstance(slot.value, Mapping):
        for key in ("model", "estimator"):
            if isinstance(slot.value.get(key), str):
                return str(slot.value[key])
    return slot.name


def name_of_step(value: object) -> str:
    """Name of a step by its entry."""
    return str(next(iter(value))) if isinstance(value, Mapping) and value else str(value)


def has_form(slot: Slot) -> bool:
    """Whether its parameters can be asked for: functions set their own."""
    return not (isinstance(slot.value, Mapping) and "python" in slot.value)


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
