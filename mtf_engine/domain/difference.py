"""What changed between two runs: data, settings, environment, scores, and the rows that flipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same; None stands for absent."""

    key: str
    """Path of what changed, such as ``models[svm].parameters.C``."""

    before: str | None
    after: str | None

    @property
    def words(self) -> tuple[str, str]:
        """Both sides for people: what is not there is ``absent``, of a parameter that was not set ``default``.

        Examples
        --------
        >>> Change("models[svm].parameters.C", None, "0.1").words
        ('default', '0.1')
        """
        nothing = "default" if ".parameters." in self.key else "absent"
        return self.before or nothing, self.after or nothing


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One score of both runs; differences are after − before in the metric's own unit and sign."""

    dataset: str
    pipeline: str
    model: str
    metric: str
    greater_is_better: bool
    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    method: str | None
    common_rows: int
    """Rows that both runs tested against the same truth, which is what a paired method rests on."""

    verdict: str
    """``better``, ``worse``, ``same`` (identical numbers) or ``undecided``."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Flips:
    """Rows of one classifier that one run got right and the other wrong."""

    dataset: str
    pipeline: str
    model: str
    common_rows: int
    right_to_wrong: int
    wrong_to_right: int
    rows: tuple[int, ...]
    """Original row numbers of the first 100 that flipped, ascending."""


@dataclass(frozen=True, slots=True)
class RunDifference:
    """Two runs side by side."""

    before: str
    """Id of the first run."""

    after: str
    """Id of the second run."""

    data: tuple[Change, ...]
    settings: tuple[Change, ...]
    environment: tuple[Change, ...]
    scores: tuple[ScoreChange, ...]
    flips: tuple[Flips, ...]
    confidence: float = 0.95
    """Level of the intervals."""

    primary: Mapping[str, str] = field(default_factory=dict)
    """Data set → the metric that ranks its models in the second run."""

    @property
    def headline(self) -> ScoreChange | None:
        """The change to tell first: decided, on a primary metric before all others, worse before better; None."""
        decided = [score for score in self.scores if score.verdict in ("worse", "better")]
        return min(decided, key=self._weight, default=None)

    def _weight(self, score: ScoreChange) -> tuple[bool, bool]:
        return score.metric != self.primary.get(score.dataset), score.verdict != "worse"
