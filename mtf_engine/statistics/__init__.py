"""Intervals, tests, resampling and calibration: numpy arrays in, frozen values out.

The room is public and usable on its own: ``from mtf_engine import statistics as st; st.wilson(81, 100)``.
Importing it loads numpy and scipy.special only; a module that needs scipy.stats (about a second of import)
belongs in the lazy table below and is loaded when one of its names is first used.
"""

from mtf_engine.statistics.agreement import (
    cohen_kappa,
    fleiss_kappa,
    kappa_test,
)
from mtf_engine.statistics.bayesian_ranks import (
    SignedRankPosterior,
    bayesian_signed_rank,
)
from mtf_engine.statistics.binary_bootstrap import (
    BINARY_METRICS,
    bootstrap_binary,
    bootstrap_ranking,
)
from mtf_engine.statistics.binary_points import (
    BinaryPoints,
    CalibrationBins,
    binary_point_metrics,
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
from mtf_engine.statistics.classifier_two_sample import (
    ClassifierTwoSampleResult,
    FitScore,
    classifier_two_sample,
    classifier_two_sample_refit,
)
from mtf_engine.statistics.conformal import (
    ConformalQuantile,
    CoverageAssessment,
    GroupCoverage,
    assess_coverage,
    conformal_quantile,
    coverage_band,
    coverage_test,
)
from mtf_engine.statistics.confusion_metrics import (
    confusion_counts,
)
from mtf_engine.statistics.count_bootstrap import (
    bootstrap_counts,
    paired_bootstrap_counts,
)
from mtf_engine.statistics.decisions import (
    DecisionCurve,
    NetBenefit,
    net_benefit,
)
from mtf_engine.statistics.distance import (
    energy_distance,
    jensen_shannon,
    squared_mmd,
    wasserstein,
)
from mtf_engine.statistics.draws import (
    Draws,
    plan_draws,
)
from mtf_engine.statistics.drift import (
    ContingencyResult,
    StabilityResult,
    chi_squared,
    g_test,
    kolmogorov_smirnov,
    population_stability,
    psi,
    psi_test,
)
from mtf_engine.statistics.from_intervals import detectable_difference, difference_of_intervals
from mtf_engine.statistics.label_noise import (
    ConfidentJoint,
    confident_joint,
    label_quality,
    multilabel_quality,
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
from mtf_engine.statistics.mean_bootstrap import (
    bootstrap_means,
    paired_bootstrap_means,
)
from mtf_engine.statistics.multiclass_bootstrap import (
    MULTICLASS_METRICS,
    bootstrap_multiclass,
    paired_bootstrap_multiclass,
)
from mtf_engine.statistics.multiplicity import (
    adjust,
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    hochberg,
    holm,
    hommel,
    shaffer,
)
from mtf_engine.statistics.noninferiority import (
    Verdict,
    equivalence,
    non_inferiority,
    two_sided_confidence,
)
from mtf_engine.statistics.paired_binary_bootstrap import (
    paired_bootstrap_binary,
)
from mtf_engine.statistics.paired_proportions import (
    cochran_q,
    mcnemar,
    newcombe_paired,
    tango,
)
from mtf_engine.statistics.partial_area import (
    PartialArea,
    partial_auc,
)
from mtf_engine.statistics.permutation import (
    label_swap_permutation,
    permutation_test,
)
from mtf_engine.statistics.poisson_draws import (
    poisson_bootstrap,
)
from mtf_engine.statistics.power_areas import (
    minimum_detectable_difference_auc,
    power_auc,
    sample_size_auc,
)
from mtf_engine.statistics.power_of_means import (
    minimum_detectable_difference_cross_validation,
    minimum_detectable_difference_means,
    power_means,
    repeats_for_cross_validation,
    sample_size_means,
)
from mtf_engine.statistics.power_proportions import (
    minimum_detectable_difference_independent_proportions,
    minimum_detectable_difference_paired_proportions,
    power_independent_proportions,
    sample_size_independent_proportions,
    sample_size_paired_proportions,
)
from mtf_engine.statistics.probabilistic import (
    crps_ensemble,
    crps_normal,
    interval_score,
    pinball_loss,
)
from mtf_engine.statistics.proportions import (
    agresti_coull,
    clopper_pearson,
    mee,
    mid_p,
    newcombe_independent,
    normal_quantile,
    rule_of_three,
    wilson,
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
from mtf_engine.statistics.resampled import (
    Posterior,
    bayesian_correlated_t,
    corrected_resampled_statistic,
    corrected_resampled_t,
    corrected_resampled_t_test,
    five_by_two_cv_f,
    five_by_two_cv_t,
)
from mtf_engine.statistics.roc import (
    SMALL_CLASS,
    auc,
    auc_influence,
    auc_interval,
    delong,
    delong_paired,
    delong_unpaired,
    hanley_mcneil,
    newcombe_auc,
)
from mtf_engine.statistics.row_bootstrap import (
    bootstrap,
    effective_sample_size,
    paired_bootstrap,
)
from mtf_engine.statistics.sample_size import (
    SampleSize,
)
from mtf_engine.statistics.smooth_calibration import (
    smooth_ece,
)
from mtf_engine.statistics.two_sample import (
    energy_test,
    mmd_test,
)
from mtf_engine.statistics.values import (
    Difference,
    Estimate,
    Interval,
    NamedDifferences,
    NamedIntervals,
    TestResult,
)

__all__ = [
    "BINARY_METRICS",
    "MULTICLASS_METRICS",
    "SMALL_CLASS",
    "BinaryPoints",
    "BrierDecomposition",
    "CalibrationBins",
    "CalibrationLine",
    "ClassifierTwoSampleResult",
    "ClasswiseCalibration",
    "ConfidentJoint",
    "ConformalQuantile",
    "ContingencyResult",
    "CoverageAssessment",
    "DecisionCurve",
    "Difference",
    "Draws",
    "Estimate",
    "FitScore",
    "FriedmanResult",
    "GroupCoverage",
    "Interval",
    "NamedDifferences",
    "NamedIntervals",
    "NetBenefit",
    "PartialArea",
    "Posterior",
    "RankComparison",
    "RankComparisons",
    "ReliabilityBin",
    "ReliabilityCurve",
    "SampleSize",
    "SignedRankPosterior",
    "SignedRankResult",
    "StabilityResult",
    "TestResult",
    "TopLabel",
    "Verdict",
    "adjust",
    "agresti_coull",
    "assess_coverage",
    "auc",
    "auc_influence",
    "auc_interval",
    "bayesian_correlated_t",
    "bayesian_signed_rank",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "binary_point_metrics",
    "bonferroni",
    "bonferroni_dunn",
    "bonferroni_dunn_critical_difference",
    "bootstrap",
    "bootstrap_binary",
    "bootstrap_counts",
    "bootstrap_means",
    "bootstrap_multiclass",
    "bootstrap_ranking",
    "brier_decomposition",
    "calibration_error",
    "calibration_line",
    "chi_squared",
    "classifier_two_sample",
    "classifier_two_sample_refit",
    "classwise_ece",
    "clopper_pearson",
    "cochran_q",
    "cohen_kappa",
    "confident_joint",
    "conformal_quantile",
    "confusion_counts",
    "corrected_resampled_statistic",
    "corrected_resampled_t",
    "corrected_resampled_t_test",
    "coverage_band",
    "coverage_test",
    "crps_ensemble",
    "crps_normal",
    "debiased_calibration_error",
    "delong",
    "delong_paired",
    "delong_unpaired",
    "detectable_difference",
    "difference_of_intervals",
    "ece",
    "effective_sample_size",
    "energy_distance",
    "energy_test",
    "equivalence",
    "five_by_two_cv_f",
    "five_by_two_cv_t",
    "fleiss_kappa",
    "friedman",
    "friedman_from_mean_ranks",
    "g_test",
    "hanley_mcneil",
    "hochberg",
    "hodges_lehmann",
    "holm",
    "hommel",
    "iman_davenport",
    "iman_davenport_from_mean_ranks",
    "interval_score",
    "jensen_shannon",
    "kappa_test",
    "kolmogorov_smirnov",
    "label_quality",
    "label_swap_permutation",
    "mcnemar",
    "mean_ranks",
    "mee",
    "mid_p",
    "midranks",
    "minimum_detectable_difference_auc",
    "minimum_detectable_difference_cross_validation",
    "minimum_detectable_difference_independent_proportions",
    "minimum_detectable_difference_means",
    "minimum_detectable_difference_paired_proportions",
    "mmd_test",
    "multilabel_quality",
    "nemenyi",
    "nemenyi_critical_difference",
    "net_benefit",
    "newcombe_auc",
    "newcombe_independent",
    "newcombe_paired",
    "non_inferiority",
    "normal_quantile",
    "paired_bootstrap",
    "paired_bootstrap_binary",
    "paired_bootstrap_counts",
    "paired_bootstrap_means",
    "paired_bootstrap_multiclass",
    "partial_auc",
    "permutation_test",
    "pinball_loss",
    "plan_draws",
    "poisson_bootstrap",
    "population_stability",
    "power_auc",
    "power_independent_proportions",
    "power_means",
    "psi",
    "psi_test",
    "quade",
    "reliability_curve",
    "repeats_for_cross_validation",
    "rule_of_three",
    "sample_size_auc",
    "sample_size_independent_proportions",
    "sample_size_means",
    "sample_size_paired_proportions",
    "shaffer",
    "smooth_ece",
    "spiegelhalter",
    "squared_mmd",
    "tango",
    "top_label",
    "top_label_ece",
    "two_sided_confidence",
    "wasserstein",
    "wilcoxon_signed_rank",
    "wilson",
]
