"""Short forms written out: one shape for each entry, however the user wrote it.

Every rewriting is recorded in the positions, so that a problem found later still names the user's own line and key.
Keys of the contract whose features are not there yet are refused here: ignoring one would change what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel

from mtf_engine.settings.model import (
    CheckSettings,
    DatasetSettings,
    ExecutionSettings,
    LoggingSettings,
    ModelSettings,
    ReportSettings,
    Settings,
    SplitSettings,
)
from mtf_engine.settings.problems import KeyPath, ProblemList, quote, render
from mtf_engine.settings.reader import DROPPED
from mtf_engine.spelling import nearest

DEFAULT_PIPELINE = "default"
"""Name of the only pipeline when the settings give it none."""

MODEL_KINDS = ("model", "estimator", "python")
_KINDS_TO_COME = ("artifact", "endpoint", "predictions")
_MODEL_KEYS = frozenset({*MODEL_KINDS, *_KINDS_TO_COME, "name", "parameters", "trust", "protocol", "key"})
_TOP_KEYS_TO_COME = ("slices",)
_SECTIONS: Mapping[str, type[BaseModel]] = {
    "execution": ExecutionSettings,
    "logging": LoggingSettings,
    "report": ReportSettings,
}

SPLIT_KEYS: Mapping[str, frozenset[str]] = {
    "auto": frozenset({"folds", "repeats", "shuffle"}),
    "holdout": frozenset({"test_size", "shuffle"}),
    "kfold": frozenset({"folds", "repeats", "shuffle"}),
    "stratified_kfold": frozenset({"folds", "repeats", "shuffle"}),
    "group_kfold": frozenset({"folds", "shuffle"}),
    "stratified_group_kfold": frozenset({"folds", "shuffle"}),
    "time_series": frozenset({"folds"}),
    "repeated_kfold": frozenset({"folds", "repeats"}),
    "repeated_stratified_kfold": frozenset({"folds", "repeats"}),
    "leave_one_group_out": frozenset(),
    "predefined": frozenset({"column"}),
}
"""Method → the keys that mean something to it."""

REPEATS_OF_REPEATED = 10
"""Repeats of ``repeated_*`` methods that say nothing, as in scikit-learn."""


@dataclass(slots=True)
class ShortForms:
    """Writes one settings tree out."""

    problems: ProblemList

    def write_out(self, tree: dict[str, object]) -> dict[str, object]:
        """Give every entry its one shape; wrong ones are replaced by ``DROPPED``."""
        full = _said(tree, Settings, "pipeline", *_TOP_KEYS_TO_COME)
        for key in _TOP_KEYS_TO_COME:
            if key in full:
                self._unavailable((key,), f"'{key}'")
                full.pop(key)
        for section, entry in (("datasets", self._dataset), ("models", self._model), ("checks", self._check)):
            if section in full:
                full[section] = self._each((section,), full[section], entry)
        if "splits" in full:
            full["splits"] = self._splits(("splits",), full["splits"])
        for key in ("metrics", "plugins"):
            if isinstance(full.get(key), str):
                full[key] = [full[key]]
                self._written_as((key, 0), (key,))
        for key, model in _SECTIONS.items():
            value = full.get(key)
            if isinstance(value, dict):
                full[key] = _said(value, model)
        self._execution(full.get("execution"))
        self._report(full.get("report"))
        return self._pipelines(full)

    # --- sections ---

    def _each(self, path: KeyPath, value: object, write_out: object) -> object:
        assert callable(write_out)
        if not isinstance(value, list):
            if value is not DROPPED:
                self._bad(path, f"{quote(value)} is not a list.", "Start each entry with '- '.")
            return DROPPED
        return [entry if entry is DROPPED else write_out((*path, i), entry) for i, entry in enumerate(value)]

    def _dataset(self, path: KeyPath, entry: object) -> object:
        if isinstance(entry, str):
            full: dict[str, object] = {"source": entry}
            self._written_as((*path, "source"), path)
        elif isinstance(entry, dict):
            full = _said(entry, DatasetSettings)
        else:
            return self._bad(path, f"{quote(entry)} is not a data set.", "Write a source, or keys such as `source:`.")
        if isinstance(full.get("source"), str) and "name" not in full:
            full["name"] = name_of_source(str(full["source"]))
            self._written_as((*path, "name"), self.problems.positions.spelling((*path, "source")))
        if isinstance(full.get("target"), list):
            self._unavailable((*path, "target"), "A list of targets (multi-output)", "Name one column.")
            full["target"] = DROPPED
        if full.get("task") == "multilabel":
            self._unavailable((*path, "task"), "The task 'multilabel'", "One label a row: binary or multiclass.")
            full["task"] = DROPPED
        if isinstance(full.get("drop"), str | int):
            full["drop"] = [full["drop"]]
        if "splits" in full:
            full["splits"] = self._splits((*path, "splits"), full["splits"])
        return full

    def _splits(self, path: KeyPath, value: object) -> object:
        if isinstance(value, str):
            value = {"method": value}
            self._written_as((*path, "method"), path)
        if not isinstance(value, dict):
            return value
        full = _said(value, SplitSettings)
        method = full.setdefault("method", "auto")
        allowed = SPLIT_KEYS.get(method) if isinstance(method, str) else None
        if allowed is None:
            return full
        for key in sorted({"folds", "repeats", "test_size", "shuffle", "column"} & full.keys() - allowed):
            means = ", ".join(sorted(allowed)) or "no further keys"
            self._bad((*path, key), f"'{key}' means nothing to the method '{method}'.", f"It takes: {means}.")
            full.pop(key)
        if method == "predefined" and "column" not in full:
            hint = "Name the column that says which rows train and which test: `column: split`."
            return self._bad((*path, "method"), "A predefined split needs a column.", hint)
        if str(method).startswith("repeated_"):
            full.setdefault("repeats", REPEATS_OF_REPEATED)
        return full

    def _model(self, path: KeyPath, entry: object) -> object:
        if isinstance(entry, str):
            for key in ("name", "target"):
                self._written_as((*path, key), path)
            return {"name": entry, "kind": "model", "target": entry}
        if not isinstance(entry, dict) or not entry:
            return self._bad(path, f"{quote(entry)} is not a model.", "`mtf models` lists those built in.")
        for key in _KINDS_TO_COME:
            if key in entry:
                others = "Use a built-in model, `estimator:` or `python:`."
                return self._unavailable((*path, key), f"A model from '{key}'", others)
        kinds = [key for key in MODEL_KINDS if key in entry]
        if len(kinds) > 1:
            return self._bad(path, f"A model is one of '{kinds[0]}' and '{kinds[1]}', not both.", "Remove one.")
        if kinds:
            return self._named_model(path, entry, kinds[0])
        if len(entry) == 1 and not (entry.keys() & _MODEL_KEYS):
            return self._short_model(path, *next(iter(entry.items())))
        if isinstance(entry.get("name"), str) and entry.keys() <= {"name", "parameters"}:
            full = _said(entry, ModelSettings)
            self._written_as((*path, "target"), (*path, "name"))
            return {"kind": "model", "target": full["name"], **full}
        unknown = [key for key in entry if key not in _MODEL_KEYS]
        for key in unknown:
            near = nearest(key, _MODEL_KEYS)
            self._bad((*path, key), f"Unknown key '{key}'.", f"Did you mean '{near}'?" if near else None)
        if not unknown:
            self._bad(path, "The entry names no model.", "Add `model:`, `estimator:` or `python:`.")
        return DROPPED

    def _short_model(self, path: KeyPath, name: str, parameters: object) -> object:
        if parameters is not None and not isinstance(parameters, dict) and parameters is not DROPPED:
            near = nearest(name, _MODEL_KEYS)
            hint = f"Did you mean '{near}:'? " if near else ""
            text = f"The parameters of '{name}' are {quote(parameters)}, not a mapping."
            return self._bad((*path, name), text, hint + f"Write `{name}: {{parameter: value}}`.")
        self._written_as((*path, "parameters"), (*path, name))
        for key in ("name", "target"):
            self._written_as((*path, key), (*path, name))
        return {"name": name, "kind": "model", "target": name, "parameters": parameters or {}}

    def _named_model(self, path: KeyPath, entry: dict[str, object], kind: str) -> object:
        full = _said(entry, ModelSettings)
        for key in ("kind", "target"):
            if key in entry:
                self._bad((*path, key), f"Unknown key '{key}'.", f"Valid keys: {kind}, name, parameters.")
        target = full.pop(kind, DROPPED)
        if not isinstance(target, str):
            if entry[kind] is not DROPPED:
                self._bad((*path, kind), f"{quote(entry[kind])} names no model.", "`mtf models` lists those built in.")
            return DROPPED
        self._written_as((*path, "target"), (*path, kind))
        if "name" not in full:
            full["name"] = name_of_model(kind, target)
            self._written_as((*path, "name"), (*path, kind))
        return {**full, "kind": kind, "target": target}

    def _check(self, path: KeyPath, entry: object) -> object:
        if isinstance(entry, str):
            self._written_as((*path, "check"), path)
            return {"check": entry}
        if not isinstance(entry, dict):
            return self._bad(path, f"{quote(entry)} is not a check.", "Write `check: NAME` or `metric: NAME`.")
        if "suite" in entry:
            return self._unavailable(
                (*path, "suite"), "'suite'", "Name the checks one by one; `mtf checks` lists them."
            )
        full = _said(entry, CheckSettings, "slice")
        if "slice" in full:
            self._unavailable((*path, "slice"), "The scope 'slice'")
            return DROPPED
        for key in ("dataset", "pipeline", "model"):
            if isinstance(full.get(key), str):
                full[key] = [full[key]]
        return full

    def _execution(self, value: object) -> None:
        if isinstance(value, dict) and value.get("executor") == "dask":
            self._unavailable(("execution", "executor"), "The executor 'dask'", "Use `executor: local`.")
            value["executor"] = DROPPED
            value.pop("scheduler", None)

    def _report(self, value: object) -> None:
        if not isinstance(value, dict):
            return
        if isinstance(value.get("formats"), str):
            value["formats"] = [value["formats"]]
            self._written_as(("report", "formats", 0), ("report", "formats"))
        formats = value.get("formats")
        if not isinstance(formats, list):
            return
        for index in [index for index, name in enumerate(formats) if name == "sarif"]:
            hint = "Use html, markdown, junit, json or csv."
            formats[index] = self._unavailable(("report", "formats", index), "The report format 'sarif'", hint)

    # --- pipelines ---

    def _pipelines(self, full: dict[str, object]) -> dict[str, object]:
        """Bring ``pipeline`` and ``pipelines`` into one mapping of names to steps; ``auto`` is absence."""
        if "pipeline" in full and "pipelines" in full:
            self._bad(("pipelines",), "'pipeline' and 'pipelines' are both there.", "Keep one of them.")
            full.pop("pipelines")
        if "pipeline" in full:
            steps = full.pop("pipeline")
            if steps == "auto":
                return full
            self._written_as(("pipelines", DEFAULT_PIPELINE), ("pipeline",))
            full["pipelines"] = {DEFAULT_PIPELINE: self._steps(("pipeline",), steps)}
            return full
        named = full.get("pipelines")
        if named == "auto":
            full.pop("pipelines")
        elif isinstance(named, dict):
            if not named:
                self._bad(("pipelines",), "'pipelines' names no pipeline.", "Name one, or remove the key for `auto`.")
            full["pipelines"] = {name: self._steps(("pipelines", name), steps) for name, steps in named.items()}
        return full

    def _steps(self, path: KeyPath, value: object) -> object:
        if value == "auto":
            hint = "Leave `pipeline` and `pipelines` out for `auto`; a list of steps is compared with lists of steps."
            return self._bad(path, "'auto' cannot be one of several pipelines.", hint)
        if value is None:
            return self._bad(path, "The pipeline holds nothing.", "Write [] for a pipeline without steps.")
        return self._each(path, value, self._step)

    def _step(self, path: KeyPath, entry: object) -> object:
        tree = self._tree_path(path)
        if isinstance(entry, str):
            self._written_as((*tree, "name"), path)
            return {"name": entry}
        if not isinstance(entry, dict) or len(entry) != 1:
            hint = "Write `- step` or `- step: {parameter: value}`."
            if isinstance(entry, dict) and len(entry) > 1:
                hint = f"Write parameters into the step: `- {next(iter(entry))}: {{parameter: value}}`."
            return self._bad(path, f"{quote(entry)} is not one step.", hint)
        ((name, value),) = entry.items()
        for key in ("name", "value", "parameters"):
            self._written_as((*tree, key), (*path, name))
        if not isinstance(value, dict):
            return {"name": name, "value": value}
        parameters = dict(value)
        full: dict[str, object] = {"name": name, "parameters": parameters}
        if "columns" in parameters:
            columns = parameters.pop("columns")
            full["columns"] = [columns] if isinstance(columns, str | int) else columns
            self._written_as((*tree, "columns"), (*path, name, "columns"))
        return full

    @staticmethod
    def _tree_path(path: KeyPath) -> KeyPath:
        return ("pipelines", DEFAULT_PIPELINE, *path[1:]) if path[0] == "pipeline" else path

    # --- reporting ---

    def _bad(self, path: KeyPath, message: str, hint: str | None = None) -> object:
        self.problems.add_in_file(self.problems.positions.spelling(path), message, hint)
        return DROPPED

    def _unavailable(self, path: KeyPath, what: str, hint: str | None = None) -> object:
        return self._bad(path, f"{what} is not available yet.", hint or f"Remove '{render(path[-1:])}' for now.")

    def _written_as(self, tree: KeyPath, file: KeyPath) -> None:
        self.problems.positions.written_as[tree] = file


def _said(mapping: Mapping[str, object], model: type[BaseModel], *further: str) -> dict[str, object]:
    """Leave out known keys with nothing behind them, which say nothing; an unknown one is wrong all the same."""
    known = {*model.model_fields, *further}
    return {key: value for key, value in mapping.items() if value is not None or key not in known}


def name_of_model(kind: str, target: str) -> str:
    """Name a model after what it is made of: the built-in's own name, or the last part of a class path or function.

    Examples
    --------
    >>> name_of_model("estimator", "lightgbm.LGBMClassifier"), name_of_model("python", "my_models.py:build")
    ('LGBMClassifier', 'build')
    """
    return target if kind == "model" else re.split(r"[.:]", target)[-1] or target


def name_of_source(source: str) -> str:
    """Name a data set after its source.

    Examples
    --------
    >>> [name_of_source(s) for s in ("sklearn:iris", "data/customers-*.parquet", "https://host/a/wine.csv.gz?x=1")]
    ['iris', 'customers', 'wine']
    """
    scheme, _, rest = source.partition(":")
    if "://" in source:
        path = unquote(urlsplit(source).path) if _is_url(source) else rest
    else:
        path = rest if len(scheme) > 1 and rest and "/" not in scheme and "\\" not in scheme else source
    name = PureWindowsPath(PurePosixPath(path).name).name
    name = re.sub(r"(\.[A-Za-z][A-Za-z0-9]{0,7}){1,2}$", "", name) or name
    name = re.sub(r"[-_. ]*[*?\[\]{}]+[-_. ]*", "", name).strip("-_. ")
    return name[:80] or "data"


def _is_url(source: str) -> bool:
    try:
        urlsplit(source)
    except ValueError:
        return False
    return True
