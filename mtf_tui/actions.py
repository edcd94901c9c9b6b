"""Every action of the program, once: its keys, its words in the footer and in the help, and where it works.

Bindings, footer, help overlay, palette and the key page of the documentation are all made from this registry; a test
holds that every action can be carried out and that no two share a key in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

SCOPES: Mapping[str, str] = {
    "app": "Everywhere",
    "sources": "1 Sources",
    "pipeline": "2 Pipeline",
    "models": "3 Models",
    "run": "4 Run",
    "results": "5 Results",
    "runs": "6 Runs",
    "table": "In a list",
    "sheet": "In a list that can be sorted",
    "matrix": "In a matrix",
    "field": "In a form",
    "typing": "While typing into a field",
    "find": "While searching",
    "source": "While adding a data set",
    "settings": ", Settings",
    "conflict": "When the settings changed on disk",
    "writing": "While typing into the text",
    "rows": "In a list of rows",
    "export": "In report or export",
    "dialog": "In a dialog",
    "error": "In an error",
}
"""Where actions work, in the order of the key page."""


VIEW_NAMES: Mapping[str, str] = {
    "all": "all data sets",
    "across": "versus over all data sets",
    "history": "the list of runs",
    "difference": "the comparison of two",
    "text": "the text",
    "diff": "what is unsaved",
    "form": "the form",
}
"""Views whose name is not what they are called on the screen."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a user can do."""

    id: str
    """Imperative, ``scope.verb``; the method is ``action_scope_verb``."""

    keys: tuple[str, ...]
    """As Textual names them; the first is the one shown."""

    label: str
    """One or two words for the footer."""

    help: str
    """One sentence for the help, the palette and the key page."""

    scope: str
    footer: int = 0
    """Place in the footer from 1; 0 leaves it out."""

    views: tuple[str, ...] = ()
    """Views of the screen that it works in; empty means all."""

    palette: bool = True
    """Whether it is worth a line in the palette; moving about is not."""

    @property
    def method(self) -> str:
        """Name of the Textual action."""
        return self.id.replace(".", "_")

    @property
    def key_text(self) -> str:
        """Its first key as people read it."""
        return key_text(self.keys[0])


_KEY_TEXT = {
    "question_mark": "?",
    "slash": "/",
    "semicolon": ";",
    "colon": ":",
    "comma": ",",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "f1": "F1",
    "f5": "F5",
    "shift+tab": "shift+tab",
}


def key_text(key: str) -> str:
    """Write a key as people read it."""
    return _KEY_TEXT.get(key, key)


def shown_key(key: str, *, ascii_only: bool) -> str:
    """Write a key for the screen, an arrow as its word where signs are ASCII."""
    return key if ascii_only and _KEY_TEXT.get(key, "").isascii() is False else key_text(key)


def shown_keys(*keys: str, ascii_only: bool) -> str:
    """Write keys of one action for the screen."""
    return " ".join(shown_key(key, ascii_only=ascii_only) for key in keys)


ACTIONS: tuple[Action, ...] = (
    Action("app.sources", ("1",), "sources", "Open Sources: what am I testing on?", "app"),
    Action("app.pipeline", ("2",), "pipeline", "Open Pipeline: what happens to the data?", "app"),
    Action("app.models", ("3",), "models", "Open Models: what is under test?", "app"),
    Action("app.run", ("4",), "run", "Open Run: how is it going?", "app"),
    Action("app.results", ("5",), "results", "Open Results: which wins, how sure, where does it fail?", "app"),
    Action("app.runs", ("6",), "runs", "Open Runs: what changed?", "app"),
    Action("app.help", ("question_mark", "f1"), "help", "Show the keys that work here.", "app", palette=False),
    Action(
        "app.palette", ("colon", "ctrl+p"), "palette", "Find actions, data sets, models and runs.", "app", palette=False
    ),
    Action("app.back", ("escape",), "back", "Close, clear the filter, or climb one level.", "app", palette=False),
    Action(
        "app.quit",
        ("q",),
        "quit",
        "Go back; at the top, leave. A live run keeps running, unsaved settings are asked about.",
        "app",
    ),
    Action(
        "app.leave", ("ctrl+c",), "leave", "Leave, after asking when settings are not saved or a run is live.", "app"
    ),
    Action("app.start", ("r", "f5"), "run", "Run the open settings, or continue their run.", "app"),
    Action("app.settings", ("comma",), "settings", "Show the settings text, its problems and what is unsaved.", "app"),
    Action("app.undo", ("u",), "undo", "Undo the last change of the settings.", "app"),
    Action("app.redo", ("U",), "redo", "Make an undone change of the settings again.", "app"),
    Action("app.jump", ("semicolon",), "jump", "Show a letter on every pane; typing it goes there.", "app"),
    Action("app.theme", ("T",), "theme", "Switch to the next theme: dark, light, colour-blind.", "app"),
    Action("table.up", ("up", "k"), "up", "Move the cursor up.", "table", palette=False),
    Action("table.down", ("down", "j"), "down", "Move the cursor down.", "table", palette=False),
    Action("table.page_up", ("pageup",), "page up", "Move the cursor up by a page.", "table", palette=False),
    Action("table.page_down", ("pagedown",), "page down", "Move the cursor down by a page.", "table", palette=False),
    Action("table.first", ("g", "home"), "first", "Go to the first row.", "table", palette=False),
    Action("table.last", ("G", "end"), "last", "Go to the last row.", "table", palette=False),
    Action("sheet.find", ("slash",), "filter", "Show only rows that have a text; esc shows all.", "sheet", 90),
    Action("sheet.next", ("n",), "next", "Go to the next row that has what was searched for.", "sheet", palette=False),
    Action("sheet.previous", ("N",), "previous", "Go to the row before that has it.", "sheet", palette=False),
    Action("sheet.sort", ("s",), "sort", "Sort the rows by a column.", "sheet", 91),
    Action("sheet.reverse", ("S",), "reverse", "Turn the order of the rows round.", "sheet"),
    Action("sheet.copy", ("y",), "copy", "Copy the table, the row or a value, in full precision.", "sheet", 92),
    Action("sheet.clear", ("escape",), "all", "Show all rows again.", "sheet", palette=False),
    Action("matrix.left", ("left",), "left", "Move the cursor one column to the left.", "matrix", palette=False),
    Action("matrix.right", ("right",), "right", "Move the cursor one column to the right.", "matrix", palette=False),
    Action(
        "sources.add",
        ("a",),
        "add",
        "Add a file, glob, URL or bundled set; without settings, the wizard.",
        "sources",
        1,
    ),
    Action("sources.edit", ("enter",), "edit", "Change target, name or columns of the data set.", "sources", 2),
    Action("sources.toggle", ("space",), "on/off", "Switch the data set under the cursor on or off.", "sources", 3),
    Action("sources.remove", ("x",), "remove", "Remove the data set under the cursor; u brings it back.", "sources", 4),
    Action("sources.rows", ("v",), "rows", "Show the rows of the data set under the cursor.", "sources", 5),
    Action("sources.profile", ("P",), "profile", "Profile all rows, where only some were read.", "sources", 6),
    Action("sources.browse", ("b",), "browse", "Add a bundled or a cached data set.", "sources", 7),
    Action(
        "sources.reload", ("R",), "fetch again", "Read the settings again, and fetch and read the data.", "sources", 10
    ),
    Action("pipeline.edit", ("enter",), "parameters", "Set the parameters of the step.", "pipeline", 1),
    Action("pipeline.add", ("a",), "add", "Add a step behind the one under the cursor.", "pipeline", 2),
    Action("pipeline.remove", ("x",), "remove", "Remove the step under the cursor; u brings it back.", "pipeline", 3),
    Action("pipeline.toggle", ("space",), "on/off", "Switch the step under the cursor on or off.", "pipeline", 4),
    Action("pipeline.up", ("K",), "up", "Move the step under the cursor up.", "pipeline", 6),
    Action("pipeline.down", ("J",), "down", "Move the step under the cursor down.", "pipeline", 7),
    Action("pipeline.dataset", ("d",), "data set", "Choose the data set to see the steps on.", "pipeline", 8),
    Action("pipeline.switch", ("p",), "pipeline", "Show the next pipeline.", "pipeline", 9),
    Action("pipeline.changes", ("v",), "before/after", "Give before and after more room, or less.", "pipeline", 5),
    Action("pipeline.reload", ("R",), "read again", "Read the settings and the data again.", "pipeline", 10),
    Action("models.edit", ("enter",), "parameters", "Set the parameters of the model.", "models", 1),
    Action("models.add", ("a",), "add", "Add a model: built in, any estimator, or a function of yours.", "models", 2),
    Action("models.remove", ("x",), "remove", "Remove the model, or all marked ones; u brings them back.", "models", 3),
    Action("models.toggle", ("space",), "on/off", "Switch the model, or all marked ones, on or off.", "models", 4),
    Action("models.mark", ("m",), "mark", "Mark a model: marked ones are changed together.", "models", 5),
    Action("models.mark_all", ("M",), "mark all", "Mark every model that is shown, or none.", "models"),
    Action("models.reload", ("R",), "read again", "Read the settings and the data again.", "models", 6),
    Action("run.pause", ("p",), "pause", "Pause (running cells finish), or go on.", "run", 1),
    Action(
        "run.cancel_cell",
        ("x",),
        "cancel cell",
        "Cancel cells: of the model and data set under the cursor, of its row, or of its column.",
        "run",
        2,
    ),
    Action("run.cancel", ("X",), "cancel run", "Cancel the run; finished cells stay.", "run", 3),
    Action("run.open", ("enter",), "cell", "Show folds, times and messages of what is under the cursor.", "run", 4),
    Action("run.failures", ("f",), "failures", "Show failures by cause with what to do.", "run", 5),
    Action("run.level", ("l",), "level", "Change the level from which the log shows lines.", "run", 6),
    Action("run.follow", ("F",), "follow", "Freeze the log, or follow it again.", "run", 8),
    Action("run.retry", ("R",), "retry", "Run what failed or was cancelled again.", "run", 7),
    Action("run.map", ("z",), "map", "Show a map with one sign a cell, or scores again.", "run", 10),
    Action("run.find", ("slash",), "search", "Search the log.", "run", 9),
    Action(
        "results.open",
        ("enter",),
        "open",
        "Open what is under the cursor.",
        "results",
        1,
        ("all", "scores", "matrix", "across", "checks", "failures"),
    ),
    Action("results.retry", ("R",), "retry", "Run what failed again.", "results", 2, ("failures",)),
    Action(
        "results.rows", ("enter",), "rows", "List the rows of the share under the cursor.", "results", 1, ("versus",)
    ),
    Action("results.mark", ("space",), "mark", "Mark a model; versus compares two.", "results", 2, ("all", "scores")),
    Action(
        "results.show", ("space",), "show/hide", "Hide the next three models, or show them.", "results", 3, ("curves",)
    ),
    Action(
        "results.class", ("enter",), "class", "Choose the class that the curves are about.", "results", 1, ("curves",)
    ),
    Action("results.swap", ("x",), "swap", "Swap A and B.", "results", 2, ("versus", "across")),
    Action("results.pick", ("v",), "pick pair", "Pick the two models to compare.", "results", 3, ("versus", "across")),
    Action("results.curves", ("c",), "curves", "Show curves; again for the next one.", "results", 3),
    Action(
        "results.versus",
        ("v",),
        "versus",
        "Compare the marked two, else A and the one under the cursor; over all data sets too.",
        "results",
        4,
        ("all", "scores", "curves", "matrix", "failures", "checks"),
    ),
    Action("results.dataset", ("d",), "data set", "Choose a data set.", "results", 5),
    Action(
        "results.metric",
        ("t",),
        "metric",
        "Choose a metric.",
        "results",
        6,
        ("all", "scores", "versus", "across", "matrix"),
    ),
    Action(
        "results.pipeline",
        ("p",),
        "pipeline",
        "Choose a pipeline.",
        "results",
        7,
        ("all", "scores", "curves", "matrix", "versus", "across"),
    ),
    Action(
        "results.read_left", ("left",), "read off", "Read values off further to the left.", "results", 7, ("curves",)
    ),
    Action(
        "results.read_right", ("right",), "read off", "Read values off further to the right.", "results", 0, ("curves",)
    ),
    Action("results.zoom", ("z",), "zoom", "Show the upper left corner of ROC, or all.", "results", 8, ("curves",)),
    Action("results.checks", ("h",), "checks", "Show checks with evidence.", "results", 9),
    Action("results.matrix", ("m",), "matrix", "Show the confusion matrix or residuals.", "results", 10),
    Action("results.failures", ("f",), "failures", "Show failed cells by cause.", "results", 11),
    Action("results.scores", ("o",), "scores", "Show the scores of one data set.", "results", 12),
    Action("results.report", ("e",), "report", "Write a report or export a table.", "results", 13),
    Action("runs.open", ("enter",), "open", "Open the run under the cursor.", "runs", 1, ("history",)),
    Action("runs.flips", ("enter",), "rows", "List the rows that flipped.", "runs", 1, ("difference",)),
    Action("runs.mark", ("space",), "mark", "Mark a run; two can be compared.", "runs", 2, ("history",)),
    Action("runs.compare", ("c",), "compare", "Say what changed between the two marked runs.", "runs", 3, ("history",)),
    Action("runs.rename", ("R",), "rename", "Give the run under the cursor another name.", "runs", 5, ("history",)),
    Action("runs.delete", ("x",), "delete", "Delete the run under the cursor, after asking.", "runs", 4, ("history",)),
    Action("field.edit", ("enter",), "type", "Type into the field under the cursor.", "field", 80),
    Action("field.clear", ("backspace", "delete"), "default", "Take the value out: the default holds.", "field", 81),
    Action("typing.done", ("enter",), "keep", "Keep what was typed.", "typing", 80, palette=False),
    Action("typing.next", ("tab",), "next field", "Keep it and go to the next field.", "typing", 81, palette=False),
    Action(
        "typing.previous",
        ("shift+tab",),
        "previous field",
        "Keep it and go to the field before.",
        "typing",
        palette=False,
    ),
    Action(
        "typing.choose",
        ("down",),
        "choose",
        "Take the next of the values that the field may have.",
        "typing",
        83,
        palette=False,
    ),
    Action("typing.choose_back", ("up",), "choose", "Take the value before.", "typing", palette=False),
    Action("typing.leave", ("escape",), "leave", "Leave the field as it was.", "typing", 82, palette=False),
    Action("find.clear", ("escape",), "clear", "Clear what is searched for.", "find", palette=False),
    Action(
        "source.complete", ("tab",), "complete", "Complete the file, or go to the next field.", "source", palette=False
    ),
    Action("source.back", ("shift+tab",), "back", "Go to the field before.", "source", palette=False),
    Action("source.close", ("escape",), "close", "Stop reading; else leave without a change.", "source", palette=False),
    Action("settings.save", ("w",), "write", "Write the settings after showing the diff.", "settings", 1),
    Action("settings.difference", ("d",), "diff", "Show what is unsaved, or the text.", "settings", 2),
    Action("settings.swap", ("tab", "shift+tab"), "form/text", "Go to the other half.", "settings", 3, palette=False),
    Action("settings.write", ("enter", "i"), "type", "Type into the text.", "settings", 4, ("text",)),
    Action("settings.go", ("enter",), "line", "Go to the line of the text that changed.", "settings", 4, ("diff",)),
    Action("settings.add", ("a",), "add check", "Add a check.", "settings", 5),
    Action("settings.remove", ("x",), "remove", "Remove the check under the cursor; u brings it back.", "settings", 6),
    Action("settings.toggle", ("space",), "on/off", "Switch the check under the cursor on or off.", "settings", 7),
    Action("conflict.difference", ("d",), "diff", "Show how the file on disk differs from this text.", "conflict", 1),
    Action("conflict.reload", ("r",), "reload", "Read the file on disk; u brings back this text.", "conflict", 2),
    Action("conflict.keep", ("k",), "keep mine", "Keep this text: w writes it over the file.", "conflict", 3),
    Action("writing.done", ("escape", "tab"), "done", "Keep what was typed.", "writing", 1, palette=False),
    Action("export.write", ("enter",), "write", "Write the report or the table.", "export", palette=False),
    Action("export.copy", ("y",), "copy", "Copy it instead.", "export", palette=False),
    Action("export.next", ("right",), "format", "Take the next format.", "export", palette=False),
    Action("export.previous", ("left",), "format", "Take the format before.", "export", palette=False),
    Action("export.what", ("up", "down"), "what", "Switch between report and table.", "export", palette=False),
    Action("rows.copy", ("y",), "copy", "Copy the first 500 rows, in full precision.", "rows", palette=False),
    Action("dialog.close", ("escape",), "close", "Close without an answer.", "dialog", palette=False),
    Action("dialog.help", ("question_mark", "f1"), "keys", "Show the keys that work in it.", "dialog", palette=False),
    Action("error.copy", ("y",), "copy", "Copy the details of an error.", "error", palette=False),
)


def actions(scope: str, view: str | None = None) -> Iterator[Action]:
    """Actions of a scope, narrowed to a view of it if one is given."""
    for action in ACTIONS:
        if action.scope == scope and (view is None or not action.views or view in action.views):
            yield action


def bindings(scope: str, *, priority: bool = False) -> list[BindingType]:
    """Textual bindings of a scope, one a key, all with the action's id; with `priority`, before those of widgets."""
    return [
        Binding(
            key,
            action.method,
            action.label,
            show=False,
            id=action.id if key == action.keys[0] else None,
            priority=priority,
        )
        for action in actions(scope)
        for key in action.keys
    ]
