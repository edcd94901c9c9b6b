"""Ways through the app past every screen, dialog and state: what is opened, and the keys from view to view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fakes import engine_client as fake
from textual.events import Paste

from mtf_engine.domain.outlines import PartProgress
from mtf_engine.domain.run import RunStatus
from mtf_engine.errors import FetchError, Problem, SettingsError
from mtf_tui.engine_protocol import RunUpdate
from mtf_tui.messages import EngineFailed, RunUpdated
from mtf_tui.workspace import Reading

Step = str | Callable[[Any], object]
"""A key, or what the engine or another program does: it is told the app."""


def paste(text: str) -> Step:
    """The user pastes a text, which takes less time than its keys."""
    return lambda app: app.post_message(Paste(text))


@dataclass(frozen=True)
class Walk:
    """Views that one start of the app leads past."""

    name: str
    views: Sequence[tuple[str, Sequence[Step]]]
    """What each is called, and the steps that lead there from the one before."""

    client: Callable[[], fake.FakeClient] = fake.FakeClient
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the app."""

    files: Mapping[str, str] = field(default_factory=dict)
    """In the folder that it is opened in, by path."""

    def lay_out(self, folder: Path) -> None:
        """Write the files that it needs."""
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


_SETTINGS = """# As agreed in March
version: 1
name: churn
datasets:
  - sklearn:breast_cancer
  - {name: churn, source: data/customers.csv, target: churned}  # from the shop
  - sklearn:wine
  - sklearn:diabetes
pipeline:
  - drop_duplicates
  - impute: {numeric: median}
  - encode
  - scale: {method: robust}
models:
  - logistic_regression: {C: 0.5}
  - {name: svc_rbf, model: svm}
  - hist_gradient_boosting
  - random_forest
  - k_nearest_neighbors
  - ridge
  - {name: svr_rbf, model: svm}
  #off - naive_bayes
splits: {method: stratified_kfold, folds: 5}
metrics: [roc_auc, log_loss]
checks:
  - metric: roc_auc
    min: 0.8  # the promise
"""
_FILES = {"settings.yaml": _SETTINGS, "data/customers.csv": "tenure,churned\n1,no\n"}
_OPEN: Mapping[str, Any] = {"run": None, "settings": Path("settings.yaml")}


def _write(name: str, text: str) -> Step:
    """Another program writes a file."""
    return lambda _: Path(name).write_text(text, encoding="utf-8")


def _reading(app: Any) -> None:
    """The engine reads two of four data sets."""
    parts = {"breast_cancer": PartProgress(7, 7, "ready"), "churn": PartProgress(41, 100)}
    app.workspace.outline = app.workspace.draft = None
    app.workspace.reading = Reading(48, 107, fake.NOON - 3, parts)
    app.refresh_page()


def _wrong(app: Any) -> None:
    """The settings have mistakes."""
    problems = [
        Problem("Unknown key 'metrcs'.", "Did you mean 'metrics'?", 9),
        Problem("There is no column 'churned' in churn.", "Did you mean 'churn'?", 6, "datasets[1].target"),
    ]
    app.workspace.reading, app.workspace.outline, app.workspace.outline_error = None, None, SettingsError(problems)
    app.refresh_page()


def _look_at_disk(app: Any) -> None:
    """Two seconds pass."""
    app.page.look_at_disk()


PLAN = Walk(
    "plan",
    [
        ("sources", ("down",)),
        ("rows of a source", ("v",)),
        ("add, nothing typed", ("escape", "a")),
        ("add, completed", (paste("data/"),)),
        ("add, columns to predict", ("tab", "tab")),
        ("add, wrong column", (paste("churnd"),)),
        ("edit a source", ("escape", "enter")),
        ("browse", ("escape", "b")),
        ("source off", ("escape", "space")),
        ("filter, typed", ("u", "slash", paste("wi"))),
        ("filtered", ("enter",)),
        ("sort", ("escape", "s")),
        ("copy", ("escape", "y")),
        ("pipeline", ("escape", "2")),
        ("step", ("down",)),
        ("before and after", ("v",)),
        ("step parameters", ("v", "enter", "enter")),
        ("step parameters, wrong", ("escape", "escape", "G", "enter", "enter", "ctrl+u", paste("robst"), "enter")),
        ("add a step", ("escape", "escape", "u", "a")),
        ("models", ("escape", "3")),
        ("model parameters, wrong", ("enter", "enter", "ctrl+u", paste("-1"), "enter")),
        ("models marked", ("escape", "u", "m", "down", "m", "down", "space")),
        ("add a model", ("u", "a", paste("fore"))),
        ("form", ("escape", "comma")),
        ("form, typed into", ("down", "enter", paste("10"))),
        ("text", ("escape", "tab")),
        ("text, typed into", ("G", "enter", "enter", paste("metrcs: [r2]"))),
        ("text, wrong", ("escape",)),
        ("what is unsaved", ("d",)),
        ("asked about unsaved settings", ("ctrl+c",)),
        ("changed on disk", ("escape", _write("settings.yaml", f"{_SETTINGS}seed: 1\n"), _look_at_disk)),
        ("asked what holds", ("w", "w")),
        ("wrong settings", ("k", "1", _wrong)),
        ("reading", (_reading,)),
        ("reading models", ("3",)),
    ],
    options=_OPEN,
    files=_FILES,
)


START = Walk(
    "start",
    [
        ("nothing open", ()),
        ("no models", ("3",)),
        ("no run", ("4",)),
        ("no results", ("5",)),
        ("no runs", ("6",)),
        ("nothing to run", ("r",)),
        ("wizard", ("1", "a", paste("data/"), "tab", "tab")),
        ("wizard, thorough", ("tab", "tab", "right")),
    ],
    lambda: fake.FakeClient([]),
    {"run": None},
    {"data/customers.csv": "tenure,churned\n1,no\n"},
)


def _becomes(status: RunStatus, **changes: Any) -> Step:
    """The open run reaches a state."""

    def tell(app: Any) -> None:
        state = replace(fake.running_state(), status=status, **changes)
        app.post_message(RunUpdated(app.workspace.run, RunUpdate(state, ())))

    return tell


RUN = Walk(
    "run",
    [
        ("live", ("right",)),
        ("help", ("question_mark",)),
        ("help, filtered", (paste("level"),)),
        ("palette", ("escape", "colon", paste("churn"))),
        ("jump", ("escape", "semicolon")),
        ("a cell", ("escape", "down", "enter")),
        ("failures of the run", ("escape", "f")),
        ("map", ("escape", "z")),
        ("cancel cells", ("z", "down", "x")),
        ("cancel the run", ("escape", "X")),
        ("leave", ("escape", "q")),
        ("log searched", ("escape", "slash", paste("svr"))),
        ("log from warnings, frozen", ("enter", "escape", "l", "F")),
        ("starting", ("F", "l", "l", "l", _becomes(RunStatus.STARTING, total_cells=0, cells={}))),
        ("paused", (_becomes(RunStatus.PAUSED),)),
        ("scoring", (_becomes(RunStatus.SCORING),)),
        ("silent", (_becomes(RunStatus.RUNNING, host="gpu-1", silent=20.0),)),
        ("interrupted", (_becomes(RunStatus.INTERRUPTED),)),
        ("cancelled", (_becomes(RunStatus.CANCELLED, finished=fake.NOON),)),
        ("stopped", (_becomes(RunStatus.FAILED, error="disk full", hint="make room, then r"),)),
        ("rejected", (_becomes(RunStatus.REJECTED, cells={}, problems=({"message": "There is no column churned."},)),)),
    ],
)


def _many_runs() -> fake.FakeClient:
    states = (
        fake.finished_state(),
        fake.running_state(),
        replace(fake.running_state(), status=RunStatus.INTERRUPTED, started=fake.NOON - 90_000),
        replace(fake.running_state(), status=RunStatus.CANCELLED, started=fake.NOON - 300_000),
        replace(fake.running_state(), status=RunStatus.FAILED, started=fake.NOON - 4_000_000, error="disk full"),
    )
    return fake.FakeClient(
        [
            fake.FakeRun(id=f"2026112{9 - at}T090000-churn-{at}2bd", states=[state], the_results=fake.results())
            for at, state in enumerate(states)
        ]
    )


def _fails(app: Any) -> None:
    """The engine cannot do what was asked."""
    error = FetchError("https://example.test/prices.csv was not found (404).", hint="Check the address.")
    app.post_message(EngineFailed(error, "read the data"))


RESULTS = Walk(
    "results",
    [
        ("finished", ("4",)),
        ("all data sets", ("5",)),
        ("one data set", ("right", "enter")),
        ("one model", ("enter",)),
        ("curves", ("escape", "c", "right")),
        ("score histogram", ("c", "c", "c", "c", "c")),
        ("threshold", ("c",)),
        ("matrix", ("escape", "m")),
        ("versus", ("escape", "v")),
        ("rows", ("tab", "down", "enter")),
        ("checks", ("escape", "escape", "h")),
        ("failures", ("escape", "f")),
        ("regression", ("escape", "d", paste("diab"), "enter")),
        ("residuals", ("m",)),
        ("many classes", ("d", paste("wine"), "enter")),
        ("versus over all data sets", ("o", "d", paste("all"), "enter", "v")),
        ("runs", ("6", "down")),
        ("two runs", ("space", "up", "space", "c")),
    ],
    _many_runs,
)

QUESTIONS = Walk(
    "questions",
    [
        ("metric", ("5", "t")),
        ("report", ("escape", "e", "right")),
        ("table", ("down",)),
        ("pick a pair", ("escape", "right", "enter", "v", "v")),
        ("class of the curves", ("escape", "d", paste("wine"), "enter", "c", "enter")),
        ("rename a run", ("escape", "6", "down", "R")),
        ("renamed", ("end", "2", "enter")),
        ("delete a run", ("down", "x")),
        ("runs marked", ("escape", "space", "g", "space")),
        ("error", (_fails,)),
    ],
    _many_runs,
)

PAGES = Walk(
    "pages",
    [
        ("sources", ("1", "down")),
        ("add a source", ("a", paste("data/"), "tab", "tab")),
        ("pipeline", ("escape", "2", "down")),
        ("models", ("3",)),
        ("settings", ("comma", "down", "enter", paste("10"))),
        ("what is unsaved", ("enter", "d")),
        ("failures", ("4", "f")),
        ("help", ("question_mark",)),
        ("runs in every state", ("escape", "6", "down")),
        ("delete a run", ("x",)),
    ],
    _many_runs,
    {"settings": Path("settings.yaml")},
    _FILES,
)
