"""Live Keras models and concrete functions of a TensorFlow that the caller has imported; their values as they are now.

TensorFlow is never imported here: a function's own methods are used, and for Keras models, which have to be traced, the
`tensorflow` module that is there already.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...compiler.errors import UnsupportedError, UsageError
from ...compiler.flag_values import FlagShape
from ...compiler.tensor_arguments import array_name, static_shape
from ..graphdef import protos
from ..graphdef.assignments import check_assignments
from ..graphdef.freeze import replace
from ..graphdef.functions import expand, reached
from ..graphdef.nodes import Node
from ..graphdef.program import Entry, Pairs, Program, distinct
from ..graphdef.scan import GraphFile, scan
from .tables import refuse_tables

DEFAULT_KEY = "serving_default"
_RESOURCE = 20  # types.proto: DT_RESOURCE
_CALL = "pass tf.function(...).get_concrete_function(...), with the shapes and types of its arguments"


class LiveModel(NamedTuple):
    """A snapshot of live objects, as `SessionModel` of the plugin descriptors; several functions name no arrays."""

    graph: Program
    input_arrays: tuple[str, ...]
    input_shapes: tuple[FlagShape | None, ...]
    output_arrays: tuple[str, ...]
    warnings: tuple[str, ...]


def read_objects(objects: Any, options: Mapping[str, Any]) -> LiveModel:
    """The program of a Keras model, or of a list of concrete functions, each a signature.

    Raises UsageError for what is neither, and for a model without known inputs.
    """
    del options
    functions = list(objects) if isinstance(objects, list | tuple) else [traced(objects)]
    if not functions:
        raise UsageError("there is no function to convert", hint=_CALL)
    warnings: dict[str, None] = {}
    entries = [_entry(function, key, warnings) for function, key in zip(functions, _keys(functions), strict=True)]
    program = Program(entries)
    if len(entries) > 1:
        return LiveModel(program, (), (), (), tuple(warnings))
    entry = entries[0]
    inputs = distinct(entry.inputs)
    shapes: tuple[Any, ...] = tuple(entry.shapes.get(name) for name in inputs)
    return LiveModel(program, inputs, shapes, distinct(entry.outputs), tuple(warnings))


def _keys(functions: Sequence[Any]) -> Iterator[str]:
    """Signature keys: the usual one for one function, the functions' own names for several."""
    if len(functions) == 1:
        yield DEFAULT_KEY
        return
    taken: set[str] = set()
    for function in functions:
        stem = key = str(getattr(getattr(function, "graph", None), "name", "") or "function")
        number = 0
        while key in taken:
            number += 1
            key = f"{stem}_{number}"
        taken.add(key)
        yield key


def traced(model: Any) -> Any:
    """The concrete function that a Keras model computes in inference, traced by the TensorFlow that is imported."""
    tf = sys.modules.get("tensorflow")
    if tf is None or not callable(model):
        raise UsageError(f"{model!r} is no Keras model of an imported TensorFlow", hint="build or load it first")
    arguments = _arguments(model, tf)
    try:
        function = tf.function(lambda *given: model(*given, training=False), autograph=False)
        return function.get_concrete_function(*arguments)
    except Exception as error:
        raise UsageError(f"the model {_name(model)!r} cannot be traced: {error}", hint=_CALL) from error


def _name(model: Any) -> str:
    return str(getattr(model, "name", type(model).__name__))


def _arguments(model: Any, tf: Any) -> list[Any]:
    """Specifications of the model's inputs, nested as the model takes them."""

    def spec(tensor: Any) -> Any:
        return tf.TensorSpec(tensor.shape, tensor.dtype, name=tensor.name.partition(":")[0])

    inputs = getattr(model, "inputs", None)
    if inputs:
        nested = getattr(model, "_inputs_struct", None)  # Keras 3's functional models
        if nested is None:
            nested = inputs[0] if len(inputs) == 1 else list(inputs)
        return [tf.nest.map_structure(spec, nested)]
    built = getattr(model, "_build_shapes_dict", None)  # Keras 3: what a subclassed model was called with
    if built:
        dtype = getattr(model, "input_dtype", None) or "float32"
        names = [name.removesuffix("_shape") for name in built]
        return [
            tf.TensorSpec((None, *shape[1:]), dtype, name=name)
            for name, shape in zip(names, built.values(), strict=True)
        ]
    raise UsageError(
        f"the inputs of {_name(model)!r} are not known", hint="call the model on data once, or use a concrete function"
    )


def _entry(function: Any, key: str, warnings: dict[str, None]) -> Entry:
    """The entry point that a concrete function is, with the values of now; what is to be said goes to `warnings`."""
    graph = getattr(function, "graph", None)
    if not hasattr(graph, "as_graph_def") or not hasattr(function, "captured_inputs"):
        raise UsageError(f"{function!r} is no concrete function", hint=_CALL)
    file = _graph(graph)
    arguments = list(function.inputs)[: len(function.inputs) - len(function.captured_inputs)]
    own_inputs, own_outputs = _input_names(arguments, {node.name: node for node in file.nodes}), _output_names(function)
    inputs, outputs = distinct(own_inputs), distinct(own_outputs)
    captured = _captured(graph, {node.name for node in file.nodes})
    file.nodes = whole = [_outside_named(node, captured) for node in file.nodes]
    file.nodes = expand(reached(whole, [*inputs, *outputs]), file.functions, short=True)
    refuse_tables(file.nodes, outputs, inputs)
    warnings |= dict.fromkeys(check_assignments(file.nodes, whole, outputs, inputs, file.functions))
    values = dict(captured.values())
    wanted = [node.name for node in file.nodes if node.op == "VarHandleOp" and node.name in values]
    replace(file, {name: np.asarray(values[name].numpy()) for name in wanted})
    shapes = {array_name(tensor): static_shape(tensor) for tensor in arguments}
    return Entry(key, file, own_inputs, own_outputs, shapes)


def _graph(graph: Any) -> GraphFile:
    try:
        data = graph.as_graph_def().SerializeToString()
    except ValueError as error:  # protobuf ends at 2 GB
        raise UnsupportedError(
            f"the function's graph cannot be taken out: {error}", hint="keep large weights in variables"
        ) from error
    return scan(memoryview(data), "the function's graph")


def _input_names(arguments: Sequence[Any], nodes: Mapping[str, Node]) -> Pairs:
    """By argument, the name that the user gave it, if any, and its array."""
    arrays = [array_name(tensor) for tensor in arguments]
    given = [nodes[array].text("_user_specified_name", array) if array in nodes else array for array in arrays]
    unique = len(dict.fromkeys(given)) == len(given)
    return tuple(zip(given if unique else arrays, arrays, strict=True))


def _output_names(function: Any) -> Pairs:
    """By result its name in the function's dictionary, or `output_<k>`, and its array."""
    arrays = [array_name(tensor) for tensor in function.outputs]
    structure = getattr(function, "structured_outputs", None)
    keys = sorted(structure) if isinstance(structure, Mapping) else []
    if len(keys) != len(arrays):
        keys = [f"output_{k}" for k in range(len(arrays))]
    return tuple(zip(map(str, keys), arrays, strict=True))


def _captured(graph: Any, taken: set[str]) -> dict[str, tuple[str, Any]]:
    """What the graph takes from outside, by node: the name it is to have, and the variable or tensor with its value."""
    variables = {id(variable.handle): variable for variable in graph.variables}
    found: dict[str, tuple[str, Any]] = {}
    for outside, inside in graph.captures:
        node = array_name(inside)
        if inside.dtype.as_datatype_enum != _RESOURCE:
            found[node] = (node, outside)
        elif id(outside) in variables:
            variable = variables[id(outside)]
            name = stem = variable.name.removesuffix(":0")
            number = 0
            while name in taken:
                number += 1
                name = f"{stem}_{number}"
            taken.add(name)
            found[node] = (name, variable)
    return found


def _outside_named(node: Node, captured: Mapping[str, tuple[str, Any]]) -> Node:
    """The node with what it reads from outside under its new name; a placeholder of such becomes a variable."""
    inputs = [
        captured[text.removesuffix(":0")][0] if text.removesuffix(":0") in captured else text for text in node.inputs
    ]
    if node.name not in captured or node.op != "Placeholder":
        return Node(node.name, node.op, inputs, node.message, node.payloads)
    name, value = captured[node.name]
    message = protos.NodeDef(name=name, op="VarHandleOp")
    message.attr["dtype"].type = value.dtype.as_datatype_enum
    return Node(name, "VarHandleOp", inputs, message)
