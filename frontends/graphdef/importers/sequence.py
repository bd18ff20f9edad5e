"""Recurrent layers as TensorFlow's OpHints leave them in a graph: a stub node each, inputs numbered by attribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....compiler.ir.items import Array, State
from ....compiler.ops.sequence import SvdfAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Unsupported, need_inputs

_FUSED = ("NONE", "RELU", "RELU6", "TANH")


def _numbered(node: Node, inputs: Sequence[Array], count: int) -> list[Array | None]:
    """The inputs at the places that `_tflite_input_indices` gives them; None where there is none."""
    places = node.ints("_tflite_input_indices", tuple(range(len(inputs))))
    if len(places) != len(inputs) or any(not 0 <= place < count for place in places):
        raise node.error(f"_tflite_input_indices is {list(places)} for {len(inputs)} inputs")
    found: list[Array | None] = [None] * count
    for place, array in zip(places, inputs, strict=True):
        found[place] = array
    return found


def _state(builder: Builder, given: Array | None, rows: Any, columns: Any, name: str) -> Array:
    """A state of zeros, in place of the zeros that the graph starts with.

    Raises Unsupported where its shape is unknown or it starts with something else.
    """
    if type(rows) is not int or type(columns) is not int:
        raise Unsupported("the shape of its state is unknown")
    if given is not None and not _is_zero(builder, given):
        raise Unsupported(f"its {name} does not start as zeros")
    graph = builder.graph
    array = graph.array(
        builder.helper_name(f"{builder.node.name}/{name}"), given.dtype if given else None, (rows, columns)
    )
    graph.retarget(states=[*graph.states, State(array, array)])
    return array


def _is_zero(builder: Builder, array: Array) -> bool:
    """Whether an array is a constant of zeros, or filled with zero."""
    producer = builder.graph.producer(array) if array in builder.graph else None
    while producer is not None and producer.kind in ("Identity", "Fill"):
        source = producer.inputs[-1]
        assert source is not None
        array = source
        producer = builder.graph.producer(array) if array in builder.graph else None
    return array.value is not None and not np.asarray(array.numpy()).any()


def _extent(array: Array | None, axis: int) -> Any:
    return None if array is None or array.shape is None or len(array.shape) <= axis else array.shape[axis]


def _lstm(builder: Builder, node: Node, inputs: list[Array]) -> list[Array | None]:
    operands = _numbered(node, inputs, 20)
    if operands[0] is None or operands[2] is None:
        raise node.error("it has no input or no weights")
    cells, batch = _extent(operands[2], 0), _extent(operands[0], 1)
    outputs = cells if operands[16] is None else _extent(operands[16], 0)
    operands[18] = _state(builder, operands[18], batch, outputs, "output_state")
    operands[19] = _state(builder, operands[19], batch, cells, "cell_state")
    # The stub's results are the last activation and cell, which TFLite does not give, and the activations of all steps.
    return [None, None, _emitted(builder, "UnidirectionalSequenceLstm", operands, 2)]


def _rnn(builder: Builder, node: Node, inputs: list[Array]) -> list[Array | None]:
    operands = _numbered(node, inputs, 5)
    if operands[0] is None or operands[1] is None:
        raise node.error("it has no input or no weights")
    batch, units = _extent(operands[0], 1), _extent(operands[1], 0)
    operands[4] = _state(builder, operands[4], batch, units, "hidden_state")
    return [None, _emitted(builder, "UnidirectionalSequenceRnn", operands, 1)]


def _emitted(builder: Builder, kind: str, operands: Sequence[Array | None], number: int) -> Array:
    name = f"{builder.node.name}:{number}"
    return builder.graph.emit(kind, operands, name=name, origin=builder.origin).outputs[0]


def _svdf(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 3, 4)
    x, features, times = inputs[:3]
    activation = node.text("ActivationFunction", "None").upper()
    if activation not in _FUSED:
        raise Unsupported(f"its activation function is {activation}")
    filters, memory = _extent(features, 0), _extent(times, 1)
    size = filters * memory if type(filters) is int and type(memory) is int else None
    state = _state(builder, None, _extent(x, 0), size, "state")
    builder.graph.update(state, dtype=x.dtype)
    operands = [x, features, times, inputs[3] if len(inputs) > 3 else None, state]
    return builder.emit("Svdf", operands, SvdfAttrs(node.integer("Rank"), activation)).outputs


TABLE: dict[str, ImporterFunction] = {
    "UnidirectionalSequenceLstm": _lstm,
    "UnidirectionalSequenceRnn": _rnn,
    "Svdf": _svdf,
}
