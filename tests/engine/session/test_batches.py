"""Many entries are edited at once as if one after the other, and comments stay."""

from __future__ import annotations

import pytest

from mtf_engine.session import texts
from mtf_engine.session.texts import EditQuery, Operation

BLOCK = """# top
models:
  # the first
  - logistic_regression: {C: 0.5}  # as agreed
  - svm
  #off - ridge: {alpha: 2.0}
  - name: deep
    model: random_forest  # of depth
    parameters:
      max_depth: 3  # deep enough
seed: 3  # last
"""
FLOW = "models: [logistic_regression, svm, ridge]  # kept\n"


def _quiet(received: int, total: int | None) -> None:
    """Show nothing."""


def _each(text: str, *edits: dict[str, object]) -> str:
    return texts.edit(EditQuery(text, Operation("each", ("models",), value=list(edits))), _quiet).text


def _one_by_one(text: str, *edits: dict[str, object]) -> str:
    for edit in sorted(edits, key=lambda one: -int(str(one["position"]))):
        operation = Operation(str(edit["verb"]), ("models",), int(str(edit["position"])), on=bool(edit.get("on", True)),
                              value=edit.get("value"))  # fmt: skip
        text = texts.edit(EditQuery(text, operation), _quiet).text
    return text


@pytest.mark.parametrize(
    "edits",
    [
        [{"verb": "switch", "position": at, "on": False} for at in (0, 1, 3)],
        [{"verb": "remove", "position": at} for at in (1, 3)],
        [{"verb": "switch", "position": 2, "on": True}, {"verb": "parameters", "position": 0, "value": {"C": 2.0}}],
        [{"verb": "parameters", "position": 3, "value": {"max_depth": 5}}, {"verb": "remove", "position": 0}],
    ],
    ids=range(4),
)
def test_several_edits_are_what_they_are_one_by_one(edits: list[dict[str, object]]) -> None:
    made = _each(BLOCK, *edits)
    assert (
        texts.slots(texts.TextQuery(made), _quiet).lists
        == texts.slots(texts.TextQuery(_one_by_one(BLOCK, *edits)), _quiet).lists
    )
    for comment in ("# top", "# the first", "# last"):
        assert comment in made


def test_a_list_between_brackets_is_edited_all_the_same() -> None:
    made = _each(FLOW, {"verb": "remove", "position": 0}, {"verb": "parameters", "position": 1, "value": {"C": 2.0}})
    assert "svm: {C: 2.0}" in made
    assert "logistic_regression" not in made


def test_every_entry_can_be_taken_out() -> None:
    made = _each(BLOCK, *({"verb": "remove", "position": at} for at in range(4)))
    assert texts.slots(texts.TextQuery(made), _quiet).lists[0].slots == ()
    assert "seed: 3  # last" in made
