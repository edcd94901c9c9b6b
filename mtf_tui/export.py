"""Tables as text for the clipboard, in full precision, from the engine's values; long ones go to a file."""

from __future__ import annotations

from pathlib import Path

from mtf_engine import text_safety
from mtf_engine.standings import Standings


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


def write_copy(text: str, suffix: str) -> Path:
    """Write what the clipboard cannot take to a new file in the working directory.

    Raises
    ------
    OSError
        It could not be written.
    """
    number = 1
    while True:
        path = Path(f"mtf-copy{'' if number == 1 else f'-{number}'}.{suffix}")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            number += 1
            continue
        return path


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
