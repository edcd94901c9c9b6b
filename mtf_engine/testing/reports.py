"""What every report format has to obey: it shows any results, the same each time, and no string of data does harm."""

from __future__ import annotations

from pathlib import PurePosixPath

from mtf_engine.domain.results import Results
from mtf_engine.reports.context import NO_CONTEXT
from mtf_engine.reports.specification import ReportFile, ReportFormat
from mtf_engine.testing.results import HOSTILE, SCRIPT, results
from mtf_engine.testing.wording import require_name, require_sentence

_RESERVED = frozenset('\\:*?"<>|')
_MARKUP = ("html", "xml", "svg")


class ReportConformance:
    """Inherit it and name the report format.

    Attributes
    ----------
    report : ReportFormat
        The subject.
    """

    report: ReportFormat

    def test_specification_is_complete(self) -> None:
        require_name(self.report.name)
        require_sentence(self.report.summary.rstrip(".") + ".", "the summary")
        major, slash, minor = self.report.media_type.partition("/")
        assert major, f"{self.report.media_type!r} is no media type"
        assert slash, f"{self.report.media_type!r} is no media type"
        assert minor, f"{self.report.media_type!r} is no media type"

    def test_a_run_is_shown(self) -> None:
        files = self._render(results("forest"))
        assert any(b"forest" in file.content for file in files), "the models' names are nowhere"

    def test_a_run_that_came_to_nothing_is_shown(self) -> None:
        self._render(results(empty=True))

    def test_the_same_results_give_the_same_bytes(self) -> None:
        assert self._render(results(HOSTILE)) == self._render(results(HOSTILE))

    def test_files_stay_in_their_folder(self) -> None:
        for file in self._render(results("../../etc/passwd")):
            path = PurePosixPath(file.name)
            assert not path.is_absolute(), f"{file.name!r} is an absolute path"
            assert ".." not in path.parts, f"{file.name!r} leaves the folder"
            assert not _RESERVED & set(file.name), f"{file.name!r} is no file name everywhere"

    def test_strings_of_data_do_no_harm(self) -> None:
        for file in self._render(results(HOSTILE)):
            assert b"\x1b" not in file.content, f"{file.name} would move the cursor of a terminal"
            assert b"\x00" not in file.content, f"{file.name} holds a NUL"
            file.content.decode("utf-8")
            if any(kind in self.report.media_type for kind in _MARKUP):
                assert SCRIPT.encode() not in file.content, f"{file.name} would run a script"

    def _render(self, shown: Results) -> tuple[ReportFile, ...]:
        files = self.report.render(shown, NO_CONTEXT)
        assert files, "there is no file"
        assert len({file.name for file in files}) == len(files), "two files have one name"
        assert all(isinstance(file.content, bytes) for file in files), "the content of a file is bytes"
        return files
