"""Conformance suites for plugins: what every step, model, metric, check, source, format and report has to obey.

A suite is a class to inherit in your tests; pytest collects what it inherits. Each names its subject in one attribute:

>>> from mtf_engine.metrics.classification import mcc
>>> class TestMcc(MetricConformance):
...     metric = mcc

The built-in ones go through the same suites. Nothing here needs more than pytest and what the engine itself needs.
"""

from mtf_engine.testing.checks import CheckConformance
from mtf_engine.testing.formats import FormatConformance
from mtf_engine.testing.metrics import MetricConformance
from mtf_engine.testing.models import ModelConformance
from mtf_engine.testing.reports import ReportConformance
from mtf_engine.testing.sources import SourceConformance
from mtf_engine.testing.steps import StepConformance

__all__ = [
    "CheckConformance",
    "FormatConformance",
    "MetricConformance",
    "ModelConformance",
    "ReportConformance",
    "SourceConformance",
    "StepConformance",
]
