"""Data can be read but never obeyed, whatever way it takes out of the program."""

import csv
import html as stdlib_html
import io
import json
import os
import re
import shutil
import subprocess
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mtf_engine import text_safety

NASTY = [
    "[/]",
    "[bold red]x[/bold red]",
    "\x1b[2J\x1b]0;owned\x07\x1bPq\x1b\\",
    "\x9b31m\x9d0;t\x9c\x85",
    "user\u202egnp.exe\u202c\u2066\u2069\u200f",
    "a\u200bb\u200c\u200d\u2060\ufeff\xad\U000e0041",
    "\x00",
    "\ud800x\udfff\udcff",
    "x" * 10_000,
    "漢字" * 5_000,
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "]]>",
    "<script>alert('x')</script>",
    "`code` ``` ~~~",
    "a|b\\|c",
    "line\nbreak\r\nand\u2028more\u2029",
    "[a](javascript:b) ![c](d) [e]: f [g][h] [x] <i> **b** __c__ ~~d~~ 1. e # f",
    "$(reboot) `reboot` ; ' \" \\ ! $x",
    "z" + "\u0301" * 500,
    "שלום עולם",
    "👨\u200d👩\u200d👧 ❤\ufe0f",
    "",
    " ",
]
REMOVED = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Mn", "Lo", "Po", "Sm"]), max_size=60),
    st.lists(st.sampled_from(NASTY).map(lambda nasty: nasty[:50]), max_size=4).map("".join),
)


def examples(function):
    """Try every nasty text besides the generated ones."""
    for nasty in NASTY:
        function = example(nasty)(function)
    return settings(deadline=None, max_examples=60)(function)


def assert_printable(text: str, *, allowed: str = "") -> None:
    for position, character in enumerate(text):
        category = unicodedata.category(character)
        assert character in allowed or category not in REMOVED, f"{character!r} at {position} of {text!r}"
        if category == "Cf" and character not in allowed:
            assert character in "\u200c\u200d"
    text.encode("utf-8")


@examples
@given(texts)
def test_a_terminal_line_holds_no_control_and_fits_its_limit(text: str) -> None:
    shown = text_safety.terminal(text, limit=40)
    isolated = shown[:1] == "\u2068"
    assert_printable(shown[1:-1] if isolated else shown)
    assert text_safety.width(shown) <= 40


@examples
@given(texts)
def test_text_reaches_a_rich_console_as_it_is(text: str) -> None:
    shown = text_safety.terminal(text, limit=60)
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(Text(shown), soft_wrap=True)
    assert console.file.getvalue().rstrip("\n").rstrip() == shown.rstrip()  # type: ignore[attr-defined]


@given(st.text("ab 漢字あｱé", max_size=80), st.integers(1, 30))
def test_cuts_count_terminal_cells_and_not_characters(text: str, limit: int) -> None:
    shown = text_safety.terminal(text, limit=limit)
    assert cell_len(shown) <= limit
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=150))
def test_plain_text_passes_unchanged(text: str) -> None:
    assert text_safety.terminal(text) == text
    assert text_safety.visible(text) == text


@pytest.mark.parametrize(
    "text", ["naïve café", "日本語", "👨\u200d👩\u200d👧", "می\u200cخواهم", "क\u094d\u200dष", "1\u00a0000 €"]
)
def test_the_writing_of_the_world_passes(text: str) -> None:
    assert text_safety.visible(text) == text


def test_right_to_left_text_is_isolated_from_its_neighbours() -> None:
    assert text_safety.terminal("שלום") == "\u2068שלום\u2069"
    assert text_safety.html("שלום") == "\u2068שלום\u2069"


def test_different_invisible_names_look_different() -> None:
    names = ["ab", "a\u200bb", "a\u200db", "a\u202eb", "a\u3164b", "a\x00b", "a\x7fb", "a\x80b", "a\ud800b"]
    assert len({text_safety.terminal(name) for name in names}) == len(names)


def test_stacked_marks_are_thinned() -> None:
    assert text_safety.visible("z" + "\u0301" * 500) == "z" + "\u0301" * 4


@examples
@given(texts)
def test_spelling_out_twice_changes_nothing(text: str) -> None:
    once = text_safety.visible(text)
    assert text_safety.visible(once) == once
    assert_printable(once, allowed="\n\t")


@examples
@given(texts)
def test_a_message_is_one_line(text: str) -> None:
    assert len(text_safety.line(text).splitlines()) <= 1
    assert "\t" not in text_safety.line(text)


@examples
@given(texts)
def test_html_is_the_visible_text_and_no_markup(text: str) -> None:
    escaped = text_safety.html(text)
    assert not set("<>\"'") & set(escaped)
    assert stdlib_html.unescape(escaped).strip("\u2068\u2069") == text_safety.visible(text)


@examples
@given(texts)
def test_xml_survives_a_parser_in_content_and_in_attributes(text: str) -> None:
    escaped = text_safety.xml(text)
    root = ET.fromstring(f'<r a="{escaped}">{escaped}</r>')
    assert root.get("a") == text_safety.visible(text)
    assert (root.text or "") == text_safety.visible(text)


@examples
@given(texts)
def test_json_reads_back_and_obeys_nothing(text: str) -> None:
    document = text_safety.json(json.dumps({"text": text}, ensure_ascii=False))
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", document)
    if text.isascii() or text.encode(errors="ignore").decode() == text:
        assert json.loads(document) == {"text": text}
    else:
        json.loads(document)


@examples
@given(texts)
def test_no_csv_cell_is_a_formula_and_the_text_comes_back(text: str) -> None:
    cell = text_safety.csv_cell(text)
    assert isinstance(cell, str)
    first = cell.lstrip(" \u00a0\u3000")[:1]
    assert first not in set("=+-@\t\r\n＝＋－＠") or first == "" or float(cell) is not None
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerow([cell, "end"])
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [cell, "end"]
    assert cell.removeprefix("'") == text_safety.visible(text).removeprefix("'")


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "true"), (3, 3), (-0.1, -0.1), (1 / 3, 1 / 3), ("-1e-5", "-1e-5")]
)
def test_numbers_keep_full_precision_in_csv(value: object, cell: object) -> None:
    assert text_safety.csv_cell(value) == cell


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash to read the quoted words back")
def test_bash_reads_quoted_words_back() -> None:
    words = [nasty for nasty in NASTY if "\0" not in nasty and len(nasty) < 1000 and "\ud800" not in nasty]
    words += ["\udcff.csv", "-rf", "*", "~", "a\tb", "\u202e'\\x"]
    quoted = " ".join(text_safety.shell(word) for word in words)
    assert_printable(quoted, allowed="\u200c\u200d")
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {quoted}"], capture_output=True, timeout=120, check=True, env=dict(os.environ)
    )
    assert done.stdout.split(b"\0")[:-1] == [os.fsencode(word) for word in words]


@examples
@given(texts)
def test_a_shell_word_shows_what_it_holds(text: str) -> None:
    assert_printable(text_safety.shell(text), allowed="\u200c\u200d")


@examples
@given(texts)
def test_a_markdown_cell_is_one_cell_without_markup(text: str) -> None:
    cell = text_safety.markdown_cell(text)
    inner = cell.removeprefix("<code>").removesuffix("</code>")
    assert not set("|`<*\\~$\n\r\t") & set(inner)
    rendered = MarkdownIt("gfm-like", {"html": False, "linkify": False}).render(f"- a {inner} z\n")
    assert set(re.findall(r"<[^>]*>", rendered)) == {"<ul>", "</ul>", "<li>", "</li>"}
    assert stdlib_html.unescape(inner).strip("\u2068\u2069") == text_safety.line(text, 200).strip("\u2068\u2069")


@pytest.mark.parametrize("text", ["@octocat", "fixes #12", "https://evil.example", "www.evil.example", "GH-7"])
def test_forges_find_nothing_to_link(text: str) -> None:
    assert text_safety.markdown_cell(text).startswith("<code>")


def test_ordinary_names_stay_readable_in_markdown() -> None:
    assert text_safety.markdown_cell("logistic_regression") == "logistic_regression"
    assert text_safety.markdown_cell("_private_") == "&#95;private&#95;"


@examples
@given(texts)
def test_file_names_are_names_everywhere(text: str) -> None:
    name = text_safety.filename(text)
    assert name
    assert not set("/\\:*?\"<>|\n\r\t\0 '`$;&()[]!") & set(name)
    assert name[0] not in ".-"
    assert name[-1] != "."
    assert len(name.encode()) <= 101
    assert name.split(".")[0].upper() not in {"CON", "NUL", "AUX", "PRN", "COM1", "LPT9"}


@pytest.mark.parametrize("text", ["con", "Nul.txt", "COM1", "lpt9.csv"])
def test_device_names_are_not_file_names(text: str) -> None:
    assert text_safety.filename(text).split(".")[0].upper() not in {"CON", "NUL", "COM1", "LPT9"}


@given(st.one_of(st.binary(max_size=3000), st.text(max_size=800)), st.integers(200, 2000))
@settings(deadline=None, max_examples=80)
def test_captured_output_is_text_within_its_limit(data: bytes | str, limit: int) -> None:
    kept = text_safety.output(data, limit)
    assert_printable(kept, allowed="\n\t")
    assert len(kept.encode()) <= limit


def test_captured_output_keeps_both_ends_and_counts_the_rest() -> None:
    kept = text_safety.output(b"first\n" + b"x" * 5000 + b"\nlast", 1000)
    assert kept.startswith("first\n")
    assert kept.endswith("\nlast")
    assert "bytes left out" in kept


def test_binary_output_is_bounded_when_it_grows() -> None:
    kept = text_safety.output(b"\xff" * 900_000)
    assert len(kept.encode()) <= 1_000_000
    assert kept.startswith("\\xff")


def test_colours_and_progress_bars_become_plain_lines() -> None:
    assert text_safety.output("\x1b[1;31mbad\x1b[0m\r\n10%\r20%") == "bad\n10%\n20%"
