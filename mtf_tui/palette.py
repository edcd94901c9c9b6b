"""The palette: every action that can be done now, then the data sets, models and runs that can be gone to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from mtf_engine.errors import MTFError
from mtf_engine.standings import key_of, pair_of
from mtf_tui.actions import ACTIONS, key_text
from mtf_tui.pictures.runs import shown_name
from mtf_tui.screens.models import ModelsScreen
from mtf_tui.screens.page import Page
from mtf_tui.screens.results.screen import ResultsScreen
from mtf_tui.screens.sources import SourcesScreen
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog
from mtf_tui.workspace import Workspace

if TYPE_CHECKING:
    from mtf_tui.app import MTFApp

_DATASET, _MODEL, _RUN = "dataset", "model", "run"
_PLAN_PAGES = {_DATASET: "sources", _MODEL: "models"}


def show(app: MTFApp) -> None:
    """Open the palette; runs that are not known yet come in later."""
    dialog = app.kept.palette(palette_choices(app.page, app.workspace), partial(_chosen, app))
    if app.workspace.runs is None:
        app.work_on(partial(_read_runs, app, dialog), group="palette")


def palette_choices(page: Page | None, workspace: Workspace) -> list[Choice]:
    """List actions with their keys, and what can be gone to."""
    return [*_actions(page), *_datasets(workspace), *_models(workspace), *_runs(workspace)]


def _actions(page: Page | None) -> Iterator[Choice]:
    scope = page.SCOPE if page is not None else ""
    table = page.sheet if page is not None else None
    found = [action for action in ACTIONS if action.palette and action.scope in ("app", scope)]
    works = [a for a in found if a.scope == "app" or (page is not None and page.check_action(a.method, ()))]
    works += [a for a in ACTIONS if a.palette and a.scope == "sheet" and table is not None]
    works.sort(key=lambda action: action.scope == "app")
    for action in works:
        yield Choice(action.id, action.help, f"{action.label}  {key_text(action.keys[0])}", action.label)


def _datasets(workspace: Workspace) -> Iterator[Choice]:
    scored = _scored_datasets(workspace)
    planned = [dataset.name for dataset in workspace.outline.datasets] if workspace.outline is not None else []
    for name in dict.fromkeys([*scored, *planned]):
        yield Choice(f"{_DATASET}\0{name}", name, f"data set  {'results' if name in scored else 'sources'}")


def _models(workspace: Workspace) -> Iterator[Choice]:
    scored = _scored_models(workspace)
    several = len({pair_of(key)[0] for key in scored}) > 1
    for key in scored:
        pipeline, model = pair_of(key)
        yield Choice(f"{_MODEL}\0{key}", f"{model} · {pipeline}" if several else model, "model  results")
    known = {pair_of(key)[1] for key in scored}
    for outlined in workspace.outline.models if workspace.outline is not None else ():
        if outlined.name not in known:
            yield Choice(f"{_MODEL}\0{outlined.name}", outlined.name, "model  models")


def _scored_datasets(workspace: Workspace) -> list[str]:
    return [dataset.name for dataset in workspace.results.datasets] if workspace.results is not None else []


def _scored_models(workspace: Workspace) -> list[str]:
    """Keys of the models that have results, in their order."""
    scores = workspace.results.scores if workspace.results is not None else ()
    return list(dict.fromkeys(key_of(score.pipeline, score.model) for score in scores))


def _runs(workspace: Workspace) -> Iterator[Choice]:
    for run in workspace.runs or ():
        yield Choice(f"{_RUN}\0{run.id}", shown_name(run).plain, f"run  {run.status.value}", run.id)


async def _read_runs(app: MTFApp, dialog: ChoiceDialog) -> None:
    if app.client is None:
        return
    try:
        app.workspace.runs = await app.client.runs()
    except (MTFError, OSError):
        return  # the screen of the runs says why
    if app.screen is dialog:
        dialog.offer(palette_choices(app.page, app.workspace))


def _chosen(app: MTFApp, key: str | None) -> None:
    kind, _, name = (key or "").partition("\0")
    if not name:
        app.perform_later(key)
    elif kind == _RUN:
        live = any(run.id == name and run.status.is_live for run in app.workspace.runs or ())
        app.following.open(name)
        app.switch_mode("run" if live else "results")
    else:
        app.work_on(partial(_go, app, kind, name), group="palette")


async def _go(app: MTFApp, kind: str, name: str) -> None:
    """Show a data set or a model: in the results where it has some, else in the settings."""
    scored = _scored_datasets if kind == _DATASET else _scored_models
    await app.switch_mode("results" if name in scored(app.workspace) else _PLAN_PAGES[kind])
    page = app.page
    if kind == _DATASET and isinstance(page, ResultsScreen | SourcesScreen):
        page.show_dataset(name)
    elif kind == _MODEL and isinstance(page, ResultsScreen | ModelsScreen):
        page.show_model(name)
