"""Tables as text for the clipboard, in full precision, from the engine's values and never from the screen."""

from __future__ import annotations

from mtf_engine import text_safety
from mtf_tui.standings import Standings


def standings_tsv(table: Standings) -> str:
    """One data set's scores, tab-separated, with a header; empty where there is no number."""
    header = ["rank", "model", "pipeline", "metric", "estimate", "low", "high", "difference_to_best", "verdict"]
    lines = ["\t".join(header)]
    for entry in table.entries:
        score, versus = entry.score, entry.versus
        values = [
            entry.letter,
            text_safety.line(entry.model),
            text_safety.line(entry.pipeline),
            text_safety.line(score.metric),
            *(_number(value) for value in (score.estimate, score.low, score.high)),
            _number(versus.value if versus is not None else None),
            entry.standing.value,
        ]
        lines.append("\t".join(values))
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
