"""A journal survives a writer that dies in the middle of a line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mtf_engine.storage.journal import Journal, read_lines


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    for number in range(3):
        journal.append(b'{"n":%d}' % number)
    journal.close()
    assert read_lines(tmp_path / "j").lines == (b'{"n":0}', b'{"n":1}', b'{"n":2}')


def test_an_absent_journal_has_no_lines(tmp_path: Path) -> None:
    assert read_lines(tmp_path / "none").lines == ()


def test_a_reader_goes_on_where_it_stopped_and_waits_for_the_end_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'{"n":0}\n{"n":')
    first = read_lines(path)
    assert first.lines == (b'{"n":0}',)
    path.write_bytes(b'{"n":0}\n{"n":1}\n')
    assert read_lines(path, first.offset).lines == (b'{"n":1}',)


@pytest.mark.parametrize("tail", [b'{"n":', b'{"n":1}', b"\0\0\0\0\n", b'{"n\n', b"[1]\n", b"\n\n"])
def test_what_a_killed_writer_left_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(b'{"n":0}\n' + tail)
    journal = Journal(path)
    journal.append(b'{"n":2}')
    journal.close()
    assert path.read_bytes() == b'{"n":0}\n{"n":2}\n'


@pytest.mark.parametrize("cut", range(1, 17))
def test_cut_anywhere_only_whole_lines_are_kept(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    whole = b'{"n":0}\n{"n":1}\n'
    path.write_bytes(whole[:cut])
    Journal(path).close()
    assert path.read_bytes() == whole[: cut // 8 * 8]


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    journal = Journal(path)
    journal.append(b'{"n":0}')

    real = os.write
    calls: list[int] = []

    def short(descriptor: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) == 1:
            return real(descriptor, data[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(OSError, match="No space"):
        journal.append(b'{"n":1}')
    monkeypatch.undo()
    journal.append(b'{"n":2}')
    journal.close()
    assert path.read_bytes() == b'{"n":0}\n{"n":2}\n'
