"""Write a report: which format, and where it went."""

from __future__ import annotations

from mtf_tui.widgets.choice_dialog import Choice, ChoiceDialog

FORMATS = (
    Choice("html", "html", "a page to read and to send"),
    Choice("markdown", "markdown", "for a pull request"),
    Choice("junit", "junit", "checks as tests, for CI"),
    Choice("json", "json", "results.json, full precision"),
    Choice("csv", "csv", "scores as a table, full precision"),
)


class ReportDialog(ChoiceDialog):
    """Answers a format."""

    def __init__(self) -> None:
        super().__init__("Report or export", FORMATS)
