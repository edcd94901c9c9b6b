"""The cache: second loads, damage, listing, pruning, and identities that ask nobody."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import http_server as fake

from mtf_engine.acquisition import cache, tables
from mtf_engine.acquisition.acquire import acquire, load_table, read
from mtf_engine.acquisition.cache import EntryKind
from mtf_engine.acquisition.formats import delimited
from mtf_engine.acquisition.identity import source_identity
from mtf_engine.acquisition.profile import QUANTILES, profile
from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.errors import FetchError, IntegrityError
from mtf_engine.storage import paths

CONTENT = "n,t,d,b,m\n" + "".join(
    f"{row},w{row % 7},2024-01-{row % 28 + 1:02d},{'true' if row % 2 else 'false'},{row if row % 3 else ''}\n"
    for row in range(3000)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(CONTENT)
    return path


def reference(path: object, **options: object) -> DatasetRef:
    return DatasetRef("d", str(path), options=options)


def test_a_second_load_parses_nothing_and_is_equal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_table(reference(file))
    monkeypatch.setattr(delimited, "_cut", pytest.fail)
    second = load_table(reference(file))
    assert second.frame.equals(first.frame)
    assert second.frame.dtypes.tolist() == first.frame.dtypes.tolist()
    assert second.sha256 == first.sha256
    assert second.columns == first.columns
    assert second.provenance == first.provenance
    second.frame.loc[0, "n"] = 7


def test_other_bytes_or_options_are_another_entry(file: Path) -> None:
    load_table(reference(file))
    assert str(load_table(reference(file, types={"n": "text"})).frame["n"].dtype) == "str"
    file.write_text(CONTENT.replace("2999,", "7,"))
    assert load_table(reference(file)).frame["n"].iloc[-1] == 7
    assert len(list(paths.tables().iterdir())) == 3


@pytest.mark.parametrize("damage", ["flip", "cut", "entry", "gone"])
def test_a_damaged_entry_is_made_again(file: Path, damage: str) -> None:
    first = load_table(reference(file))
    folder = next(paths.tables().iterdir())
    stored = folder / tables.TABLE
    data = bytearray(stored.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
        stored.write_bytes(data)
    elif damage == "cut":
        stored.write_bytes(data[: len(data) // 2])
    elif damage == "entry":
        (folder / tables.ENTRY).write_text("{")
    else:
        stored.unlink()
    assert load_table(reference(file)).frame.equals(first.frame)
    assert load_table(reference(file)).frame.equals(first.frame)


def test_a_cache_that_cannot_be_written_costs_only_time(file: Path, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "cache").write_text("a file where a folder should be")
    assert len(load_table(reference(file)).frame) == 3000


def test_a_file_changed_while_it_was_read_is_noticed(file: Path) -> None:
    acquired = acquire(reference(file))
    file.write_text(CONTENT.replace("w1,", "w9,"))
    with pytest.raises(IntegrityError, match="changed while it was read"):
        read(reference(file), acquired)
    assert not paths.tables().exists()
    assert len(load_table(reference(file)).frame) == 3000


def test_entries_are_listed_verified_pruned_and_cleared(file: Path, server: fake.FaultServer) -> None:
    load_table(reference(file))
    load_table(reference(server.serve("/web.csv", fake.content(CONTENT.encode() + b"3000,w,2024-01-01,true,1\n"))))
    server.serve("/broken.csv", fake.early_close(CONTENT.encode(), 9000, etag='"1"'), fake.status(404))
    with pytest.raises(FetchError):
        load_table(reference(server.url("/broken.csv")))
    entries = cache.list_entries()
    assert {entry.kind for entry in entries} == {EntryKind.TABLE, EntryKind.BLOB, EntryKind.PARTIAL}
    assert {entry.name for entry in entries if entry.kind is not EntryKind.PARTIAL} == {
        str(file),
        server.url("/web.csv"),
    }
    assert all(entry.size > 0 and 0 <= entry.age < 100 for entry in entries)
    assert cache.verify().removed == ()

    blob = next(entry for entry in entries if entry.kind is EntryKind.BLOB)
    blob.path.write_bytes(b"z" * blob.size)
    report = cache.verify()
    assert [entry.path for entry in report.removed] == [blob.path]
    assert report.freed == blob.size

    pruned = cache.prune(quota=1 << 40)
    assert {entry.kind for entry in pruned.removed} == {EntryKind.PARTIAL}
    cache.clear()
    assert cache.list_entries() == ()
    assert len(load_table(reference(file)).frame) == 3000


def test_pruning_keeps_what_was_used_last(tmp_path: Path) -> None:
    for name in ("old", "middle", "new"):
        (tmp_path / f"{name}.csv").write_text(CONTENT + f"{len(name)},{name},2024-01-01,true,1\n")
        load_table(reference(tmp_path / f"{name}.csv"))
        time.sleep(0.02)
    load_table(reference(tmp_path / "old.csv"))
    sizes = [entry.size for entry in cache.list_entries()]
    cache.prune(quota=sum(sizes[:2]))
    assert [Path(entry.name).stem for entry in cache.list_entries()] == ["old", "new"]


def test_identities_follow_content(file: Path) -> None:
    known = source_identity(reference(file))
    assert known == source_identity(reference(file.as_uri()))
    file.write_text(CONTENT + "1,w,2024-01-01,true,1\n")
    assert source_identity(reference(file)) not in (None, known)
    assert source_identity(reference("sklearn:iris")) != source_identity(reference("sklearn:wine"))
    assert source_identity(reference(file.parent / "absent.csv")) is None
    assert source_identity(reference("http://127.0.0.1:9/never.csv")) is None


def test_identities_load_nothing_heavy(file: Path) -> None:
    code = (
        "import sys\n"
        "from mtf_engine.acquisition.identity import source_identity\n"
        "from mtf_engine.domain.dataset import DatasetRef\n"
        f"assert source_identity(DatasetRef('d', {str(file)!r}))\n"
        "assert source_identity(DatasetRef('d', 'sklearn:iris'))\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'sklearn', 'scipy', 'httpx'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_profile_describes_every_row(file: Path) -> None:
    described = profile(load_table(reference(file)))
    by_name = {one.column.name: one for one in described.columns}
    assert (described.rows, described.duplicates) == (3000, 0)
    number = by_name["n"]
    assert number.mean == pytest.approx(1499.5)
    assert len(number.quantiles) == len(QUANTILES)
    assert (number.quantiles[0], number.quantiles[3], number.quantiles[-1]) == (0, 1499.5, 2999)
    assert number.histogram is not None
    assert sum(number.histogram.counts) == 3000
    assert by_name["m"].column.missing == 1000
    assert by_name["t"].top[0].value == "w0"
    assert by_name["t"].top[0].count == 429
    assert (by_name["d"].earliest, by_name["d"].latest) == ("2024-01-01T00:00:00", "2024-01-28T00:00:00")
    assert {(one.value, one.count) for one in by_name["b"].top} == {("False", 1500), ("True", 1500)}


def test_a_profile_of_odd_columns(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("inf,one,gone,far\ninf,1,,1e300\n-inf,1,,1e300\n1e308,1,,1e300\n-1e308,1,,1e300\n")
    columns = {one.column.name: one for one in profile(load_table(reference(path))).columns}
    assert columns["inf"].infinite == 2
    assert columns["inf"].histogram is None
    assert columns["one"].std == 0.0
    assert columns["gone"].quantiles == ()
    assert columns["far"].histogram is None, "bins of 0.05 cannot be told apart there"
    assert columns["far"].quantiles[0] == 1e300
