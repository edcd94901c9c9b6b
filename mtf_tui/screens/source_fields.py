"""The fields that describe a data set, each with what is known of it below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from mtf_tui.actions import shown_key
from mtf_tui.looking import Looking
from mtf_tui.pictures import source_form as pictures
from mtf_tui.source_form import SourceForm
from mtf_tui.text import cut, own, wrapped
from mtf_tui.themes import Look
from mtf_tui.widgets.form_row import FormRow
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.mode_field import ModeField
from mtf_tui.widgets.safe_input import SafeInput

_LABEL = 11
_NOTE_ROWS = 3
"""Rows of a note below a field, at most."""

_AT_ONCE = 0.3
"""Seconds of reading that nothing is said about."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the form is for."""

    heading: str
    verb: str
    """What `enter` does: add, run, change."""

    place: str | None = None
    """Where settings would be written: makes it the wizard."""

    taken: frozenset[str] = frozenset()
    """Names that other data sets have."""

    is_change: bool = False
    """Whether the form holds what the settings say now."""


class SourceFields(VerticalScroll, can_focus=False):
    """Knows what is typed, and asks nothing.

    Parameters
    ----------
    purpose : Purpose
        Add, change or propose.
    first : SourceForm
        What is filled in at first.
    looking : Looking
        Knows what the last look found.
    now : callable
        Seconds since the epoch.
    """

    def __init__(self, purpose: Purpose, first: SourceForm, looking: Looking, *, now: Callable[[], float]) -> None:
        super().__init__(id="form-fields")
        self._purpose, self._first, self._looking, self._now = purpose, first, looking, now

    @property
    def look(self) -> Look:
        """Theme and glyphs of the app."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    def compose(self) -> ComposeResult:
        place = self._purpose.place
        yield from self._row("source", "File", self._first.source, self._source_note, "path, glob, URL or sklearn:NAME")
        yield from self._row("target", "Predict", self._first.target, self._target_note)
        yield from self._row("left_out", "Leave out", self._first.left_out, self._left_out_note, "no column")
        if place is None:
            yield from self._row("name", "Name", self._first.name, self._name_note, "after the file")
            return
        yield FormRow(own("Models"), ModeField(("quick", "thorough"), self._mode, id="mode"), width=_LABEL)
        yield LivePane(lambda width: _below(self._models_note(), width))
        yield from self._row("place", "Save as", place, self._place_note)

    def _row(
        self, name: str, label: str, value: str, note: Callable[[], Text], placeholder: str = ""
    ) -> tuple[Widget, Widget]:
        field = SafeInput(value, placeholder=placeholder, name=name, id=f"field-{name}", select_on_focus=False)
        return FormRow(own(label), field, width=_LABEL), LivePane(lambda width: _below(note(), width))

    def text(self, name: str) -> str:
        """What is typed into a field."""
        return self.query_one(f"#field-{name}", Input).value.strip()

    def form(self) -> SourceForm:
        """What is typed, as a whole."""
        name = self.text("name") if self._purpose.place is None else ""
        return SourceForm(self.text("source"), self.text("target"), self.text("left_out"), name)

    @property
    def mode(self) -> str:
        """How many models the wizard proposes; ``quick`` where there is no choice."""
        return self.query_one(ModeField).word if self._purpose.place is not None else "quick"

    def write(self, name: str, text: str) -> None:
        """Put a text into a field, with the cursor behind it."""
        field = self.query_one(f"#field-{name}", Input)
        field.value = text
        field.cursor_position = len(text)

    def go_to(self, name: str) -> None:
        """Put the focus into a field."""
        self.query_one(f"#field-{name}", Input).focus()

    def name_problem(self) -> str | None:
        """What is wrong with the name; None where nothing is."""
        inspection = self._looking.inspection
        name = self.text("name") or (inspection.name if inspection is not None else "")
        return f"{name!r} is the name of another data set" if name in self._purpose.taken else None

    # --- what is known of them ---

    def _source_note(self) -> Text:
        looking, source = self._looking, self.text("source")
        if looking.reading is not None and self._now() - looking.reading.since >= _AT_ONCE:
            return pictures.reading_line(source, looking.reading, self.look, self._now())
        if looking.error is not None:
            return pictures.failure_line(looking.error, self.look)
        if looking.inspection is not None:
            return pictures.found_line(looking.inspection, self.look)
        down = shown_key("down", ascii_only=self.look.glyphs.name == "ascii")
        said = "enter looks at it" if source else f"type a name, or {down} to choose"
        return own((said, self.look.tokens.muted))

    def _target_note(self) -> Text:
        inspection = self._looking.inspection
        return pictures.target_line(inspection, self.look) if inspection is not None else own()

    def _left_out_note(self) -> Text:
        inspection = self._looking.inspection
        if inspection is None:
            return own()
        form = self.form()
        problem = form.problem_of_left_out(inspection)
        return pictures.left_out_line(inspection, form.columns_left_out, problem, self.look)

    def _mode(self, mode: str, lit: bool) -> Text:
        return own(" ", pictures.mode_line(mode, self._looking.proposal, self.look, lit=lit))

    def _models_note(self) -> Text:
        return pictures.models_line(self._looking.proposal, self.mode, self.look)

    def _place_note(self) -> Text:
        problem = self._looking.place_problem
        if problem is not None:
            return pictures.error_line(problem, None, self.look)
        return own(("a new file; nothing is written before you run", self.look.tokens.muted))

    def _name_note(self) -> Text:
        problem = self.name_problem()
        if problem is not None:
            return pictures.error_line(problem, None, self.look)
        return own()


def _below(text: Text, width: int) -> list[Text]:
    """Indent a note below its field; as many rows as keep the form whole."""
    room = max(1, width - _LABEL - 1)
    rows = wrapped(text, room) if text.cell_len > room else [text]
    last = own(*(part for row in rows[_NOTE_ROWS - 1 :] for part in (row, " ")))
    return [own(" " * (_LABEL + 1), cut(row, room)) for row in [*rows[: _NOTE_ROWS - 1], *([last] if last else [])]]
