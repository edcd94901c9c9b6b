"""Views of a run, computed from its predictions when a screen asks, and kept while the run does not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from mtf_engine.domain.views import ViewKind
from mtf_engine.errors import MTFError
from mtf_engine.session import confusions, curves, residuals, row_pages, versus
from mtf_engine.session.methods import Method, Progress
from mtf_engine.session.stored_runs import Scope, open_run, scope_of, stamp_of
from mtf_engine.settings import suggestion

_KEPT = 64
_CURVES = {
    ViewKind.ROC,
    ViewKind.PR,
    ViewKind.GAIN,
    ViewKind.LIFT,
    ViewKind.KS,
    ViewKind.SCORE_HISTOGRAM,
    ViewKind.THRESHOLD,
}
_SCATTERS = {ViewKind.PREDICTED_ACTUAL, ViewKind.RESIDUALS, ViewKind.QQ}


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """A view of a run."""

    run: str
    """Id, unique prefix, name, ``last`` or path."""
    kind: str
    dataset: str | None = None
    """The first when absent."""
    metric: str | None = None
    """The data set's primary metric when absent."""
    pipeline: str | None = None
    """Of models that are given without one."""
    models: tuple[str | tuple[str, str], ...] = ()
    """Names, or [pipeline, model]; the most important first; all when empty."""
    options: Mapping[str, object] = field(default_factory=dict)
    offset: int = 0
    """Of ``rows``."""
    limit: int = 100


_known: OrderedDict[bytes, object] = OrderedDict()


def view(query: ViewQuery, progress: Progress) -> object:
    """Compute a view, or give it again.

    Raises
    ------
    MTFError
        There is no such run, view, data set or model, or the view does not suit the task.
    """
    kinds = [kind.value for kind in ViewKind]
    if query.kind not in kinds:
        raise MTFError(f"There is no view {query.kind!r}.", hint=suggestion(query.kind, kinds) or None)
    run = open_run(query.run)
    key = msgspec.json.encode([str(run.directory.path), stamp_of(run.directory), query], order="sorted")
    if key not in _known:
        scope = scope_of(run, query.dataset, query.metric, query.models, query.pipeline)
        if not scope.models:
            raise MTFError(f"No model was tested on {scope.dataset.entry.dataset.name!r}.")
        _known[key] = _compute(ViewKind(query.kind), scope, query, progress)
    _known.move_to_end(key)
    while len(_known) > _KEPT:
        _known.popitem(last=False)
    return _known[key]


def _compute(kind: ViewKind, scope: Scope, query: ViewQuery, progress: Progress) -> object:
    if kind in _CURVES:
        return curves.classification_curves(kind, scope, query.options)
    if kind in _SCATTERS:
        return residuals.regression_curves(kind, scope)
    match kind:
        case ViewKind.CONFUSION:
            return confusions.confusion(scope, query.options)
        case ViewKind.CLASS_RECALL:
            return confusions.class_recalls(scope, query.options)
        case ViewKind.RESIDUAL_HISTOGRAM:
            return residuals.residual_histogram(scope)
        case ViewKind.VERSUS:
            return versus.versus(scope, query.options)
        case ViewKind.ROW_BY_ROW:
            return versus.row_by_row(scope, query.options)
        case _:
            return row_pages.row_page(scope, query.options, query.offset, query.limit, progress)


METHODS = {"view": Method(ViewQuery, view)}
