"""Tables keep what people copy where the terminal is narrow, and are whole in a pipe."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mtf_engine.cli.layout import Heading, Narrow, fit, lay_out

HEADINGS = [Heading("id"), Heading("cells", right=True), Heading("found", narrow=Narrow.WRAPPED)]
ROWS: list[list[str | Text]] = [
    ["20261129T170859Z-demo-ce66", "90/90", Text("the scores of two folds agree by luck", style="red")],
    ["20261129T170900Z-demo-01ab", "7/90", "nothing"],
]


def on_terminal(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)


def printed(text: Text, width: int) -> list[str]:
    console = on_terminal(width)
    with console.capture() as capture:
        console.print(text)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_pipe_gets_every_row_on_one_line() -> None:
    assert [line.rstrip() for line in lay_out(HEADINGS, ROWS, None).plain.split("\n")] == [
        "id                          cells  found",
        "20261129T170859Z-demo-ce66  90/90  the scores of two folds agree by luck",
        "20261129T170900Z-demo-01ab   7/90  nothing",
    ]


def test_a_wide_terminal_gets_what_a_pipe_gets() -> None:
    wide = on_terminal(100)
    assert lay_out(HEADINGS, ROWS, wide).plain == lay_out(HEADINGS, ROWS, None).plain


def test_what_can_wrap_wraps_under_its_own_heading() -> None:
    assert printed(lay_out(HEADINGS, ROWS, on_terminal(55)), 55) == [
        "id                          cells  found",
        "20261129T170859Z-demo-ce66  90/90  the scores of two",
        "                                   folds agree by luck",
        "20261129T170900Z-demo-01ab   7/90  nothing",
    ]


def test_what_can_be_cut_is_cut_before_an_id() -> None:
    headings = [*HEADINGS[:2], Heading("best", narrow=Narrow.CUT)]
    assert printed(lay_out(headings, ROWS, on_terminal(45)), 45)[1] == "20261129T170859Z-demo-ce66  90/90  the score…"


def test_a_cut_name_that_runs_backwards_is_closed() -> None:
    name = "שם של מודל ארוך מאוד מאוד"
    shown = lay_out([Heading("name", narrow=Narrow.CUT), Heading("id")], [[name, "x" * 20]], on_terminal(32)).plain
    cut = shown.split("\n")[1]
    assert "…" in cut
    assert cut.count("\u2068") == cut.count("\u2069") == 1


def test_styles_reach_only_their_own_cell() -> None:
    text = lay_out(HEADINGS, ROWS, None)
    assert [text.plain[span.start : span.end] for span in text.spans if span.style == "red"] == [
        "the scores of two folds agree by luck"
    ]


@pytest.mark.parametrize(
    ("widths", "room", "fitted"),
    [
        ((26, 4, 60), 100, [26, 4, 60]),
        ((26, 4, 60), 80, [26, 4, 46]),
        ((26, 4, 60), 50, [26, 4, 16]),
        ((26, 4, 60), 40, [24, 4, 8]),
        ((26, 4, 6), 34, [20, 4, 6]),
        ((26, 4, 60), 5, [1, 1, 1]),
    ],
)
def test_widths(widths: tuple[int, ...], room: int, fitted: list[int]) -> None:
    headings = [Heading("a"), Heading("b"), Heading("c", narrow=Narrow.CUT)]
    assert fit(widths, headings, room) == fitted


tables = st.integers(1, 6).flatmap(
    lambda columns: st.tuples(
        st.lists(st.sampled_from(Narrow), min_size=columns, max_size=columns),
        st.lists(st.lists(st.text(max_size=40), min_size=columns, max_size=columns), max_size=5),
    )
)


@given(tables, st.integers(20, 120))
def test_no_line_is_wider_than_the_terminal(table: tuple[list[Narrow], list[list[str]]], width: int) -> None:
    kinds, rows = table
    headings = [Heading(f"h{number}", narrow=kind) for number, kind in enumerate(kinds)]
    shown = lay_out(headings, rows, on_terminal(width)).plain.split("\n")
    assert len(shown) > len(rows)
    assert max(map(cell_len, shown)) <= width
