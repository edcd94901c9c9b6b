"""What the forms of data sets are made of: completion, places, names with commas, entries and their edits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fakes import engine_client as fake
from hypothesis import example, given
from hypothesis import strategies as st

from mtf_engine.domain.outlines import PartProgress, PlanOutline, Slot
from mtf_engine.domain.sources import SourceEntry, SourceInspection, Sources
from mtf_engine.errors import MTFError, Problem, SettingsError
from mtf_tui.completion import candidates, common_start, is_local_path, is_remote, is_there
from mtf_tui.datasets import dataset_entries
from mtf_tui.engine_protocol import Progress, SettingsEdit, SourceAsked
from mtf_tui.looking import Looking, Wish
from mtf_tui.places import check_place, free_place, is_data, problem_of_place
from mtf_tui.source_form import SourceForm, edits_of, form_of, read_names, write_names

BUNDLED = Sources((SourceEntry("wine", "sklearn:wine", 178, 14, "multiclass", "target"),), ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("notes.txt", "customers.csv", "Customers-old.parquet", ".hidden.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "part-1.csv").write_text("x")
    return tmp_path


def labels(text: str, folder: Path) -> list[str]:
    return [one.label for one in candidates(text, folder, BUNDLED)]


def test_data_come_first_and_other_files_when_they_are_meant(folder: Path) -> None:
    assert labels("", folder) == ["Customers-old.parquet", "customers.csv", "data/"]
    assert labels("cust", folder) == ["Customers-old.parquet", "customers.csv"]
    assert labels("no", folder) == ["notes.txt"]
    assert labels(".h", folder) == [".hidden.csv"]
    assert [one.text for one in candidates("data/", folder, None)] == ["data/part-1.csv"]
    assert [one.is_whole for one in candidates("da", folder, None)] == [False]
    assert labels("sk", folder) == ["sklearn:wine"]
    assert labels("nowhere/x", folder) == []
    assert labels("a\0b", folder) == []


def test_completion_goes_as_far_as_it_is_clear(folder: Path) -> None:
    assert common_start(candidates("n", folder, None)) == "notes.txt"
    assert common_start(candidates("c", folder, None)) == ""
    assert common_start(()) == ""


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("customers.csv", True),
        ("data", False),
        ("data/*.csv", True),
        ("data/*.tsv", False),
        ("sklearn:wine", True),
        ("sklearn:wines", False),
        ("http://127.0.0.1/customers.csv", False),
        ("", False),
        ("\0", False),
        ("~nobody-at-all/x", False),
    ],
)
def test_only_what_is_on_this_machine_is_looked_at_unasked(folder: Path, text: str, there: bool) -> None:
    assert is_there(text, folder, BUNDLED) is there


def test_addresses_are_told_from_paths() -> None:
    assert [is_remote(text) for text in ("https://h/x", "s3://b/x", "sklearn:wine", "a.csv", "C:/a.csv")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [is_local_path(text) for text in ("https://h/x", "sklearn:wine", "a.csv", "C:/a.csv")] == [
        False, False, True, True,
    ]  # fmt: skip


def test_settings_are_told_from_data() -> None:
    settings = ("churn.yaml", "churn.YML", "settings", "dir/settings")
    assert not any(map(is_data, settings))
    assert all(map(is_data, ("customers.csv", "sklearn:wine", "https://h/x", "data/*", "file:///x")))


def test_settings_are_written_only_where_no_file_is(folder: Path) -> None:
    assert free_place(folder / "new.yaml") == folder / "new.yaml"
    (folder / "new.yaml").touch()
    (folder / "new-2.yaml").touch()
    assert free_place(folder / "new.yaml") == folder / "new-3.yaml"
    assert problem_of_place(folder / "new.yaml") == "is there already; name another"
    assert problem_of_place(folder / "x.yaml") is None
    check_place(folder / "new.yaml")
    check_place(folder / "absent.yaml")
    for wrong in (folder, folder / "absent" / "x.yaml"):
        with pytest.raises(SettingsError, match="There is no settings file"):
            check_place(wrong)
    for refused in (check_place, problem_of_place):  # on every Python: `Path.exists` hides it from 3.14 on
        with pytest.raises(OSError, match="longlong"):
            refused(folder / f"{'long' * 100}.yaml")


@given(st.lists(st.text(min_size=1), unique=True))
@example(["two\nlines", "a\rb", " lead", "trail\t", '"', "x" * 200_000])
def test_any_names_can_be_written_and_read_again(names: list[str]) -> None:
    assert list(read_names(write_names(names))) == names


def entry(form: SourceForm) -> object:
    return form.entry(fake.answers.inspection(SourceAsked(form.source, form.target or None)))


def test_entries_have_their_shortest_form_and_quote_what_reads_the_environment() -> None:
    assert entry(SourceForm("a.csv")) == {"source": "a.csv", "target": "churned"}
    assert entry(SourceForm("a.csv", name="b", left_out="x")) == {
        "name": "b", "source": "a.csv", "target": "churned", "drop": ["x"],
    }  # fmt: skip
    made = SourceForm("${x}.csv", left_out="${HOME}").entry(fake.answers.inspection(SourceAsked("x", "tenure")))
    assert made == {"source": "$${x}.csv", "target": "tenure", "drop": ["$${HOME}"]}


def slot(value: object, name: str = "a") -> Slot:
    return Slot(0, True, name, value, 3)


def test_an_entry_goes_into_the_form_and_back_without_an_edit() -> None:
    for value in (
        {"source": "a.csv", "target": "churned"},
        {"name": "b", "source": "a.csv", "target": "churned", "drop": ["x", "a, b"], "weights": "w"},
        {"source": "${DATA}/a.csv", "target": "churned", "drop": "x"},
    ):
        found = slot(value, "b")
        form = form_of(found)
        edits = edits_of(
            found, entry(form) if "name" in value else entry(SourceForm(form.source, form.target, form.left_out))
        )
        assert not [edit for edit in edits if edit.path[-1] != "drop"], value


def test_only_what_changed_is_edited() -> None:
    found = slot({"source": "a.csv", "target": "churned", "drop": ["x"]})
    changed = {"source": "a.csv", "target": "tenure"}
    assert edits_of(found, changed) == (
        SettingsEdit("set", ("datasets", 0, "target"), value="tenure"),
        SettingsEdit("unset", ("datasets", 0, "drop")),
    )
    assert edits_of(slot("sklearn:wine"), "sklearn:iris") == (
        SettingsEdit("replace", ("datasets",), 0, value="sklearn:iris"),
    )
    assert edits_of(slot("sklearn:wine"), "sklearn:wine") == ()
    changed = {"source": "$${DATA}/a.csv", "target": "tenure"}
    assert edits_of(slot("${DATA}/a.csv"), changed) == (SettingsEdit("set", ("datasets", 0, "target"), value="tenure"),)


def test_states_of_data_sets_are_joined_from_text_plan_and_progress() -> None:
    slots = [
        Slot(0, True, "breast_cancer", "sklearn:breast_cancer", 3),
        Slot(1, False, "wine", "sklearn:wine", 4),
        Slot(2, True, "shop", {"source": "https://h/shop.csv"}, 5),
        Slot(3, True, "shop", {"source": "shop.csv", "target": "y"}, 6),
    ]
    error = SettingsError([Problem("no column 'y'", key="datasets[2].target"), Problem("elsewhere")])
    outline = fake.answers.outline()
    made = dataset_entries(slots, outline, {"shop": PartProgress(41, 100)}, error)
    assert [one.key for one in made] == ["breast_cancer", "wine", "shop", "shop\0003"]
    assert [one.problem and one.problem.message for one in made] == [None, None, None, "no column 'y'"]
    assert made[0].part == PartProgress(state="waiting")
    assert made[0].outline is not None
    assert made[1].outline is None
    assert made[2].part == PartProgress(41, 100)
    assert made[3].target == "y"
    unfetched = PlanOutline("p", (), (), (), 0, 0, None, None, 1, unavailable=("shop: the server is down: 503",))
    failed = dataset_entries(slots[2:3], unfetched, None, None)[0]
    assert failed.problem is not None
    assert failed.problem.message == "the server is down: 503"
    assert failed.part is None
    assert dataset_entries(None, outline, None, MTFError("x"))[1].name == "churn"


@pytest.mark.parametrize("error", [None, MTFError("no such file")])
@pytest.mark.anyio
async def test_what_is_found_late_is_about_no_other_source(error: MTFError | None) -> None:
    comes = asyncio.Event()

    class Slow(fake.FakeClient):
        async def inspect(self, source: SourceAsked, *, progress: Progress) -> SourceInspection:
            await comes.wait()
            return await super().inspect(source, progress=progress)

    looking = Looking(Slow(error=error), Path(), lambda: None)
    look = asyncio.create_task(looking.look(Wish(SourceForm("a.csv"), place="settings.yaml")))
    await asyncio.sleep(0)
    looking.forget()  # another source is typed
    comes.set()
    await look
    assert (looking.inspection, looking.error, looking.proposal, looking.reading) == (None, None, None, None)
