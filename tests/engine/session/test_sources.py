"""Sources: what is there, what one holds, its rows; read once, and again when the file changes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from engine.session.harness import CUSTOMERS, HOSTILE, Helper, Project, write_customers

from mtf_engine.acquisition import slices


def test_bundled_sets_are_listed_with_what_they_hold(helper: Helper) -> None:
    found = {entry["name"]: entry for entry in helper.ask("sources")["bundled"]}
    assert (found["breast_cancer"]["rows"], found["breast_cancer"]["columns"]) == (569, 31)
    assert (found["wine"]["task"], found["wine"]["target"]) == ("multiclass", "target")
    assert found["linnerud"]["target"] is None
    assert found["linnerud"]["targets"] == ["Weight", "Waist", "Pulse"]


def test_what_was_read_before_is_listed(helper: Helper, project: Project) -> None:
    helper.ask("inspect", source=CUSTOMERS)
    found = [entry for entry in helper.ask("sources")["cached"] if entry["name"] == CUSTOMERS]
    assert found[0]["source"] == str(project.folder / CUSTOMERS)
    assert found[0]["columns"] == 5


def test_a_file_is_described_before_it_is_added(helper: Helper) -> None:
    found = helper.ask("inspect", source=CUSTOMERS)
    assert (found["format"], found["rows"], found["files"]) == ("csv", 240, 1)
    assert (found["target"], found["target_reason"], found["task"]) == ("churned", "the last column", "binary")
    assert [one["label"] for one in found["classes"]] == ["no", "yes"]
    assert sum(one["rows"] for one in found["classes"]) == 240
    assert abs(sum(one["share"] for one in found["classes"]) - 1) < 1e-12
    assert found["identifiers"] == [{"column": "customer_id", "why": "every value distinct"}]
    assert next(one for one in found["columns"] if one["name"] == "charges")["missing"] == 7


def test_a_target_can_be_named_and_misspelt(helper: Helper) -> None:
    named = helper.ask("inspect", source=CUSTOMERS, target="tenure")
    assert (named["target_reason"], named["task"], named["classes"]) == ("as asked", "regression", [])
    wrong = helper.ask("inspect", source=CUSTOMERS, target="churnd")
    assert wrong["target"] is None
    assert "Did you mean 'churned'?" in wrong["problem"]["hint"]


def test_a_documented_target_is_taken(helper: Helper) -> None:
    found = helper.ask("inspect", source="sklearn:wine")
    assert (found["format"], found["target"], found["task"]) == ("bundled", "target", "multiclass")
    assert [one["rows"] for one in found["classes"]] == [59, 71, 48]


def test_missing_files_and_unknown_sources_are_answers(helper: Helper) -> None:
    assert "nothing.csv" in helper.error("inspect", source="nothing.csv")["message"]
    assert "sklearn:iris" in helper.error("inspect", source="sklearn:iriss")["hint"]
    assert helper.error("preview", source="")["message"]


def test_columns_are_profiled_in_one_line_each(helper: Helper) -> None:
    found = helper.ask("profile", source=CUSTOMERS)
    columns = {one["name"]: one for one in found["columns"]}
    assert (found["rows"], found["rows_read"]) == (240, 240)
    assert sum(columns["tenure"]["histogram"]) == 240
    assert len(columns["tenure"]["histogram"]) == 12
    assert columns["tenure"]["text"] == "0 … 72"
    assert columns["charges"]["missing"] == 7 / 240
    assert columns["charges"]["text"] == "4.500 … 116.5"
    assert columns["customer_id"]["warning"] == "all distinct"
    assert columns["customer_id"]["top"] == []
    assert {one["value"] for one in columns["internet"]["top"][:3]} == {"dsl", "fiber", "none"}
    shares = [one["share"] for one in columns["internet"]["top"]]
    assert shares == sorted(shares, reverse=True)
    assert columns["churned"]["is_target"]
    assert columns["churned"]["text"].startswith("no ")
    assert not columns["tenure"]["is_target"]


def test_profiles_of_odd_columns(helper: Helper, project: Project) -> None:
    path = project.folder / "odd.csv"
    path.write_text(
        "empty,constant,when,flag,huge,y\n"
        + "".join(
            f",7,2024-0{1 + row % 9}-03,{row % 2 == 0},{'inf' if row == 3 else f'1e{300 + row % 8}'},{row % 2}\n"
            for row in range(40)
        )
    )
    columns = {one["name"]: one for one in helper.ask("profile", source="odd.csv")["columns"]}
    assert columns["empty"]["warning"] == "all missing"
    assert columns["empty"]["histogram"] == []
    assert (columns["constant"]["warning"], columns["constant"]["text"]) == ("constant", "7")
    assert columns["when"]["text"] == "2024-01-03 … 2024-09-03"
    assert sum(columns["when"]["histogram"]) == 40
    assert columns["flag"]["top"][0] == {"value": "False", "share": 0.5}
    assert sum(columns["huge"]["histogram"]) == 39


def test_a_page_of_a_table_has_text_cells(helper: Helper) -> None:
    page = helper.ask("preview", source=CUSTOMERS, offset=4, limit=5)
    assert page["columns"] == ["customer_id", "tenure", "charges", "internet", "churned"]
    assert (page["offset"], page["total"], len(page["rows"])) == (4, 240, 5)
    assert page["rows"][1] == ["C00005", "35", None, "none", "no"]
    assert page["rows"][3][0] == HOSTILE
    assert page["numeric"] == [False, True, True, False, False]


def test_pages_beyond_the_ends_are_empty(helper: Helper) -> None:
    assert helper.ask("preview", source=CUSTOMERS, offset=10_000)["rows"] == []
    assert len(helper.ask("preview", source=CUSTOMERS, offset=-5, limit=3)["rows"]) == 3
    assert helper.ask("preview", source=CUSTOMERS, limit=-1)["rows"] == []
    page = helper.ask("preview", source=CUSTOMERS, first_column=3, columns=1, limit=1)
    assert (page["columns"], page["first_column"], page["total_columns"]) == (["internet"], 3, 5)


def test_long_cells_are_cut(helper: Helper, project: Project) -> None:
    (project.folder / "long.csv").write_text("a,b\n" + "x" * 5000 + ",1\ny,2\n")
    cell = helper.ask("preview", source="long.csv")["rows"][0][0]
    assert (len(cell), cell[-1]) == (200, "…")


def test_a_large_table_is_read_once(helper: Helper, project: Project) -> None:
    path = project.folder / "large.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "a", "b"])
        writer.writerows([row, row * 3 % 1000, f"t{row % 17}"] for row in range(200_000))
    helper.ask("preview", source="large.csv")
    took = []
    for offset in (199_990, 0, 100_000, 150_000):
        before = helper.processor_seconds()
        assert helper.ask("preview", source="large.csv", offset=offset, limit=40)["rows"][0][0] == str(offset)
        took.append(helper.processor_seconds() - before)
    assert min(took) < 0.25


def test_pages_of_a_large_parquet_file_are_those_of_the_whole(helper: Helper, project: Project) -> None:
    rows = slices.LEAST_ROWS + 1_000
    whole = np.arange(rows)
    table = pa.table({"row": whole, "even": pa.array(whole, mask=whole % 2 == 1), "text": [f"t{n % 7}" for n in whole]})
    pq.write_table(table, project.folder / "large.parquet", row_group_size=100_000)
    pages = [(0, 3), (99_999, 3), (rows - 2, 10), (rows, 5)]
    asked = [{"source": "large.parquet", "offset": at, "limit": limit} for at, limit in pages]
    sliced = [helper.ask("preview", **page) for page in asked]
    narrow = helper.ask("preview", source="large.parquet", offset=99_999, limit=2, first_column=1, columns=1)
    assert sliced[1]["rows"][:2] == [["99999", None, "t4"], ["100000", "100000", "t5"]]
    assert (sliced[2]["total"], len(sliced[2]["rows"]), sliced[3]["rows"]) == (rows, 2, [])
    assert (narrow["columns"], narrow["rows"], narrow["total_columns"]) == (["even"], [[None], ["100000"]], 3)
    helper.ask("profile", source="large.parquet")  # opens the whole of it
    assert [helper.ask("preview", **page) for page in asked] == sliced


def test_a_target_of_classes_is_profiled_by_its_classes(helper: Helper) -> None:
    found = helper.ask("profile", source="sklearn:wine")
    target = next(one for one in found["columns"] if one["is_target"])
    assert [one["value"] for one in target["top"]] == ["1", "0", "2"]
    assert (target["histogram"], target["text"]) == ([], "1 40 %")


def test_a_changed_file_is_read_again(helper: Helper, project: Project) -> None:
    path = project.folder / "changing.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    assert helper.ask("preview", source="changing.csv")["total"] == 2
    path.write_text("a,b\n1,x\n2,y\n3,z\n")
    assert helper.ask("preview", source="changing.csv")["rows"][2] == ["3", "z"]


def test_relative_paths_count_from_the_settings_folder(helper: Helper, tmp_path: Path) -> None:
    write_customers(tmp_path / "other.csv", rows=30, hostile=False)
    assert helper.ask("preview", source="other.csv", base=str(tmp_path))["total"] == 30
    assert "other.csv" in helper.error("preview", source="other.csv")["message"]


def test_bytes_are_told_while_a_source_is_read(helper: Helper, tmp_path: Path) -> None:
    write_customers(tmp_path / "told.csv", rows=100)
    before = len(helper.progress)
    helper.ask("inspect", source=str(tmp_path / "told.csv"))
    size = (tmp_path / "told.csv").stat().st_size
    assert helper.progress[before:][-1]["progress"] == {"received": size, "total": size}
