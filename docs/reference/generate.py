"""Write the reference pages of steps, models and metrics from what the registries say of themselves.

Run ``python docs/reference/generate.py`` after changing a specification; a test fails while a page is out of date.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Iterable
from pathlib import Path

from pydantic.fields import FieldInfo

from mtf_engine import plugins
from mtf_engine.domain.dataset import ColumnKind, Task
from mtf_engine.domain.step import StepKind
from mtf_engine.metrics import registry as metrics
from mtf_engine.metrics.spec import Metric
from mtf_engine.models import registry as models
from mtf_engine.models.spec import ModelSpec
from mtf_engine.processing.steps import registry as steps
from mtf_engine.processing.steps.spec import StepSpec

FOLDER = Path(__file__).parent

STEPS_INTRODUCTION = """\
# Steps

A pipeline is a list of steps. `mtf steps NAME` shows one of them in the terminal.

```yaml
pipeline:
  - drop_duplicates                                        # a name alone: its defaults
  - impute: {numeric: median, categorical: most_frequent}  # parameters
  - encode: one_hot                                        # the main parameter
  - scale: {method: robust, columns: [age, income]}        # on named columns only
```

There are three kinds. **Row steps** run once per data set before it is split, stand first, and are shared by all
pipelines. **Transformers** learn from the training rows of each fold and are applied to training and test rows.
**Samplers** change training rows only.

A step works on the source columns of its kinds and not on what another step made of them: `scale` after `encode`
leaves one-hot columns alone. `columns` names source columns instead, and the step then works on whatever has become of
them: `scale: {columns: [city]}` scales city's one-hot columns. Every step takes `columns`.
`mtf plan` says so when a `scale` passes over the numbers that `date_parts` or ordinal codes made; settings that the
terminal UI proposes for a source scale them.

Truth values (booleans) are the numbers 0 and 1 after any pipeline. They are imputed with the most frequent value, and
encoded or scaled only where `columns` names them.

Features keep their names. Numeric source columns come first, then what was made from them, then the columns of all
other sources, each group in source order. Numbers equal those of scikit-learn's Pipeline and ColumnTransformer on the
same rows.

**`auto`**, the pipeline when the settings name none, drops text and identifiers with a finding, turns dates into year,
month, day and weekday, imputes medians and most frequent values, and encodes categories: one-hot up to 50 levels,
ordinal beyond. It does not scale.
"""

MODELS_INTRODUCTION = """\
# Models

A model is a name, or one name with parameters. `mtf models NAME` shows one of them in the terminal.

```yaml
models:
  - random_forest
  - logistic_regression: {C: 0.5}
  - {name: deep forest, model: random_forest, parameters: {max_depth: 20}}
  - {name: lgbm, estimator: lightgbm.LGBMClassifier, parameters: {n_estimators: 300}}
  - {name: mine, python: my_models.py:build}
```

One name stands for a classifier and a regressor where both exist; the data set's task chooses. Parameters are the
estimator's own, and so are the defaults, unless a section says what differs and why.

- An estimator that has `random_state` gets the plan's `seed`, unless its parameters set it. What a function returns
  keeps a `random_state` that it set.
- An estimator that has `n_jobs` gets `threads_per_cell`, unless its parameters set it.
- `fit` gets the data set's `weights` where it takes `sample_weight`; where it takes none, a finding says so.
- Labels reach estimators as the data have them. Decision values rank rows where a model gives them, else
  probabilities, as in scikit-learn's scorers.
- `python: file.py:function` calls the function without arguments, or with `parameters`. The file's folder is on the
  module path while the file is imported and the function runs, so neighbouring modules are found.
- `baseline` is in every plan.
"""

METRICS_INTRODUCTION = """\
# Metrics

Names are scikit-learn's words without the `neg_` prefix, or the usual short forms; the sign is always the metric's
own. `mtf metrics NAME` shows one of them in the terminal. Values equal scikit-learn's to 1e-12 wherever
scikit-learn's mean something. Where they don't, the value is `null` with a reason, and never 0:

| where | scikit-learn | here |
|---|---|---|
| one class only among the true labels | `average_precision` and `mcc` 0, `roc_auc` and `kappa` NaN | undefined |
| a class of the training rows without test rows | OvO area 1.0, balanced accuracy of the rest | undefined, naming it |
| a class that was only predicted | counts in macro averages | undefined, as above |
| no row predicted positive | `precision` 0 | undefined; `f1` and `recall` are 0 |
| a class that was never predicted | 0 in `precision_macro` | `precision_macro` undefined; `f1_macro` counts it as 0 |
| a true label that the training rows did not have | error | probability metrics undefined; for others a mistake |
| constant truth | `r2` 1 or 0 | undefined |
| truth of 0 under `mape` | about 1e15 | undefined |
| NaN among predictions or scores | error | undefined, with their number |
| probabilities outside 0 to 1, or that don't add up to 1 | warning | undefined |

The classes of macro averages are those of the fold's training rows and of its truth. The positive class is the larger
label unless the data set says otherwise.

**Over folds** an estimate is the mean of the folds' values, or the metric of all test rows together (*pooled*). Ratios
whose denominator depends on predictions or on a rare class (precision, recall, the F family) are pooled, because the
mean of their fold values is biased (Forman & Scholz 2010); scores that rank rows are averaged, because different
folds' scores are on different scales. Both numbers are stored.

**Weights** count as repeated rows: an integer weight of 2 gives what the row twice would. Rows of weight 0 take no
part. A single test set with weights has no binomial interval; the bootstrap takes its place.
"""


def steps_page() -> str:
    """Make the page of steps."""
    specs = [steps.get(name) for name in plugins.names(steps.GROUP)]
    parts = [STEPS_INTRODUCTION]
    for kind in StepKind:
        parts.append(f"## {_title(kind)}\n")
        parts.extend(_step(spec) for spec in specs if spec.kind is kind)
    return _page(parts)


def _title(kind: StepKind) -> str:
    return {StepKind.ROW: "Row steps", StepKind.TRANSFORMER: "Transformers", StepKind.SAMPLER: "Samplers"}[kind]


def _step(spec: StepSpec) -> str:
    worked_on = [kind.value for kind in ColumnKind if kind in spec.applies_to]
    lines = [f"### {spec.name}\n", f"{spec.documentation}\n"]
    works_on = "all columns" if len(worked_on) == len(ColumnKind) else ", ".join(worked_on) + " columns"
    lines.append(f"Works on: {works_on}.\n")
    if spec.needs_columns:
        lines.append(f"Short form: `{spec.name}: [a, b]`, its `columns`, which must be given.\n")
    elif spec.short:
        lines.append(f"Short form: `{spec.name}: VALUE` sets `{spec.short}`.\n")
    fields = spec.parameters.model_fields
    if fields:
        lines += ["| parameter | values | default | meaning |", "|---|---|---|---|"]
        lines += [_parameter(name, field) for name, field in fields.items()]
        lines.append("")
    if spec.differs:
        lines.append(f"*Differs from scikit-learn:* {spec.differs}\n")
    return "\n".join(lines)


def _parameter(name: str, field: FieldInfo) -> str:
    default = "null" if field.default is None else _yaml(field.default)
    return f"| `{name}` | {_values(field.annotation)} | `{default}` | {field.description} |"


def _values(annotation: object) -> str:
    """Say in words which values a parameter takes."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return ", ".join(f"`{argument}`" for argument in arguments)
    if origin is typing.Annotated:
        return _values(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return ", ".join(_values(argument) for argument in arguments)
    if origin is tuple:
        return f"a list of {_values(arguments[0])}"
    words = {bool: "`true`, `false`", int: "a whole number", float: "a number", str: "text", type(None): "`null`"}
    return words[annotation]  # type: ignore[index]


def _yaml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def models_page() -> str:
    """Make the page of models."""
    return _page([MODELS_INTRODUCTION, *(_model(spec) for spec in models.all_models())])


def _model(spec: ModelSpec) -> str:
    lines = [f"## {spec.name}\n", f"{spec.summary}\n"]
    if spec.classifier:
        lines.append(f"- Classification: `{spec.classifier}`")
    if spec.regressor:
        lines.append(f"- Regression: `{spec.regressor}`")
    if spec.defaults:
        chosen = ", ".join(f"`{name}: {_yaml(value)}`" for name, value in spec.defaults.items())
        lines.append(f"- *Differs from its defaults:* {chosen}. {spec.differs}")
    return "\n".join([*lines, ""])


def metrics_page() -> str:
    """Make the page of metrics."""
    parts = [METRICS_INTRODUCTION, "## Standard sets\n", "| task | metrics, the primary one first |", "|---|---|"]
    parts += [f"| {task.value} | {', '.join(f'`{name}`' for name in metrics.standard_set(task))} |" for task in Task]
    return _page([*parts, "", *(_metric(spec) for spec in metrics.all_metrics())])


def _metric(spec: Metric) -> str:
    tasks = ", ".join(task.value for task in Task if task in spec.tasks)
    better = "closer to 0" if not spec.ordered else "greater" if spec.greater_is_better else "smaller"
    interval = {"proportion": "Wilson", "auc": "DeLong on the logit scale", "bootstrap": "BCa bootstrap"}[spec.interval]
    needs = {"prediction": "predictions", "probability": "probabilities", "score": "scores or probabilities"}[
        spec.needs
    ]
    lines = [
        f"## {spec.name}\n",
        f"{spec.documentation}\n",
        f"- Tasks: {tasks}. Needs {needs}.",
        f"- From {_number(spec.low)} to {_number(spec.high)}; {better} is better.",
        f"- Over folds: {'mean of the folds' if spec.aggregation == 'fold_mean' else 'pooled'}. "
        f"Interval on one test set: {interval}.",
    ]
    if spec.aliases:
        lines.append(f"- Also: {', '.join(f'`{alias}`' for alias in spec.aliases)}.")
    if spec.reference:
        lines.append(f"- Reference: {spec.reference}.")
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    if math.isinf(value):
        return "minus infinity" if value < 0 else "infinity"
    return f"{value:g}"


def _page(parts: Iterable[str]) -> str:
    return "\n".join(parts).rstrip() + "\n"


PAGES = {"steps.md": steps_page, "models.md": models_page, "metrics.md": metrics_page}


if __name__ == "__main__":
    for file, make in PAGES.items():
        (FOLDER / file).write_text(make(), encoding="utf-8")
