"""Reports show what the results hold, are well-formed and bounded, and obey nothing that the data say."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from markdown_it import MarkdownIt

from mtf_engine.domain.dataset import Finding
from mtf_engine.domain.plan import Plan
from mtf_engine.domain.results import CheckRow, Results, RunSummary, Score, Verdict
from mtf_engine.errors import PluginError
from mtf_engine.reports.context import ReportContext, read_context
from mtf_engine.reports.drawing import axis, bar, scale
from mtf_engine.reports.rendering import formats, get, render, render_files, write_report, write_reports
from mtf_engine.reports.verdicts import headline

ALL = ("csv", "html", "json", "junit", "markdown")
VOID = {"meta", "br", "hr", "img", "link", "input"}
HOSTILE = "\x1b]0;x\x07<script>alert(1)</script>]]>|`[/]\u202e\x00=1+1@all"


class Page(HTMLParser):
    """Collects tags and checks that they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(content: bytes) -> Page:
    page = Page()
    page.feed(content.decode("utf-8"))
    assert not page.open
    return page


def hostile(results: Results) -> Results:
    """The same results with hostile text wherever text stands."""

    def poison(value: object) -> object:
        if isinstance(value, dict):
            return {key: value[key] if key in KEPT else poison(value[key]) for key in value}
        if isinstance(value, list):
            return [poison(one) for one in value]
        return f"{value}{HOSTILE}" if isinstance(value, str) else value

    return msgspec.convert(poison(msgspec.to_builtins(results)), Results)


KEPT = {"verdict", "severity", "cause", "aggregation", "status", "started", "finished"}


def test_every_format_is_a_plugin_of_ours() -> None:
    assert set(ALL) <= set(formats())
    with pytest.raises(PluginError, match="report") as error:
        get("htlm")
    assert "html" in str(error.value.hint)


def test_html_needs_nothing_and_runs_nothing(results: Results, context: ReportContext) -> None:
    content = render(results, "html", context=context)
    page = parsed(content)
    assert not {"script", "iframe", "link", "img", "object", "form"} & set(page.seen)
    assert not [value for name, value in page.attributes if name in ("src", "style") or name.startswith("on")]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert not re.search(rb"https?://|@import|url\(", content)


def test_html_shows_the_answer_the_numbers_and_where_they_come_from(results: Results, context: ReportContext) -> None:
    text = " ".join("".join(parsed(render(results, "html", context=context)).text).split())
    for expected in (
        "1 check broke, 1 check failed, 1 inconclusive, 1 warning, 1 did not run, 2 passed; 5 cells without a result",
        "exit code 1: a check failed, or was inconclusive where that counts as failure",
        "logistic_regression wins on churn: 0.772 [0.745, 0.798], ahead of all 3 others",
        "−0.024 [−0.037, −0.012]",
        "Holm's correction over 6 pairs. Differences up to 0.014 could have gone unseen.",
        "even the upper bound is below 0.78",
        "! read 5,000 of 7,043 rows",
        "→ Add the step impute",
        "5 of 5 folds have no result",
        "scikit-learn 1.9.1",
        "0f6bee1a9c1d with uncommitted changes",
        "Nadeau & Bengio 2003",
        "customer_id holds 7,043 distinct values",
    ):
        assert expected in text


def test_html_tables_are_accessible(results: Results, context: ReportContext) -> None:
    content = render(results, "html", context=context).decode()
    page = parsed(content.encode())
    assert 'lang="en"' in content
    assert content.count("<h1>") == 1
    head_cells = re.findall(r"<th(?=[ >])[^>]*>", content)
    assert all("scope=" in cell for cell in head_cells)
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    linked = {value[1:] for name, value in page.attributes if name == "href"}
    assert linked <= set(ids)
    labelled = {value for name, value in page.attributes if name == "aria-labelledby"}
    assert labelled <= set(ids)
    assert all("aria-hidden" in tag for tag in re.findall(r"<svg[^>]*>", content))


@pytest.mark.parametrize("name", ALL)
def test_no_format_obeys_the_data(name: str, results: Results, context: ReportContext) -> None:
    for one in render_files(hostile(results), name, context=context):
        text = one.content.decode("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        if name in ("html", "junit", "markdown"):
            assert "<script" not in text


def test_hostile_html_has_the_same_structure(results: Results, context: ReportContext) -> None:
    def tags(given: Results) -> list[str]:
        return [tag for tag in parsed(render(given, "html", context=context)).seen if tag != "path"]

    renamed = replace(results, run=replace(results.run, status="running"))
    assert "script" not in tags(hostile(renamed))


def test_html_is_bounded_however_much_there_is(results: Results) -> None:
    many = replace(
        results,
        datasets=tuple(replace(results.datasets[0], name=f"data{index}") for index in range(80)),
        scores=tuple(
            replace(one, dataset=f"data{index}", model=f"{'m' * 2000}{model}")
            for index in range(80)
            for model in range(30)
            for one in results.scores[:1]
        ),
        comparisons=(),
        checks=tuple(replace(results.checks[0], message="x" * 5000) for _ in range(2000)),
        failures=tuple(replace(results.failures[0], message=f"{index} {'y' * 5000}") for index in range(2000)),
        findings=tuple("z" * 5000 for _ in range(500)),
    )
    content = render(many, "html")
    assert len(content) < 5_000_000
    text = "".join(parsed(content).text)
    for expected in ("20 more data sets", "1,700 more checks", "1,900 more kinds of failure", "440 more findings"):
        assert expected in text
    assert len(render(many, "markdown")) <= 65_536


def test_an_empty_run_has_reports_too() -> None:
    empty = Results(RunSummary("id", "nothing", "failed", None, None, "0" * 64, 0, 4))
    for name in ALL:
        assert render(empty, name)
    assert "No checks were asked for" in "".join(parsed(render(empty, "html")).text)
    assert "the run could not be carried out" in "".join(parsed(render(empty, "html")).text)
    over = replace(empty, run=replace(empty.run, status="finished", exit_code=0))
    text = "".join(parsed(render(over, "html")).text)
    assert "exit code 0: every cell finished" in " ".join(text.split())
    assert "every check passed" not in text, "there was none"


def test_a_run_that_lacks_a_data_set_is_no_pass_in_any_report(results: Results) -> None:
    """Checks of the other data sets passed and no cell failed, and the exit code is 3 all the same."""
    passed = tuple(replace(row, verdict=Verdict.PASS) for row in results.checks)
    lacking = replace(results, checks=passed, failures=(), run=replace(results.run, exit_code=3))
    assert headline(lacking).kind == "warn"
    assert headline(lacking).text.endswith("; some cells or some data sets are missing")
    assert headline(replace(lacking, checks=())).kind == "warn"
    assert headline(replace(lacking, run=replace(results.run, exit_code=0))).kind == "pass"
    plan = Plan(*[None] * 3, unavailable=(Finding("far", "far could not be fetched: no route"),))  # type: ignore[arg-type]
    _, cells = suites(render(lacking, "junit", context=ReportContext(plan)))
    assert (cells.get("errors"), cells.find("testcase/error").get("message")) == (
        "1",
        "far could not be fetched: no route",
    )


def test_markdown_is_a_comment_with_tables(results: Results) -> None:
    text = render(results, "markdown").decode()
    assert text.startswith("### ✗ MTF churn: 1 check broke, 1 check failed")
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert rendered.count("<table>") == 6
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, flags=re.DOTALL)
    assert {len(re.findall(r"<t[hd]", row)) for row in rows} == {4, 5}
    assert "ahead of all 3 others" in rendered
    assert "Add the step impute" in rendered


def test_hostile_markdown_keeps_its_cells(results: Results) -> None:
    text = render(hostile(results), "markdown").decode()
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, flags=re.DOTALL)
    assert {len(re.findall(r"<t[hd]", row)) for row in rows} == {4, 5}
    assert "<a " not in rendered
    assert not re.search(r"(?<!<code>)@all", re.sub(r"<code>.*?</code>", "", rendered))


def suites(content: bytes) -> list[ET.Element]:
    root = ET.fromstring(content)
    assert root.tag == "testsuites"
    return list(root)


def test_junit_counts_what_it_holds(results: Results) -> None:
    checks, cells = suites(render(results, "junit"))
    assert [checks.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["7", "2", "1", "2"]
    assert [cells.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "0", "5", "0"]
    for suite in (checks, cells):
        for outcome, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert len(suite.findall(f"testcase/{outcome}")) == int(suite.get(plural) or -1)
        assert len(suite.findall("testcase")) == int(suite.get("tests") or -1)


def test_junit_keeps_to_the_common_schema(results: Results) -> None:
    for content in (render(results, "junit"), render(hostile(results), "junit")):
        for suite in suites(content):
            needed = {"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"}
            assert needed <= set(suite.attrib) <= needed | {"skipped"}
            order = [child.tag for child in suite]
            cases = order.count("testcase")
            assert order == ["properties", *["testcase"] * cases, "system-out", "system-err"]
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp") or "")
            for case in suite.iter("testcase"):
                assert set(case.attrib) == {"name", "classname", "time"}
                assert float(case.get("time") or "nan") >= 0
                assert [child.tag for child in case] in ([], ["failure"], ["error"], ["skipped"])
                for child in case:
                    assert child.get("message")
                    assert child.tag == "skipped" or child.get("type")


@pytest.mark.parametrize(
    ("verdict", "counts", "expected"),
    [
        (Verdict.PASS, True, None),
        (Verdict.FAIL, True, "failure"),
        (Verdict.WARN, False, "skipped"),
        (Verdict.INCONCLUSIVE, True, "failure"),
        (Verdict.INCONCLUSIVE, False, "skipped"),
        (Verdict.ERROR, True, "error"),
        (Verdict.NOT_RUN, True, "error"),
        (Verdict.NOT_RUN, False, "skipped"),
    ],
)
def test_no_verdict_but_pass_is_a_passed_test(
    results: Results, verdict: Verdict, counts: bool, expected: str | None
) -> None:
    row: CheckRow = replace(results.checks[0], verdict=verdict, counts=counts)
    checks, _ = suites(render(replace(results, checks=(row,)), "junit"))
    (case,) = checks.findall("testcase")
    assert [child.tag for child in case] == ([expected] if expected else [])


def test_json_is_the_results_again(results: Results) -> None:
    content = render(results, "json")
    assert msgspec.json.decode(content, type=Results) == msgspec.convert(msgspec.to_builtins(results), Results)
    assert json.loads(content)["scores"][0]["estimate"] == 0.7718


def test_json_survives_half_a_surrogate_pair(results: Results) -> None:
    broken = replace(results, run=replace(results.run, name="file\udcff"))
    assert json.loads(render(broken, "json"))["run"]["name"] == "file\\udcff"
    assert msgspec.json.decode(render(broken, "json"), type=Results).run.name == "file\\udcff"


def test_csv_tables_keep_every_digit_and_guard_formulas(results: Results, tmp_path: Path) -> None:
    third = replace(results.scores[0], estimate=1 / 3, model="=cmd|'/C calc'!A0")
    written = write_report(replace(results, scores=(third, *results.scores[1:])), "csv", tmp_path / "out")
    assert written == tmp_path / "out"
    assert {path.name for path in written.iterdir()} == {
        f"{name}.csv" for name in ("scores", "comparisons", "rankings", "checks", "failures", "timing", "datasets")
    }
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/scores.csv").read_text(encoding="utf-8"), newline="")))
    assert [*rows[0]] == [field.name for field in fields(Score)]
    assert float(rows[0]["estimate"]) == 1 / 3
    assert rows[0]["model"] == "'=cmd|'/C calc'!A0"
    assert json.loads(rows[1]["folds"]) == list(results.scores[1].folds)
    assert rows[0]["slice"] == ""
    assert len(rows) == len(results.scores)


def test_reports_are_written_under_names_that_ci_can_know(results: Results, tmp_path: Path) -> None:
    written = write_reports(results, ("html", "markdown", "junit", "json"), tmp_path / "reports")
    assert [path.name for path in written] == ["report.html", "report.md", "junit.xml", "results.json"]
    again = write_reports(results, ("html",), tmp_path / "reports")
    assert again[0].read_bytes() == written[0].read_bytes()
    assert write_report(results, "junit", tmp_path / "mine.xml") == tmp_path / "mine.xml"
    assert write_report(results, "junit", tmp_path / "folder") == tmp_path / "folder/junit.xml"
    assert (tmp_path / "folder/junit.xml").read_bytes() == (tmp_path / "mine.xml").read_bytes()


def test_the_context_of_a_run_is_read_as_far_as_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "env.json").write_text('{"python": "3.11.9"}', encoding="utf-8")
    (tmp_path / "plan.json").write_text('{"resolved": ', encoding="utf-8")
    read = read_context(tmp_path / "plan.json", tmp_path / "env.json")
    assert (read.plan, read.environment) == (None, {"python": "3.11.9"})


@pytest.mark.parametrize(
    "values", [[0.5], [0.0, 0.0], [-1e-9, 1e-9], [1e15, 2e15], [-3, -2.9], [0.745, 0.798], [7, 7.0]]
)
def test_an_axis_holds_its_values_with_few_ticks(values: list[float]) -> None:
    on = axis(values)
    assert on is not None
    assert all(on.holds(value) for value in values)
    assert 2 <= len(on.ticks) <= 6
    assert scale(on).count("<text") == len(on.ticks)


def test_pictures_hold_numbers_alone_and_mark_what_lies_beyond() -> None:
    on = axis([0.7, 0.8])
    assert on is not None
    assert axis([None, float("nan")]) is None
    inside, outside = bar(on, 0.75, 0.72, 0.78), bar(on, 0.2, 0.2, 0.2)
    assert 'class="point"' in inside
    assert 'class="beyond"' in outside
    assert 'class="interval"' not in outside
    ET.fromstring(inside)
