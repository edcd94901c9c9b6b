"""Edits of a settings text: they do what was meant, and nothing else."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtf_engine.errors import SettingsError
from mtf_engine.settings import editing, emitting, template
from mtf_engine.settings.listing import lists
from mtf_engine.settings.problems import ProblemList
from mtf_engine.settings.reader import read

FLOW = """\
version: 1
datasets: [sklearn:iris]  # one
pipeline: [drop_duplicates, {scale: robust}]
models: [ridge, svm]
"""
FLUSH = """\
# top
datasets:
- sklearn:iris   # a
# between
- source: x.csv
  target: y  # t
models:
- svm

# tail
"""
DEEP = """\
datasets:
    -   source: x.csv   # s
        target: y

    -   sklearn:wine
models:
    -   svm:
            C: 1.0  # c
            gamma: scale
pipelines:
    plain: []
    scaled:
        - scale  # s
        - encode
"""
QUOTED = """\
name: 'it''s'
datasets:
  - "sklearn:iris"
models:
  - {name: a, model: svm, parameters: {C: 1}} # x
  - svm
"""
STYLES = {
    "template": template(),
    "flow": FLOW,
    "flush": FLUSH,
    "deep": DEEP,
    "crlf": "version: 1\r\ndatasets:\r\n  - sklearn:iris  # a\r\nmodels:\r\n  - ridge\r\n  - svm\r\n",
    "quoted": f"\ufeff{QUOTED}",
}


def tree(text: str) -> dict[str, Any]:
    """Read a text as the engine does; switched-off entries are comments to it."""
    return dict(read(text.encode(), ProblemList()))


def touched(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]


def block_lists(text: str) -> list[tuple[tuple[str, ...], int]]:
    return [(one.path, len(one.slots)) for one in lists(text) if len(one.slots)]


@pytest.mark.parametrize("style", STYLES)
def test_switching_off_and_on_again_gives_the_text_back(style: str) -> None:
    text = STYLES[style]
    for path, count in block_lists(text):
        for position in range(count):
            off = editing.switch(text, path, position, on=False)
            assert not next(one for one in lists(off) if one.path == path).slots[position].is_on
            again = editing.switch(off, path, position, on=True)
            assert tree(again) == tree(text)
            if style != "flow" and path != ("metrics",) and count > 1:
                assert again == text


@pytest.mark.parametrize("style", STYLES)
def test_an_inserted_entry_can_be_removed_again(style: str) -> None:
    text = STYLES[style]
    for path, count in block_lists(text):
        for position in range(count + 1):
            more = editing.insert(text, path, position, {"ridge": {"alpha": 0.5}})
            assert len(next(one for one in lists(more) if one.path == path).slots) == count + 1
            less = editing.remove(more, path, position)
            assert tree(less) == tree(text)
            assert style == "flow" or less == text or "metrics" in path


@pytest.mark.parametrize("style", STYLES)
def test_moving_there_and_back_gives_the_text_back(style: str) -> None:
    text = STYLES[style]
    for path, count in block_lists(text):
        for start in range(count):
            for end in range(count):
                moved = editing.move(text, path, start, end)
                assert tree(editing.move(moved, path, end, start)) == tree(text)


@pytest.mark.parametrize("style", STYLES)
def test_a_key_touches_its_own_line_only(style: str) -> None:
    text = STYLES[style]
    edited = editing.set_value(text, ("seed",), 7)
    assert tree(edited) == {**tree(text), "seed": 7}
    assert len(touched(text, edited)) <= 2
    assert ("\r\n" in edited) == ("\r\n" in text)
    nested = editing.set_value(text, ("execution", "workers"), 2)
    assert tree(nested)["execution"]["workers"] == 2
    assert tree(editing.unset(edited, ("seed",))) == {key: one for key, one in tree(text).items() if key != "seed"}


def test_comments_stay_in_their_column() -> None:
    edited = editing.set_value(template(), ("splits", "folds"), 10)
    (old,) = [line for line in template().splitlines() if line.startswith("splits")]
    (new,) = [line for line in edited.splitlines() if line.startswith("splits")]
    assert new.index("#") == old.index("#")


def test_the_last_entry_leaves_an_empty_list() -> None:
    text = "models:  # m\n  - svm\n  - ridge  # r\nseed: 0\n"
    off = editing.switch(editing.switch(text, ("models",), 0, on=False), ("models",), 1, on=False)
    assert tree(off) == {"models": [], "seed": 0}
    assert tree(editing.insert(off, ("models",), 1, "huber")) == {"models": ["huber"], "seed": 0}
    assert tree(editing.switch(off, ("models",), 1, on=True)) == {"models": ["ridge"], "seed": 0}
    assert tree(editing.remove(off, ("models",), 0)) == {"models": [], "seed": 0}


def test_a_short_data_set_gets_keys() -> None:
    edited = editing.set_value(template(), ("datasets", 0, "target"), "y")
    assert tree(edited)["datasets"] == [{"source": "sklearn:breast_cancer", "target": "y"}]
    assert "# a data set that ships with scikit-learn" in edited


def test_lists_are_made_when_they_are_not_there() -> None:
    assert tree(editing.insert("", ("models",), 0, "svm")) == {"models": ["svm"]}
    assert tree(editing.insert("# only a comment", ("models",), 0, "svm")) == {"models": ["svm"]}
    text = "datasets: [sklearn:iris]\nmodels: [svm]\n"
    edited = editing.insert(text, ("pipeline",), 0, {"scale": "robust"})
    assert list(tree(edited)) == ["datasets", "pipeline", "models"]
    assert tree(editing.insert("pipeline: auto\n", ("pipeline",), 0, "scale")) == {"pipeline": ["scale"]}


def test_parameters_between_comments() -> None:
    text = STYLES["deep"]
    edited = editing.set_value(text, ("models", 0, "svm", "C"), 2.5)
    assert touched(text, edited) == ["-             C: 1.0  # c", "+             C: 2.5  # c"]
    assert tree(editing.unset(edited, ("models", 0, "svm", "gamma")))["models"] == [{"svm": {"C": 2.5}}]
    assert tree(editing.set_value(text, ("models", 0, "svm", "degree"), 2))["models"][0]["svm"]["degree"] == 2


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"], ids=ascii)
@pytest.mark.parametrize("style", ["a{}b", "'a{}b'", '"a{}b"'])
def test_what_ends_lines_elsewhere_is_a_character_here(separator: str, style: str) -> None:
    text = f"name: {style.format(separator)}  # c{separator}d\nmodels:\n  - svm\nseed: 1\nx\U000f0000: {separator}\n"
    assert tree(text)["name"] == f"a{separator}b"
    assert editing.set_value(text, ("seed",), 2) == text.replace("seed: 1", "seed: 2")
    assert editing.insert(text, ("models",), 1, "ridge") == text.replace("svm\n", "svm\n  - ridge\n")
    edited = editing.set_value(text, ("name",), f"{separator}c")
    assert tree(edited) == {**tree(text), "name": f"{separator}c"}
    problems = ProblemList()
    read(f"{text}bad: }}\n".encode(), problems)
    assert [problem.line for problem in problems.sorted()] == [6]


def test_the_last_parameter_of_a_named_model_leaves_the_model_as_it_is() -> None:
    named = "  - model: svm\n    name: second\n    parameters: {C: 1.0}  # c\n"
    text = f"models:\n{named}  - estimator: a.B\n    parameters:\n      C: 1\n"
    edited = editing.unset(text, ("models", 0, "parameters", "C"))
    assert tree(edited)["models"][0] == {"model": "svm", "name": "second"}
    edited = editing.unset(edited, ("models", 1, "parameters", "C"))
    assert tree(edited)["models"] == [{"model": "svm", "name": "second"}, {"estimator": "a.B"}]


@pytest.mark.parametrize(
    "text",
    [
        "base: &a {C: 1.0}\nmodels:\n  - svm: *a\n  - ridge: *a\n",
        "models:\n  - - nested\n",
        "models: [\n  svm, # a comment inside brackets\n  ridge]\n",
    ],
)
def test_what_cannot_be_edited_safely_is_refused(text: str) -> None:
    before = tree(text)
    for edit in (
        lambda: editing.set_value(text, ("models", 0, "svm", "C"), 3),
        lambda: editing.move(text, ("models",), 0, 1),
        lambda: editing.replace(text, ("models",), 0, "ridge"),
    ):
        try:
            edited = edit()
        except SettingsError:
            continue
        after = tree(edited)
        assert {key: one for key, one in after.items() if key != "models"} == {
            key: one for key, one in before.items() if key != "models"
        }
        assert len(after["models"]) == len(before["models"])


@pytest.mark.parametrize("text", ["a: [", "- a\n", "a: *b", "a: b: c", "\x00"])
def test_a_broken_text_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        editing.insert(text, ("models",), 0, "svm")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(value: object) -> None:
    problems = ProblemList()
    found = read(f"key: {emitting.flow(value)}\n".encode("utf-8", "replace"), problems)
    if len(problems) or "${" in repr(value) or "$$" in repr(value):
        return  # a reference to the environment, or a number beyond what settings may hold
    assert repr(found.get("key")) == repr(value)


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_any_edits_keep_every_comment_of_what_stays(data: st.DataObject) -> None:
    text = template()
    for _ in range(4):
        path = data.draw(st.sampled_from([("models",), ("pipeline",), ("datasets",)]))
        count = len(next(one for one in lists(text) if one.path == path).slots)
        verb = data.draw(st.sampled_from(["insert", "move", "switch"]))
        position = data.draw(st.integers(0, max(0, count - 1)))
        if verb == "insert" or count == 0:
            text = editing.insert(text, path, position, data.draw(st.sampled_from(["a", {"b": {"c": 1}}])))
        elif verb == "move":
            text = editing.move(text, path, position, data.draw(st.integers(0, count - 1)))
        else:
            text = editing.switch(text, path, position, on=data.draw(st.booleans()))
    comments = [line.partition("#")[2] for line in template().splitlines() if "#" in line]
    assert all(comment in text for comment in comments)
