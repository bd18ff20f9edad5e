"""A model out of a live TensorFlow 1 session: its graph, the names of its boundary, its variables as constants.

TensorFlow is not imported: the session's own methods (`graph.as_graph_def`, `run`) are all that is used. What is read
is a snapshot, taken at the time of the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...compiler.errors import UnsupportedError, UsageError
from ...compiler.flag_values import FlagShape
from ...compiler.tensor_arguments import array_name, array_names, static_shape
from .assignments import check_assignments
from .freeze import freeze, variables_below
from .scan import GraphFile, scan

SOURCE = "the session's graph"


class SessionModel(NamedTuple):
    """A snapshot of a session, ready to be converted.

    `input_shapes` has one item an input, `None` where the rank is unknown; `warnings` are sentences for the user.
    """

    graph: GraphFile
    input_arrays: tuple[str, ...]
    input_shapes: tuple[FlagShape | None, ...]
    output_arrays: tuple[str, ...]
    warnings: tuple[str, ...]


def read_session(
    session: Any, input_tensors: Sequence[Any], output_tensors: Sequence[Any], options: Mapping[str, Any]
) -> SessionModel:
    """The model between `input_tensors` and `output_tensors` of a `tf.compat.v1.Session`.

    Variables that the outputs depend on are read from the session with the option `freeze_variables`; otherwise there
    must be none. Raises `UsageError` for arguments that do not fit, naming them, and `UnsupportedError` where an output
    depends on a value that the graph itself assigns to a variable.
    """
    if not hasattr(session, "run") or not hasattr(getattr(session, "graph", None), "as_graph_def"):
        raise UsageError(f"{session!r} is not a session", hint="pass a tf.compat.v1.Session")
    input_arrays = array_names(input_tensors, "input_tensors")
    output_arrays = array_names(output_tensors, "output_tensors")
    if not output_arrays:
        raise UsageError("output_tensors is empty", hint="pass the tensors that the model computes")
    for tensor in (*input_tensors, *output_tensors):
        if getattr(tensor, "graph", session.graph) is not session.graph:
            raise UsageError(f"tensor {array_name(tensor)!r} belongs to another graph than the session")
    graph = _graph(session)
    reached = variables_below(graph, output_arrays, input_arrays)
    warnings: list[str] = []
    if reached and not options.get("freeze_variables"):
        raise UsageError(
            f"the outputs depend on {len(reached)} variable(s): {_listed([node.name for node in reached])}",
            hint="pass freeze_variables=True to turn them into constants",
        )
    if reached:
        warnings += check_assignments(graph.nodes, graph.nodes, output_arrays, input_arrays, graph.functions)
        fresh = freeze(graph, reached, session)
        warnings += [f"variable {name!r} had no value and took its initial value" for name in fresh]
    return SessionModel(graph, input_arrays, tuple(map(static_shape, input_tensors)), output_arrays, tuple(warnings))


def _graph(session: Any) -> GraphFile:
    try:
        data = session.graph.as_graph_def().SerializeToString()
    except ValueError as error:  # protobuf ends at 2 GB
        raise UnsupportedError(
            f"the session's graph cannot be taken out: {error}", hint="keep large weights in variables"
        ) from error
    return scan(memoryview(data), SOURCE)


def _listed(names: Sequence[str], most: int = 10) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
