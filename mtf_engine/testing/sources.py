"""What every source has to obey: verified files or a ready table, the same each time, and errors one can act on."""

from __future__ import annotations

from typing import ClassVar

from mtf_engine.acquisition.interfaces import Acquired, Monitor, SourceSpec
from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.errors import FetchError, IntegrityError, SchemaError, SettingsError
from mtf_engine.storage.fingerprint import file_sha256
from mtf_engine.testing.wording import require_refusal, require_sentence


class SourceConformance:
    """Inherit it, name the source, and say what it can fetch; start a server in a fixture where it needs one.

    Attributes
    ----------
    source : SourceSpec
        The subject.
    address : str
        Of something that is there, small.
    absent : str or None
        Of something that is not; None skips what needs one.
    """

    source: SourceSpec
    address: str
    absent: ClassVar[str | None] = None

    def test_specification_is_complete(self) -> None:
        name = self.source.name
        assert name == name.lower(), "a scheme is lower case"
        assert name.isascii(), "a scheme is ASCII"
        assert name.replace("-", "").isalnum(), "a scheme is letters, digits and hyphens"
        require_sentence(self.source.summary + ".", "the summary")

    def test_it_delivers_files_or_a_table(self) -> None:
        found = self._acquire()
        assert bool(found.files) != (found.bundled is not None), "it delivers either files or a bundled table"
        for file in found.files:
            assert file.path.is_file(), f"{file.path} is not there"
            assert file.facts.size == file.path.stat().st_size, "the size is not the file's"
            assert file.facts.sha256 == file_sha256(file.path), "the digest is not the file's"
        if found.bundled is not None:
            assert found.bundled.table.num_rows, "the table is empty"
            assert found.version, "a bundled table names the version of the package that ships it"
            target = found.bundled.target
            assert target is None or target in found.bundled.table.column_names, f"there is no column {target!r}"

    def test_it_delivers_the_same_again(self) -> None:
        one, other = self._acquire(), self._acquire()
        assert [file.facts for file in one.files] == [file.facts for file in other.files]
        if one.bundled is not None and other.bundled is not None:
            assert one.bundled.table.equals(other.bundled.table)

    def test_progress_counts_up_to_its_total(self) -> None:
        told: list[tuple[int, int | None]] = []
        self._acquire(Monitor(progress=lambda received, total: told.append((received, total))))
        received = [count for count, _ in told]
        assert received == sorted(received), "progress goes back"
        assert all(total is None or count <= total for count, total in told), "more was received than there is"

    def test_a_wrong_pin_is_an_error_where_there_is_one_file(self) -> None:
        if len(self._acquire().files) == 1:
            pinned = DatasetRef("pinned", self.address, sha256="0" * 64)
            require_refusal(lambda: self.source.acquire(pinned, Monitor()), (IntegrityError,), "another file")

    def test_what_is_not_there_is_an_error(self) -> None:
        if self.absent is not None:
            absent = DatasetRef("absent", self.absent)
            kinds = (SettingsError, SchemaError, FetchError)
            require_refusal(lambda: self.source.acquire(absent, Monitor()), kinds, self.absent)

    def test_cancelling_stops_it(self) -> None:
        if self._acquire().files:
            cancelled = Monitor(cancelled=lambda: True)
            require_refusal(lambda: self._acquire(cancelled), (FetchError,), "cancelled work")

    def _acquire(self, monitor: Monitor | None = None) -> Acquired:
        return self.source.acquire(DatasetRef("d", self.address), monitor or Monitor())
