"""One row of a form in a dialog: what the field is called, and the field."""

from __future__ import annotations

from rich.text import Text
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from mtf_tui.text import cut


class FormRow(Horizontal):
    """The name of the field that has the focus is bold.

    Parameters
    ----------
    label : Text
        What the field is called.
    field : Widget
        Takes the rest of the row.
    width : int
        Cells of the label.
    """

    DEFAULT_CSS = """
    FormRow { height: 1; }
    FormRow > .form-label { height: 1; color: $muted-ink; text-wrap: nowrap; }
    """

    def __init__(self, label: Text, field: Widget, *, width: int) -> None:
        self._label = Static(cut(label, width - 1), classes="form-label", markup=False)
        self._label.styles.width = width
        super().__init__(self._label, field)

    def on_descendant_focus(self) -> None:
        self._label.styles.text_style = "bold"

    def on_descendant_blur(self) -> None:
        self._label.styles.text_style = "none"
