"""Intervals, tests, resampling and calibration: numpy arrays in, frozen values out.

The room is public and usable on its own: ``from mtf_engine import statistics as st; st.wilson(81, 100)``.
Importing it loads numpy and scipy.special only; a module that needs scipy.stats (about a second of import)
belongs in the lazy table below and is loaded when one of its names is first used.
"""

from mtf_engine.statistics.values import Difference, Estimate, Interval, TestResult

__all__ = [
    "Difference",
    "Estimate",
    "Interval",
    "TestResult",
]
