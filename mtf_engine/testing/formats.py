"""What every format has to obey: what was written is read, what is damaged is refused, nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec, Monitor, Parsed
from mtf_engine.domain.dataset import SourceFile
from mtf_engine.errors import FetchError, FormatError
from mtf_engine.storage.fingerprint import file_sha256
from mtf_engine.testing.wording import require_name, require_refusal, require_sentence

TABLE = pa.table(
    {
        "count": pa.array([1, 2, None, 4], pa.int64()),
        "share": pa.array([0.1, -2.5, 1e-9, None], pa.float64()),
        "city": pa.array(["Bern", "Ås, Norway", 'a "quoted" one', None], pa.string()),
    }
)
"""What is written and read again."""


class FormatConformance:
    """Inherit it, name the format, and say how a table is written in it.

    Attributes
    ----------
    format : FormatSpec
        The subject.
    options : mapping, default none
        Reader options that fit what `write` writes.
    truncation_shows : bool, default True
        Whether a file that lost its last third can be told from a whole one.
    """

    format: FormatSpec
    options: ClassVar[Mapping[str, object]] = {}
    truncation_shows: ClassVar[bool] = True

    def write(self, table: pa.Table, path: Path) -> None:
        """Write a table in the format: whole and decimal numbers, text, and missing cells."""
        raise NotImplementedError("say how a table is written in the format")

    def test_specification_is_complete(self) -> None:
        require_name(self.format.name)
        require_sentence(self.format.summary + ".", "the summary")
        for extension in self.format.extensions:
            assert extension.startswith("."), f"the extension {extension!r} begins with a dot"
            assert extension == extension.lower(), f"the extension {extension!r} is lower case"
        for name, what in self.format.options.items():
            require_name(name)
            assert what.strip(), f"the option {name} is not explained"

    def test_what_was_written_is_read(self, tmp_path: Path) -> None:
        found = self._read(self._file(tmp_path)).table
        assert found.column_names == TABLE.column_names
        assert found.num_rows == TABLE.num_rows
        for name in TABLE.column_names:
            assert found[name].to_pylist() == TABLE[name].to_pylist(), f"the column {name} came back as another one"

    def test_it_reads_the_same_again(self, tmp_path: Path) -> None:
        file = self._file(tmp_path)
        one, other = self._read(file), self._read(file)
        assert one.table.equals(other.table)
        assert one.notes == other.notes

    def test_it_knows_its_own_files_and_no_others(self, tmp_path: Path) -> None:
        self._file(tmp_path)
        assert not self.format.matches(b"a,b\n1,2\n"), "the beginning of a CSV file is not certainly this format"
        assert not self.format.matches(b"<!DOCTYPE html><html>"), "a web page is not certainly this format"
        assert not self.format.matches(b""), "no bytes are not certainly this format"

    def test_an_empty_file_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "empty"
        path.write_bytes(b"")
        require_refusal(lambda: self._read(_acquired(path)), (FormatError,), "an empty file")

    def test_a_file_that_was_cut_short_is_refused(self, tmp_path: Path) -> None:
        if not self.truncation_shows:
            return
        file = self._file(tmp_path)
        content = file.path.read_bytes()
        path = tmp_path / "short"
        path.write_bytes(content[: len(content) * 2 // 3])
        require_refusal(lambda: self._read(_acquired(path)), (FormatError,), "a file that lost its last third")

    def test_noise_is_refused_or_read_but_no_crash(self, tmp_path: Path) -> None:
        content = bytes(range(256)) * 20
        path = tmp_path / "noise"
        path.write_bytes(content)
        with suppress(FormatError):
            self._read(_acquired(path))

    def test_cancelling_stops_it(self, tmp_path: Path) -> None:
        file, cancelled = self._file(tmp_path), Monitor(cancelled=lambda: True)
        require_refusal(lambda: self.format.read(file, self.options, cancelled), (FetchError,), "cancelled work")

    def _file(self, folder: Path) -> AcquiredFile:
        path = folder / f"table{self.format.extensions[0] if self.format.extensions else ''}"
        self.write(TABLE, path)
        return _acquired(path)

    def _read(self, file: AcquiredFile) -> Parsed:
        return self.format.read(file, self.options, Monitor())


def _acquired(path: Path) -> AcquiredFile:
    return AcquiredFile(path, SourceFile(path.name, file_sha256(path), path.stat().st_size))
