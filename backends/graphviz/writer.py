"""The GRAPHVIZ_DOT output format: a drawing of the model as the result of a conversion.

It takes every model, unsupported operators and unknown shapes included, because that is when a drawing is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...compiler.files import atomic_write
from ...compiler.ops.labels import kind_text
from ...compiler.plugins import WriteReport
from .dot import Drawing, bounds_of

if TYPE_CHECKING:
    from ...compiler.ir import Model
    from ...compiler.plugins.descriptors import Given

TITLE = "Computation Graph"


def drawing(model: Model, given: Given) -> Drawing:
    """A drawing that follows the model's changes, of everything or what lies between the given bounds.

    Raises UsageError when `graphviz_first_array` or `graphviz_last_array` is not in the graph.
    """
    return Drawing(model, bounds_of(given, model))


def write(model: Model, destination: Path | None, given: Given) -> WriteReport:
    """Draw `model` into `destination`, or into the report's `data` when that is None.

    Raises UsageError when `graphviz_first_array` or `graphviz_last_array` is not in the graph, FileError when the file
    cannot be written.
    """
    data = drawing(model, given).render(TITLE)
    counts: dict[str, int] = {}
    for graph in model.graphs.values():
        for op in graph.ops():
            kind = kind_text(op)
            counts[kind] = counts.get(kind, 0) + 1
    operators = {kind: counts[kind] for kind in sorted(counts)}
    if destination is None:
        return WriteReport(data=data, operators=operators)
    return WriteReport(path=destination, size=atomic_write(destination, (data,)), operators=operators)
