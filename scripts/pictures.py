"""Make the pictures of the documentation: every screen of the real program on real data, as small SVG files.

``python scripts/pictures.py [--out docs/pictures] [--size 80x24,...] [--theme dark,...] [--home DIR] [SHOT ...]``

A project of 7,043 made-up customers (seeded) and three bundled data sets is run twice by the real engine: once with
another setting, and once as it is, while pictures of the live run are taken. Then the app is driven by keys and
each screen written as ``SHOT-SIZE-THEME.svg``. Scores, intervals and verdicts are the same in every run of this script;
times, ages and memory are what they are. With ``--home`` runs are kept there and made only once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import math
import os
import random
import re
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.strip import Strip
from textual.worker import WorkerCancelled

from mtf_engine import api
from mtf_tui.app import MTFApp
from mtf_tui.engine_client import LocalEngine
from mtf_tui.terminal import Terminal
from mtf_tui.themes import TOKENS, Tokens

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
ROWS = 7043
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE = 8.43, 17, 14
FONTS = "'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace"
LIVE_SHARE = 0.55
"""Share of the cells from which pictures of the live run are taken."""

SETTINGS = """\
version: 1
name: churn
seed: 0
datasets:
  - sklearn:breast_cancer
  - name: churn
    source: customers.csv
    target: churned
    drop: [customer_id]
  - sklearn:wine
  - sklearn:diabetes
pipeline:
  - drop_duplicates
  - impute: {{numeric: median}}
  - encode: one_hot
  - scale: standard
models:
  - logistic_regression
  - hist_gradient_boosting: {{max_iter: 100}}
  - random_forest: {{n_estimators: {trees}}}
  - estimator: sklearn.cross_decomposition.PLSRegression
    name: pls_regression
    parameters: {{n_components: 12}}
  - k_nearest_neighbors
  - svm
  - elastic_net: {{alpha: 0.1}}
splits: {{method: auto, folds: 5}}
metrics: [roc_auc, roc_auc_ovr, log_loss, brier, accuracy, f1, r2, mae]
execution: {{cell_timeout: 10min, cell_memory: 4GB}}
checks:
  - {{metric: roc_auc, dataset: churn, model: logistic_regression, min: 0.80, confident: true}}
  - metric: roc_auc
    dataset: churn
    model: hist_gradient_boosting
    not_worse_than: logistic_regression
    margin: 0.01
  - class_imbalance
  - train_test_overlap
  - duplicate_rows
  - missing_values
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the keys that lead to it from the one before."""

    name: str
    keys: tuple[str, ...]
    is_documented: bool = True
    """Whether the documentation shows it; others are made when they are asked for by name."""


SHOTS = (
    Shot("sources", ("1",), is_documented=False),
    Shot("pipeline", ("2",), is_documented=False),
    Shot("models", ("3",), is_documented=False),
    Shot("run", ("4",)),
    Shot("results", ("5",)),
    Shot("scores", ("d", *"churn", "enter")),
    Shot("model", ("enter",), is_documented=False),
    Shot("curves", ("escape", "c", "right")),
    Shot("precision-recall", ("c",), is_documented=False),
    Shot("matrix", ("escape", "m")),
    Shot("versus", ("escape", "v")),
    Shot("rows", ("tab", "j", "enter")),
    Shot("checks", ("escape", "escape", "h")),
    Shot("failures", ("escape", "f")),
    Shot("residuals", ("escape", "d", *"diabetes", "enter", "c")),
    Shot("export", ("escape", "e")),
    Shot("multiclass", ("escape", "d", *"wine", "enter", "m")),
    Shot("runs", ("6",)),
    Shot("compare", ("space", "j", "space", "c")),
    Shot("help", ("escape", "question_mark"), is_documented=False),
    Shot("palette", ("escape", "colon"), is_documented=False),
)


def make_customers(path: Path) -> None:
    """Write the made-up customers; the seed is fixed and only the standard library draws."""
    draw = random.Random(7)
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        names = "customer_id tenure monthly_charges total_charges contract internet payment senior support churned"
        table.writerow(names.split())
        for number in range(ROWS):
            tenure = min(72, int(draw.expovariate(1 / 30)))
            internet = draw.choices(("fiber", "dsl", "none"), (44, 34, 22))[0]
            contract = draw.choices(("month", "one year", "two year"), (55, 21, 24))[0]
            payment = draw.choices(("check", "card", "transfer"), (34, 36, 30))[0]
            senior, support = int(draw.random() < 0.16), draw.choice(("yes", "no"))
            charge = {"fiber": 88.0, "dsl": 56.0, "none": 21.0}[internet] + draw.gauss(0, 7)
            odds = 0.2 - 0.03 * tenure + 0.7 * (internet == "fiber") + 0.5 * (payment == "check") + 0.4 * senior
            odds -= {"month": 0.0, "one year": 0.8, "two year": 1.5}[contract] + 0.6 * (support == "yes")
            churned = "yes" if draw.random() < 1 / (1 + math.exp(-odds)) else "no"
            total = "" if tenure == 0 and draw.random() < 0.1 else f"{tenure * charge:.2f}"
            row = (f"C{number:05}", tenure, f"{charge:.2f}", total, contract, internet, payment, senior, support)
            table.writerow((*row, churned))


def make_project(folder: Path, trees: int = 100) -> Path:
    """Write data and settings, and give the settings' path."""
    if not (folder / "customers.csv").exists():
        make_customers(folder / "customers.csv")
    path = folder / "settings.yaml"
    path.write_text(SETTINGS.format(trees=trees))
    return path


def run_to_end(settings: Path) -> str:
    """Run a settings file and give the run's id."""
    handle = api.start(settings)
    for _ in handle.updates(interval=0.5):
        pass
    return str(handle.id)


async def settle(pilot: Any) -> None:
    """Wait until the app has what it asked for and has painted it."""
    for _ in range(40):
        await pilot.pause()
        asked = [w for w in pilot.app.workers if w.is_running and w.group not in ("watch", "add", "form", "save")]
        if not asked:
            break
        with contextlib.suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete(asked)
    await pilot.pause(0.1)


@asynccontextmanager
async def opened(
    settings: Path, run: str | None, size: tuple[int, int], theme: str, state: Path, *, begin: bool = False
) -> AsyncIterator[Any]:
    """Open the app on the real engine."""
    app = MTFApp(LocalEngine(), settings=settings, run=run, begin=begin, terminal=Terminal(), state_home=state)
    app.theme = f"mtf-{theme}"
    async with app.run_test(size=size, notifications=False) as pilot:
        await settle(pilot)
        yield pilot


def save(pilot: Any, path: Path, tokens: Tokens) -> None:
    """Write what is on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    path.write_text(svg(strips, tokens), encoding="utf-8")


def svg(strips: Sequence[Strip], tokens: Tokens) -> str:
    """Draw rows of styled cells as SVG: grounds as rectangles, braille and blocks as paths, the rest as text."""
    width = max(strip.cell_length for strip in strips)
    grounds: list[str] = []
    marks: dict[str, list[str]] = {}
    texts: dict[tuple[str, bool], list[str]] = {}
    for y, strip in enumerate(strips):
        x = 0
        for text, style, _ in strip:
            length = cell_len(text)
            ink, ground = colours(style, tokens)
            if ground != tokens.background:
                grounds.append(_box(x, y, length, ground))
            if length == len(text):
                marks.setdefault(ink, []).extend(_shape(character, x + i, y) for i, character in enumerate(text))
            texts.setdefault((ink, bool(style and style.bold)), []).extend(_words(text, x, y))
            x += length
    drawn = [f'<path fill="{ink}" d="{path}"/>' for ink, parts in marks.items() if (path := "".join(parts))]
    written = []
    for (ink, bold), parts in texts.items():
        weight = ' font-weight="bold"' if bold else ""
        written += [f'<g fill="{ink}"{weight}>', *parts, "</g>"] if parts else []
    box = f"0 0 {width * CELL_WIDTH:.0f} {len(strips) * CELL_HEIGHT}"
    font = f'font-family="{FONTS}" font-size="{FONT_SIZE}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {font} xml:space="preserve">'
    back = f'<rect width="100%" height="100%" fill="{tokens.background}"/>'
    return "\n".join([head, back, *grounds, *drawn, *written, "</svg>", ""])


def colours(style: Style | None, tokens: Tokens) -> tuple[str, str]:
    """Ink and ground of a style as ``#rrggbb``."""
    ink = _hex(style.color if style else None, tokens.text)
    ground = _hex(style.bgcolor if style else None, tokens.background)
    return (ground, ink) if style and style.reverse else (ink, ground)


def _hex(colour: Color | None, default: str) -> str:
    if colour is None or colour.is_default:
        return default
    return str(colour.get_truecolor().hex)


def _box(x: int, y: int, length: int, colour: str) -> str:
    return (
        f'<rect x="{x * CELL_WIDTH:.1f}" y="{y * CELL_HEIGHT}" width="{length * CELL_WIDTH + 0.3:.1f}" '
        f'height="{CELL_HEIGHT + 0.3}" fill="{colour}"/>'
    )


_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each braille bit."""


def _shape(character: str, x: int, y: int) -> str:
    """Path of a braille or lower-block character; empty for any other."""
    code = ord(character)
    left, top = x * CELL_WIDTH, y * CELL_HEIGHT
    if 0x2800 <= code < 0x2900:
        on = [place for bit, place in enumerate(_DOTS) if code >> bit & 1]
        return "".join(_square(left + (c + 0.5) * CELL_WIDTH / 2, top + (r + 0.5) * CELL_HEIGHT / 4) for c, r in on)
    if 0x2581 <= code <= 0x2588:
        height = CELL_HEIGHT * (code - 0x2580) / 8
        return f"M{left:.1f} {top + CELL_HEIGHT - height:.1f}h{CELL_WIDTH}v{height:.1f}h-{CELL_WIDTH}z"
    return ""


def _square(x: float, y: float) -> str:
    return f"M{x - 0.9:.1f} {y - 0.9:.1f}h1.8v1.8h-1.8z"


def _words(text: str, x: int, y: int) -> Iterator[str]:
    """Text elements of the stretches of a segment that are neither blank nor drawn."""
    letters = "".join(" " if _shape(character, 0, 0) else character for character in text)
    for found in re.finditer(r"\S+(?: \S+)*", letters):
        at = (x + cell_len(letters[: found.start()])) * CELL_WIDTH
        length = cell_len(found[0]) * CELL_WIDTH
        place = f'x="{at:.1f}" y="{(y + 0.77) * CELL_HEIGHT:.1f}" textLength="{length:.1f}"'
        yield f"<text {place}>{escape(found[0])}</text>"


async def take(
    settings: Path, run: str, size: tuple[int, int], theme: str, out: Path, wanted: Sequence[str], state: Path
) -> None:
    """Take the pictures of a finished run."""
    tokens = TOKENS[f"mtf-{theme}"]
    async with opened(settings, run, size, theme, state) as pilot:
        for shot in SHOTS:
            for key in shot.keys:
                await pilot.press(key)
                await settle(pilot)
            if shot.name in wanted or (not wanted and shot.is_documented):
                save(pilot, out / f"{shot.name}-{size[0]}x{size[1]}-{theme}.svg", tokens)


async def take_live(
    settings: Path, sizes: Sequence[tuple[int, int]], themes: Sequence[str], out: Path, state: Path
) -> str:
    """Take pictures of a run that is going on, wait for its end, and give its id."""
    handle = await asyncio.to_thread(lambda: api.start(settings, fresh=True))
    async with opened(settings, handle.id, sizes[0], themes[0], state) as pilot:
        workspace = pilot.app.workspace
        while workspace.state is None or workspace.matrix is None:
            await asyncio.sleep(0.1)
        await pilot.press("right")
        while workspace.is_live and workspace.state.done < LIVE_SHARE * workspace.state.total_cells:
            await asyncio.sleep(0.1)
        for size in sizes:
            await pilot.resize_terminal(*size)
            for theme in themes:
                pilot.app.theme = f"mtf-{theme}"
                await pilot.pause(0.3)
                save(pilot, out / f"run-live-{size[0]}x{size[1]}-{theme}.svg", TOKENS[f"mtf-{theme}"])
    await asyncio.to_thread(lambda: [None for _ in handle.updates(interval=0.5)])
    return str(handle.id)


def _sizes(text: str) -> list[tuple[int, int]]:
    return [(int(width), int(height)) for width, _, height in (one.partition("x") for one in text.split(","))]


def _themes(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if f"mtf-{name}" not in TOKENS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no theme {unknown[0]!r}: dark, light and cvd are there")
    return names


def command_line() -> argparse.ArgumentParser:
    """Make the parser of the arguments; a list is one word, so that names of pictures may follow it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shots", nargs="*", help="names of pictures; those of the documentation unless given")
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder to write to")
    parser.add_argument("--size", type=_sizes, default=[(80, 24)], help="such as 160x45 or 80x24,160x45")
    parser.add_argument("--theme", type=_themes, default=["dark"], help="such as light or dark,cvd")
    parser.add_argument("--home", type=Path, help="keep project and runs here")
    return parser


def main() -> None:
    """Read the command line, run the project, take the pictures."""
    parser = command_line()
    asked = parser.parse_args()
    unknown = sorted(set(asked.shots) - {"run-live"} - {shot.name for shot in SHOTS})
    if unknown:
        parser.error(f"no picture is called {unknown[0]}")
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["MTF_HOME"] = str(home / "home")
        run_to_end(make_project(home, trees=20))
        settings, state = make_project(home), home / "state"
        live = not asked.shots or "run-live" in asked.shots
        run = asyncio.run(take_live(settings, asked.size, asked.theme, asked.out, state)) if live else None
        run = run or run_to_end(settings)
        for size in asked.size:
            for theme in asked.theme:
                asyncio.run(take(settings, run, size, theme, asked.out, asked.shots, state))


if __name__ == "__main__":
    main()
