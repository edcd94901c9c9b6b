"""The halves of the settings screen: the form's rows, the text with its problems, and what saving would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text

from mtf_engine import line_ends, numbers
from mtf_engine.domain.forms import FormField, SettingsForm
from mtf_engine.domain.outlines import PlanOutline, Slot
from mtf_tui.draft import Draft
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.fields import read_field, write_field
from mtf_tui.painters.table import TablePicture, TableRow
from mtf_tui.sheets import Sheet, SheetRow
from mtf_tui.text import LINE_LIMIT, cut, own, safe, wrapped
from mtf_tui.themes import Look
from mtf_tui.widgets.field_table import FieldRow

CHECK = "check "
"""Begins the keys of checks; the position follows."""
ELSEWHERE = {"datasets": "sources", "pipeline": "pipeline", "models": "models"}
"""Keys that have screens of their own, and the screens."""


# --- the form ---


def form_rows(form: SettingsForm, draft: Draft) -> list[FieldRow]:
    """Every key of the settings, with what the text says about it."""
    rows = []
    for group in form.groups:
        if group.name:
            rows.append(FieldRow(group.name, group.name, note=group.summary, is_heading=True))
        rows += [_field_row(field, draft) for field in group.fields]
        if not group.name:
            rows += [
                FieldRow(key, key, note=_elsewhere(key, draft), problem=_inside(draft, key, f"{key}s"))
                for key in ELSEWHERE
            ]
        if group.name == "splits":
            rows += _check_rows(draft)
    return rows


def _field_row(field: FormField, draft: Draft) -> FieldRow:
    written = draft.values.get(field.name)
    text = written.text if written is not None else ""
    wrong = _inside(draft, field.name)
    decides = draft.values.get(field.decided_by)
    method = decides.text if decides is not None else "auto"
    is_idle = bool(field.decided_by) and method not in field.only_for
    return FieldRow(field.name, field.name.rpartition(".")[2], field, text, wrong, is_idle=is_idle)


def _inside(draft: Draft, *names: str) -> str:
    """What is wrong with a key or with what stands in it: the first of its problems, and how many there are besides."""
    starts = tuple(f"{name}{follows}" for name in names for follows in "[.")
    found = [one for one in draft.problems if one.key in names or (one.key or "").startswith(starts)]
    more = f" And {numbers.plural(len(found) - 1, 'more problem')}." if len(found) > 1 else ""
    return f"{found[0].text}{more}" if found else ""


def _elsewhere(key: str, draft: Draft) -> str:
    names = [slot.name for one in draft.lists if one.path[0] in (key, f"{key}s") for slot in one.slots if slot.is_on]
    shown = ", ".join(names) if names else "auto" if key == "pipeline" else "none"
    return f"enter opens {ELSEWHERE[key].capitalize()} · {shown}"


def _check_rows(draft: Draft) -> list[FieldRow]:
    rows = [FieldRow("checks", "checks", note="What must hold; a adds one.", is_heading=True)]
    on = 0
    for slot in draft.slots(("checks",)) or ():
        start = f"checks[{on}]"
        note = check_summary(slot) if slot.is_on else f"off · {check_summary(slot)}"
        name = f"{slot.position + 1}"
        wrong = _inside(draft, start) if slot.is_on else ""
        rows.append(FieldRow(f"{CHECK}{slot.position}", name, None, "", wrong, note, is_idle=not slot.is_on))
        on += slot.is_on
    return rows


def check_summary(slot: Slot) -> str:
    """A check in a few words."""
    value = slot.value
    if not isinstance(value, dict):
        return str(value)
    rest = {key: one for key, one in value.items() if key not in ("check", "metric")}
    words = [str(value.get("metric") or value.get("check") or "")]
    words += [key if one is True else f"{key.replace('_', ' ')} {_plainly(one)}" for key, one in rest.items()]
    return ", ".join(word for word in words if word)


def _plainly(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def form_edits(form: SettingsForm, draft: Draft, name: str, text: str) -> Sequence[SettingsEdit]:
    """The edits that a typed field means: its key, and those that mean nothing to a newly chosen method."""
    fields = {field.name: field for group in form.groups for field in group.fields}
    field, path = fields[name], tuple(name.split("."))
    typed = read_field(field, text)
    if not typed.is_set:
        return [SettingsEdit("unset", path)] if name in draft.values else []
    chosen = write_field(field, typed.value)
    idle = [
        SettingsEdit("unset", tuple(other.name.split(".")))
        for other in fields.values()
        if other.decided_by == name and other.name in draft.values and chosen in field.choices
        and chosen not in other.only_for
    ]  # fmt: skip
    return [*idle, SettingsEdit("set", path, value=typed.value)]


def check_values(value: object) -> dict[str, object]:
    """What a check sets, its short form spelt out."""
    if isinstance(value, dict):
        return {str(key): [one] if key in _SCOPES and isinstance(one, str) else one for key, one in value.items()}
    return {"check": value}


_SCOPES = ("dataset", "pipeline", "model")


# --- the text ---


def settings_status(draft: Draft, look: Look) -> Text:
    """Whether the text is valid and whether it is saved."""
    tokens, count = look.tokens, len(draft.problems)
    valid = (
        own((f"{look.glyphs.fail} {numbers.plural(count, 'problem')}", tokens.fail))
        if count
        else own((f"{look.glyphs.ok} valid", tokens.ok))
    )
    if not draft.is_checked:
        valid = own(("being checked", tokens.muted))
    return own(valid, " · ", ("* unsaved", tokens.accent) if draft.is_dirty else ("saved", tokens.muted))


def conflict_answer(look: Look) -> Text:
    """What can be done about a file that somebody else wrote."""
    keys = [own((key, f"bold {look.tokens.accent}"), f" {word}") for key, word in _CONFLICT]
    line = own((f"{look.glyphs.warn} changed on disk: ", look.tokens.warn))
    for at, key in enumerate(keys):
        line = own(line, ", " if at else "", key)
    return line


_CONFLICT = (("d", "diff"), ("r", "reload"), ("k", "keep mine"))


def settings_answer(draft: Draft, look: Look, *, shows_difference: bool = False) -> Text:
    """Where the settings stand, in a sentence; which key writes them."""
    name, tokens = safe(draft.path.name), look.tokens
    if draft.problems:
        first = draft.problems[0]
        place = f"line {first.line}: " if first.line else ""
        more = len(draft.problems) - 1
        rest = f"; {numbers.plural(more, 'more problem')}" if more else ""
        said = first.message.rstrip(".") if rest else first.message
        return own((f"{look.glyphs.fail} ", tokens.fail), place, safe(said, limit=LINE_LIMIT), rest)
    if not draft.is_checked:
        return own(name, (" is being checked", tokens.muted))
    if not draft.is_dirty:
        return own(name, " is valid and saved")
    count = sum(line.startswith(("+", "-")) for line in draft.difference())
    lines = numbers.plural(count, "line")
    key = f"bold {tokens.accent}"
    if shows_difference:
        return own((lines, tokens.accent), " not saved yet: ", ("w", key), " writes, ", ("esc", key), " goes back")
    return own(name, " is valid; ", (lines, tokens.accent), " not saved: ", ("w", key), " shows, then writes")


def text_lines(draft: Draft, width: int, look: Look) -> TablePicture:
    """The text with line numbers; problems stand below their lines, those without a line first."""
    tokens = look.tokens
    rows: list[TableRow] = []

    def tell(line: int | None) -> None:
        for position, problem in enumerate(found for found in draft.problems if found.line == line):
            for part, style in ((problem.message, tokens.fail), (problem.hint, tokens.muted)):
                text = safe(part, style, limit=LINE_LIMIT) if part else own()
                lines = wrapped(text, max(20, width - 6)) if part else []
                rows.extend(
                    TableRow(f"problem {line} {position} {style} {at}", cut(own("     ", one), width))
                    for at, one in enumerate(lines)
                )

    tell(None)
    wrong = {problem.line for problem in draft.problems}
    for number, line in enumerate(line_ends.lines(draft.text), start=1):
        mark = (look.glyphs.fail, tokens.fail) if number in wrong else (" ", "")
        ink = tokens.muted if line.lstrip().startswith("#") else tokens.text
        text = own(mark, (f"{number:>3} ", tokens.muted), safe(line, ink, limit=LINE_LIMIT))
        rows.append(TableRow(f"line {number}", cut(text, width)))
        tell(number)
    return TablePicture(tuple(rows))


def text_sheet(draft: Draft) -> Sheet:
    """The text as lines with what is wrong with each."""
    wrong = {problem.line: str(problem) for problem in draft.problems}
    lines = enumerate(line_ends.lines(draft.text), start=1)
    return Sheet(("line", "text", "problem"), tuple(SheetRow(f"line {n}", (n, t, wrong.get(n))) for n, t in lines))


def difference_lines(lines: Iterable[str], width: int, look: Look) -> TablePicture:
    """What saving would change."""
    tokens = look.tokens
    inks = {"+": tokens.ok, "-": tokens.fail, "@": tokens.accent}
    rows = [
        TableRow(f"diff {number}", cut(safe(line, inks.get(line[:1], tokens.muted), limit=LINE_LIMIT), width))
        for number, line in enumerate(lines)
    ]
    none = () if rows else (own((" nothing is unsaved", tokens.muted)),)
    return TablePicture(tuple(rows), footer=none)


def smallest_class(outline: PlanOutline | None) -> Text:
    """Rows of the smallest class of all data sets: no fold can do without one of them; empty where none is known."""
    counted = [
        (rows, label, dataset.name)
        for dataset in (outline.datasets if outline is not None else ())
        for rows, label in zip(dataset.class_rows, dataset.classes, strict=False)
    ]
    if not counted:
        return own()
    rows, label, name = min(counted, key=lambda one: one[0])
    return own("class ", safe(label, limit=20), " of ", safe(name, limit=24), f" has {numbers.plural(rows, 'row')}")


def written_line(name: str, draft: Draft, look: Look) -> Text:
    """The line of the text that a field stands on."""
    written = draft.values.get(name)
    if written is None:
        return own((" not in the file: the default holds", look.tokens.muted))
    line = line_ends.lines(draft.text)[written.line - 1 : written.line]
    return own((f" {written.line:>3} ", look.tokens.muted), safe(line[0] if line else "", limit=LINE_LIMIT))


def difference_sheet(lines: Sequence[str]) -> Sheet:
    """The same as values."""
    return Sheet(("change",), tuple(SheetRow(f"diff {number}", (line,)) for number, line in enumerate(lines)))


def line_of_difference(lines: Sequence[str], position: int) -> int:
    """The line of the new text that a line of the difference is, or that stands in its place.

    Examples
    --------
    >>> line_of_difference(["@@ -4,3 +4,3 @@", " a", "-b", "+c", " d"], 3)
    5
    """
    number = 1
    for line in lines[: position + 1]:
        if line.startswith("@@"):
            number = int(line.split("+")[1].split(" ")[0].split(",")[0]) - 1
        elif not line.startswith("-"):
            number += 1
    if position < len(lines) and lines[position].startswith(("-", "@@")):
        number += 1
    return max(1, number)
