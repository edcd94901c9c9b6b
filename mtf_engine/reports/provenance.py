"""How the numbers came about, as facts for people: data, splits, pipelines, models, environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mtf_engine import numbers
from mtf_engine.domain.plan import DatasetPlan
from mtf_engine.domain.results import DatasetRow, Results
from mtf_engine.domain.split import SplitMethod, SplitSpec
from mtf_engine.domain.step import StepRef
from mtf_engine.reports.context import ReportContext


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts."""

    name: str
    value: str


def dataset_facts(row: DatasetRow, context: ReportContext) -> tuple[Fact, ...]:
    """Describe a data set and how it was divided."""
    classes = f", classes {', '.join(map(str, row.classes[:6]))}{' …' if len(row.classes) > 6 else ''}"
    facts = [
        Fact("source", row.source),
        Fact("content", f"sha256 {row.sha256[:16]}…"),
        Fact("target", f"{row.target}, {row.task}{classes if row.classes else ''}"),
    ]
    entry = _entry(row.name, context)
    if entry is not None:
        if entry.dataset.positive is not None:
            facts.append(Fact("positive class", str(entry.dataset.positive)))
        facts.append(Fact("split", split_sentence(entry.splits, len(entry.folds))))
        if entry.row_steps:
            facts.append(Fact("row steps", ", ".join(map(step_text, entry.row_steps))))
        for pipeline in entry.pipelines:
            steps = ", ".join(map(step_text, pipeline.steps)) or "none"
            facts.append(Fact("pipeline" if len(entry.pipelines) == 1 else f"pipeline {pipeline.name}", steps))
    return tuple(facts)


def _entry(name: str, context: ReportContext) -> DatasetPlan | None:
    entries = context.plan.datasets if context.plan else ()
    return next((entry for entry in entries if entry.dataset.name == name), None)


def split_sentence(splits: SplitSpec, folds: int) -> str:
    """Say how rows were divided."""
    if splits.method is SplitMethod.HOLDOUT:
        return f"hold-out, {numbers.percent(splits.test_size)} of the rows tested on"
    words = splits.method.value.replace("_", " ").replace("kfold", "k-fold")
    repeats = f", {splits.repeats} repeats" if splits.repeats > 1 else ""
    return f"{words}, {numbers.plural(folds, 'fold')}{repeats}{'' if splits.shuffle else ', order kept'}"


def step_text(step: StepRef) -> str:
    """Write a step with its parameters."""
    return step.name + _parameters(step.parameters)


def _parameters(given: Mapping[str, object]) -> str:
    return f"({', '.join(f'{name}={value}' for name, value in given.items())})" if given else ""


def model_facts(context: ReportContext) -> tuple[Fact, ...]:
    """Describe the models under test."""
    models = context.plan.resolved.models if context.plan else ()
    return tuple(
        Fact(model.name, f"{model.kind.value} {_last(model.target)}{_parameters(model.parameters)}") for model in models
    )


def _last(target: str) -> str:
    """Drop the folder of a user's file."""
    return target.replace("\\", "/").rsplit("/", 1)[-1]


def run_facts(results: Results) -> tuple[Fact, ...]:
    """Describe the run itself."""
    run = results.run
    facts = [
        Fact("run", run.id),
        Fact("status", run.status),
        Fact("started", _moment(run.started)),
        Fact("finished", _moment(run.finished)),
        Fact("seed", str(run.seed)),
        Fact("settings", f"sha256 {run.settings_sha256[:16]}…"),
    ]
    return tuple(fact for fact in facts if fact.value)


def _moment(when: str | None) -> str:
    if not when:
        return ""
    plain = when.replace("T", " ").split(".")[0].removesuffix("Z").removesuffix("+00:00")
    return f"{plain} UTC"


def environment_facts(context: ReportContext) -> tuple[Fact, ...]:
    """Describe the machine and the versions."""
    environment = context.environment
    facts = [
        Fact("python", f"{environment.get('implementation', '')} {environment.get('python', '')}".strip()),
        Fact("platform", _text(environment.get("platform"))),
        Fact("processors", _text(environment.get("cpus"))),
    ]
    memory = environment.get("memory_bytes")
    if isinstance(memory, int):
        facts.append(Fact("memory", numbers.size(memory)))
    git = environment.get("git")
    if isinstance(git, Mapping):
        changed = " with uncommitted changes" if git.get("dirty") else ""
        facts.append(Fact("commit", f"{_text(git.get('commit'))[:12]}{changed}"))
    packages = environment.get("packages")
    if isinstance(packages, Mapping):
        shown = ", ".join(f"{name} {version}" for name, version in packages.items() if version)
        facts.append(Fact("packages", shown))
    return tuple(fact for fact in facts if fact.value)


def _text(value: object) -> str:
    return "" if value is None else str(value)
