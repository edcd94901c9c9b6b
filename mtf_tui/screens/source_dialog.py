"""Adding a data set: what is typed is looked at and shown before `enter` commits. Without settings it is the wizard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker

from mtf_engine.domain.outlines import Proposal
from mtf_engine.domain.sources import SourceInspection, Sources
from mtf_tui.actions import bindings
from mtf_tui.completion import Candidate, candidates, common_start, is_there
from mtf_tui.engine_protocol import EngineClient
from mtf_tui.looking import Looking, Wish
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures import source_form as pictures
from mtf_tui.source_form import SourceForm, write_names
from mtf_tui.text import cut, own, title, wrapped
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.mode_field import ModeField
from mtf_tui.widgets.option_pane import OptionPane
from mtf_tui.widgets.safe_input import SafeInput

_LABEL = 11
_NOTE_ROWS = 3
"""Rows of a note below a field, at most."""

_PAUSE = 0.3
"""Seconds without a key before what is typed is looked at."""

_SLOW = 1.0
"""Seconds after which a look at something that is not wanted any more is ended."""


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """A data set that was described."""

    form: SourceForm
    inspection: SourceInspection
    proposal: Proposal | None = None
    place: str | None = None
    """Where the proposed settings go."""


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


class SourceDialog(Dialog[SourceAnswer]):
    """Answers the data set that was described.

    Parameters
    ----------
    client : EngineClient
        Looks at the source.
    base : Path
        Folder that relative paths count from.
    purpose : Purpose
        Add, change or propose.
    form : SourceForm
        What is filled in at first.
    sources : callable
        What is bundled and cached, to be completed; None until it is known.
    """

    BINDINGS = bindings("source")

    def __init__(
        self,
        client: EngineClient,
        base: Path,
        purpose: Purpose,
        form: SourceForm | None = None,
        *,
        sources: Callable[[], Sources | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._base, self._purpose, self._sources = base, purpose, sources
        self._first = form or SourceForm()
        self._touched = {"target"} if self._first.target else set()
        self._touched |= {"left_out"} if purpose.is_change or self._first.left_out else set()
        self._values = {"source": self._first.source, "target": self._first.target, "place": purpose.place or ""}
        self._values |= {"left_out": self._first.left_out, "name": self._first.name}
        self._looking = Looking(client, base, self._changed)
        self._found: tuple[Candidate, ...] = ()
        self._found_for: str | None = None
        self._timer: Timer | None = None
        self._worker: Worker[None] | None = None
        self._again = self._commit = False

    # --- what is seen ---

    def compose(self) -> ComposeResult:
        place = self._purpose.place
        rows: list[Widget] = [
            *self._row("source", "File", self._first.source, self._source_note, "path, glob, URL or sklearn:NAME"),
            *self._row("target", "Predict", self._first.target, self._target_note),
            *self._row("left_out", "Leave out", self._first.left_out, self._left_out_note, "no column"),
        ]
        if place is not None:
            rows += [
                self._labelled("Models", ModeField(("quick", "thorough"), self._mode, id="mode")),
                LivePane(lambda width: self._note(self._models_note(), width)),
                *self._row("place", "Save as", place, self._place_note),
            ]
        else:
            rows += self._row("name", "Name", self._first.name, self._name_note, "after the file")
        box = Vertical(
            VerticalScroll(*rows, id="form-fields", can_focus=False),
            OptionPane(self._options, id="options"),
            LivePane(lambda width: [cut(self._keys(), width)], id="source-keys"),
            classes="dialog -source",
        )
        box.border_title = title(self._purpose.heading)
        yield box

    def _row(
        self, name: str, label: str, value: str, note: Callable[[], Text], placeholder: str = ""
    ) -> tuple[Widget, Widget]:
        field = SafeInput(value, placeholder=placeholder, name=name, id=f"field-{name}", select_on_focus=False)
        return self._labelled(label, field), LivePane(lambda width: self._note(note(), width))

    @staticmethod
    def _labelled(label: str, field: Widget) -> Horizontal:
        words = Static(label, classes="form-label", markup=False)
        words.styles.width = _LABEL
        return Horizontal(words, field, classes="form-row")

    def _note(self, text: Text, width: int) -> list[Text]:
        """Indent a note below its field; as many rows as keep the form whole."""
        room = max(1, width - _LABEL - 1)
        rows = wrapped(text, room) if text.cell_len > room else [text]
        last = own(*(part for row in rows[_NOTE_ROWS - 1 :] for part in (row, " ")))
        return [own(" " * (_LABEL + 1), cut(row, room)) for row in [*rows[: _NOTE_ROWS - 1], *([last] if last else [])]]

    def _source_note(self) -> Text:
        looking, source = self._looking, self._text("source")
        if looking.reading is not None and self._seconds() >= 0.3:
            return pictures.reading_line(source, looking.reading, self.look, self._now())
        if looking.error is not None:
            return pictures.failure_line(looking.error, self.look)
        if looking.inspection is not None:
            return pictures.found_line(looking.inspection, self.look)
        muted = self.look.tokens.muted
        return own(("enter looks at it" if source else "type a name, or ↓ to choose", muted))

    def _target_note(self) -> Text:
        inspection = self._looking.inspection
        return pictures.target_line(inspection, self.look) if inspection is not None else own()

    def _left_out_note(self) -> Text:
        inspection = self._looking.inspection
        if inspection is None:
            return own()
        form = self._form()
        problem = form.problem_of_left_out(inspection)
        return pictures.left_out_line(inspection, form.columns_left_out, problem, self.look)

    def _mode(self, mode: str, lit: bool) -> Text:
        return own(" ", pictures.mode_line(mode, self._looking.proposal, self.look, lit=lit))

    def _models_note(self) -> Text:
        return pictures.models_line(self._looking.proposal, self.query_one(ModeField).word, self.look)

    def _place_note(self) -> Text:
        problem = self._looking.place_problem
        if problem is not None:
            return pictures.error_line(problem, None, self.look)
        return own(("a new file; nothing is written before you run", self.look.tokens.muted))

    def _name_note(self) -> Text:
        problem = self._name_problem()
        if problem is not None:
            return pictures.error_line(problem, None, self.look)
        return own()

    def _keys(self) -> Text:
        accent = f"bold {self.look.tokens.accent}"
        verb = self._purpose.verb if self._is_seen() else "look"
        choosing = self._pane().chosen is not None
        keys = [
            ("enter", "take it" if choosing else verb),
            ("tab", "complete, next"),
            ("↓", "choose"),
            ("esc", "leave"),
        ]
        return own(*(own((key, accent), f" {label}   ") for key, label in keys))

    def _options(self, width: int) -> TablePicture:
        field = self.focused.name if isinstance(self.focused, Input) else None
        if field == "source" and not self._is_seen():
            return pictures.candidate_table(self._found, width, self.look)
        inspection = self._looking.inspection
        if inspection is None or field not in ("target", "left_out"):
            return TablePicture(())
        needle = self._text("target") if field == "target" else self._text("left_out").rpartition(",")[2].strip()
        columns = [one for one in inspection.columns if field == "target" or one.name != inspection.target]
        if needle not in [one.name for one in columns]:
            columns = [one for one in columns if needle.casefold() in one.name.casefold()]
        return pictures.column_table(columns, width, self.look)

    # --- what is typed ---

    def on_mount(self) -> None:
        self.query_one("#field-source", Input).focus()
        self.set_interval(1.0, self._tick)
        if self._first.source:
            self._start()
        else:
            self._complete()

    def _text(self, name: str) -> str:
        return self.query_one(f"#field-{name}", Input).value.strip()

    def _form(self) -> SourceForm:
        name = self._text("name") if self._purpose.place is None else ""
        return SourceForm(self._text("source"), self._text("target"), self._text("left_out"), name)

    def _wish(self) -> Wish:
        form = self._form()
        wizard = self._purpose.place is not None
        target = form.target if "target" in self._touched and form.target else None
        chosen = form.columns_left_out if "left_out" in self._touched else None
        mode = self.query_one(ModeField).word if wizard else "quick"
        # what is typed beyond these does not change what is asked
        asked = SourceForm(form.source, target or "")
        return Wish(asked, self._text("place") if wizard else None, mode, chosen if wizard else None, target)

    def _is_seen(self) -> bool:
        return self._looking.has_seen(self._wish())

    def _pane(self) -> OptionPane:
        return self.query_one(OptionPane)

    def _name_problem(self) -> str | None:
        inspection = self._looking.inspection
        name = self._text("name") or (inspection.name if inspection is not None else "")
        return f"{name!r} is the name of another data set" if name in self._purpose.taken else None

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        name = event.input.name or ""
        if self._values.get(name) == event.value:
            return
        self._values[name] = event.value
        self._commit = False
        self._pane().release()
        if name == "source":
            self._touched.clear()
            self._looking.forget()
            self._fill()
            self._end_slow_look()
            self._complete()
        else:
            self._touched.add(name)
            self._later()
        self._changed()

    def on_mode_field_changed(self) -> None:
        self._now_look()
        self._changed()

    def on_descendant_focus(self) -> None:
        self._pane().release()

    def on_key(self, event: events.Key) -> None:
        if event.character and event.is_printable and isinstance(self.focused, Input):
            event.stop()  # it was typed before the field had the focus
            self.focused.insert_text_at_cursor(event.character)
        elif event.key in ("down", "up") and isinstance(self.focused, Input):
            event.stop()
            self._pane().move(1 if event.key == "down" else -1)
            self.query_one("#source-keys", LivePane).repaint()

    async def action_source_complete(self) -> None:
        """Complete the file as far as that is clear; else go to the next field."""
        field = self.focused
        if not (isinstance(field, Input) and field.name == "source") or self._is_seen():
            self.focus_next()
            return
        if self._found_for != self._text("source"):
            await self._list_candidates()
        further = common_start(self._found)
        if not self._found or (len(self._found) == 1 and further == field.value):
            self.focus_next()
        elif len(further) > len(field.value) or len(self._found) == 1:
            self._write(field, further)
        else:
            self._pane().move(1)

    def action_source_back(self) -> None:
        self.focus_previous()

    def action_source_close(self) -> None:
        """Stop reading; else choose nothing; else leave."""
        if self._looking.reading is not None:
            self._end_look()
        elif not self._pane().release():
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        chosen = self._pane().chosen
        if chosen is None:
            self._enter()
        elif event.input.name == "left_out":
            names = self._form().columns_left_out
            inside = chosen in names
            kept = [name for name in names if name != chosen]
            self._write(event.input, write_names(kept if inside else [*_whole(kept, self._looking.inspection), chosen]))
        else:
            self._write(event.input, chosen)
            if event.input.name == "source" and not chosen.endswith("/"):
                self._now_look()

    def on_mode_field_submitted(self) -> None:
        self._enter()

    @staticmethod
    def _write(field: Input, text: str) -> None:
        field.value = text
        field.cursor_position = len(text)

    def _enter(self) -> None:
        """Look at what was not looked at yet; commit what is seen."""
        self._commit = self._is_seen()
        if self._commit and self._is_complete():
            self._finish()
        else:
            self._now_look()

    # --- looking ---

    def _complete(self) -> None:
        """Find out what the source could become, and whether it is something already."""
        _: Worker[None] = self.run_worker(self._find, group="complete", exclusive=True, exit_on_error=False)

    async def _find(self) -> None:
        await self._list_candidates()
        if await asyncio.to_thread(is_there, self._text("source"), self._base, self._sources()):
            self._later()

    async def _list_candidates(self) -> None:
        text = self._text("source")
        self._found = await asyncio.to_thread(candidates, text, self._base, self._sources())
        self._found_for = text
        self._changed()

    def _later(self) -> None:
        """Look once no key is pressed any more."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._start)

    def _now_look(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._start()

    def _start(self) -> None:
        if not self._text("source"):
            return
        if self._worker is not None and self._worker.is_running:
            self._again = True
            return
        self._worker = self.run_worker(self._look, group="look", exit_on_error=False)

    async def _look(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            wish = self._wish()
            await self._looking.look(wish)
            if self._looking.has_seen(wish):
                self._fill()
        if self._commit and self._is_complete():
            self._finish()
        self._commit = False

    def _fill(self) -> None:
        """Fill in what the user did not touch; what was found about another source goes."""
        inspection = self._looking.inspection
        identifiers = inspection.identifiers if inspection is not None else ()
        found = {
            "target": (inspection.target or "") if inspection is not None else "",
            "left_out": write_names(note.column for note in identifiers),
        }
        with self.prevent(Input.Changed):
            for name, text in found.items():
                if name not in self._touched:
                    self._values[name] = text
                    self._write(self.query_one(f"#field-{name}", Input), text)
        self._changed()

    def _end_slow_look(self) -> None:
        if self._looking.reading is not None and self._seconds() > _SLOW:
            self._end_look()

    def _end_look(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._worker is not None:
            self._worker.cancel()
        self._worker, self._looking.reading = None, None
        self._changed()

    def _is_complete(self) -> bool:
        """Whether nothing is wrong or missing; else the field to mend gets the focus."""
        inspection, wish = self._looking.inspection, self._wish()
        if inspection is None or not self._looking.has_seen(wish):
            return False
        wrong = {
            "target": inspection.problem is not None,
            "left_out": self._form().problem_of_left_out(inspection) is not None,
            "place": wish.place is not None and self._looking.place_problem is not None,
            "name": wish.place is None and self._name_problem() is not None,
        }
        first = next((name for name, is_wrong in wrong.items() if is_wrong), None)
        if first is not None:
            self._commit = False
            self.query_one(f"#field-{first}", Input).focus()
            return False
        return wish.place is None or self._looking.has_proposed(wish)

    def _finish(self) -> None:
        if self._looking.inspection is not None and self.is_current:
            wish = self._wish()
            self.dismiss(SourceAnswer(self._form(), self._looking.inspection, self._looking.proposal, wish.place))

    # --- repainting ---

    def _now(self) -> float:
        return float(getattr(self.app, "wall_clock", lambda: 0.0)())

    def _seconds(self) -> float:
        reading = self._looking.reading
        return 0.0 if reading is None else self._now() - reading.since

    def _tick(self) -> None:
        if self._looking.reading is not None:
            self._changed()

    def _changed(self) -> None:
        if self.is_mounted:
            for pane in self.query(LivePane):
                pane.repaint()


def _whole(names: Sequence[str], inspection: SourceInspection | None) -> list[str]:
    """Leave out what is only the beginning of a column's name."""
    known = [one.name for one in inspection.columns] if inspection is not None else []
    return [name for name in names if name in known]
