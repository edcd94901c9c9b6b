"""The form of the settings says what the settings take: no more keys, no fewer, and the same ranges."""

from __future__ import annotations

import pytest

from mtf_engine.domain.forms import FormField, SettingsForm
from mtf_engine.session import settings_forms, texts
from mtf_engine.session.texts import TextQuery
from mtf_engine.settings import editing
from mtf_engine.settings.model import CheckSettings, Settings

START = "version: 1\ndatasets: [sklearn:wine]\nmodels: [baseline]  # kept\n"
ELSEWHERE = {"version", "datasets", "pipelines", "models", "checks"}


def _quiet(received: int, total: int | None) -> None:
    """Show nothing."""


FORM: SettingsForm = settings_forms.settings_form(settings_forms.Nothing(), _quiet)
FIELDS = [field for group in FORM.groups for field in group.fields]


def _problems(text: str) -> list[str]:
    return [str(problem.key) for problem in texts.validate(TextQuery(text), _quiet).problems]


def _set(field: FormField, value: object) -> str:
    text = START
    if field.decided_by and field.only_for:
        text = editing.set_value(text, tuple(field.decided_by.split(".")), field.only_for[0])
        if field.only_for[0] == "predefined":
            return editing.set_value(START, ("splits",), {"method": "predefined", "column": value})
    return editing.set_value(text, tuple(field.name.split(".")), value)


def test_every_key_has_exactly_one_field() -> None:
    names = [field.name for field in FIELDS]
    wanted = set()
    for key, found in Settings.model_fields.items():
        inner = getattr(found.annotation, "model_fields", None)
        wanted |= set() if key in ELSEWHERE else {f"{key}.{name}" for name in inner} if inner else {key}
    assert sorted(names) == sorted(wanted)
    assert {field.name for field in FORM.check.fields} == set(CheckSettings.model_fields)


@pytest.mark.parametrize("field", [*FIELDS, *FORM.check.fields], ids=lambda field: field.name)
def test_every_field_says_what_it_is_for(field: FormField) -> None:
    assert field.description
    assert "None" not in field.description
    assert "``" not in field.description


@pytest.mark.parametrize("field", [f for f in FIELDS if f.type == "choice"], ids=lambda field: field.name)
def test_every_choice_is_taken_and_no_other(field: FormField) -> None:
    for choice in field.choices:
        assert [key for key in _problems(_set(field, choice)) if key == field.name] in ([], ["splits.method"])
    assert field.name in _problems(_set(field, "nonsense"))


@pytest.mark.parametrize("field", [f for f in FIELDS if f.low is not None], ids=lambda field: field.name)
def test_ranges_are_those_of_the_settings(field: FormField) -> None:
    assert field.low is not None
    inside = field.low + (0.01 if field.excludes_low else 0)
    whole = field.type != "number"
    assert field.name not in _problems(_set(field, int(inside) if whole else inside))
    outside = field.low - (0 if field.excludes_low else 1)
    assert field.name in _problems(_set(field, int(outside) if whole else outside))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_what_is_set_is_found_in_the_text_as_it_was_typed(field: FormField) -> None:
    typed = {"integer": 7, "number": 0.5, "flag": False, "choice": field.choices[-1:] and field.choices[-1]}
    value = typed.get(field.type, ["a", "b"] if field.type == "names" else "[/] it's")
    text = _set(field, value)
    assert "# kept" in text
    found = settings_forms.written_values(TextQuery(text), _quiet).values[field.name]
    spelt = {"7": "7", "0.5": "0.5", "False": "false"}.get(str(value), "a, b" if value == ["a", "b"] else str(value))
    assert found.text == spelt
    assert field.name.rpartition(".")[2] in text.splitlines()[found.line - 1]


def test_short_forms_and_empty_keys_are_read_as_people_mean_them() -> None:
    text = "splits: kfold\nmetrics: r2\nname:\nreport: {formats: html}\n"
    found = settings_forms.written_values(TextQuery(text), _quiet).values
    assert {name: value.text for name, value in found.items()} == {
        "splits.method": "kfold",
        "metrics": "r2",
        "report.formats": "html",
    }


def test_installed_report_formats_are_offered() -> None:
    form = settings_forms.settings_form(settings_forms.Nothing(), _quiet)
    fields = {field.name: field for group in form.groups for field in group.fields}
    assert fields["report.formats"].choices == ("csv", "html", "json", "junit", "markdown")


def test_a_section_that_is_one_word_is_written_out_when_more_is_said() -> None:
    text = "splits: kfold  # as agreed\n"
    assert editing.set_value(text, ("splits", "folds"), 3).startswith("splits: {method: kfold, folds: 3}")
    assert "# as agreed" in editing.set_value(text, ("splits", "folds"), 3)
    assert "splits: kfold" not in editing.set_value(text, ("splits", "method"), "time_series")
    assert "splits" not in editing.unset(text, ("splits", "method"))
