"""A form in place: a list of fields, of which the one under the cursor can be typed into where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input

from mtf_engine import text_safety
from mtf_engine.domain.forms import FormField
from mtf_tui.actions import bindings
from mtf_tui.fields import default_hint, field_hint, short_hint
from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.sheets import Sheet, SheetRow, has
from mtf_tui.text import LINE_LIMIT, cut, own, pad, safe, wrapped
from mtf_tui.themes import Look
from mtf_tui.widgets.safe_input import SafeInput
from mtf_tui.widgets.score_table import ScoreTable

_NOTE = "\0"
"""Begins the keys of rows that the cursor passes over."""
_INDENT = 1
_LABEL = 24
_BOX_LEAST, _BOX_MOST = 10, 28


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One row of a form: a field, a heading, or something that `enter` opens."""

    key: str
    label: str
    field: FormField | None = None
    """None for a heading, and for what is no field."""

    text: str = ""
    """What is set, as it would be typed; empty where the default holds."""

    problem: str = ""
    """What is wrong with it."""

    note: str = ""
    """Stands to the right of what is no field."""

    is_heading: bool = False
    """Whether the cursor passes over it; without a label, only its problem is shown."""

    is_idle: bool = False
    """Whether it means nothing as the other fields are."""


class FieldInput(SafeInput):
    """Where a value is typed; only ``enter``, ``tab``, ``esc`` and function keys do something else."""

    BINDINGS = bindings("typing")
    DEFAULT_CSS = """
    FieldInput { position: absolute; display: none; padding: 0; border: none; height: 1; background: $cursor; }
    FieldInput:focus { border: none; background: $cursor; }
    """

    class Ended(Message):
        """Typing is over."""

        def __init__(self, how: str) -> None:
            super().__init__()
            self.how = how
            """``done``, ``next``, ``previous`` or ``leave``."""

    choices: tuple[str, ...] = ()
    default: str = ""
    """What holds while nothing is typed."""

    def action_typing_done(self) -> None:
        self.post_message(self.Ended("done"))

    def action_typing_next(self) -> None:
        self.post_message(self.Ended("next"))

    def action_typing_previous(self) -> None:
        self.post_message(self.Ended("previous"))

    def action_typing_leave(self) -> None:
        self.post_message(self.Ended("leave"))

    def action_typing_choose(self) -> None:
        self._choose(1)

    def action_typing_choose_back(self) -> None:
        self._choose(-1)

    def _choose(self, step: int) -> None:
        """Go through the choices where there are some."""
        if self.choices:
            now = self.value or self.default
            at = self.choices.index(now) + step if now in self.choices else 0 if step > 0 else -1
            self.value = self.choices[at % len(self.choices)]
            self.cursor_position = len(self.value)


class FieldTable(ScoreTable):
    """A form whose fields are typed into where they stand.

    Parameters
    ----------
    rows : callable
        Gives the rows as they are now.
    empty : callable, optional
        Says why there are none.
    """

    BINDINGS = bindings("field")
    DEFAULT_CSS = "FieldTable { height: auto; }"

    class Typed(Message):
        """Something else stands in a field."""

        def __init__(self, table: FieldTable, key: str, text: str) -> None:
            super().__init__()
            self.table, self.key, self.text = table, key, text

        @property
        def control(self) -> FieldTable:
            return self.table

    class Ended(Message):
        """Typing into a field is over."""

        def __init__(self, table: FieldTable, key: str, before: str | None) -> None:
            super().__init__()
            self.table, self.key = table, key
            self.before = before
            """What stood there, where it is wanted back; None where what was typed is kept."""

        @property
        def control(self) -> FieldTable:
            return self.table

    class Opened(Message):
        """``enter`` was pressed on something that is no field."""

        def __init__(self, table: FieldTable, key: str) -> None:
            super().__init__()
            self.table, self.key = table, key

        @property
        def control(self) -> FieldTable:
            return self.table

    def __init__(
        self,
        rows: Callable[[], Sequence[FieldRow]],
        *,
        empty: Callable[[], Sequence[Text]] | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(self._draw, sheet=self._values, id=id, classes=classes)
        self._rows, self._empty = rows, empty
        self._typing: str | None = None
        self._typed = ""
        self._before = ""
        self._box = (0, _BOX_LEAST)

    def compose(self) -> ComposeResult:
        yield FieldInput(select_on_focus=False)

    @property
    def box(self) -> FieldInput:
        """Where a value is typed."""
        return self.query_one(FieldInput)

    @property
    def row(self) -> FieldRow | None:
        """The row under the cursor, with what is being typed."""
        return next((row for row in self.shown_rows() if row.key == self.cursor), None)

    @property
    def typing(self) -> str | None:
        """Key of the field that is typed into."""
        return self._typing

    def shown_rows(self) -> list[FieldRow]:
        """All rows of the form."""
        return list(self._rows())

    def _values(self) -> Sheet:
        columns = ("section", "field", "value", "default", "description")
        section, rows = "", []
        for row in self.shown_rows():
            if row.is_heading:
                section = row.label
            elif row.field is None:
                rows.append(SheetRow(row.key, (section or None, row.label, row.note, None, None)))
            else:
                values = (section or None, row.label, row.text or None, default_hint(row.field), row.field.description)
                rows.append(SheetRow(row.key, values))
        return Sheet(columns, tuple(rows))

    def _arranged(self, picture: TablePicture) -> TablePicture:
        """Keep the headings of what was found, and what is wrong with it.

        What a field means is searched only where no name and no value has the text.
        """
        needle = self.arrangement.needle.casefold()
        found = super()._arranged(picture)
        if not needle:
            return found
        named = {row.key for row in self._values().rows if has(replace(row, values=row.values[:-1]), needle)}
        by_name = bool(named) or any(row.is_heading and needle in row.label.casefold() for row in self.shown_rows())
        if by_name:
            found = replace(found, rows=tuple(row for row in found.rows if row.key in named))
        if self.arrangement.column is not None or self.arrangement.descends:
            return found
        kept = {row.key for row in found.rows}
        heading = ""
        for row in self.shown_rows():
            heading = f"{_NOTE}{row.key}" if row.is_heading else heading
            words = row.label if by_name else f"{row.label} {row.note}"
            if row.key in kept or (row.is_heading and needle in words.casefold()):
                kept.add(heading)
        rows: list[TableRow] = []
        last = "\0\0"
        for line in picture.rows:
            last = line.key if line.key in kept else last
            if line.key in kept or line.key.startswith(f"{_NOTE}{last} "):
                rows.append(line)
        return TablePicture(tuple(rows), found.headers, picture.footer if rows else found.footer)

    def _draw(self, width: int) -> TablePicture:
        rows, width = self.shown_rows(), width - 1  # as far as the rule above it
        label, box = _widths(rows, width)
        self._box = (_INDENT + label + 2, box)
        made: list[TableRow] = []
        for row in rows:
            if row.label:
                made.append(TableRow(f"{_NOTE}{row.key}" if row.is_heading else row.key,
                                     cut(field_line(row, label, box, self.look), width)))  # fmt: skip
            if row.problem:
                lines = problem_lines(row.problem, self._box[0] if row.label else _INDENT, width, self.look)
                made += [TableRow(f"{_NOTE}{row.key} {at}", line) for at, line in enumerate(lines)]
        return TablePicture(tuple(made), footer=() if made or self._empty is None else tuple(self._empty()))

    def paint(self, width: int) -> Sequence[Text]:
        lines = super().paint(width)
        if self.is_mounted:
            self.call_after_refresh(self._place_box)
        return lines

    def _place_box(self) -> None:
        """Put the input over the field that is typed into."""
        if self._typing is None or not self.is_attached:
            return
        if self._typing not in self._keys:
            self._close()
            return
        y = self._keys.index(self._typing) - self._top + self._frozen
        self.box.styles.offset = (self._box[0] + 1, y)
        self.box.styles.width = max(1, min(self._box[1] - 2, self.size.width - self._box[0] - 2))

    def _follow_identity(self) -> None:
        super()._follow_identity()
        if self._keys and self._is_note(self._index):
            self._index = next((at for at in range(len(self._keys)) if not self._is_note(at)), self._index)
            self._key = self._keys[self._index]

    def _is_note(self, index: int) -> bool:
        return self._keys[index].startswith(_NOTE)

    def _go(self, index: int) -> None:
        """Go to a row, past those that are notes."""
        if not self._keys:
            return
        step = 1 if index >= self._index else -1
        index = max(0, min(index, len(self._keys) - 1))
        ahead = [at for at in range(index, len(self._keys) if step > 0 else -1, step) if not self._is_note(at)]
        behind = [at for at in range(index, -1 if step > 0 else len(self._keys), -step) if not self._is_note(at)]
        if ahead or behind:
            super()._go((ahead or behind)[0])

    def _below_cursor(self) -> int:
        """What is wrong with the row is seen with it."""
        told = 0
        for key in self._keys[self._index + 1 :]:
            if not key.startswith(f"{_NOTE}{self.cursor} "):
                return told
            told += 1
        return told + self._footer

    def restart(self) -> None:
        """Show another form: the cursor goes to its first field."""
        self._key, self._index, self._top = None, 0, 0
        self.repaint()

    # --- typing ---

    def action_field_edit(self) -> None:
        row = self.row
        if row is None:
            return
        if row.field is None:
            self.post_message(self.Opened(self, row.key))
            return
        self._open(row, row.field)

    def _open(self, row: FieldRow, field: FormField) -> None:
        self._typing, self._before = row.key, row.text
        words = field.choices or (("true", "false") if field.type == "flag" else ())
        box = self.box
        box.choices = tuple(words) if field.type in ("choice", "flag") else ()
        box.default = default_hint(field)
        box.suggester = SuggestFromList(words, case_sensitive=True) if words and field.type != "names" else None
        box.placeholder = text_safety.terminal(default_hint(field), limit=60)
        with box.prevent(Input.Changed):
            box.value = row.text
        box.select_all()  # typing replaces what stands there; an arrow key keeps it
        self._place_box()
        box.display = True
        self.screen.set_focus(box, scroll_visible=False)  # at once: the next key is for it

    def action_field_clear(self) -> None:
        row = self.row
        if row is not None and row.field is not None and row.text:
            self.post_message(self.Typed(self, row.key, ""))
            self.post_message(self.Ended(self, row.key, None))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self.post_message(self.Typed(self, self._typing, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.end_typing("done")

    def on_field_input_ended(self, event: FieldInput.Ended) -> None:
        event.stop()
        self.end_typing(event.how)

    def end_typing(self, how: str) -> None:
        """Close the field; ``leave`` wants back what stood there, ``next`` and ``previous`` go on."""
        key = self._typing
        if key is None:
            return
        changed = self.box.value != self._before
        self._typing = None
        self.post_message(self.Ended(self, key, self._before if how == "leave" and changed else None))
        if how in ("next", "previous"):
            before = self.cursor
            self._go(self._index + (1 if how == "next" else -1))
            row = self.row
            if self.cursor != before and row is not None and row.field is not None:
                self._open(row, row.field)
                return
        self._close()

    def _close(self) -> None:
        had_focus = self.box.has_focus
        self._typing = None
        if had_focus:
            self.screen.set_focus(self, scroll_visible=False)
        self.box.display = False

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget is self.box and self._typing is not None and self.screen.is_current:
            self.end_typing("done")


def _widths(rows: Sequence[FieldRow], width: int) -> tuple[int, int]:
    """Cells of the labels and of the boxes."""
    fields = [row for row in rows if not row.is_heading]
    label = min(max((safe(row.label).cell_len for row in fields), default=0), _LABEL, max(6, width // 3))
    longest = max((safe(row.text).cell_len for row in fields if row.field is not None), default=0)
    room = max(6, width - _INDENT - label - 2)
    return label, max(min(_BOX_LEAST, room), min(max(longest + 3, width // 4), _BOX_MOST, room))


def field_line(row: FieldRow, label: int, box: int, look: Look) -> Text:
    """One row: the label, what is set or holds, and what it may be."""
    tokens = look.tokens
    if row.is_heading:
        return own((" " * _INDENT), safe(row.label, f"bold {tokens.text}"), "  ", safe(row.note, tokens.muted))
    ink = tokens.muted if row.is_idle else tokens.text
    name = pad(safe(row.label, ink), label, mark=look.glyphs.ellipsis)
    if row.field is None:
        return own(" " * _INDENT, name, "  ", safe(row.note, tokens.muted, limit=LINE_LIMIT))
    shown = row.text or default_hint(row.field)
    style = tokens.fail if row.problem else f"bold {tokens.accent}" if row.text else tokens.muted
    value = pad(safe(shown, style, limit=LINE_LIMIT), box - 2, mark=look.glyphs.ellipsis)
    hint = safe(short_hint(row.field), tokens.muted, limit=LINE_LIMIT)
    return own(" " * _INDENT, name, "  ", ("[", tokens.muted), value, ("]", tokens.muted), "  ", hint)


NOTE_LINES, MOST_NOTE_LINES = 2, 4


def note_lines(row: FieldRow | None, width: int, look: Look) -> list[Text]:
    """What the field under the cursor means and may hold, in full."""
    if row is None or row.field is None:
        return [own()] * NOTE_LINES
    name = own((f"{look.glyphs.live} ", look.tokens.accent), safe(row.field.name, look.tokens.text))
    text = own(name, ": ", safe(field_hint(row.field), look.tokens.muted, limit=LINE_LIMIT))
    lines = [own(" ", line) for line in wrapped(text, width - 2)]
    if len(lines) > MOST_NOTE_LINES:
        lines[MOST_NOTE_LINES - 1].append(f" {look.glyphs.ellipsis}", look.tokens.muted)
    return [*lines[:MOST_NOTE_LINES], *[own()] * (NOTE_LINES - len(lines))]


def problem_lines(problem: str, indent: int, width: int, look: Look) -> list[Text]:
    """What is wrong, whole, in as many lines as that takes."""
    fail = look.tokens.fail
    text = own((f"{look.glyphs.fail} ", fail), safe(problem, fail, limit=LINE_LIMIT))
    indent = min(indent, max(1, width // 3))
    return [own(" " * indent, line) for line in wrapped(text, max(10, width - indent), indent=2)]
