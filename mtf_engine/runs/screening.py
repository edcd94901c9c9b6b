"""A look at the names in settings before a process is started for them: cheap, and sure only of what it lets pass.

Whether a name is declared and a file is there is known without importing anything heavy. Parameters need the
estimators themselves. So a file in which something is doubtful is resolved in full where it is asked for, and any other
by the process of its run.
"""

from __future__ import annotations

import importlib.util

from mtf_engine import plugins
from mtf_engine.acquisition.addresses import check_address, is_local
from mtf_engine.runs.identity import Ingredients
from mtf_engine.settings import Inspection, Settings


def is_doubtful(found: Inspection, ingredients: Ingredients) -> bool:
    """Whether the settings name anything that is not declared, not installed or not there, such as a misspelt model.

    Parameters
    ----------
    found : Inspection
        Settings without mistakes of their own.
    ingredients : Ingredients
        Of the same settings.

    Returns
    -------
    bool
        An alias, a check's code and an object of a plugin file are doubtful too: only resolving tells.
    """
    scopes = found.declared.datasets | found.declared.models | found.declared.pipelines
    return (
        bool(found.settings.plugins)
        or any(not wanted.issubset(plugins.names(group)) for group, wanted in _names(found.settings).items())
        or not _scopes(found.settings).issubset(scopes)
        or any(check_address(entry.source) is not None for entry in found.settings.datasets)
        or any(source.identity is None and is_local(source.ref.source) for source in ingredients.sources)
        or any(not file.sha256 for file in ingredients.files)
        or not all(map(_is_installed, _packages(found.settings)))
    )


def _names(settings: Settings) -> dict[str, set[str]]:
    """Names by the group that must declare them."""
    metrics = (*(settings.metrics or ()), settings.primary_metric, *(check.metric for check in settings.checks))
    return {
        "mtf.models": {model.target for model in settings.models if model.kind == "model"},
        "mtf.metrics": {name for name in metrics if name is not None},
        "mtf.steps": {step.name for pipeline in (settings.pipelines or {}).values() for step in pipeline},
        "mtf.reports": set(settings.report.formats),
        "mtf.checks": {check.check for check in settings.checks if check.check is not None},
    }


def _packages(settings: Settings) -> set[str]:
    """Top-level packages that estimators come from."""
    return {model.target.partition(".")[0] for model in settings.models if model.kind == "estimator"}


def _is_installed(package: str) -> bool:
    return package.isidentifier() and importlib.util.find_spec(package) is not None


def _scopes(settings: Settings) -> set[str]:
    """Names that checks take from the file itself."""
    return {
        name
        for check in settings.checks
        for name in (*check.dataset, *check.model, *check.pipeline, check.not_worse_than)
        if name is not None
    }
