"""Performance: scores held against thresholds, and against another model on the same rows.

A verdict reads the interval where it can: *pass* when the bound clears, *fail* when the other bound violates,
*inconclusive* when the interval contains the threshold. A threshold held against the estimate alone is a weaker
check, and its message says so.
"""

from __future__ import annotations

from mtf_engine import numbers
from mtf_engine.checks.specification import CheckSpecification, Family, Needs, Outcome
from mtf_engine.domain.check import CheckKind, CheckSpec
from mtf_engine.domain.results import Score, Verdict
from mtf_engine.statistics import Difference, non_inferiority


def judge_threshold(check: CheckSpec, score: Score, rows_total: int) -> Outcome:
    """Hold one score against ``min`` and ``max``.

    Parameters
    ----------
    check : CheckSpec
        Of the kind ``threshold``.
    score : Score
        The estimate with its interval.
    rows_total : int
        Test rows of the design.
    """
    evidence: dict[str, object] = {
        "asked": threshold_question(check),
        "metric": score.metric,
        "estimate": score.estimate,
        "low": score.low,
        "high": score.high,
        "confidence": score.confidence,
        "interval_method": score.interval_method,
        "min": check.min,
        "max": check.max,
        "confident": check.confident,
    }
    if score.warnings:
        evidence["warnings"] = list(score.warnings)
    if score.estimate is None:
        message = f"{score.metric} is undefined: {score.reason or 'no reason is known'}"
        return Outcome(Verdict.NOT_RUN, message, evidence, score.n_rows, rows_total)
    verdict, found = _confident(check, score) if check.confident else _by_estimate(check, score.estimate)
    limits = [limit for limit in (check.min, check.max) if limit is not None]
    shown = numbers.interval(score.estimate, score.low, score.high, bounds=(*numbers.UNIT_BOUNDS, *limits))
    return Outcome(verdict, f"{score.metric} {shown}: {found}", evidence, score.n_rows, rows_total)


def threshold_question(check: CheckSpec) -> str:
    """Say what a threshold check asks, such as ``roc_auc ≥ 0.8, confident``."""
    lower, upper = check.min, check.max
    parts = [f"≥ {_plain(lower)}" if lower is not None else "", f"≤ {_plain(upper)}" if upper is not None else ""]
    return f"{check.metric} {' and '.join(filter(None, parts))}" + (", confident" if check.confident else "")


def _by_estimate(check: CheckSpec, estimate: float) -> tuple[Verdict, str]:
    if check.min is not None and estimate < check.min:
        return Verdict.FAIL, f"the estimate is below {_plain(check.min)}"
    if check.max is not None and estimate > check.max:
        return Verdict.FAIL, f"the estimate is above {_plain(check.max)}"
    return Verdict.PASS, f"the estimate is {_limits(check)}; its interval was not asked for"


def _confident(check: CheckSpec, score: Score) -> tuple[Verdict, str]:
    low, high = score.low, score.high
    if low is None or high is None:
        return Verdict.INCONCLUSIVE, f"it has no interval: {score.reason or 'the design gives none'}"
    if check.min is not None and high < check.min:
        return Verdict.FAIL, f"even the upper bound is below {_plain(check.min)}"
    if check.max is not None and low > check.max:
        return Verdict.FAIL, f"even the lower bound is above {_plain(check.max)}"
    if check.min is not None and low < check.min:
        return Verdict.INCONCLUSIVE, f"the interval contains {_plain(check.min)}"
    if check.max is not None and high > check.max:
        return Verdict.INCONCLUSIVE, f"the interval contains {_plain(check.max)}"
    return Verdict.PASS, f"the whole interval is {_limits(check)}"


def _limits(check: CheckSpec) -> str:
    """The threshold in words: ``at least 0.8``, ``at most 0.1``, ``between 0.1 and 0.8``."""
    if check.min is not None and check.max is not None:
        return f"between {_plain(check.min)} and {_plain(check.max)}"
    return f"at least {_plain(check.min)}" if check.min is not None else f"at most {_plain(check.max or 0.0)}"


def judge_not_worse(check: CheckSpec, score: Score, difference: Difference, rows_total: int) -> Outcome:
    """Judge whether a model is not worse than the reference by more than the margin.

    Parameters
    ----------
    check : CheckSpec
        Of the kind ``not_worse``.
    score : Score
        Of the model that is judged.
    difference : Difference
        Model minus reference, paired on the same rows, at the two-sided confidence whose bounds each hold at the
        plan's one-sided confidence.
    rows_total : int
        Test rows of the design.
    """
    ruling = non_inferiority(difference, check.margin, score.greater_is_better)
    evidence: dict[str, object] = {
        "asked": not_worse_question(check),
        "metric": score.metric,
        "reference": check.reference,
        "margin": check.margin,
        "difference": difference.difference,
        "low": difference.low,
        "high": difference.high,
        "bound": ruling.bound,
        "one_sided_confidence": ruling.confidence,
        "greater_is_better": score.greater_is_better,
        "method": difference.method,
    }
    if difference.warnings:
        evidence["warnings"] = list(difference.warnings)
    if difference.difference is None:
        message = f"the difference to {check.reference} is undefined: {difference.reason}"
        return Outcome(Verdict.NOT_RUN, message, evidence, score.n_rows, rows_total)
    margins = (check.margin, -check.margin)
    shown = numbers.interval(difference.difference, difference.low, difference.high, bounds=margins)
    loss = f"a loss of {_plain(check.margin)}" if check.margin else "any loss"
    found = {
        "pass": f"{loss} is ruled out",
        "fail": f"the loss is more than {_plain(check.margin)}",
        "inconclusive": f"{loss} is not ruled out" + (f": {ruling.reason}" if ruling.reason else ""),
    }[ruling.outcome]
    message = f"{score.metric} minus that of {check.reference} {shown}: {found}"
    return Outcome(Verdict(ruling.outcome), message, evidence, score.n_rows, rows_total)


def not_worse_question(check: CheckSpec) -> str:
    """Say what a comparison with a reference asks, such as ``roc_auc not worse than champion by more than 0.01``."""
    slack = f" by more than {_plain(check.margin)}" if check.margin else ""
    return f"{check.metric} not worse than {check.reference}{slack}"


def _plain(value: float) -> str:
    """Write a threshold as the user did: no digit is lost, and none is added."""
    return f"{value:.12g}".replace("-", numbers.MINUS)


METRIC_THRESHOLD = CheckSpecification(
    code="MTF001",
    name="metric_threshold",
    summary="Hold a metric's estimate, or with confident its whole interval, against a minimum and a maximum.",
    kind=CheckKind.THRESHOLD,
    family=Family.PERFORMANCE,
    needs=Needs.SCORES,
    function=judge_threshold,
    remedy="A miss that is inconclusive may be settled by more test rows; a failed one is a real miss.",
)

NOT_WORSE_THAN = CheckSpecification(
    code="MTF002",
    name="not_worse_than",
    summary="Rule out that a model is worse than a reference model by more than a margin, paired on the same rows.",
    kind=CheckKind.NOT_WORSE,
    family=Family.PERFORMANCE,
    needs=Needs.PREDICTIONS,
    function=judge_not_worse,
    remedy="An inconclusive result needs more test rows or a wider margin; a failed one is a real loss.",
)
