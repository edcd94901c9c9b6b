"""What every pipeline step has to obey: it learns from training rows only, and treats each row by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

import numpy as np
import pandas as pd

from mtf_engine import plugins
from mtf_engine.domain.step import StepKind, StepRef
from mtf_engine.processing.pipeline import FittedPipeline, fit_pipeline
from mtf_engine.processing.row_steps import apply_row_steps
from mtf_engine.processing.steps import registry
from mtf_engine.processing.steps.spec import RowFilter, Sampler, StepSpec
from mtf_engine.testing.tables import columns_of, mixed
from mtf_engine.testing.wording import require_name, require_sentence

_ROWS = 150
_BEHAVIOURS = {StepKind.ROW: RowFilter, StepKind.SAMPLER: Sampler}


class StepConformance:
    """Inherit it and name the step.

    Attributes
    ----------
    step : StepSpec
        The subject.
    parameters : mapping, default none
        As settings would give them.
    columns : tuple of str
        Columns to name where the step needs some: ``age`` and ``income`` are numbers, ``city`` and ``plan`` categories,
        ``member`` is boolean, ``joined`` a date, ``note`` text, ``key`` an identifier.
    """

    step: StepSpec
    parameters: ClassVar[Mapping[str, object]] = {}
    columns: ClassVar[tuple[str, ...]] = ("age", "city")

    def test_specification_is_complete(self) -> None:
        require_name(self.step.name)
        require_sentence(self.step.summary, "the first line of the documentation")
        assert self.step.applies_to, "it works on no kind of column"
        known = self.step.parameters.model_fields
        assert self.step.short is None or self.step.short in known, f"{self.step.short!r} is no parameter"
        for name, field in known.items():
            require_sentence(field.description or "", f"the description of {name}")

    def test_behaviour_is_that_of_its_kind(self) -> None:
        with self._known() as ref:
            behaviour = registry.build(ref)
        expected = _BEHAVIOURS.get(self.step.kind)
        if expected is not None:
            assert type(behaviour) is expected, f"a {self.step.kind} step builds a {expected.__name__}"
        else:
            assert not isinstance(behaviour, RowFilter | Sampler), "a transformer builds a Transform or a Selector"

    def test_parameters_survive_a_round_trip(self) -> None:
        with self._known() as ref:
            columns = {"columns": list(ref.columns)} if ref.columns else {}
            again = registry.parse({self.step.name: {**ref.parameters, **columns}})
        assert again.problems == ()
        assert again.step == ref, f"{ref} became {again.step}"

    def test_an_unknown_parameter_is_refused(self) -> None:
        with self._known():
            parsed = registry.parse({self.step.name: {"no_such_parameter": 1}})
        assert parsed.problems, "extra parameters must be forbidden, or typing errors pass"

    def test_row_order_does_not_matter(self) -> None:
        if self.step.kind is StepKind.ROW:
            return
        frame = mixed(_ROWS)
        order = np.random.default_rng(1).permutation(_ROWS)
        one, other = self._fitted(frame), self._fitted(frame.iloc[order])
        assert one.feature_names == other.feature_names
        assert sorted(order[other.kept]) == one.kept.tolist(), "other rows are kept in another order"
        a, b = one.transform(frame), other.transform(frame)
        numbers = list(a.select_dtypes("number").columns)
        np.testing.assert_allclose(a[numbers].to_numpy(), b[numbers].to_numpy(), rtol=1e-9, atol=1e-9)

    def test_each_row_is_transformed_by_itself(self) -> None:
        if self.step.kind is StepKind.ROW:
            return
        frame = mixed(_ROWS)
        fitted = self._fitted(frame)
        whole = fitted.transform(frame)
        part = fitted.transform(frame.iloc[40:45])
        assert tuple(whole.columns) == fitted.feature_names
        pd.testing.assert_frame_equal(part, whole.iloc[40:45].reset_index(drop=True))

    def test_the_same_rows_give_the_same_numbers(self) -> None:
        if self.step.kind is StepKind.ROW:
            return
        frame = mixed(_ROWS)
        one, other = self._fitted(frame), self._fitted(frame)
        pd.testing.assert_frame_equal(one.transform(frame), other.transform(frame))
        assert one.kept.tolist() == other.kept.tolist()

    def test_levels_that_training_never_saw_are_survived(self) -> None:
        if self.step.kind is StepKind.ROW:
            return
        frame, later = mixed(_ROWS), mixed(20, seed=1)
        later["city"] = pd.Series(["Atlantis"] * len(later), dtype="str")
        later.loc[:, ["age", "income"]] *= 1e6
        assert len(self._fitted(frame).transform(later)) == len(later), "each test row has an answer"

    def test_the_rows_given_are_left_as_they_are(self) -> None:
        frame = mixed(_ROWS)
        before = frame.copy(deep=True)
        if self.step.kind is StepKind.ROW:
            with self._known() as ref:
                apply_row_steps((ref,), frame, dataset="d")
        else:
            self._fitted(frame).transform(frame)
        pd.testing.assert_frame_equal(frame, before)

    def test_row_steps_keep_rows_in_order_and_are_idempotent(self) -> None:
        if self.step.kind is not StepKind.ROW:
            return
        frame = mixed(_ROWS)
        with self._known() as ref:
            first = apply_row_steps((ref,), frame, dataset="d")
            again = apply_row_steps((ref,), frame.iloc[first.positions].reset_index(drop=True), dataset="d")
        assert (np.diff(first.positions) > 0).all(), "rows stay in the source's order"
        assert len(again.positions) == len(first.positions), "a second pass takes out further rows"
        assert again.findings == ()

    def _fitted(self, frame: pd.DataFrame) -> FittedPipeline:
        with self._known() as ref:
            return fit_pipeline((ref,), frame, columns_of(frame))

    @contextmanager
    def _known(self) -> Iterator[StepRef]:
        """Give the step as settings would name it."""
        entry = {**self.parameters, **({"columns": list(self.columns)} if self.step.needs_columns else {})}
        with plugins.offered(self.step):
            parsed = registry.parse({self.step.name: entry})
            assert parsed.step is not None, f"settings would refuse it: {parsed.problems}"
            yield parsed.step
