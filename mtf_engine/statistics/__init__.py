"""Intervals, tests, resampling and calibration: numpy arrays in, frozen values out.

The room is public and usable on its own: ``from mtf_engine import statistics as st; st.wilson(81, 100)``.
Importing it loads numpy and scipy.special only; a module that needs scipy.stats (about a second of import)
belongs in the lazy table below and is loaded when one of its names is first used.
"""

from mtf_engine.statistics.bayesian_ranks import (
    SignedRankPosterior,
    bayesian_signed_rank,
)
from mtf_engine.statistics.brier import (
    BrierDecomposition,
    brier_decomposition,
)
from mtf_engine.statistics.calibration import (
    ClasswiseCalibration,
    ReliabilityBin,
    ReliabilityCurve,
    TopLabel,
    calibration_error,
    classwise_ece,
    debiased_calibration_error,
    ece,
    reliability_curve,
    top_label,
    top_label_ece,
)
from mtf_engine.statistics.calibration_tests import (
    CalibrationLine,
    calibration_line,
    spiegelhalter,
)
from mtf_engine.statistics.many_datasets import (
    FriedmanResult,
    friedman,
    friedman_from_mean_ranks,
    iman_davenport,
    iman_davenport_from_mean_ranks,
    mean_ranks,
    quade,
)
from mtf_engine.statistics.rank_comparisons import (
    RankComparison,
    RankComparisons,
    bonferroni_dunn,
    bonferroni_dunn_critical_difference,
    nemenyi,
    nemenyi_critical_difference,
)
from mtf_engine.statistics.ranks import (
    SignedRankResult,
    hodges_lehmann,
    midranks,
    wilcoxon_signed_rank,
)
from mtf_engine.statistics.smooth_calibration import (
    smooth_ece,
)
from mtf_engine.statistics.values import Difference, Estimate, Interval, TestResult

__all__ = [
    "BrierDecomposition",
    "CalibrationLine",
    "ClasswiseCalibration",
    "Difference",
    "Estimate",
    "FriedmanResult",
    "Interval",
    "RankComparison",
    "RankComparisons",
    "ReliabilityBin",
    "ReliabilityCurve",
    "SignedRankPosterior",
    "SignedRankResult",
    "TestResult",
    "TopLabel",
    "bayesian_signed_rank",
    "bonferroni_dunn",
    "bonferroni_dunn_critical_difference",
    "brier_decomposition",
    "calibration_error",
    "calibration_line",
    "classwise_ece",
    "debiased_calibration_error",
    "ece",
    "friedman",
    "friedman_from_mean_ranks",
    "hodges_lehmann",
    "iman_davenport",
    "iman_davenport_from_mean_ranks",
    "mean_ranks",
    "midranks",
    "nemenyi",
    "nemenyi_critical_difference",
    "quade",
    "reliability_curve",
    "smooth_ece",
    "spiegelhalter",
    "top_label",
    "top_label_ece",
    "wilcoxon_signed_rank",
]
