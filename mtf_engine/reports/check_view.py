"""A check in a report: what was asked, what was found, and the interval beside its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mtf_engine import numbers
from mtf_engine.domain.results import CheckRow, Verdict
from mtf_engine.reports import drawing, provenance
from mtf_engine.reports.verdicts import GLYPHS, WORDS, asked, subject

_PICTURED = ("estimate", "difference", "low", "high", "min", "max", "margin")


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check with its evidence."""

    code: str
    name: str
    docs: str
    kind: str
    glyph: str
    word: str
    asked: str
    subject: str
    message: str
    picture: Markup
    evidence: tuple[provenance.Fact, ...]
    read: str
    sampled: bool
    counts: bool


def check_view(row: CheckRow) -> CheckView:
    """Prepare a check for display."""
    return CheckView(
        code=row.code,
        name=row.name,
        docs=row.docs,
        kind=_kind(row),
        glyph=GLYPHS[row.verdict],
        word=WORDS[row.verdict],
        asked=asked(row),
        subject=subject(row),
        message=row.message,
        picture=_check_picture(row),
        evidence=tuple(_evidence(row.evidence)),
        read=f"{numbers.count(row.rows_read)} of {numbers.plural(row.rows_total, 'row')}",
        sampled=row.rows_read < row.rows_total,
        counts=row.counts and row.verdict is not Verdict.PASS,
    )


def _kind(row: CheckRow) -> str:
    if row.verdict in (Verdict.FAIL, Verdict.ERROR):
        return "fail"
    if row.verdict in (Verdict.WARN, Verdict.INCONCLUSIVE):
        return "warn"
    return "pass" if row.verdict is Verdict.PASS else "off"


def _check_picture(row: CheckRow) -> Markup:
    """An interval and the limit that it is held against, where a check's evidence has them."""
    values = {
        key: _number(row.evidence.get(key)) for key in ("estimate", "difference", "low", "high", "min", "max", "margin")
    }
    value = values["estimate"] if values["estimate"] is not None else values["difference"]
    limit = values["min"] if values["min"] is not None else values["max"]
    if values["margin"] is not None:
        limit = -values["margin"] if row.evidence.get("greater_is_better") else values["margin"]
    on = drawing.axis([value, values["low"], values["high"], limit])
    if value is None or limit is None or on is None:
        return Markup()
    return drawing.bar(on, value, values["low"], values["high"], reference=limit, kind=_kind(row))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _evidence(evidence: Mapping[str, object]) -> list[provenance.Fact]:
    return [
        provenance.Fact(name.replace("_", " "), _evidence_text(value))
        for name, value in evidence.items()
        if name != "asked" and value is not None
    ]


def _evidence_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, float):
        return numbers.significant(value)
    if isinstance(value, Mapping):
        return " ".join(f"{key.replace('_', ' ')} {_evidence_text(part)}" for key, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_evidence_text(part) for part in value) or "none"
    return str(value)
