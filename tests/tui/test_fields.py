"""What is typed into a field is the value that it reads as."""

from __future__ import annotations

import pytest

from mtf_engine.domain.forms import FormField
from mtf_engine.models.forms import model_parameters
from mtf_tui.fields import read_field, write_field

NUMBER = FormField("share", "number", None, low=0, excludes_low=True)


@pytest.mark.parametrize(
    ("text", "value"), [("20", 20), ("20.0", 20.0), ("0.5", 0.5), ("1e3", 1000.0), (" 7 ", 7), ("+3", 3)]
)
def test_a_number_stays_as_it_is_written(text: str, value: float) -> None:
    typed = read_field(NUMBER, text)
    assert (typed.value, type(typed.value), typed.problem) == (value, type(value), None)
    assert read_field(NUMBER, write_field(NUMBER, typed.value)) == typed


@pytest.mark.parametrize("text", ["1e999", "9" * 400, "nan", "0", "-1", "many"])
def test_what_is_no_such_number_is_refused(text: str) -> None:
    assert read_field(NUMBER, text).problem is not None


@pytest.mark.parametrize(("text", "value"), [("20", 20), ("0.1", 0.1)])
def test_what_may_be_a_count_or_a_share_is_either(text: str, value: float) -> None:
    """scikit-learn refuses 20.0 rows in a leaf."""
    field = next(field for field in model_parameters("random_forest").fields if field.name == "min_samples_leaf")
    typed = read_field(field, text)
    assert (typed.value, type(typed.value), typed.problem) == (value, type(value), None)


@pytest.mark.parametrize("kind", ["text", "names"])
def test_a_misspelt_name_is_doubted_with_the_nearest_one(kind: str) -> None:
    field = FormField("metric", kind, None, choices=("accuracy", "f1"))
    typed = read_field(field, "acuracy")
    assert typed.is_doubt
    assert typed.problem == "'acuracy' is not known; did you mean 'accuracy'?"
    assert read_field(field, "f1").problem is None


def test_a_value_of_endless_depth_is_text() -> None:
    assert read_field(FormField("x", "any", None), "[" * 100_000).value == "[" * 100_000


ANY = FormField("sizes", "any", [100])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([100, 50], "100, 50"),
        (["a", "b", "c"], "a, b, c"),
        ([0.25, "auto", True, None], "0.25, auto, true, null"),
        ([100], "[100]"),
        (["a, b", "c"], '["a, b", "c"]'),
        (["1", "2"], '["1", "2"]'),
        ([[1, 2], [3]], "[[1, 2], [3]]"),
        ([], "[]"),
        ("balanced", "balanced"),
        ("a, b", '"a, b"'),
        ("7", '"7"'),
        ({"yes": 2}, '{"yes": 2}'),
    ],
)
def test_a_list_is_written_with_commas_and_everything_is_read_as_it_was(value: object, text: str) -> None:
    assert write_field(ANY, value) == text
    assert read_field(ANY, text).value == value


@pytest.mark.parametrize("text", ["100,50", "100, 50,", "[100, 50]", " 100 , 50 "])
def test_a_list_can_be_typed_with_commas_or_as_json(text: str) -> None:
    assert read_field(ANY, text).value == [100, 50]


def test_a_list_where_none_is_expected_stays_what_was_typed() -> None:
    typed = read_field(NUMBER, "1, 2")
    assert (typed.value, typed.problem) == ("1, 2", "must be a number")
