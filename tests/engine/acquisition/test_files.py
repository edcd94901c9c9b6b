"""Local files: globs, joining, pins, and names that mislead."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mtf_engine.acquisition.acquire import load_table
from mtf_engine.acquisition.addresses import check_address, resolve_address, without_credentials
from mtf_engine.acquisition.interfaces import Table
from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.errors import FormatError, IntegrityError, SchemaError, SettingsError
from mtf_engine.storage.fingerprint import hash_file


def load(source: object, **options: object) -> Table:
    return load_table(DatasetRef("d", str(source), options=options))


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    return folder


def test_a_glob_joins_in_sorted_order(tmp_path: Path) -> None:
    write(tmp_path, b="x,y\n3,c\n", a="x,y\n1,a\n2,b\n", c="y,x\nd,4\n")
    table = load(tmp_path / "*.csv")
    assert table.frame["x"].tolist() == [1, 2, 3, 4]
    assert table.frame["y"].tolist() == ["a", "b", "c", "d"]
    assert [file.name for file in table.provenance.files] == ["a.csv", "b.csv", "c.csv"]


def test_types_that_differ_without_loss_are_widened(tmp_path: Path) -> None:
    write(tmp_path, a="x,y,z\n1,,k\n", b="x,y,z\n2.5,word,\n")
    table = load(tmp_path / "*.csv")
    assert table.frame["x"].tolist() == [1.0, 2.5]
    assert table.frame["y"].isna().tolist() == [True, False]
    assert table.frame["z"].tolist()[0] == "k"


def test_the_odd_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, a="x,y\n1,2\n", b="x,y\n1,2\n", c="x,w\n1,2\n")
    with pytest.raises(SchemaError, match=r"c\.csv does not fit: it lacks y and has w besides, compared with a\.csv"):
        load(tmp_path / "*.csv")
    write(tmp_path, c="x,y\nword,2\n")
    with pytest.raises(SchemaError, match=r"c\.csv does not fit: its column x holds"):
        load(tmp_path / "*.csv")
    assert load(tmp_path / "*.csv", types={"x": "text"}).frame["x"].tolist() == ["1", "1", "word"]


def test_files_of_several_formats_are_refused(tmp_path: Path) -> None:
    write(tmp_path, a="x,y\n1,2\n")
    pd.DataFrame({"x": [1], "y": [2]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(FormatError, match=r"b\.parquet is parquet, but a\.csv is csv"):
        load(tmp_path / "*")


@pytest.mark.parametrize("name", ["with space.csv", "ünï.csv", "[brackets]*.csv", "a#b?c.csv", "-dash.csv", "a;b.csv"])
def test_odd_names_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x,y\n1,2\n")
    assert load(tmp_path / name).frame.shape == (1, 2)
    assert load((tmp_path / name).as_uri()).frame.shape == (1, 2)


def test_absence_teaches(tmp_path: Path) -> None:
    write(tmp_path, customers="x,y\n1,2\n")
    with pytest.raises(SchemaError, match="there is no file") as caught:
        load(tmp_path / "custmers.csv")
    assert caught.value.hint == "Did you mean customers.csv?"
    with pytest.raises(SchemaError, match="no file matches"):
        load(tmp_path / "x*.csv")
    with pytest.raises(SchemaError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(SchemaError) as caught:
        load(tmp_path / "nowhere" / "x.csv")
    assert "does not exist" in str(caught.value.hint)
    with pytest.raises(SettingsError, match="not of host"):
        load("file://host/share/x.csv")
    with pytest.raises(SchemaError):
        load(str(tmp_path / "nul\0byte.csv"))


def test_a_pin_holds_the_bytes(tmp_path: Path) -> None:
    write(tmp_path, a="x,y\n1,2\n", b="x,y\n1,2\n")
    pin = hash_file(tmp_path / "a.csv")
    assert load_table(DatasetRef("d", str(tmp_path / "a.csv"), sha256=pin.upper())).frame.shape == (1, 2)
    with pytest.raises(IntegrityError, match="not the file that the settings pin"):
        load_table(DatasetRef("d", str(tmp_path / "a.csv"), sha256="0" * 64))
    with pytest.raises(SchemaError, match="can pin only one"):
        load_table(DatasetRef("d", str(tmp_path / "*.csv"), sha256=pin))


def test_a_name_that_lies_about_the_format(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    frame.to_parquet(tmp_path / "really_parquet.csv")
    assert load(tmp_path / "really_parquet.csv").frame.shape == (2, 2)
    (tmp_path / "text.parquet").write_text("x,y\n1,2\n")
    with pytest.raises(FormatError, match="whatever its name says"):
        load(tmp_path / "text.parquet")
    assert load(tmp_path / "text.parquet", format="csv").frame.shape == (1, 2)


def test_addresses() -> None:
    base = Path("/base")
    assert resolve_address("data/x.csv", base) == str(base / "data/x.csv")
    assert resolve_address("sklearn:iris", base) == "sklearn:iris"
    assert resolve_address("https://h/x.csv", base) == "https://h/x.csv"
    assert without_credentials("https://u:p@h:8/x.csv?api_key=1&a=b#f") == "https://h:8/x.csv?a=b"
    assert without_credentials("https://h/x?X-Amz-Signature=s&v=1") == "https://h/x?v=1"
    assert without_credentials("https://h/x?subscription-key=s&access_key=s&X-API-Key=s&n=1") == "https://h/x?n=1"
    assert without_credentials("https://h/x?sv=1&se=2&sig=s&n=1") == "https://h/x?n=1"
    assert without_credentials("https://h/x?key=0123456789abcdef&n=1") == "https://h/x?n=1"
    for chosen in ("https://h/x?key=train", "https://h/x?se=1", "https://h/x?sort_key=a"):
        assert without_credentials(chosen) == chosen, "what chooses data is no secret"
    assert resolve_address("~nobody-at-all/x.csv", base) == str(base / "~nobody-at-all/x.csv")
    assert check_address("sklearn:iris") is None
    assert check_address("C:\\data\\x.csv") is None
    problem = check_address("htp://host/x.csv")
    assert problem is not None
    assert "http:" in str(problem.hint)
