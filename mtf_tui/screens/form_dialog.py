"""A form generated from the parameters of a step or model; every field is checked while it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input

from mtf_engine import text_safety
from mtf_engine.domain.forms import Form, FormField
from mtf_tui.actions import shown_key
from mtf_tui.fields import Typed, default_hint, field_hint, read_field, write_field
from mtf_tui.text import LINE_LIMIT, cut, own, safe, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.form_row import FormRow
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.safe_input import SafeInput

_NOTE_LINES, _MOST_NOTE_LINES = 2, 4


class FormDialog(Dialog[dict[str, object]]):
    """Answers the parameters that are set; fields left empty have their defaults.

    Parameters
    ----------
    form : Form
        What to ask for.
    values : mapping
        What is set now.
    """

    def __init__(self, form: Form, values: Mapping[str, object]) -> None:
        super().__init__()
        self._form, self._values = form, values
        self._doubted: list[Typed] = []
        """Names that may be a plugin's: told once, kept when `enter` is pressed again."""

    def compose(self) -> ComposeResult:
        wide = max((len(field.name) for field in self._form.fields), default=0)
        rows = [self._row(field, min(wide, 28) + 2) for field in self._form.fields]
        box = Vertical(
            VerticalScroll(*rows, id="form-fields", can_focus=False),
            LivePane(self._note, id="form-note"),
            LivePane(lambda width: [cut(self._keys(), width)]),
            classes="dialog -form",
        )
        box.border_title = title("Parameters of ", safe(self._form.name))
        yield box

    def _row(self, field: FormField, wide: int) -> FormRow:
        words = field.choices or (("true", "false") if field.type == "flag" else ())
        value = write_field(field, self._values[field.name]) if field.name in self._values else ""
        typed = SafeInput(
            value,
            placeholder=text_safety.terminal(default_hint(field), limit=60),
            suggester=SuggestFromList(words, case_sensitive=True) if words else None,
            select_on_focus=False,
            name=field.name,
        )
        return FormRow(safe(field.name), typed, width=wide)

    def on_mount(self) -> None:
        found = self.query(Input)
        if found:
            found.first().focus()

    def _typed(self) -> dict[str, Typed]:
        texts = {box.name: box.value for box in self.query(Input)}
        return {field.name: read_field(field, texts.get(field.name, "")) for field in self._form.fields}

    def _current(self) -> FormField | None:
        name = self.focused.name if isinstance(self.focused, Input) else None
        return next((field for field in self._form.fields if field.name == name), None)

    def _note(self, width: int) -> Sequence[Text]:
        """What the field under the cursor means; what is wrong with it stands first."""
        tokens, field = self.look.tokens, self._current()
        if field is None:
            return [own((" no parameters", tokens.muted))] if not self._form.fields else [own()] * _NOTE_LINES
        typed = self._typed()[field.name]
        again = "  enter again keeps it" if typed in self._doubted else ""
        sign = own((f"{self.look.glyphs.fail} ", tokens.fail), safe(typed.problem, tokens.fail), (again, tokens.text))
        text = own(sign if typed.problem else "", "  " if typed.problem else "")
        text = own(text, safe(field_hint(field), tokens.muted, limit=LINE_LIMIT))
        rows = list(text.wrap(self.app.console, width, no_wrap=False))
        if len(rows) > _MOST_NOTE_LINES:
            rows[_MOST_NOTE_LINES - 1].append(f" {self.look.glyphs.ellipsis}")
        return [*rows[:_MOST_NOTE_LINES], *[own()] * (_NOTE_LINES - len(rows))]

    def _keys(self) -> Text:
        accent = f"bold {self.look.tokens.accent}"
        right = shown_key("right", ascii_only=self.look.glyphs.name == "ascii")
        keys = (("enter", "use them"), ("tab", "next field"), (right, "complete"), ("esc", "leave as it was"))
        return own(*(own((key, accent), f" {label}   ") for key, label in keys))

    def on_input_changed(self, event: Input.Changed) -> None:
        name = event.input.name
        field = next((found for found in self._form.fields if found.name == name), None)
        problem = read_field(field, event.value).problem if field is not None else None
        event.input.set_class(problem is not None, "-wrong")
        self.query_one("#form-note", LivePane).repaint()

    def on_descendant_focus(self) -> None:
        self.query_one("#form-note", LivePane).repaint()

    def on_key(self, event: events.Key) -> None:
        if event.key in ("up", "down"):
            event.stop()
            self.focus_previous() if event.key == "up" else self.focus_next()
        elif event.key == "enter" and not self._form.fields:
            event.stop()
            self.dismiss({})

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = self._typed()
        wrong = next(
            (name for name, one in typed.items() if one.problem is not None and one not in self._doubted), None
        )
        if wrong is None:
            self.dismiss({name: one.value for name, one in typed.items() if one.is_set})
        else:
            if typed[wrong].is_doubt:
                self._doubted.append(typed[wrong])
            next(box for box in self.query(Input) if box.name == wrong).focus()
            self.query_one("#form-note", LivePane).repaint()
