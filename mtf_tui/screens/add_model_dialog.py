"""Add a model: one that is built in, any importable estimator by its path, or a function in a file."""

from __future__ import annotations

from typing import ClassVar

from textual.widgets import Input

from mtf_tui.entries import new_model, written_kind
from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog

_WORDS = {"estimator": "an estimator class by its path", "function": "a function that returns an estimator"}


class AddModelDialog(ChoiceDialog):
    """Answers a name, a dotted path, or ``file.py:function``; the models that are built in are offered later."""

    PLACEHOLDER: ClassVar[str] = "a name, package.module.Class, or file.py:function"

    def __init__(self) -> None:
        super().__init__("Add a model", waits="listing the models")

    def found(self) -> tuple[Choice, ...]:
        typed = self.query_one(Input).value.strip()
        words = _WORDS.get(written_kind(new_model(typed)))
        return super().found() if words is None else (Choice(typed, typed, words),)
