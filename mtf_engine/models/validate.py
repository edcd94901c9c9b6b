"""Models checked before anything runs: what the settings alone can say about them.

A user's file is parsed and not run: planning must be safe and fast.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.utils._param_validation import InvalidParameterError, validate_parameter_constraints

from mtf_engine.domain.dataset import Task
from mtf_engine.domain.model import ModelKind, ModelRef
from mtf_engine.errors import ModelError, MTFError, Problem
from mtf_engine.models.build import unknown_parameter
from mtf_engine.models.identity import estimator_paths, function_target
from mtf_engine.models.locate import accepted_parameters, import_class, missing_file, missing_function
from mtf_engine.models.registry import get

__all__ = ["tasks_of", "validate"]

_CLASSIFICATION = frozenset({Task.BINARY, Task.MULTICLASS})


def validate(model: ModelRef) -> tuple[Problem, ...]:
    """Find what is wrong with a model reference: its name, package, class, file, function or parameters.

    Returns
    -------
    tuple of Problem
        Empty when the model can be built, as far as can be said without running a user's code.
    """
    try:
        if model.kind is ModelKind.FUNCTION:
            return _function_problems(model)
        kinds = [import_class(path, model.name) for path in estimator_paths(model)]
    except MTFError as error:
        return (Problem(error.message, error.hint),)
    known = [accepted_parameters(kind) for kind in kinds]
    if any(parameters is None for parameters in known):
        return ()
    every = tuple(dict.fromkeys(name for parameters in known for name in parameters or ()))
    return (*_parameter_problems(model, every), *_value_problems(model, kinds))


def _value_problems(model: ModelRef, kinds: Sequence[type]) -> tuple[Problem, ...]:
    """Find parameters whose value no estimator of the model takes, where scikit-learn declares what they take."""
    problems = []
    for name, value in model.parameters.items():
        refused: list[str | None] = [
            _refusal(kind, name, value) for kind in kinds if name in (accepted_parameters(kind) or ())
        ]
        if refused and refused[0] is not None and None not in refused:
            hint = f"`mtf models {model.target}` lists what it takes." if model.kind is ModelKind.BUILTIN else None
            problems.append(Problem(refused[0], hint, key="parameters"))
    return tuple(problems)


def _refusal(kind: type, name: str, value: object) -> str | None:
    """What scikit-learn says of a value; None where it takes it or declares nothing."""
    constraints = getattr(kind, "_parameter_constraints", {})
    if name not in constraints:
        return None
    try:
        validate_parameter_constraints(constraints, {name: value}, caller_name=kind.__name__)
    except InvalidParameterError as error:
        return str(error)
    return None


def tasks_of(model: ModelRef) -> frozenset[Task]:
    """Say which tasks a model can do; all of them where it does not tell (functions, classes without a type).

    Raises
    ------
    MTFError
        The model cannot be found.
    """
    if model.kind is ModelKind.BUILTIN:
        return get(model.target).tasks
    if model.kind is ModelKind.FUNCTION:
        return frozenset(Task)
    kind = getattr(import_class(model.target, model.name), "_estimator_type", None) or _mixin_type(model)
    return {"classifier": _CLASSIFICATION, "regressor": frozenset({Task.REGRESSION})}.get(str(kind), frozenset(Task))


def _mixin_type(model: ModelRef) -> str | None:
    bases = {base.__name__ for base in import_class(model.target, model.name).__mro__}
    is_classifier, is_regressor = "ClassifierMixin" in bases, "RegressorMixin" in bases
    if is_classifier == is_regressor:
        return None
    return "classifier" if is_classifier else "regressor"


@dataclass(frozen=True, slots=True)
class _Defined:
    """Top-level names of a file, and the functions among them."""

    names: frozenset[str]
    functions: tuple[ast.FunctionDef, ...]


def _function_problems(model: ModelRef) -> tuple[Problem, ...]:
    target = function_target(model)
    if not target.path.is_file():
        raise missing_file(model)
    try:
        tree = ast.parse(target.path.read_bytes(), filename=str(target.path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f" in line {line}" if line else ""
        raise ModelError(
            f"The file {target.path} of the model {model.name!r} is not valid Python{place}: {error.args[0]}.",
            hint=f"`python {target.path}` shows the error.",
        ) from error
    defined = _defined(tree)
    function = next((entry for entry in defined.functions if entry.name == target.function), None)
    if function is None:
        if target.function in defined.names or "*" in defined.names:
            return ()
        raise missing_function(model, [entry.name for entry in defined.functions])
    if function.args.kwarg is not None:
        return ()
    return _parameter_problems(
        model, tuple(argument.arg for argument in (*function.args.args, *function.args.kwonlyargs))
    )


def _defined(tree: ast.Module) -> _Defined:
    """Collect names that a file may define at its top level, in branches of it too."""
    names: set[str] = set()
    functions = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node in tree.body:
            functions.append(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    return _Defined(frozenset(names), tuple(functions))


def _parameter_problems(model: ModelRef, known: tuple[str, ...]) -> tuple[Problem, ...]:
    errors = [unknown_parameter(model, name, known) for name in model.parameters if name not in known]
    return tuple(Problem(error.message, error.hint, key="parameters") for error in errors)
