"""Adding a data set: what is typed is looked at and shown before `enter` commits. Without settings it is the wizard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import Worker

from mtf_engine.domain.outlines import Proposal
from mtf_engine.domain.sources import SourceInspection, Sources
from mtf_tui.actions import bindings, shown_key
from mtf_tui.completion import Candidate, candidates, common_start, is_there
from mtf_tui.engine_protocol import EngineClient
from mtf_tui.looking import Looking, Wish
from mtf_tui.painters.table import TablePicture
from mtf_tui.pictures import source_form as pictures
from mtf_tui.screens.source_fields import Purpose, SourceFields
from mtf_tui.source_form import SourceForm, write_names
from mtf_tui.text import cut, own, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.option_pane import OptionPane

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
        fields = SourceFields(self._purpose, self._first, self._looking, now=lambda: self._now())
        box = Vertical(
            fields,
            OptionPane(self._options, id="options"),
            LivePane(lambda width: [cut(self._keys(), width)], id="source-keys"),
            classes="dialog -source",
        )
        box.border_title = title(self._purpose.heading)
        yield box

    @property
    def _down(self) -> str:
        """The key that chooses, as it can be written here."""
        return shown_key("down", ascii_only=self.look.glyphs.name == "ascii")

    def _keys(self) -> Text:
        accent = f"bold {self.look.tokens.accent}"
        verb = self._purpose.verb if self._is_seen() else "look"
        choosing = self._pane().chosen is not None
        keys = [
            ("enter", "take it" if choosing else verb),
            ("tab", "complete, next"),
            (self._down, "choose"),
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
        typed = self._fields.text(field)
        needle = typed if field == "target" else typed.rpartition(",")[2].strip()
        columns = [one for one in inspection.columns if field == "target" or one.name != inspection.target]
        if needle not in [one.name for one in columns]:
            columns = [one for one in columns if needle.casefold() in one.name.casefold()]
        return pictures.column_table(columns, width, self.look)

    # --- what is typed ---

    def on_mount(self) -> None:
        self._fields.go_to("source")
        self.set_interval(1.0, self._tick)
        if self._first.source:
            self._start()
        else:
            self._complete()

    def _wish(self) -> Wish:
        form = self._fields.form()
        wizard = self._purpose.place is not None
        target = form.target if "target" in self._touched and form.target else None
        chosen = form.columns_left_out if "left_out" in self._touched else None
        # what is typed beyond these does not change what is asked
        asked = SourceForm(form.source, target or "")
        place = self._fields.text("place") if wizard else None
        return Wish(asked, place, self._fields.mode, chosen if wizard else None, target)

    def _is_seen(self) -> bool:
        return self._looking.has_seen(self._wish())

    def _pane(self) -> OptionPane:
        return self.query_one(OptionPane)

    @property
    def _fields(self) -> SourceFields:
        return self.query_one(SourceFields)

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
        if self._found_for != self._fields.text("source"):
            await self._list_candidates()
        further = common_start(self._found)
        if not self._found or (len(self._found) == 1 and further == field.value):
            self.focus_next()
        elif len(further) > len(field.value) or len(self._found) == 1:
            self._fields.write("source", further)
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
            names = self._fields.form().columns_left_out
            inside = chosen in names
            kept = [name for name in names if name != chosen]
            left_out = kept if inside else [*_whole(kept, self._looking.inspection), chosen]
            self._fields.write("left_out", write_names(left_out))
        else:
            self._fields.write(event.input.name or "", chosen)
            if event.input.name == "source" and not chosen.endswith("/"):
                self._now_look()

    def on_mode_field_submitted(self) -> None:
        self._enter()

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
        if await asyncio.to_thread(is_there, self._fields.text("source"), self._base, self._sources()):
            self._later()

    async def _list_candidates(self) -> None:
        text = self._fields.text("source")
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
        if not self._fields.text("source"):
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
                    self._fields.write(name, text)
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
            "left_out": self._fields.form().problem_of_left_out(inspection) is not None,
            "place": wish.place is not None and self._looking.place_problem is not None,
            "name": wish.place is None and self._fields.name_problem() is not None,
        }
        first = next((name for name, is_wrong in wrong.items() if is_wrong), None)
        if first is not None:
            self._commit = False
            self._fields.go_to(first)
            return False
        return wish.place is None or self._looking.has_proposed(wish)

    def _finish(self) -> None:
        looking = self._looking
        if looking.inspection is not None and self.is_current:
            answer = SourceAnswer(self._fields.form(), looking.inspection, looking.proposal, self._wish().place)
            self.dismiss(answer)

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
