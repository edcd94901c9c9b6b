"""Lines of the form that adds a data set: what a source is, what is predicted, what is left out, what it would cost."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.outlines import ModelChoice, Proposal
from mtf_engine.domain.sources import ColumnEntry, SourceInspection
from mtf_engine.errors import MTFError, closed
from mtf_tui.completion import Candidate
from mtf_tui.painters.table import Column, Content, TablePicture, TableRow, tabulate
from mtf_tui.text import cut, own, safe
from mtf_tui.themes import Look
from mtf_tui.workspace import Reading

_KINDS = {"numeric": "number", "categorical": "category", "datetime": "date"}
_CLASSES_SHOWN = 3


def reading_line(name: str, reading: Reading, look: Look, now: float) -> Text:
    """How far a source is: ``reading customers.csv  41 %  0:03  esc stops``."""
    known = reading.total and reading.received < reading.total
    share = f"  {numbers.percent(reading.received / (reading.total or 1))}" if known else ""
    size = f"  {numbers.size(reading.received)}" if reading.received and not reading.total else ""
    clock = numbers.stopwatch(now - reading.since)
    head = cut(own(("reading ", look.tokens.accent), safe(name)), 36, middle=True)
    return own(head, f"{share}{size}  {clock}  ", ("esc", f"bold {look.tokens.accent}"), " stops")


def found_line(inspection: SourceInspection, look: Look) -> Text:
    """Format, rows, columns and size."""
    files = f" · {numbers.plural(inspection.files, 'file')}" if inspection.files > 1 else ""
    size = f" · {numbers.size(inspection.size)}" if inspection.size else ""
    shape = f"{numbers.plural(inspection.rows, 'row')} × {numbers.plural(len(inspection.columns), 'column')}"
    return own((f"{look.glyphs.ok} ", look.tokens.ok), safe(inspection.format), f" · {shape}{files}{size}")


def error_line(message: str, hint: str | None, look: Look) -> Text:
    """What is wrong with a field, and what to do."""
    said, rest = (closed(message), own(" ", safe(hint, look.tokens.muted))) if hint else (message, own())
    return own((f"{look.glyphs.fail} ", look.tokens.fail), safe(said, look.tokens.fail), rest)


def failure_line(error: Exception, look: Look) -> Text:
    """Why a source cannot be read."""
    return (
        error_line(error.message, error.hint, look)
        if isinstance(error, MTFError)
        else error_line(str(error), None, look)
    )


def target_line(inspection: SourceInspection, look: Look) -> Text:
    """Task, classes with their shares, and why this column."""
    if inspection.problem is not None:
        return error_line(inspection.problem.message, inspection.problem.hint, look)
    muted = look.tokens.muted
    shares = [own(safe(one.label), f" {numbers.percent(one.share)}") for one in inspection.classes[:_CLASSES_SHOWN]]
    line = own((inspection.task or "", look.tokens.accent), ": " if shares else "")
    for position, share in enumerate(shares):
        line = own(line, ", " if position else "", cut(share, 18))
    more = len(inspection.classes) - _CLASSES_SHOWN
    line = own(line, f" and {more} more classes" if more > 0 else "")
    reason = inspection.target_reason
    return own(line, (" · ", muted), safe(reason, muted)) if reason and reason != "as asked" else line


def left_out_line(inspection: SourceInspection, chosen: Sequence[str], problem: str | None, look: Look) -> Text:
    """Why columns are left out, and how many features stay."""
    if problem is not None:
        return error_line(problem, None, look)
    why = {note.column: note.why for note in inspection.identifiers}
    features = len(inspection.columns) - 1 - len(chosen)
    stay = f"{numbers.plural(features, 'feature')} stay" if features != 1 else "1 feature stays"
    reasons = [own(safe(name), f": {why[name]}") for name in chosen if name in why][:2]
    line = own((stay, look.tokens.text))
    for reason in reasons:
        line = own(line, (" · ", look.tokens.muted), cut(reason, 34, middle=True))
    return line


def mode_line(mode: str, proposal: Proposal | None, look: Look, *, lit: bool) -> Text:
    """Quick or thorough, with how many models and about how long."""
    choices = {"quick": proposal.quick, "thorough": proposal.thorough} if proposal is not None else {}
    line = own()
    for position, name in enumerate(("quick", "thorough")):
        sign = "(•)" if name == mode and look.glyphs.name != "ascii" else "(*)" if name == mode else "( )"
        choice = choices.get(name)
        text = f"{sign} {name}" + (f" {len(choice.models)}" if choice is not None else "")
        ink = f"bold {look.tokens.accent}" if name == mode and lit else look.tokens.text if name == mode else ""
        line = own(line, "   " if position else "", (text, ink or look.tokens.muted))
    chosen = choices.get(mode)
    return own(line, ("   " + _cost(chosen), look.tokens.muted)) if chosen is not None else line


def _cost(choice: ModelChoice) -> str:
    return f"about {numbers.estimate(choice.seconds)}" if choice.seconds is not None else "time not known yet"


def models_line(proposal: Proposal | None, mode: str, look: Look) -> Text:
    """The models by name."""
    if proposal is None:
        return own()
    chosen = proposal.thorough if mode == "thorough" else proposal.quick
    return own((", ".join(chosen.models), look.tokens.muted))


def candidate_table(found: Sequence[Candidate], width: int, look: Look) -> TablePicture:
    """Files, folders and bundled sets that the text could become."""
    tokens = look.tokens
    rows: list[list[Content]] = [
        [safe(one.label, tokens.text if one.is_whole else tokens.s1), safe(one.note, tokens.muted)] for one in found
    ]
    return _listed([one.text for one in found], rows, width, look)


def column_table(columns: Sequence[ColumnEntry], width: int, look: Look) -> TablePicture:
    """Columns with their kinds and how many values they have."""
    tokens = look.tokens
    rows: list[list[Content]] = [
        [
            safe(one.name, tokens.text),
            own((f"{_KINDS.get(one.kind, one.kind)} · {numbers.count(one.distinct)} distinct", tokens.muted)),
        ]
        for one in columns
    ]
    return _listed([one.name for one in columns], rows, width, look)


def _listed(keys: Sequence[str], rows: list[list[Content]], width: int, look: Look) -> TablePicture:
    columns = [Column(own(), flex=True, least=10, most=52), Column(own(), right=True, most=30)]
    lines = tabulate(columns, rows, width, look).rows
    return TablePicture(tuple(TableRow(key, line) for key, line in zip(keys, lines, strict=True)))
