"""What every check has to obey: a stable code, strict parameters, evidence that a report can hold, no side effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec
import numpy as np
import pandas as pd

from mtf_engine.checks.data import CheckData
from mtf_engine.checks.specification import CheckSpecification, Outcome
from mtf_engine.domain.check import CheckKind
from mtf_engine.domain.dataset import Column, ColumnKind, Task
from mtf_engine.domain.results import Verdict
from mtf_engine.errors import SettingsError
from mtf_engine.processing.prepared import Fold
from mtf_engine.testing.tables import KINDS, columns_of, mixed
from mtf_engine.testing.wording import require_name, require_refusal, require_sentence

_CODE = re.compile(r"[A-Z]{2,10}[0-9]{3,5}")
_MOST_EVIDENCE = 64_000
_VERDICTS = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_RUN})


class CheckConformance:
    """Inherit it and name the check.

    Attributes
    ----------
    check : CheckSpecification
        The subject.
    parameters : mapping, default none
        As settings would give them.
    """

    check: CheckSpecification
    parameters: ClassVar[Mapping[str, object]] = {}

    def test_specification_is_complete(self) -> None:
        require_name(self.check.name)
        require_sentence(self.check.summary, "the summary")
        assert _CODE.fullmatch(self.check.code), f"the code {self.check.code!r} is not letters and a number"
        assert self.check.tasks, "it judges no task"
        assert self.check.docs, "it has no page"
        for parameter in self.check.parameters:
            require_name(parameter.name)
            require_sentence(parameter.docs, f"the documentation of {parameter.name}")
            wrong = parameter.problem(parameter.default)
            assert wrong is None, f"the default of {parameter.name} {wrong}"

    def test_what_is_asked_can_be_said(self) -> None:
        if self.check.kind is CheckKind.DIAGNOSTIC:
            asked = self.check.question(self.check.complete(self.parameters))
            assert asked, "`asked` is empty: a report shows it beside the verdict"
            assert "{" not in asked, f"a place is left open in what is asked: {asked!r}"

    def test_parameters_are_completed_and_unknown_ones_refused(self) -> None:
        given = self.check.complete({})
        assert given == {parameter.name: parameter.default for parameter in self.check.parameters}
        unknown = {"no_such_parameter": 1}
        require_refusal(lambda: self.check.complete(unknown), (SettingsError,), "an unknown parameter")

    def test_it_judges_every_data_set(self) -> None:
        for data, outcome in self._outcomes():
            assert outcome.verdict in _VERDICTS, f"{data.name}: {outcome.verdict} is no verdict of a function"
            assert outcome.message.strip(), f"{data.name}: the message is empty"
            assert "\n" not in outcome.message, f"{data.name}: the message is more than one line"
            read = data.rows if outcome.rows_read is None else outcome.rows_read
            total = data.rows if outcome.rows_total is None else outcome.rows_total
            assert 0 <= read <= total, f"{data.name}: {read} of {total} rows were read"
            assert outcome.verdict is not Verdict.PASS or read, f"{data.name}: it passed without reading a row"

    def test_evidence_is_json_and_bounded(self) -> None:
        for data, outcome in self._outcomes():
            encoded = msgspec.json.encode(dict(outcome.evidence))
            assert len(encoded) <= _MOST_EVIDENCE, f"{data.name}: {len(encoded)} bytes of evidence"
            assert msgspec.json.decode(encoded) == msgspec.to_builtins(dict(outcome.evidence)), (
                f"{data.name}: evidence holds NaN or infinity, which JSON has not"
            )

    def test_the_same_data_give_the_same_outcome(self) -> None:
        for (data, one), (_, other) in zip(self._outcomes(), self._outcomes(), strict=True):
            assert one == other, f"{data.name}: {one} and then {other}"

    def test_the_data_are_left_as_they_are(self) -> None:
        fresh = {data.name: data for data in _data_sets()}
        for data, _ in self._outcomes():
            pd.testing.assert_frame_equal(data.frame, fresh[data.name].frame)
            np.testing.assert_array_equal(data.target, fresh[data.name].target)

    def _outcomes(self) -> Iterator[tuple[CheckData, Outcome]]:
        if self.check.kind is not CheckKind.DIAGNOSTIC:
            return
        for data in _data_sets():
            if data.task in self.check.tasks:
                yield data, self.check.function(data, **self.check.complete(self.parameters))


def _data_sets() -> Iterator[CheckData]:
    """Make data sets of each task, whole and odd ones."""
    rng = np.random.default_rng(0)
    for task, labels in ((Task.BINARY, ("no", "yes")), (Task.MULTICLASS, (0, 1, 2)), (Task.REGRESSION, ())):
        frame = mixed(60)[list(KINDS)]
        target = rng.integers(0, len(labels), 60) if labels else rng.normal(size=60)
        folds = tuple(Fold(np.flatnonzero(np.arange(60) % 3 != fold), np.arange(fold, 60, 3)) for fold in range(3))
        yield CheckData(f"{task} data", task, frame, columns_of(frame), target, labels, folds)
    odd = pd.DataFrame({"gone": [np.nan] * 6, "same": [1.0] * 6, "<b>": [np.inf, -1e308, 0.0, 1.0, 2.0, 3.0]})
    columns = tuple(
        Column(name, ColumnKind.NUMERIC, "float64", int(odd[name].isna().sum()), int(odd[name].nunique()))
        for name in odd.columns
    )
    folds = tuple(Fold(np.delete(np.arange(6), fold), np.array([fold])) for fold in range(6))
    yield CheckData(
        "odd columns, folds of one row", Task.BINARY, odd, columns, np.array([0, 0, 0, 0, 0, 1]), (0, 1), folds
    )
