"""What changed between two nested descriptions, as a person would say it."""

from __future__ import annotations

from mtf_engine.domain.difference import Change
from mtf_engine.runs.changes import changes_of


def test_an_entry_that_only_one_side_has_is_one_change() -> None:
    tree = {"name": "tree", "kind": "builtin", "added": False, "parameters": {}}
    before, after = {"models": [tree]}, {"models": [{**tree, "name": "slow", "parameters": {"wait": 3}}, tree]}
    assert list(changes_of(before, after)) == [Change("models[slow]", None, "wait=3")]
    assert list(changes_of(after, {"models": None})) == [
        Change("models[slow]", "wait=3", None),
        Change("models[tree]", "present", None),
    ]


def test_entries_of_one_name_are_all_compared() -> None:
    first, second = {"name": "same", "min": 0.9}, {"name": "same", "min": 0.7}
    assert list(changes_of([first, second], [first, {**second, "min": 0.8}])) == [Change("[same 2].min", "0.7", "0.8")]
    assert list(changes_of([], [first, second])) == [
        Change("[same]", None, "present"),
        Change("[same 2]", None, "present"),
    ]


def test_plain_lists_are_one_value_and_nothing_is_not_an_empty_list() -> None:
    assert list(changes_of({"drop": ["a", "b"]}, {"drop": ["a"]})) == [Change("drop", "a, b", "a")]
    assert list(changes_of({"drop": []}, {})) == []


def test_a_parameter_that_is_not_set_is_its_default() -> None:
    assert Change("models[svm].parameters.C", None, "2").words == ("default", "2")
    assert Change("checks[auc ≥ 0.9]", None, "present").words == ("absent", "present")
