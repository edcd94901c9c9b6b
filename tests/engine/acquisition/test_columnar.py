"""Parquet, Arrow, Feather and JSON Lines: types, damage, and other projects' nasty files."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

from mtf_engine.acquisition.acquire import load_table
from mtf_engine.acquisition.columns import content_sha256
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.domain.dataset import ColumnKind, DatasetRef
from mtf_engine.errors import AcquisitionError, FormatError, SchemaError

EVERYTHING = pa.table(
    {
        "i8": pa.array([1, 2, 3], pa.int8()),
        "u64": pa.array([1, 2, 2**64 - 1], pa.uint64()),
        "holes": pa.array([1, None, 3], pa.int64()),
        "exact": pa.array([2**60 + 1, None, 3], pa.int64()),
        "f16": pa.array(np.array([1, 2, 3], np.float16)),
        "f32": pa.array([1.5, None, 3], pa.float32()),
        "flag": pa.array([True, None, False]),
        "text": pa.array(["a", "", None]),
        "level": pa.array(["x", "y", None]).dictionary_encode(),
        "code": pa.array([10, 20, None]).dictionary_encode(),
        "day": pa.array([date(2024, 1, 31), None, date(1900, 1, 1)]),
        "zoned": pa.array([datetime(2024, 1, 31, 10, tzinfo=UTC)] * 3, pa.timestamp("ms", "Europe/Berlin")),
        "fine": pa.array([1, 2, None], pa.timestamp("ns")),
        "money": pa.array([Decimal("1.25"), None, Decimal("3.00")]),
        "wait": pa.array([timedelta(seconds=90), None, timedelta(0)], pa.duration("ms")),
        "clock": pa.array([time(10, 30), None, time(0)]),
        "bytes": pa.array([b"ab", None, b"\xff"]),
        "list": pa.array([[1, 2], None, []]),
        "nested": pa.array([{"a": 1, "b": None}, None, {"a": 2, "b": "x"}]),
        "nothing": pa.nulls(3),
    }
)
FEATHER_1 = (
    "RkVBMQAAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAAAAAADAAAAAAAAAAAAAAABAAAAAgAAAAIAAABhYgAAAAAAABQAAAAAAAAADAAUAAAADAAEAAgA"
    "DAAAABAAAAACAAAAAwAAAAAAAAACAAAAYAAAAAQAAACw////CAAAABwAAAABAAAAdAAAABAALAAHAAAACAAQABgAIAAQAAAAAAAACyAAAAAAAAAA"
    "AwAAAAAAAAABAAAAAAAAACAAAAAAAAAAAAAAAAgADAAEAAgACAAAAAgAAAAcAAAAAQAAAHgAAAAQACAABwAAAAgAEAAAABgAEAAAAAAAAAQIAAAA"
    "AAAAAAMAAAAAAAAAGAAAAAAAAADQAAAARkVBMQ=="
)
"""x of 1, 2, 3 and t of a, b and nothing, as pyarrow 26 writes them."""


def load(path: Path, **options: object) -> Table:
    return load_table(DatasetRef("d", str(path), options=options))


def write(path: Path, table: pa.Table) -> Path:
    match path.suffix:
        case ".parquet":
            pq.write_table(table, path)
        case ".feather":
            packed = ipc.IpcWriteOptions(compression="lz4")
            with ipc.new_file(str(path), table.schema, options=packed) as writer:
                writer.write_table(table)
        case ".arrow":
            with ipc.new_file(str(path), table.schema) as writer:
                writer.write_table(table)
        case ".arrows":
            with ipc.new_stream(str(path), table.schema) as writer:
                writer.write_table(table, max_chunksize=2)
    return path


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".arrow", ".arrows"])
def test_every_type_becomes_one_that_models_know(tmp_path: Path, suffix: str) -> None:
    table = load(write(tmp_path / f"t{suffix}", EVERYTHING))
    frame = table.frame
    assert list(frame.columns) == EVERYTHING.column_names
    assert {name: str(dtype) for name, dtype in frame.dtypes.items() if name not in ("zoned", "money", "code")} == {
        "i8": "int8",
        "u64": "uint64",
        "holes": "float64",
        "exact": "str",
        "f16": "float32",
        "f32": "float32",
        "flag": "boolean",
        "text": "str",
        "level": "category",
        "day": "datetime64[us]",
        "fine": "datetime64[ns]",
        "wait": "float64",
        "clock": "str",
        "bytes": "str",
        "list": "str",
        "nested": "str",
        "nothing": "float64",
    }
    assert str(frame["code"].dtype) == ("float64" if suffix == ".parquet" else "category")
    assert frame["exact"].tolist()[0] == str(2**60 + 1)
    assert frame["text"].isna().tolist() == [False, False, True]
    assert frame["day"].iloc[2] == pd.Timestamp("1900-01-01")
    assert frame["zoned"].iloc[0] == pd.Timestamp("2024-01-31 10:00")
    assert frame["money"].tolist()[0] == 1.25
    assert frame["wait"].tolist()[0] == 90.0
    assert frame["list"].tolist()[0] == "[1,2]"
    assert json.loads(frame["nested"].tolist()[2]) == {"a": 2, "b": "x"}
    assert frame["bytes"].tolist()[0] == "6162"
    frame.loc[0, "i8"] = 5  # a frame that cannot be written to breaks estimators that work in place


def test_the_same_content_has_the_same_fingerprint_in_every_format(tmp_path: Path) -> None:
    table = EVERYTHING.select(["i8", "holes", "flag", "text", "day", "f32"])
    prints = {load(write(tmp_path / f"t{s}", table)).sha256 for s in (".parquet", ".feather", ".arrow", ".arrows")}
    assert len(prints) == 1
    other = table.set_column(3, "text", pa.array(["a", None, None]))
    assert load(write(tmp_path / "other.parquet", other)).sha256 not in prints
    renamed = table.rename_columns(["i8", "holes", "flag", "text", "day", "f33"])
    assert load(write(tmp_path / "renamed.parquet", renamed)).sha256 not in prints


def test_fingerprints_see_every_change() -> None:
    base = pa.table({"a": pa.array([1, 2, None]), "s": pa.array(["x", "yz", ""], pa.large_string())})
    variants = [
        base.slice(0, 2),
        base.select(["s", "a"]),
        base.set_column(0, "a", pa.array([1, 2, 0])),
        base.set_column(0, "a", pa.array([1, None, 2])),
        base.set_column(1, "s", pa.array(["xy", "z", ""], pa.large_string())),
        base.set_column(1, "s", pa.array(["x", "yz", None], pa.large_string())),
    ]
    assert len({content_sha256(table) for table in (base, *variants)}) == len(variants) + 1
    pieces = pa.concat_tables([base.slice(0, 1), base.slice(1, 2)])
    assert content_sha256(pieces) == content_sha256(base)


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".arrow"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_cut_files_are_refused(tmp_path: Path, suffix: str, share: float) -> None:
    table = pa.table({"x": np.arange(10_000), "s": [str(number) for number in range(10_000)]})
    path = write(tmp_path / f"t{suffix}", table)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(FormatError, match=r"cannot be read|can be read"):
        load(path)


def test_flipped_bytes_are_refused_or_read_whole(tmp_path: Path) -> None:
    table = pa.table({"x": np.arange(2000), "s": [str(number) for number in range(2000)]})
    path = write(tmp_path / "t.parquet", table)
    good = path.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(60):
        bad = bytearray(good)
        for position in random.integers(4, len(good), size=5):
            bad[position] ^= int(random.integers(1, 256))
        path.write_bytes(bytes(bad))
        try:
            assert len(load(path).frame) == 2000
        except AcquisitionError:
            continue


@pytest.mark.filterwarnings("ignore:Feather V1:DeprecationWarning")
def test_a_feather_file_of_the_first_version(tmp_path: Path) -> None:
    path = tmp_path / "t.feather"
    path.write_bytes(base64.b64decode(FEATHER_1))
    frame = load(path).frame
    assert frame["x"].tolist() == [1, 2, 3]
    assert frame["t"].fillna("").tolist() == ["a", "b", ""]


def test_a_table_too_large_for_memory_is_refused_from_its_footer(tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", pa.table({"x": np.zeros(1_000_000)}))
    with pytest.raises(FormatError, match=r"max_bytes|bomb"):
        load(path, max_bytes=1_000)
    path = write(tmp_path / "t.feather", pa.table({"x": np.zeros(1_000_000)}))
    with pytest.raises(FormatError, match="unpack"):
        load(path, max_bytes=1_000)


def test_a_few_bytes_that_stand_for_many_are_refused_before_they_are_made(tmp_path: Path) -> None:
    rows = 20_000
    long = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 100_000]))
    bombs = {"text": pa.table({"a": long}), "number": pa.table({"a": np.zeros(150_000_000)})}
    for name, bomb in bombs.items():
        path = tmp_path / f"{name}.parquet"
        pq.write_table(bomb, path, store_schema=False, row_group_size=len(bomb))
        assert path.stat().st_size < 1_000_000
        before = pa.default_memory_pool().max_memory()
        with pytest.raises(FormatError, match="bomb"):
            load_table(DatasetRef("d", str(path)))
        assert pa.default_memory_pool().max_memory() == before


def test_texts_of_many_lengths_are_no_bomb(tmp_path: Path) -> None:
    texts = ["x" * 50_000, *(f"text {row}" for row in range(40_000))]
    pq.write_table(pa.table({"a": texts, "b": range(len(texts))}), tmp_path / "t.parquet")
    table = load_table(DatasetRef("d", str(tmp_path / "t.parquet")))
    assert table.frame["a"].tolist() == texts


def test_declared_types_of_typed_files(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.parquet", pa.table({"zip": [1234, 987], "flag": [0, 1], "n": ["1", "2"], "b": [True, False]})
    )
    kinds = {"zip": "categorical", "flag": "boolean", "n": "numeric", "b": "numeric"}
    frame = load(path, types=kinds).frame
    assert frame["zip"].tolist() == ["1234", "987"]
    assert frame["flag"].tolist() == [False, True]
    assert frame["n"].tolist() == [1, 2]
    assert frame["b"].tolist() == [1, 0]
    with pytest.raises(FormatError, match="declared datetime, but holds"):
        load(path, types={"zip": "datetime"})


def test_empty_tables_are_refused(tmp_path: Path) -> None:
    for table in (pa.table({"x": pa.array([], pa.int64())}), pa.table({})):
        with pytest.raises(SchemaError, match="has no rows"):
            load(write(tmp_path / "t.parquet", table))


# --- JSON Lines ---


def lines(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows))
    return path


def test_json_lines_are_typed_by_all_rows(tmp_path: Path) -> None:
    rows = [
        {"i": 1, "f": 1, "b": True, "s": "a", "d": "2024-01-31", "mixed": 1, "n": {"k": [1]}, "big": 2**70},
        {"i": 2, "f": 2.5, "b": False, "s": "NA", "d": "2024-02-01", "mixed": "x", "n": None, "big": 1},
        {"i": None, "s": None, "late": "yes"},
    ]
    table = load(lines(tmp_path / "t.jsonl", *map(json.dumps, rows)))
    frame = table.frame
    assert frame["i"].tolist()[:2] == [1.0, 2.0]
    assert str(frame["b"].dtype) == "boolean"
    assert frame["s"].tolist()[:2] == ["a", "NA"]
    assert str(frame["d"].dtype) == "datetime64[us]"
    assert frame["mixed"].tolist()[:2] == ["1", "x"]
    assert frame["n"].tolist()[0] == '{"k":[1]}'
    assert frame["big"].tolist()[0] == str(2**70)
    assert frame["late"].isna().tolist() == [True, True, False]
    assert any("several kinds" in note for note in table.provenance.notes)


def test_json_lines_over_many_batches(tmp_path: Path) -> None:
    count = 50_000
    rows = [json.dumps({"x": row, **({"y": "late"} if row == count - 1 else {})}) for row in range(count)]
    frame = load(lines(tmp_path / "t.jsonl", *rows)).frame
    assert frame["x"].tolist() == list(range(count))
    assert frame["y"].notna().sum() == 1


def test_json_arrays_and_packed_lines(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[\n {"x": 1},\n {"x": 2}\n]')
    assert load(tmp_path / "t.json").frame["x"].tolist() == [1, 2]
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress(b'{"x": 1}\r\n\r\n{"x": 2}\r\n'))
    assert load(tmp_path / "t.jsonl.gz").frame["x"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"x": 1', "line 2"),
        ('{"x": 1} {"x": 2}', "line 2"),
        ('{"x": NaN}', "line 2"),
        ('{"x": 1, "x": 2}', "line 2: the key 'x' stands twice"),
        ("[1, 2]", "line 2"),
        ("3", "line 2"),
        ('{"x": "\\ud800"}', "line 2"),
        ('{"x": ' + "[" * 100_000, "line 2"),
        ("a,b", "line 2"),
    ],
)
def test_bad_json_is_refused_by_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        load(lines(tmp_path / "t.jsonl", '{"x": 1}', row))


def test_a_json_array_of_depth_does_not_crash(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        load(lines(tmp_path / "t.json", "[" * 200_000))


def test_the_json_test_suite(fixtures: Path) -> None:
    """Rows that must not parse don't; rows that must, parse as the standard library's do."""
    read = refused = 0
    for path in sorted((fixtures / "formats" / "json-testsuite").glob("*.json")):
        try:
            frame = load(path).frame
        except AcquisitionError:
            refused += 1
            if path.name.startswith("y_"):
                assert not _has_rows(path), path.name
            continue
        read += 1
        assert not path.name.startswith("n_"), path.name
        assert len(frame) == 1
    assert read >= 8
    assert refused > 250


def _has_rows(path: Path) -> bool:
    """Whether a file is a table: one object with keys that stand once, or an array of such."""
    pairs = json.loads(path.read_bytes(), object_pairs_hook=list)
    is_array = path.read_bytes().lstrip().startswith(b"[")
    rows = pairs if is_array else [pairs]
    on_one_line = is_array or b"\n" not in path.read_bytes().strip()
    return (
        on_one_line
        and bool(rows)
        and all(
            isinstance(row, list)
            and row
            and all(isinstance(pair, tuple) for pair in row)
            and len(dict(row)) == len(row)
            for row in rows
        )
    )


@pytest.mark.parametrize("folder", ["json-duckdb", "parquet-misc", "csv-polars", "spreadsheet-calamine", "arff-scipy"])
def test_no_file_ends_in_another_error(fixtures: Path, folder: str) -> None:
    tried = 0
    for path in sorted((fixtures / "formats" / folder).rglob("*")):
        if path.is_file():
            tried += 1
            assert path.name in (_refusal(path) or path.name)
    assert tried > 10


def _refusal(path: Path) -> str | None:
    try:
        load(path)
    except AcquisitionError as error:
        return str(error)
    return None


def test_kinds_of_real_files(fixtures: Path) -> None:
    table = load(fixtures / "formats" / "csv-polars" / "foods1.parquet")
    assert [column.kind for column in table.columns] == [ColumnKind.CATEGORICAL, *[ColumnKind.NUMERIC] * 3]
