"""Report or export: what is written, in which format, and where."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from mtf_tui.actions import bindings, shown_keys
from mtf_tui.text import cut, own, safe, title
from mtf_tui.widgets.dialog import Dialog
from mtf_tui.widgets.live_pane import LivePane
from mtf_tui.widgets.safe_input import SafeInput


@dataclass(frozen=True, slots=True)
class Format:
    """Something that can be written."""

    name: str
    """As the engine (for a report) or the sheet (for a table) knows it."""

    label: str
    suffix: str
    about: str


REPORTS = (
    Format("html", "html", ".html", "a page to send"),
    Format("markdown", "md", ".md", "for a pull request"),
    Format("junit", "junit", ".xml", "checks as tests, for CI"),
    Format("json", "json", ".json", "results.json"),
    Format("csv", "csv", "", "a folder of tables"),
)
TABLES = (
    Format("tsv", "tsv", ".tsv", "full precision"),
    Format("md", "md", ".md", "for a pull request"),
    Format("json", "json", ".json", "full precision"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """What the user wants written."""

    is_table: bool
    format: str
    path: Path | None
    """None for the clipboard."""


class Chooser(LivePane, can_focus=True):
    """What and which format; arrows change them."""

    DEFAULT_CSS = "Chooser { height: 2; }"


class ExportDialog(Dialog[Export]):
    """Answers what is to be written.

    Parameters
    ----------
    stem : str
        Start of the file's name.
    has_table : bool
        Whether there is a list on the screen that can be written.
    """

    BINDINGS = [*Dialog.BINDINGS, *bindings("export")]  # noqa: RUF012 (as Textual has it)

    def __init__(self, stem: str, *, has_table: bool) -> None:
        super().__init__()
        self._stem, self._has_table = stem, has_table
        self._is_table = False
        self._at = 0
        self._offered = self._default()
        """The path as it was last proposed; another one was typed."""

    def compose(self) -> ComposeResult:
        place = SafeInput(self._offered, id="export-path", select_on_focus=False)
        row = Horizontal(Label(" to     "), place, classes="form-row")
        box = Vertical(Chooser(self._choices), row, LivePane(self._hints), classes="dialog")
        box.border_title = title("Report or export")
        yield box

    def on_mount(self) -> None:
        self.query_one(Chooser).focus()

    @property
    def _format(self) -> Format:
        formats = TABLES if self._is_table else REPORTS
        return formats[self._at % len(formats)]

    def _default(self) -> str:
        kind = "-table" if self._is_table else ""
        return f"reports/{self._stem}{kind}{self._format.suffix}"

    def _choices(self, width: int) -> list[Text]:
        tokens, muted = self.look.tokens, self.look.tokens.muted
        on, off = ("(•)", "( )") if self.look.glyphs.name != "ascii" else ("(*)", "( )")
        what = own((" what   ", muted), f"{off if self._is_table else on} report")
        if self._has_table:
            what = own(what, f"   {on if self._is_table else off} table on the screen")
        line = own((" format ", muted))
        for position, one in enumerate(TABLES if self._is_table else REPORTS):
            chosen = position == self._at
            line.append(f"[{one.label}]" if chosen else f" {one.label} ", f"bold {tokens.accent}" if chosen else muted)
        return [cut(what, width), cut(own(line, "  ", safe(self._format.about, muted)), width)]

    def _hints(self, width: int) -> list[Text]:
        tokens = self.look.tokens
        key, muted = f"bold {tokens.accent}", tokens.muted
        path = os.path.expanduser(self.query_one(Input).value or ".")
        exists = own((f" {self.look.glyphs.warn} ", tokens.warn), ("replaces what is there", tokens.warn))
        is_ascii = self.look.glyphs.name == "ascii"  # words take more room than arrows: one of each two then
        across = shown_keys(*("left", "right")[is_ascii:], ascii_only=is_ascii)
        along = shown_keys(*("up", "down")[is_ascii:], ascii_only=is_ascii)
        keys = own(
            (" enter", key), (" write  ", muted), ("y", key), (" copy  ", muted), (across, key), (" format  ", muted),
            (along, key), (" what  ", muted), ("tab", key), (" path", muted),
        )  # fmt: skip
        return [exists if os.path.isfile(path) else own(), cut(keys, width)]

    def _change(self) -> None:
        place, before = self.query_one(Input), self._offered
        self._offered = self._default()
        if place.value == before:
            place.value = self._offered
        for pane in self.query(LivePane):
            pane.repaint()

    def on_input_changed(self) -> None:
        self.query(LivePane).last(LivePane).repaint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_export_write()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters and arrows are typed where a path is."""
        if action in ("export_copy", "export_next", "export_previous", "export_what", "export_write"):
            return isinstance(self.focused, Chooser)
        return super().check_action(action, parameters)

    def action_export_next(self) -> None:
        self._at = (self._at + 1) % len(TABLES if self._is_table else REPORTS)
        self._change()

    def action_export_previous(self) -> None:
        self._at = (self._at - 1) % len(TABLES if self._is_table else REPORTS)
        self._change()

    def action_export_what(self) -> None:
        if self._has_table:
            self._is_table, self._at = not self._is_table, 0
            self._change()

    def action_export_write(self) -> None:
        path = self.query_one(Input).value.strip()
        if path:
            self.dismiss(Export(self._is_table, self._format.name, Path(os.path.expanduser(path))))

    def action_export_copy(self) -> None:
        if self._format.suffix:
            self.dismiss(Export(self._is_table, self._format.name, None))
