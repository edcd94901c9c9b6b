"""``mtf init`` and ``mtf plan``: settings to start with, and what they would do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from mtf_engine import api, numbers
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, note, print_json, print_table, print_text
from mtf_engine.domain.plan import DatasetPlan
from mtf_engine.text_safety import line, shell, terminal

SETTINGS_NAME = "settings.yaml"


@click.command(epilog="Example: mtf init my-project")
@click.argument("directory", default=".", type=click.Path(file_okay=False, path_type=Path))
def init(directory: Path) -> None:
    """Write a commented settings.yaml that runs as it is."""
    path = directory / SETTINGS_NAME
    if path.exists():
        raise click.UsageError(f"{path} is there already and was left as it is. Name another folder.")
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(api.settings_template(), encoding="utf-8")
    note(f"wrote {path}. `mtf run {shell(str(path))}` runs it as it is.")


@click.command(epilog="Example: mtf plan settings.yaml")
@click.argument("settings", type=click.Path(path_type=Path))
@json_option
def plan(settings: Path, as_json: bool) -> None:
    """Say what settings expand to and what that would cost; runs nothing."""
    outline = api.plan(settings)
    if as_json:
        print_json(outline)
        return
    estimate = api.estimate(outline)
    for entry in outline.datasets:
        _print_dataset(entry)
    models = [
        [model.name, model.kind.value, model.target, _parameters(model.parameters)] for model in outline.resolved.models
    ]
    headings = [
        Heading("name"),
        Heading("kind"),
        Heading("what", narrow=Narrow.CUT),
        Heading("parameters", narrow=Narrow.WRAPPED),
    ]
    print_table("models", headings, models)
    print_text("")
    cells = len(outline.different_cells)
    left = cells - estimate.finished_cells
    cost = "unknown: nothing like it has run yet" if left else "none"
    if left and estimate.seconds is not None:
        known = f" ({estimate.known_cells} of {left} cells are known)"
        cost = (
            f"about {numbers.estimate(estimate.seconds)}, {numbers.size(estimate.peak_rss_bytes)} a cell at most{known}"
        )
    print_text(
        f"{numbers.plural(cells, 'cell')}, {estimate.finished_cells} of them already stored; cost of the rest: {cost}"
    )
    for finding in (*outline.resolved.findings, *(f"{one.dataset}: {one.message}" for one in outline.unavailable)):
        note(f"note: {line(finding)}")


def _parameters(parameters: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items())


def _print_dataset(entry: DatasetPlan) -> None:
    dataset = entry.dataset
    features = numbers.plural(len(dataset.columns), "feature")
    print_text(
        f"{terminal(dataset.name)}: {numbers.count(dataset.rows)} rows, {features}, {dataset.task},"
        f" target {terminal(dataset.target)}"
        + (f", positive {terminal(str(dataset.positive))}" if dataset.positive is not None else "")
    )
    folds = entry.folds
    print_text(f"  splits    {entry.splits.method}, {len(folds)} folds of {folds[0].n_train} + {folds[0].n_test} rows")
    for pipeline in entry.pipelines:
        steps = " → ".join(step.name for step in (*entry.row_steps, *pipeline.steps)) or "none"
        print_text(f"  pipeline  {terminal(pipeline.name)}: {terminal(steps)}")
    print_text(f"  models    {terminal(', '.join(entry.models), limit=500)}")
    print_text(f"  metrics   {', '.join(entry.metrics)}")
    for finding in dataset.findings:
        note(f"  note: {line(finding.message)}")
    print_text("")
