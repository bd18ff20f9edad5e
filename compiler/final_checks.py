"""What must hold of a model that has been through all stages, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import UnsupportedError, UsageError
from .ir.subgraphs import live_graphs

if TYPE_CHECKING:
    from .ir import Graph, Model
    from .options import Options


def check_result(model: Model, options: Options) -> None:
    """Hold the model against `model_checks` and `allow_dynamic_tensors`; raises UsageError or UnsupportedError."""
    _check_counts(model.main, options)
    if not options.allow_dynamic_tensors:
        _check_static(model)


def _check_counts(graph: Graph, options: Options) -> None:
    """Hold the graph against `--model_checks`; raises UsageError naming the count that is off."""
    for check in options.model_checks:
        if check.count_type == "None":
            continue
        if check.count_type == "Arrays":
            count = len(graph.arrays())
        elif check.count_type == "Total":
            count = len(graph)
        else:
            count = len(graph.ops(check.count_type))
        least, most = check.count_min, check.count_max
        most = max(least, most)  # TOCO reads an upper bound that is no higher as "exactly"
        if count < least or -1 < most < count:
            raise UsageError(
                f"model check: {count} of {check.count_type!r}, expected {least} to {most}",
                hint="look at the summary of the conversion without --model_checks",
            )


def _check_static(model: Model) -> None:
    """Raise UnsupportedError naming the arrays whose shape is not known before the model runs."""
    names = [array.name for graph in live_graphs(model).values() for array in graph.arrays() if array.size is None]
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise UnsupportedError(
            f"the shape is known only at run time of {', '.join(map(repr, names[:5]))}{more}",
            hint="give --input_shapes, or leave --allow_dynamic_tensors at true",
        )
