"""What the benches have in common: a measured figure, and the command line that chooses what to measure."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured quantity."""

    name: str
    unit: str
    ours: list[float]
    peer: list[float] = field(default_factory=list)
    """The peer's values, each measured right after ours at its position; empty where there is none."""

    peer_name: str = ""
    target: str = ""

    @property
    def ratios(self) -> list[float]:
        """Peer over ours, pair by pair: how many times faster ours is."""
        return [theirs / own for own, theirs in zip(self.ours, self.peer, strict=False)]

    def line(self) -> str:
        """Say it in one line: medians, and the ranges where there are several values."""
        told = [f"{self.name}: {_spread(self.ours)} {self.unit}"]
        if self.peer:
            told.append(f"{self.peer_name} {_spread(self.peer)} {self.unit}")
            told.append(f"{statistics.median(self.ratios):.2f}x as fast {_range(self.ratios, '.2f')}".rstrip())
        if self.target:
            told.append(f"target {self.target}")
        return "; ".join(told)


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.3g} {_range(values, '.3g')}".rstrip()


def _range(values: list[float], digits: str) -> str:
    return f"[{min(values):{digits}}, {max(values):{digits}}]" if len(values) > 1 else ""


Bench = Callable[[int, Path], Iterable[Figure]]
"""Takes how many rounds count and an empty folder."""


def main(description: str | None, benches: Mapping[str, Bench], packages: Sequence[str]) -> None:
    """Measure what the command line names, print a line each, and write JSON when asked.

    Parameters
    ----------
    description : str or None
        The bench's own help.
    benches : mapping
        What can be named.
    packages : sequence of str
        Distributions whose versions the figures depend on.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"what to measure: {', '.join(benches)}")
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (default 5)")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(benches)
    if unknown:
        parser.error(f"no bench is called {', '.join(sorted(unknown))}; there are {', '.join(benches)}")
    versions = {name: version(name) for name in packages}
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"python {platform.python_version()}, {os.cpu_count()} processors{load}, {versions}")
    figures: list[Figure] = []
    for name in chosen.names or benches:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for figure in benches[name](chosen.runs, Path(folder)):
                print(figure.line(), flush=True)
                figures.append(figure)
    if chosen.json:
        content = {"versions": versions, "figures": [{**asdict(one), "ratios": one.ratios} for one in figures]}
        chosen.json.write_text(json.dumps(content, indent=2))
