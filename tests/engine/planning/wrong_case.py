"""What a wrong settings file is and what must be said of it; lines are counted from 1. Texts that many share."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """One problem that must be in the report."""

    line: int | None
    key: str | None
    message: tuple[str, ...]
    """Words of the message."""
    hint: tuple[str, ...] = ()
    """Words of the hint."""


@dataclass(frozen=True)
class Wrong:
    """One wrong settings file."""

    name: str
    text: str | bytes
    told: tuple[Told, ...]
    files: dict[str, str] = field(default_factory=dict)
    """Data beside the settings: path → content."""
    stage: str = "settings"
    """``settings``: the file alone shows it; ``planning``: it takes names or data to see it."""


DATA = "datasets: [sklearn:breast_cancer]\n"
"""One line."""
MODELS = "models: [logistic_regression]\n"
"""One line."""
BOTH = DATA + MODELS


def rows(count: int, line: str = "{i},{i2},{c}") -> str:
    return "\n".join(line.format(i=i, i2=i * i, c="ab"[i % 2]) for i in range(count)) + "\n"


TABLE = "x,y,label\n" + rows(40)
OWN = "datasets:\n  - source: own.csv\n    target: label\n"
"""Three lines; ``own.csv`` has the columns x, y and label."""
