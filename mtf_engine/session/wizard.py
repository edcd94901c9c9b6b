"""From a file to settings that run: target, columns to leave out, steps and models, all filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mtf_engine import numbers, planning
from mtf_engine.acquisition.addresses import is_local
from mtf_engine.domain.dataset import Column, Task
from mtf_engine.domain.outlines import ModelChoice, Proposal
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.sources import ColumnNote, SourceInspection
from mtf_engine.domain.step import StepRef
from mtf_engine.errors import MTFError, SettingsError
from mtf_engine.processing.automatic import automatic_steps, left_unscaled
from mtf_engine.processing.steps import registry
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.plans import make_plan
from mtf_engine.session.sources import describe
from mtf_engine.session.tables import SourceQuery, open_table
from mtf_engine.settings import emitting
from mtf_engine.settings.shorthand import name_of_source

_ANY_TASK = ("k_nearest_neighbors", "decision_tree", "random_forest", "hist_gradient_boosting")
_CLASSIFIERS = ("logistic_regression", *_ANY_TASK)
_MORE_CLASSIFIERS = ("gaussian_naive_bayes", "linear_discriminant_analysis", "extra_trees", "svm")
_REGRESSORS = ("ridge", *_ANY_TASK)
_MORE_REGRESSORS = ("elastic_net", "huber", "extra_trees", "svm")
_MODES = ("quick", "thorough")


@dataclass(frozen=True, slots=True)
class WizardQuery:
    """A source, and what the user changed of the proposal."""

    source: str
    options: Mapping[str, object] = field(default_factory=dict)
    target: str | None = None
    base: str | None = None
    """Folder of the settings file; the working directory when absent."""
    left_out: tuple[str, ...] | None = None
    """Columns that are no features; identifiers and free text when absent."""
    mode: str = "quick"
    """``quick`` or ``thorough``."""
    name: str | None = None


def wizard(query: WizardQuery, progress: Progress) -> Proposal:
    """Propose settings for a source.

    Raises
    ------
    MTFError
        The source cannot be read, or has no usable target.
    """
    if query.mode not in _MODES:
        raise SettingsError(f"There is no list of models {query.mode!r}.", hint="Ask for quick or thorough.")
    source = SourceQuery(query.source, query.options, query.target, query.base)
    opened = open_table(source.reference(), progress)
    inspection = describe(query.source, opened, dict(query.options), query.target)
    if inspection.problem is not None or inspection.target is None or inspection.task is None:
        problem = inspection.problem
        message = problem.message if problem else "The source has no column to predict."
        raise SettingsError(message, hint=problem.hint if problem else "Name one.")
    known = {column.column: column for column in inspection.identifiers}
    names = tuple(known) if query.left_out is None else query.left_out
    left_out = tuple(known.get(name, ColumnNote(name, "as asked")) for name in names)
    is_regression = inspection.task == Task.REGRESSION
    quick = _REGRESSORS if is_regression else _CLASSIFIERS
    thorough = (*quick, *(_MORE_REGRESSORS if is_regression else _MORE_CLASSIFIERS))
    features = tuple(one for one in opened.table.columns if one.name != inspection.target and one.name not in names)
    texts = {mode: _text(query, inspection, names, features, models) for mode, models in _pairs(quick, thorough)}
    seconds = {mode: _seconds(text, query, progress) for mode, text in texts.items()}
    return Proposal(
        text=texts[query.mode],
        inspection=inspection,
        left_out=left_out,
        quick=ModelChoice(quick, seconds["quick"]),
        thorough=ModelChoice(thorough, seconds["thorough"]),
        chosen=query.mode,
    )


def _pairs(quick: tuple[str, ...], thorough: tuple[str, ...]) -> Sequence[tuple[str, tuple[str, ...]]]:
    return (("quick", quick), ("thorough", thorough))


def _seconds(text: str, query: WizardQuery, progress: Progress) -> float | None:
    """Estimate a run of a text from past runs; None where they tell nothing, or the data don't fit."""
    try:
        made: Plan = make_plan(Path(query.base or ".") / "settings.yaml", text, progress)
    except MTFError:
        return None
    return planning.estimate(made).seconds


# --- the text ---


def _text(
    query: WizardQuery,
    inspection: SourceInspection,
    left_out: tuple[str, ...],
    features: tuple[Column, ...],
    models: tuple[str, ...],
) -> str:
    """Write the settings, each decision with its reason."""
    name = query.name or name_of_source(query.source)
    source = query.source
    if is_local(source) and not source.startswith("sklearn:") and query.base:
        source = _relative(source, Path(query.base))
    lines = [
        "# Proposed from the data; every line may be changed. `mtf plan` checks it, `mtf run` runs it.",
        "version: 1",
        f"name: {emitting.scalar(emitting.literal(name))}",
        "seed: 0",
        "",
        "datasets:",
        f"  - source: {emitting.scalar(emitting.literal(source))}",
        f"    target: {emitting.scalar(emitting.literal(inspection.target))}  # {_about(inspection)}",
    ]
    if left_out:
        listed = emitting.flow(emitting.literal(left_out))
        lines.append(f"    drop: {listed}  # identifiers and free text say nothing about new rows")
    if query.options:
        lines.append(f"    options: {emitting.flow(query.options)}")
    lines += ["", "pipeline:"]
    lines += [line for step in _steps(features, name) for line in emitting.entry(emitting.literal(step), 2)]
    lines += ["", "models:  # a constant baseline is always added"]
    lines += [f"  - {model}" for model in models]
    lines += ["", "splits: {method: auto, folds: 5}", "report: {formats: [html]}", ""]
    return "\n".join(lines)


def _about(inspection: SourceInspection) -> str:
    """Say what the target is, without any word of the data: a comment cannot be quoted."""
    if inspection.task == Task.REGRESSION:
        return f"{inspection.target_reason}; numbers: a regression"
    smallest = min((one.share for one in inspection.classes), default=0.0)
    return f"{inspection.target_reason}; {len(inspection.classes)} classes, the smallest {numbers.percent(smallest)}"


def _relative(source: str, base: Path) -> str:
    try:
        return str(Path(source).absolute().relative_to(base.absolute())) if Path(source).is_absolute() else source
    except ValueError:
        return source


def _steps(features: tuple[Column, ...], name: str) -> list[object]:
    """Write the automatic steps out, and scale: half of the models need it and the others don't mind.

    `scale` works on what is numeric in the source; what was made of other columns is scaled by naming them.
    """
    steps = automatic_steps(features, dataset=name).steps
    scales: list[object] = [{"scale": "standard"}]
    made = left_unscaled((*steps, StepRef("scale", {})), features)
    if made:
        scales.append({"scale": {"method": "standard", "columns": [column.name for column in made]}})
    return [*(_step(step) for step in steps), *scales]


def _step(step: StepRef) -> object:
    """Write a step in its shortest form: parameters that have their defaults are left out."""
    spec = registry.get(step.name)
    defaults = spec.parameters().model_dump(mode="json")
    chosen: dict[str, object] = {key: value for key, value in step.parameters.items() if value != defaults.get(key)}
    if step.name == "encode" and not chosen:
        chosen = {"method": step.parameters["method"]}
    if step.columns is not None:
        if spec.needs_columns and not chosen:
            return {step.name: list(step.columns)}
        chosen["columns"] = list(step.columns)
    if spec.short is not None and list(chosen) == [spec.short]:
        return {step.name: chosen[spec.short]}
    return {step.name: chosen} if chosen else step.name


METHODS = {"wizard": Method(WizardQuery, wizard)}
