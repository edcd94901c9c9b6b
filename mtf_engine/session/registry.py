"""What settings can name, and the parameters of steps and models as forms ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from mtf_engine import glossary
from mtf_engine.domain.forms import Form
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.models.forms import model_parameters
from mtf_engine.processing.steps.forms import step_parameters
from mtf_engine.session.methods import Method, Progress


@dataclass(frozen=True, slots=True)
class RegistryQuery:
    """Which names."""

    kind: str
    """``steps``, ``models``, ``metrics`` or ``checks``."""
    name: str | None = None


def registry(query: RegistryQuery, progress: Progress) -> tuple[RegistryEntry, ...]:
    """Describe all names of a kind, or one."""
    del progress
    return glossary.describe(query.kind, query.name)


# --- steps ---


@dataclass(frozen=True, slots=True)
class StepFormQuery:
    """Which step."""

    name: str


def step_form(query: StepFormQuery, progress: Progress) -> Form:
    """List the parameters of a step, ``columns`` last."""
    del progress
    return step_parameters(query.name)


# --- models ---


@dataclass(frozen=True, slots=True)
class ModelFormQuery:
    """Which model."""

    name: str
    """Of a built-in model, or the dotted path of an estimator class."""
    task: str | None = None
    """Decides between classifier and regressor; the first there is when absent."""


def model_form(query: ModelFormQuery, progress: Progress) -> Form:
    """List the parameters of a model's estimator.

    Raises
    ------
    MTFError
        There is no such model or class, or it cannot do the task.
    """
    del progress
    return model_parameters(query.name, query.task)


METHODS = {
    "registry": Method(RegistryQuery, registry),
    "step_form": Method(StepFormQuery, step_form),
    "model_form": Method(ModelFormQuery, model_form),
}
