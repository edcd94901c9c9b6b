"""Hashes name cells and plans: they must not depend on order, process or clock."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtf_engine.storage import fingerprint as module
from mtf_engine.storage.fingerprint import canonical_json, file_sha256, fingerprint, hash_file


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: float
    colour: Colour


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTF_HOME", str(tmp_path / "home"))


scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(st.dictionaries(st.text(), values))
def test_order_of_keys_does_not_matter(mapping: dict[str, object]) -> None:
    assert fingerprint(mapping) == fingerprint(dict(reversed(list(mapping.items()))))


@given(values, values)
def test_different_values_have_different_forms(a: object, b: object) -> None:
    if repr(a) != repr(b):
        assert canonical_json(a) != canonical_json(b) or a == b


def test_an_argument_boundary_matters() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_int_float_bool_and_text_differ() -> None:
    assert len({fingerprint(value) for value in (1, 1.0, True, "1")}) == 4


def test_not_a_number_and_infinities_have_a_form() -> None:
    assert len({fingerprint(value) for value in (math.nan, math.inf, -math.inf, None)}) == 4


def test_dataclasses_count_by_type_and_fields() -> None:
    assert fingerprint(Point(1.5, Colour.RED)) == fingerprint(Point(1.5, Colour.RED))
    assert fingerprint(Point(1.5, Colour.RED)) != fingerprint({"x": 1.5, "colour": "red"})


def test_objects_without_a_form_are_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        fingerprint(object())


def test_equal_in_another_process_with_another_hash_seed() -> None:
    code = "from mtf_engine.storage.fingerprint import fingerprint; print(fingerprint({'a', 'b', 'c'}, {'k': 0.1}))"
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == fingerprint({"a", "b", "c"}, {"k": 0.1})


def _age(path: Path, seconds: float = 10.0) -> None:
    before = path.stat()
    os.utime(path, (before.st_atime, before.st_mtime - seconds))


def test_a_file_is_read_once_while_it_does_not_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n1,2\n")
    _age(path)
    first = file_sha256(path)
    assert first == hash_file(path)
    monkeypatch.setattr(module, "hash_file", lambda _: pytest.fail("read again"))
    assert file_sha256(path) == first


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"old")
    _age(path)
    first = file_sha256(path)
    path.write_bytes(b"new")
    _age(path, 5.0)
    assert file_sha256(path) != first


def test_a_file_that_was_just_written_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"old")
    stamp = path.stat()
    first = file_sha256(path)
    path.write_bytes(b"new")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert file_sha256(path) != first


def test_a_broken_memo_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"x")
    _age(path)
    first = file_sha256(path)
    for memo in (tmp_path / "home" / "cache" / "fingerprints").iterdir():
        memo.write_bytes(b"{torn")
    assert file_sha256(path) == first
