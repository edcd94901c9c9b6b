"""Painters: data and a width in, rows of exactly that width out, whatever the data are."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.text import Text

from mtf_engine.domain.run import CellState, CellStatus, RunState, RunStatus
from mtf_tui.canvas import BandPoint, Canvas, Span
from mtf_tui.glyphs import ASCII, BLOCKS, GLYPH_SETS, UNICODE, glyph_set
from mtf_tui.painters.bars import count_bar, fold_strip, histogram, progress, share_bar, sparkline
from mtf_tui.painters.interval import Axis, axis_header, axis_over, interval_bar
from mtf_tui.painters.matrix import confusion
from mtf_tui.painters.plot import Plot, PlotSeries, plot, tick_labels, ticks
from mtf_tui.painters.table import Column, tabulate
from mtf_tui.pictures.run import workers
from mtf_tui.text import cut, own, pad, safe
from mtf_tui.themes import CVD, DARK, LIGHT, Look, contrast, heat

LOOK = Look()
number = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
anything = st.one_of(st.none(), st.floats())
AXIS = Axis(0.65, 0.80, 0.05)


def plain_bar(estimate: float, low: float, high: float, *, reference: float | None = None, width: int = 15) -> str:
    return interval_bar(AXIS, width, LOOK, estimate=estimate, low=low, high=high, reference=reference).plain


@pytest.mark.parametrize(
    ("interval", "reference", "bar"),
    [
        ((0.72, 0.70, 0.74), None, "     ━━●━      "),
        ((0.72, 0.705, 0.735), None, "     ╺━●╸      "),
        ((0.72, 0.70, 0.74), 0.73, "     ━━●┿      "),
        ((0.72, 0.70, 0.74), 0.77, "     ━━●━   ┊  "),
        ((0.50, 0.50, 0.50), 0.77, "◂           ┊  "),
        ((0.90, 0.85, 0.95), None, "              ▸"),
        ((0.70, 0.60, 0.90), None, "◂━━━━●━━━━━━━━▸"),
        ((0.72, 0.72, 0.72), None, "       ●       "),
    ],
)
def test_interval_bars(interval: tuple[float, float, float], reference: float | None, bar: str) -> None:
    assert plain_bar(*interval, reference=reference) == bar


def test_a_reference_is_crossed_only_when_the_interval_contains_it() -> None:
    axis = Axis(-0.10, 0.10, 0.05)
    near = interval_bar(axis, 10, LOOK, estimate=-0.04, low=-0.08, high=-0.0001, reference=0.0).plain
    touching = interval_bar(axis, 10, LOOK, estimate=-0.04, low=-0.08, high=0.0001, reference=0.0).plain
    assert "┿" not in near
    assert "┊" in near
    assert "┿" in touching


@given(anything, anything, anything, anything, st.integers(0, 120))
def test_an_interval_bar_is_as_wide_as_asked(
    estimate: float | None, low: float | None, high: float | None, reference: float | None, width: int
) -> None:
    finite = None if reference is None or not math.isfinite(reference) else reference
    bar = interval_bar(AXIS, width, LOOK, estimate=estimate, low=low, high=high, reference=finite)
    assert bar.cell_len == width


@given(st.lists(st.tuples(anything, anything), max_size=12))
def test_an_axis_covers_what_it_is_made_for(intervals: list[tuple[float | None, float | None]]) -> None:
    axis = axis_over(intervals)
    ends = [v for pair in intervals for v in pair if v is not None and math.isfinite(v) and abs(v) < 1e300]
    if axis is None:
        assert not ends
        return
    assert axis.low < axis.high
    assert all(-1e-6 <= axis.position(value) <= 1 + 1e-6 for value in ends)
    assert axis_header(axis, 20, LOOK).cell_len == 20


@pytest.mark.parametrize(
    ("spans", "low", "high"),
    [
        ([(0.669, 0.798)], 0.65, 0.80),
        ([(0.0, 1.0)], 0.0, 1.0),
        ([(-0.094, -0.012)], -0.1, 0.0),
        ([(120, 140)], 120, 140),
    ],
)
def test_an_axis_ends_on_round_numbers(spans: list[tuple[float, float]], low: float, high: float) -> None:
    axis = axis_over(spans, include=0.0 if spans[0][0] < 0 else None)
    assert axis is not None
    assert (axis.low, axis.high) == pytest.approx((low, high))


def test_fold_strips_become_counts_beyond_ten_folds() -> None:
    done, failed, waiting = CellStatus.FINISHED, CellStatus.FAILED, CellStatus.WAITING
    assert fold_strip([done, CellStatus.REUSED, CellStatus.RUNNING, failed, waiting], LOOK).plain == "●○◐✗·"
    assert fold_strip([done] * 7 + [waiting] * 5, LOOK).plain == "7/12"


@given(st.floats(-1, 2), st.integers(8, 200))
def test_progress_fills_its_width_and_says_all_only_when_it_is_all(share: float, width: int) -> None:
    bar = progress(share, width, LOOK)
    assert bar.cell_len == width
    assert ("100 %" in bar.plain) == (share >= 1)


@given(st.lists(anything, max_size=30))
def test_sparklines_take_one_cell_a_value(values: list[float | None]) -> None:
    assert sparkline(values, LOOK).cell_len == min(12, len(values))


@given(st.lists(st.integers(0, 10**9), max_size=40), st.lists(st.floats(0, 1), max_size=8))
def test_small_bars_never_overflow(counts: list[int], shares: list[float]) -> None:
    assert histogram(counts, LOOK).cell_len <= 12
    assert share_bar(shares, LOOK).cell_len == 12
    assert all(count_bar(share, 20, LOOK, "").cell_len <= 20 for share in shares)


@pytest.mark.parametrize("glyphs", GLYPH_SETS)
def test_categories_of_a_bar_are_told_apart_without_colour(glyphs: str) -> None:
    bar = share_bar([0.5, 0.25, 0.17, 0.08], Look(glyphs=glyph_set(glyphs))).plain
    assert [len(list(part)) for _, part in itertools.groupby(bar)] == [6, 3, 2, 1]


def test_no_picture_uses_the_full_block() -> None:
    pictures = [sparkline([1, 2, 3], LOOK), histogram([5, 1], LOOK), share_bar([0.7, 0.3], LOOK)]
    assert not any("█" in picture.plain for picture in pictures)


@given(st.integers(2, 25), st.integers(24, 120))
@example(6, 63)  # a share of 0.97 % is wider than its cell
@settings(max_examples=40, deadline=None)
def test_confusion_matrices_fit(classes: int, width: int) -> None:
    counts = [[(i * 7 + j * 13) % 97 for j in range(classes)] for i in range(classes)]
    labels = [f"label {i} {'x' * (i % 9)}" for i in range(classes)]
    rows = confusion(labels, counts, width, LOOK).lines
    assert all(row.cell_len <= width for row in rows)
    assert len(rows) >= min(classes, 10)


def test_a_confusion_matrix_says_counts_and_shares() -> None:
    rows = [row.plain for row in confusion(["no", "yes"], [[4746, 406], [1258, 633]], 40, LOOK).lines]
    assert rows[0].split() == ["said", "no", "said", "yes"]
    assert rows[1].split() == ["was", "no", "4,746", "406"]
    assert rows[2].split() == ["92", "%", "8", "%"]
    assert rows[4].split() == ["67", "%", "33", "%"]


@pytest.mark.parametrize("tokens", [DARK, LIGHT, CVD])
def test_labels_on_tints_can_be_read(tokens: object) -> None:
    look = Look(tokens)  # type: ignore[arg-type]
    for share in (0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0):
        for right in (True, False):
            assert contrast(*heat(look, share, right=right)) >= 4.5


@pytest.mark.parametrize("tokens", [DARK, LIGHT, CVD])
def test_text_colours_can_be_read_on_every_ground(tokens: object) -> None:
    names = ("text", "muted", "accent", "ok", "warn", "fail", "s1", "s2", "s3", "s4", "s5", "s6")
    for ground in ("background", "surface", "panel", "cursor"):
        for name in names:
            assert contrast(getattr(tokens, name), getattr(tokens, ground)) >= 4.5, (name, ground)


def roc(power: float) -> tuple[tuple[float, float], ...]:
    return tuple((i / 100, (i / 100) ** power) for i in range(101))


def canvas_rows(glyphs: object, width: int = 20, height: int = 8) -> list[str]:
    canvas = Canvas(width, height, Span(0, 1), Span(0, 1), Look(glyphs=glyphs))  # type: ignore[arg-type]
    canvas.line(roc(1.0), "red", letter="B")
    canvas.line(roc(0.3), "blue", letter="A")
    return [row.plain for row in canvas.rows()]


@pytest.mark.parametrize("glyphs", [UNICODE, BLOCKS, ASCII])
def test_lines_are_drawn_in_every_glyph_set(glyphs: object) -> None:
    rows = canvas_rows(glyphs)
    assert all(len(row) == 20 for row in rows)
    assert any(row.strip() for row in rows)
    if glyphs is ASCII:
        assert "".join(rows).isascii()


def test_a_later_series_owns_the_cells_that_it_enters() -> None:
    canvas = Canvas(10, 4, Span(0, 1), Span(0, 1), LOOK)
    canvas.line(((0.0, 0.5), (1.0, 0.5)), "red")
    canvas.line(((0.0, 0.5), (1.0, 0.5)), "blue")
    styles = {str(span.style) for row in canvas.rows() for span in row.spans if row.plain.strip()}
    assert "blue" in styles
    assert "red" not in styles


def test_a_line_is_one_dot_thick() -> None:
    canvas = Canvas(10, 4, Span(0, 1), Span(0, 1), LOOK)
    canvas.line(((0.0, 0.5), (1.0, 0.5)), "red")
    dots = [ord(sign) - 0x2800 for row in canvas.rows() for sign in row.plain if sign != " "]
    assert dots
    assert all(bin(dot).count("1") == 2 for dot in dots)


def test_a_band_thinner_than_a_cell_is_not_drawn() -> None:
    def grounds(half: float) -> int:
        canvas = Canvas(20, 10, Span(0, 1), Span(0, 1), LOOK)
        canvas.band([BandPoint(x / 10, 0.5 - half, 0.5 + half) for x in range(11)], DARK.s1)
        return sum(len(row.spans) for row in canvas.rows())

    assert grounds(0.2) > 0
    assert grounds(0.01) == 0


def test_of_a_band_that_is_mostly_thinner_than_a_cell_no_scraps_are_drawn() -> None:
    def grounds(thick: int) -> int:
        canvas = Canvas(20, 10, Span(0, 1), Span(0, 1), LOOK)
        half = [0.2 if x < thick else 0.01 for x in range(11)]
        canvas.band([BandPoint(x / 10, 0.5 - h, 0.5 + h) for x, h in enumerate(half)], DARK.s1)
        return sum(len(row.spans) for row in canvas.rows())

    assert grounds(8) > 0
    assert grounds(3) == 0


@given(st.lists(st.tuples(number, number), min_size=1, max_size=30), st.integers(2, 60), st.integers(2, 20))
@settings(max_examples=60, deadline=None)
def test_a_canvas_keeps_its_size_whatever_is_drawn(points: list[tuple[float, float]], width: int, height: int) -> None:
    canvas = Canvas(width, height, Span(-1.0, 1.0), Span(-1.0, 1.0), LOOK)
    canvas.line(sorted(points), "red", letter="A")
    canvas.dots(points, "blue")
    canvas.vertical(points[0][0] % 1, "muted")
    rows = canvas.rows()
    assert len(rows) == height
    assert all(row.cell_len == width for row in rows)


@pytest.mark.parametrize(("width", "height"), [(160, 40), (80, 18), (68, 20), (40, 10), (29, 10), (40, 7), (5, 2)])
def test_a_plot_fits_and_never_covers_data_with_its_legend(width: int, height: int) -> None:
    names = "ABCDEF"
    series = tuple(PlotSeries(name, f"model {name}", roc(0.3 + i / 10), "0.772", (), i) for i, name in enumerate(names))
    rows = plot(Plot(series, Span(0, 1), Span(0, 1), "false positive rate", "AUC"), width, height, LOOK)
    assert len(rows) <= max(height, len(series) + 1)
    assert all(row.cell_len <= width for row in rows)


def test_points_of_several_models_are_told_apart_without_colour() -> None:
    points = tuple((x / 10, x / 10) for x in range(10)), tuple((x / 10, 1 - x / 10) for x in range(10))
    series = tuple(
        PlotSeries(name, name, dots, "", (), i) for i, (name, dots) in enumerate(zip("AB", points, strict=True))
    )
    both = Plot(series, Span(0, 1), Span(0, 1), "predicted", scatter=True)
    bare = "".join(row.plain for row in plot(both, 40, 12, Look(colour=False))[1:])
    assert {"A", "B"} <= set(bare)
    assert not {"A", "B"} & set("".join(row.plain for row in plot(both, 40, 12, LOOK)[1:]))
    alone = replace(both, series=series[:1])
    assert "A" not in "".join(row.plain for row in plot(alone, 40, 12, Look(colour=False))[1:]), "a finer picture"


@given(number, st.floats(1e-6, 1e6), st.integers(2, 20))
def test_ticks_are_round_and_inside(low: float, width: float, most: int) -> None:
    span = Span(low, low + width)
    if span.high <= span.low:
        return
    values = ticks(span, most)
    assert 1 <= len(values) <= most + 2
    assert len(tick_labels(values)) == len(values)


def test_ticks_step_by_1_2_25_or_5() -> None:
    assert ticks(Span(0, 1), 4) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert tick_labels(ticks(Span(0, 1), 4)) == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert tick_labels(ticks(Span(0, 1), 5)) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]


def test_tables_drop_the_least_important_column_first() -> None:
    columns = [Column(own("model")), Column(own("verdict"), drop=1), Column(own("fit"), drop=2)]
    cells = [[own("logistic"), own("best"), own("0.30")]]
    assert tabulate(columns, cells, 40, LOOK).shown == (0, 1, 2)
    assert tabulate(columns, cells, 20, LOOK).shown == (0, 1)
    assert tabulate(columns, cells, 12, LOOK).shown == (0,)


@given(st.lists(st.lists(st.text(max_size=40), min_size=3, max_size=3), max_size=6), st.integers(4, 120))
@settings(max_examples=60, deadline=None)
def test_tables_have_rows_of_one_width(cells: list[list[str]], width: int) -> None:
    columns = [Column(own("a")), Column(own("b"), flex=True, drop=1), Column(own("c"), right=True, drop=2)]
    table = tabulate(columns, [[safe(cell) for cell in row] for row in cells], width, LOOK)
    assert {row.cell_len for row in (table.header, *table.rows)} == {table.header.cell_len}


@pytest.mark.parametrize("text", ["plain", "模型模型模型模型", "naïve", "a[/]b", "e\u0301" * 20])
@pytest.mark.parametrize("width", [0, 1, 2, 5, 9, 40])
def test_cutting_respects_cell_width(text: str, width: int) -> None:
    assert cut(Text(text), width).cell_len <= width
    assert pad(Text(text), width).cell_len == width
    assert cut(Text(text), width, middle=True).cell_len <= width


def test_cutting_in_the_middle_keeps_both_ends() -> None:
    assert cut(Text("data/customers-2026.csv"), 12, middle=True).plain == "data/…26.csv"


def test_a_worker_shows_its_memory_where_there_is_room() -> None:
    held = (100_000_000, 150_000_000, 212_000_000)
    cell = CellState(
        "c",
        "churn",
        "default",
        "hist_gradient_boosting",
        3,
        CellStatus.RUNNING,
        started=0.0,
        memory_bytes=held,
        worker=1,
    )
    state = RunState("r", RunStatus.RUNNING, workers=1, total_cells=1, cells={"c": cell})
    narrow, terminal, wide = (workers(state, None, width, LOOK, 3.0)[0].plain for width in (62, 78, 100))
    assert narrow.rstrip().endswith("212 MB")
    assert "hist_gradient_boosting" in narrow
    assert all(line.rstrip().endswith("212 MB  ▄▅▇") for line in (terminal, wide))


@given(st.integers(2, 30), st.integers(24, 120), st.integers(3, 14), st.data())
@settings(max_examples=40, deadline=None)
def test_the_cursor_of_a_confusion_matrix_is_always_seen(
    classes: int, width: int, room: int, data: st.DataObject
) -> None:
    cursor = data.draw(st.integers(0, classes - 1)), data.draw(st.integers(0, classes - 1))
    counts = [[(i * 7 + j * 13) % 97 for j in range(classes)] for i in range(classes)]
    labels = [f"label {i} {'x' * (i % 9)}" for i in range(classes)]
    picture = confusion(labels, counts, width, LOOK, room=room, cursor=cursor)
    assert len(picture.lines) <= room
    assert all(line.cell_len <= width for line in picture.lines)
    marks = [(x, y) for y, line in enumerate(picture.lines) for x, sign in enumerate(line.plain) if sign in "]+"]
    assert {picture.place_at(x, y) for x, y in marks} == {cursor}
    assert picture.place_at(0, picture.header) is None
    assert picture.place_at(picture.left, 0) is None


def test_a_shade_map_without_colour_is_drawn_by_heights_alone() -> None:
    counts = [[9 if i == j else 1 if j == i + 1 else 0 for j in range(25)] for i in range(25)]
    plain = confusion(range(25), counts, 80, Look(DARK, colour=False))
    assert plain.lines[1].plain.split()[1] == "▆▆▁▁"
    assert not any("on" in str(span.style).split() for span in plain.lines[1].spans), "a tint would hide heights"
    assert not confusion(range(25), counts, 80, LOOK).lines[1].plain[2:].strip()


def test_zero_is_labelled_on_an_axis_also_beside_its_end() -> None:
    axis = axis_over([(-0.35, 0.02)], include=0.0)
    assert axis is not None
    assert axis_header(axis, 15, LOOK, mark=0.0).plain == "−0.40      0   "
    assert axis_header(axis, 40, LOOK, mark=0.0).plain.split() == ["−0.40", "0", "0.10"]
    assert axis_header(axis, 15, LOOK).plain.split() == ["−0.40", "0.10"]
