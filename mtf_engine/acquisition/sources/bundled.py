"""The data sets that scikit-learn's wheel carries: real, small, and there without a network.

Values are scikit-learn's own, bit for bit. Class targets stay the integers that ``load_*(return_X_y=True)`` gives, so
that scores can be held against scikit-learn's; what each integer means is noted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sklearn import datasets as sklearn_datasets

from mtf_engine import plugins
from mtf_engine.acquisition.addresses import parse_address
from mtf_engine.acquisition.interfaces import Acquired, BundledTable, Monitor, SourceSpec
from mtf_engine.domain.dataset import DatasetRef, Task
from mtf_engine.environment import versions
from mtf_engine.errors import SchemaError
from mtf_engine.text_safety import line


@dataclass(frozen=True, slots=True)
class _Bundled:
    load: Callable[..., Any]
    task: Task
    targets: tuple[str, ...] = ("target",)


_SETS = {
    "breast_cancer": _Bundled(sklearn_datasets.load_breast_cancer, Task.BINARY),
    "diabetes": _Bundled(sklearn_datasets.load_diabetes, Task.REGRESSION),
    "digits": _Bundled(sklearn_datasets.load_digits, Task.MULTICLASS),
    "iris": _Bundled(sklearn_datasets.load_iris, Task.MULTICLASS),
    "linnerud": _Bundled(sklearn_datasets.load_linnerud, Task.REGRESSION, ("Weight", "Waist", "Pulse")),
    "wine": _Bundled(sklearn_datasets.load_wine, Task.MULTICLASS),
}


def names() -> tuple[str, ...]:
    """List the bundled data sets."""
    return tuple(_SETS)


def targets(name: str) -> tuple[str, ...]:
    """List the columns of a bundled data set that were measured to be predicted: one, or several to choose from."""
    return _SETS[name].targets


def acquire(ref: DatasetRef, monitor: Monitor) -> Acquired:
    """Load one of scikit-learn's data sets.

    Of several targets only the chosen one is kept: the others were measured with it and are no features.

    Raises
    ------
    SchemaError
        There is no such data set, or it has several targets and none was chosen.
    """
    name = parse_address(ref.source).rest
    chosen = _SETS.get(name)
    if chosen is None:
        nearest = plugins.nearest(name, tuple(_SETS))
        hint = f"Did you mean sklearn:{nearest}?" if nearest else f"There are {', '.join(_SETS)}."
        raise SchemaError(f"scikit-learn bundles no data set {line(name)!r}", hint=hint)
    bunch = chosen.load(as_frame=True)
    frame, target = bunch["frame"], _choose_target(ref, name, chosen)
    notes = []
    if chosen.task.is_classification:
        notes.append(f"classes: {', '.join(f'{code} = {label}' for code, label in enumerate(bunch['target_names']))}")
    others = [other for other in chosen.targets if other != target]
    if others:
        frame = frame.drop(columns=others)
        notes.append(f"{' and '.join(others)} are targets too, no features: left out")
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    monitor.progress(table.nbytes, table.nbytes)
    version = f"scikit-learn {versions.package_version('scikit-learn')}"
    return Acquired(ref.source, bundled=BundledTable(table, target, chosen.task), version=version, notes=tuple(notes))


def _choose_target(ref: DatasetRef, name: str, chosen: _Bundled) -> str:
    if len(chosen.targets) == 1:
        return chosen.targets[0]
    if ref.target in chosen.targets:
        return ref.target
    listed = ", ".join(chosen.targets)
    if ref.target is None:
        raise SchemaError(f"sklearn:{name} has several targets: {listed}", hint="Choose one of them as `target`.")
    nearest = plugins.nearest(ref.target, chosen.targets)
    hint = f"Did you mean {nearest}?" if nearest else f"Choose one of {listed}."
    raise SchemaError(f"{line(ref.target)!r} is no target of sklearn:{name}", hint=hint)


SOURCE = SourceSpec("sklearn", "the data sets that scikit-learn bundles, such as sklearn:iris", acquire)
