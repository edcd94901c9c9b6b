"""A stand-in for the engine: answers from values in memory, follows the client's protocol, records what was asked."""

from fakes.engine_client import answers
from fakes.engine_client.client import FakeClient
from fakes.engine_client.outcomes import DATASETS, ESTIMATES, FOLDS, MODELS, changed, checks, folds, results
from fakes.engine_client.run import FakeRun, finished_run
from fakes.engine_client.states import NOON, finished_state, plan, running_state

__all__ = [
    "DATASETS",
    "ESTIMATES",
    "FOLDS",
    "MODELS",
    "NOON",
    "FakeClient",
    "FakeRun",
    "answers",
    "changed",
    "checks",
    "finished_run",
    "finished_state",
    "folds",
    "plan",
    "results",
    "running_state",
]
