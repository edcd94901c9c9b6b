"""Delimited text: dialects, types, missing cells, encodings, and files that must be refused."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtf_engine.acquisition.acquire import load_table
from mtf_engine.acquisition.formats import limits
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.domain.dataset import ColumnKind, DatasetRef
from mtf_engine.errors import AcquisitionError, FetchError, FormatError, SchemaError, SettingsError


def load(path: Path, content: str | bytes, **options: object) -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_table(DatasetRef("d", str(path), options=options))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def notes(table: Table) -> str:
    return " | ".join(table.provenance.notes)


# --- types ---


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (["1", "2", "-3"], "int64"),
        (["1", "2.5", "1e3"], "float64"),
        (["1", "", "3"], "float64"),
        (["1", "NA", "?", "null", "N/A", "\\N"], "float64"),
        ([" 1", "2 ", "3"], "int64"),
        (["inf", "-inf", "1"], "float64"),
        (["true", "False", "TRUE"], "bool"),
        (["true", "", "false"], "boolean"),
        (["2024-01-31", "2024-02-29", ""], "datetime64[us]"),
        (["2024-01-31 10:00", "2024-02-29 23:59"], "datetime64[us]"),
        (["2024-01-31T10:00:00Z", "2024-02-29T10:00:00+02:00"], "datetime64[us]"),
        (["", "", ""], "float64"),
        (["NA", "NA", "?"], "float64"),
        (["a", "b", "1"], "str"),
        (["01234", "98765"], "str"),
        (["12345678901234567890", "1"], "str"),
        (["0x10", "0x11"], "str"),
        (["yes", "no"], "str"),
        (["1", "2024-01-31"], "str"),
        (["1_000", "2_000"], "str"),
    ],
)
def test_a_column_has_the_type_of_all_its_cells(file: Path, cells: list[str], dtype: str) -> None:
    table = load(file, "x,k\n" + "".join(f"{cell},{row}\n" for row, cell in enumerate(cells)))
    assert str(table.frame["x"].dtype) == dtype
    assert len(table.frame) == len(cells)


def test_zoned_times_are_given_in_utc(file: Path) -> None:
    table = load(file, "t,k\n2024-01-31T10:00:00+02:00,1\n2024-01-31T10:00:00Z,2\n")
    assert list(table.frame["t"].dt.hour) == [8, 10]


def test_a_surprise_in_the_last_row_changes_the_type_and_is_named(file: Path) -> None:
    rows = 200_000
    table = load(file, "x,k\n" + "".join(f"{row},0\n" for row in range(rows)) + "surprise,0\n")
    assert str(table.frame["x"].dtype) == "str"
    assert table.frame["x"].iloc[5] == "5"
    assert len(table.frame) == rows + 1
    assert "1 of 200,001 cells are no numbers, such as 'surprise'" in notes(table)


def test_a_float_in_the_last_row_makes_floats(file: Path) -> None:
    table = load(file, "x,k\n" + "1,0\n" * 100_000 + "1.5,0\n")
    assert table.frame["x"].dtype == np.float64


def test_namibia_survives_and_a_missing_number_is_missing(file: Path) -> None:
    table = load(file, "country,value\nNA,1\nDE,NA\nFR,3\nNA,4\n,5\n")
    assert table.frame["country"].tolist()[:4] == ["NA", "DE", "FR", "NA"]
    assert table.frame["country"].isna().sum() == 1
    assert table.frame["value"].isna().tolist() == [False, True, False, False, False]
    assert "'NA' (2 cells) is kept as a value" in notes(table)


def test_a_users_missing_words_count_everywhere_and_replace_the_default(file: Path) -> None:
    table = load(file, "country,value\nNA,1\nDE,-9\nFR,NA\n", na_values=["NA", "-9"])
    assert table.frame["country"].isna().tolist() == [True, False, False]
    assert table.frame["value"].isna().tolist() == [False, True, True]
    other = load(file, "country,value\nNA,1\nDE,NA\n", na_values="-")
    assert str(other.frame["value"].dtype) == "str"


def test_decimal_commas(file: Path) -> None:
    content = "a;b\n1,5;x\n-2,25;y\n"
    table = load(file, content)
    assert table.frame["a"].tolist() == [1.5, -2.25]
    assert "decimal commas" in notes(table)
    assert load(file, content, decimal=",").frame["a"].tolist() == [1.5, -2.25]
    assert str(load(file, content, decimal=".").frame["a"].dtype) == "str"
    ambiguous = load(file, "a;b\n1,500;x\n2,250;y\n")
    assert str(ambiguous.frame["a"].dtype) == "str"
    assert "group thousands or begin decimals" in notes(ambiguous)


def test_declared_types_override(file: Path) -> None:
    content = "code,flag,day,n\n007,yes,2024-01-31,1\n042,no,2024-02-01,2\n"
    kinds = {"code": "numeric", "flag": "boolean", "day": "text", "n": "categorical"}
    table = load(file, content, types=kinds)
    assert table.frame["code"].tolist() == [7, 42]
    assert table.frame["flag"].tolist() == [True, False]
    assert table.frame["day"].tolist() == ["2024-01-31", "2024-02-01"]
    assert table.frame["n"].tolist() == ["1", "2"]
    assert {column.name: column.kind.value for column in table.columns} == kinds


def test_a_declared_type_that_does_not_hold_names_the_cell(file: Path) -> None:
    content = "n,k\n" + "1,0\n" * 5000 + "oops,0\n" + "2,0\n" * 10
    with pytest.raises(FormatError, match="row 5001 holds 'oops'"):
        load(file, content, types={"n": "numeric"})
    with pytest.raises(SchemaError, match="not there: m") as caught:
        load(file, content, types={"m": "numeric"})
    assert caught.value.hint is not None


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False),
            st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), min_size=1).filter(
                lambda text: text.strip() == text
            ),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_pandas_writes_is_read_back(
    rows: list[tuple[int, float, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    frame = pd.DataFrame(rows, columns=["i", "f", "s"])
    file = tmp_path_factory.mktemp("round") / "t.csv"
    frame.to_csv(file, index=False, quoting=csv.QUOTE_NONNUMERIC)
    read = load_table(DatasetRef("d", str(file), options={"types": {"s": "text"}})).frame
    assert read["i"].tolist() == frame["i"].tolist()
    assert read["f"].tolist() == frame["f"].tolist()
    assert read["s"].tolist() == frame["s"].tolist()


# --- dialects ---


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(file: Path, delimiter: str, newline: str) -> None:
    rows = [["name", "x", "note"], ["a", "1", "p, q"], ["b", "2", "r; s"]]
    text = newline.join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows)
    table = load(file, text + newline)
    assert list(table.frame.columns) == rows[0]
    assert table.frame["x"].tolist() == [1, 2]
    assert table.frame["note"].tolist() == ["p, q", "r; s"]


def test_options_override_detection(file: Path) -> None:
    content = "a|b,c\n1|2,3\n"
    assert list(load(file, content, delimiter="|").frame.columns) == ["a", "b,c"]
    assert list(load(file, content, delimiter=",").frame.columns) == ["a|b", "c"]
    assert load(file, "x,y\n'1,5',2\n", quotechar="'").frame["x"].tolist() == ["1,5"]
    assert load(file, "1,2\n3,4\n", header=True).frame.columns.tolist() == ["1", "2"]
    assert load(file, "a,b\nc,d\n", header=False).frame.shape == (2, 2)


@pytest.mark.parametrize(
    ("first", "header"),
    [
        ("a,b,c", True),
        ("country,2019,2020", True),
        ("0,1,2", True),
        ("5.1,3.5,setosa", False),
        ("1,22,male", False),
        ("-1,0,1", False),
        ("2024-01-01,3,x", False),
        ("x1,x2,x3", True),
    ],
)
def test_a_first_row_of_data_is_not_taken_for_a_header(file: Path, first: str, header: bool) -> None:
    table = load(file, f"{first}\n5.1,3.5,9\n4.9,3.0,9\n")
    assert len(table.frame) == (2 if header else 3)
    assert ("no header" in notes(table)) is not header


def test_spaces_behind_delimiters_belong_to_them(file: Path) -> None:
    table = load(file, 'a, b, c\n1, "x, y", p\n2, "z", q\n')
    assert list(table.frame.columns) == ["a", "b", "c"]
    assert table.frame["b"].tolist() == ["x, y", "z"]
    assert table.frame["c"].tolist() == ["p", "q"]
    plain = load(file, "a, b\n1, x\n2, y\n")
    assert plain.frame["b"].tolist() == ["x", "y"]


def test_names_are_made_unique_and_not_empty(file: Path) -> None:
    table = load(file, ",a,a,a_2\n0,1,2,3\n1,4,5,6\n")
    assert list(table.frame.columns) == ["column_1", "a", "a_3", "a_2"]
    assert "repeats the name a" in notes(table)


def test_one_column_keeps_its_blank_lines_as_missing_cells(file: Path) -> None:
    table = load(file, "x\n1\n\n3\n\n\n")
    assert table.frame["x"].isna().tolist() == [False, True, False]


def test_quoted_cells_may_hold_delimiters_quotes_and_lines(file: Path) -> None:
    table = load(file, 'a,b\n1,"x, ""y""\nz"\n2,w\n')
    assert table.frame["b"].tolist() == ['x, "y"\nz', "w"]


def test_a_long_cell_over_many_blocks(file: Path) -> None:
    long = "line\n" * 1_000_000
    table = load(file, f'a,b\n1,"{long}"\n2,w\n')
    assert table.frame["b"].tolist() == [long, "w"]


def test_an_inch_mark_is_no_quote(file: Path) -> None:
    table = load(file, 'a,b\n1,5" pipe\n2,7" pipe\n3,plain\n')
    assert table.frame["b"].tolist() == ['5" pipe', '7" pipe', "plain"]


# --- refusals ---


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n4,5\n", r"line 3: 1 cell where the header has 2"),
        ("a,b\n1,2\n3,4,5\n", r"line 3: 3 cells where the header has 2"),
        ('a,b\n1,"x\ny"\n3\n', r"line 4: 1 cell where"),
        ('a,b\n1,x\n2,"never ends\n3,y\n', r"line 3: a quote \(\"\) opens here and never ends"),
        ('a,b\n1,"x\n2,y\n3,"z\n4,w\n', r"line 2: text follows a closing quote"),
        ("a,b\n1,x\x00y\n", "line 2 holds a NUL byte"),
        ("", "is empty"),
        ("\n\n  \n", "only white space"),
        ("<!doctype html><html></html>", "is a web page"),
        (b"PK\x03\x04rest", "a zip archive or a spreadsheet"),
        ("%c\n@RELATION x\n@DATA\n", "an ARFF file"),
    ],
)
def test_bad_files_are_refused_by_line(file: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        load(file, content)


def test_rows_swallowed_by_stray_quotes_far_into_a_file_are_found(file: Path) -> None:
    rows = [f"{row},text {row}\n" for row in range(300_000)]
    rows[200_000] = '200000,"stray\n'
    rows[250_000] = '250000,"stray\n'
    with pytest.raises(FormatError, match="line 200002"):
        load(file, "a,b\n" + "".join(rows))


def test_a_header_without_rows_is_no_table(file: Path) -> None:
    for content in ("a,b", "a,b\n", "a\n"):
        with pytest.raises(SchemaError, match="has no rows"):
            load(file, content)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimeter": ";"}, "no reader option"),
        ({"delimiter": "::"}, "one ASCII character"),
        ({"header": "yes"}, "true or false"),
        ({"decimal": "/"}, "'.' or ','"),
        ({"encoding": "utf-99"}, "not known"),
        ({"encoding": "zip"}, "not known"),
        ({"na_values": [1]}, "list of words"),
        ({"types": {"a": "number"}}, "unknown type"),
        ({"types": "text"}, "must map"),
        ({"format": "cvs"}, "not known"),
        ({"max_bytes": -1}, "positive"),
    ],
)
def test_wrong_options_are_settings_errors(file: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(file, "a,b\n1,2\n", **options)


# --- encodings and packing ---


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_names_the_encoding(file: Path, encoding: str) -> None:
    table = load(file, "größe,ort\n1,Köln\n2,Łódź\n".encode(encoding))
    assert list(table.frame.columns) == ["größe", "ort"]
    assert table.frame["ort"].tolist() == ["Köln", "Łódź"]


def test_an_unknown_encoding_is_never_guessed(file: Path) -> None:
    content = "name,n\nplain,1\nJosé,2\n".encode("cp1252")
    with pytest.raises(FormatError, match="line 3 holds the byte 0xe9") as caught:
        load(file, content)
    assert "cp1252" in str(caught.value.hint)
    assert load(file, content, encoding="cp1252").frame["name"].tolist() == ["plain", "José"]
    with pytest.raises(FormatError, match="looks like utf-16-le"):
        load(file, "name,n\nabc,1\n".encode("utf-16-le"))
    with pytest.raises(FormatError, match="is not ascii text"):
        load(file, content, encoding="ascii")


def test_an_encoding_error_late_in_a_large_file(file: Path) -> None:
    with pytest.raises(FormatError, match="line 300002 holds the byte 0xff"):
        load(file, b"a,b\n" + b"1,x\n" * 300_000 + b"1,\xff\n")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_files_are_found_by_content(file: Path, pack: object) -> None:
    assert load(file, pack(b"a,b\n1,2\n")).frame.shape == (1, 2)  # type: ignore[operator]


def test_several_gzip_members_are_one_file(file: Path) -> None:
    assert len(load(file, gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")).frame) == 2


def test_a_cut_gzip_file_is_refused(file: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (row, row * row) for row in range(10_000)))
    with pytest.raises(FormatError, match=r"unpacked as gzip|cut short"):
        load(file, packed[: len(packed) // 2])


def test_a_bomb_is_stopped(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"a,b\n" + b"0,0\n" * 2_000_000)
    with pytest.raises(FormatError, match="like a bomb") as caught:
        load(file, bomb, max_bytes=1_000_000)
    assert "max_bytes" in str(caught.value.hint)
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    with pytest.raises(FormatError, match="like a bomb"):
        load(file, bomb)
    assert len(load(file, bomb, max_bytes=10_000_000).frame) == 2_000_000


def test_cancelling_stops_reading(file: Path) -> None:
    file.write_text("a,b\n1,2\n")
    with pytest.raises(FetchError, match="cancelled"):
        load_table(DatasetRef("d", str(file)), cancelled=lambda: True)


# --- other projects' nasty files ---

_CSV = ("csv-duckdb", "csv-polars", "csv-clevercsv", "csv-arrow-fuzz", "csv-spectrum/csvs", "parquet-misc")


@pytest.mark.parametrize("folder", _CSV)
def test_no_file_crashes_or_loses_rows(fixtures: Path, folder: str) -> None:
    tried = 0
    for path in sorted((fixtures / "formats" / folder).rglob("*")):
        if not path.is_file():
            continue
        tried += 1
        outcome = _load_or_refusal(path)
        if isinstance(outcome, str):
            assert path.name in outcome
        elif path.suffix == ".csv":
            assert len(outcome.frame) == _records(path, outcome), path
    assert tried >= 3


def _load_or_refusal(path: Path) -> Table | str:
    try:
        return load_table(DatasetRef("d", str(path)))
    except AcquisitionError as error:
        return str(error)


def _records(path: Path, table: Table) -> int:
    """Count the rows with the standard library's reader, told only what the notes say."""
    said = notes(table)
    encoding = "utf-16" if "utf-16" in said else "utf-8-sig"
    delimiters = {"delimiter tab": "\t", "delimiter space": " ", "delimiter ;": ";", "delimiter |": "|"}
    delimiter = next((sign for note, sign in delimiters.items() if note in said), ",")
    raw = path.read_bytes()
    text = (raw if encoding == "utf-16" else raw.rstrip(b"\0")).decode(encoding)
    quote = "'" if "quotes are '" in said else '"'
    skips = "the space behind each delimiter" in said
    lines = io.StringIO(text.strip("\r\n"), newline="")
    csv.field_size_limit(1 << 30)
    rows = list(csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=skips))
    blank = 0 if table.frame.shape[1] == 1 else sum(1 for row in rows if not row)
    return len(rows) - blank - (0 if "no header" in said else 1)


def test_csv_spectrum_is_read_as_its_authors_say(fixtures: Path) -> None:
    folder = fixtures / "formats" / "csv-spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        if path.stem == "location_coordinates":
            continue  # its two files hold different telephone numbers
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        expected = expected if isinstance(expected, list) else [expected]
        kinds = dict.fromkeys(expected[0], "text")
        frame = load_table(DatasetRef("d", str(path), options={"types": kinds})).frame.fillna("")
        assert frame.to_dict("records") == expected, path.name


def test_real_files_have_the_right_shape(fixtures: Path) -> None:
    folder = fixtures / "formats"
    for name, shape in {
        "csv-duckdb/encodings/utf16.csv": (20, 2),
        "csv-duckdb/zstd/lineitem1k.tbl.zst": (1000, 17),
        "csv-duckdb/weather.csv": (366, 7),
        "csv-duckdb/real/ontime_sample.csv": (9, 110),
        "csv-polars/foods1.csv": (27, 4),
        "csv-clevercsv/airedale.csv": (54, 8),
    }.items():
        assert load_table(DatasetRef("d", str(folder / name))).frame.shape == shape
    codes = load_table(DatasetRef("d", str(folder / "csv-duckdb/leading_zeros.csv")))
    assert codes.columns[0].kind is ColumnKind.CATEGORICAL
