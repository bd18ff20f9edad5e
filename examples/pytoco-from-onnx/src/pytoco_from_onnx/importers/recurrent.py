"""Recurrent layers, unrolled step by step: LSTM, GRU and RNN with their default activations.

The equations are those of ONNX's operator specifications; gates stand in their order (iofc, zrh). What all steps have
in common, the product with the input weights, is computed for all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array, op_definition

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required

MOST_STEPS = 1000
"""Steps that are unrolled."""

State = list[Array]
"""The hidden state, and of an LSTM that of the cell."""
Step = Callable[["_Layer", Array, State], State]


class _Layer:
    """One direction of a layer: its recurrent weights and biases, and the operators of its steps."""

    def __init__(
        self, builder: Builder, recurrent: NDArray[Any], bias: NDArray[Any], gates: int, *, late: bool
    ) -> None:
        self.builder = builder
        self.gates = gates
        self.late = late
        self.recurrent = [builder.constant(part, f"recurrent{k}") for k, part in enumerate(np.split(recurrent, gates))]
        self.all = builder.constant(recurrent, "recurrent")
        self.bias = builder.constant(bias, "recurrent_bias")

    def emit(self, kind: str, *inputs: Array, **fields: Any) -> Array:
        """An operator of a step."""
        return self.builder.emit(kind, inputs, suffix=kind.lower(), **fields)

    def split(self, array: Array) -> tuple[Array, ...]:
        """The gates of [batch, gates * hidden]."""
        axis = self.builder.constant(np.int32(1), "axis")
        attrs = op_definition("Split").Attrs(num=self.gates)
        return self.builder.emit_op("Split", [axis, array], attrs, suffix="gates").outputs

    def product(self, hidden: Array, weights: Array) -> Array:
        """The state times recurrent weights [result, hidden]."""
        return self.emit("MatMul", hidden, weights, transpose_b=True)


def _lstm_step(layer: _Layer, x: Array, state: State) -> State:
    hidden, cell = state
    into, out, forget, new = layer.split(layer.emit("Add", x, layer.product(hidden, layer.all)))
    kept = layer.emit("Mul", layer.emit("Logistic", forget), cell)
    added = layer.emit("Mul", layer.emit("Logistic", into), layer.emit("Tanh", new))
    cell = layer.emit("Add", kept, added)
    return [layer.emit("Mul", layer.emit("Logistic", out), layer.emit("Tanh", cell)), cell]


def _gru_step(layer: _Layer, x: Array, state: State) -> State:
    (hidden,) = state
    update, reset, new = layer.split(x)
    update = layer.emit("Logistic", layer.emit("Add", update, layer.product(hidden, layer.recurrent[0])))
    reset = layer.emit("Logistic", layer.emit("Add", reset, layer.product(hidden, layer.recurrent[1])))
    if layer.late:  # the state is reset behind the product
        product = layer.emit("Add", layer.product(hidden, layer.recurrent[2]), layer.bias)
        old = layer.emit("Mul", reset, product)
    else:
        old = layer.product(layer.emit("Mul", reset, hidden), layer.recurrent[2])
    new = layer.emit("Tanh", layer.emit("Add", new, old))
    return [layer.emit("Add", new, layer.emit("Mul", update, layer.emit("Sub", hidden, new)))]


def _rnn_step(layer: _Layer, x: Array, state: State) -> State:
    return [layer.emit("Tanh", layer.emit("Add", x, layer.product(state[0], layer.all)))]


def _checked(builder: Builder, node: Node, inputs: Inputs, defaults: tuple[str, ...]) -> tuple[int, int, int]:
    """Steps, batch and hidden size; raises Unsupported for what is not unrolled."""
    data, lengths = inputs[0], inputs[4]
    steps, batch, _ = builder.static(data) if builder.rank(data) == 3 else (0, 0, 0)
    if not 0 < steps <= MOST_STEPS:
        raise Unsupported(f"it has {steps} steps; up to {MOST_STEPS} are unrolled")
    directions = 2 if node.text("direction", "forward") == "bidirectional" else 1
    names = [a.decode() for a in node.attributes["activations"].strings] if node.has("activations") else []
    if names and [n.lower() for n in names] != [n.lower() for n in defaults] * directions:
        raise Unsupported(f"its activations are {', '.join(names)}")
    for name in ("clip", "layout", "input_forget"):
        if node.has(name) and (name == "clip" or node.integer(name)):
            raise Unsupported(f"its attribute {name!r} is set")
    if lengths is not None:
        value = builder.value(lengths)
        if value is None or (value != steps).any():
            raise Unsupported("its sequences differ in length")
    if len(inputs) > 7 and inputs[7] is not None:
        raise Unsupported("it has peepholes")
    return steps, batch, builder.static(inputs[2])[2]


def _layer(kind: str, gates: int, step: Step, states: int, defaults: tuple[str, ...]) -> Importer:
    def import_layer(builder: Builder, node: Node, inputs: Inputs) -> list[Array]:
        given = required(node, inputs, 3, 8 if states == 2 else 6)
        steps, batch, size = _checked(builder, node, given, defaults)
        direction = node.text("direction", "forward")
        backwards = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}.get(direction)
        if backwards is None:
            raise node.error(f"direction is {direction!r}")
        weights, recurrent, bias = (_value(builder, array) for array in given[1:4])
        if weights is None or recurrent is None or (given[3] is not None and bias is None):
            raise Unsupported("its weights are computed, not constant")
        count = len(backwards)
        if weights.shape[:2] != (count, gates * size) or recurrent.shape != (count, gates * size, size):
            raise node.error(f"{kind} weights {list(weights.shape)} and {list(recurrent.shape)} disagree")
        late = states == 1 and gates == 3 and node.flag("linear_before_reset")
        sequences, ends = [], []
        for k, back in enumerate(backwards):
            biases = np.zeros((2, gates * size), np.float32) if bias is None else bias[k].reshape(2, -1).copy()
            own = biases[1].copy()
            biases[1][2 * size if late else gates * size :] = 0
            layer = _Layer(builder, recurrent[k], own[2 * size :] if late else own[:0], gates, late=late)
            rows = _projected(builder, given[0], weights[k], biases.sum(axis=0), steps, batch)
            state = [_initial(builder, array, k, batch, size) for array in given[5 : 5 + states]]
            made = []
            for row in reversed(rows) if back else rows:
                state = step(layer, row, state)
                made.append(state[0])
            sequences.append(_packed(builder, made[::-1] if back else made, 0, "sequence"))
            ends.append(state)
        results = [_packed(builder, sequences, 1, "")]
        return results + [_packed(builder, [end[s] for end in ends], 0, f"end{s}") for s in range(states)]

    return import_layer


def _value(builder: Builder, array: Array | None) -> NDArray[Any] | None:
    return None if array is None or array.value is None else array.numpy()


def _projected(
    builder: Builder, data: Array, weights: NDArray[Any], bias: NDArray[Any], steps: int, batch: int
) -> list[Array]:
    """The input times its weights, and all biases, by step: [batch, gates * hidden] each."""
    flat = builder.reshaped(data, (steps * batch, weights.shape[1]), "flat")
    product = builder.emit("MatMul", [flat, builder.constant(weights, "weights")], suffix="product", transpose_b=True)
    moved = builder.emit("Add", [product, builder.constant(bias, "bias")], suffix="projected")
    whole = builder.reshaped(moved, (steps, batch, weights.shape[0]), "steps")
    return list(builder.emit_op("Unpack", [whole], op_definition("Unpack").Attrs(steps, 0), suffix="step").outputs)


def _initial(builder: Builder, array: Array | None, direction: int, batch: int, size: int) -> Array:
    """The state before the first step."""
    if array is None:
        return builder.constant(np.zeros((batch, size), np.float32), "zeros")
    begin, extent = builder.int32s([direction, 0, 0], "begin"), builder.int32s([1, -1, -1], "extent")
    part = builder.emit("Slice", [array, begin, extent], suffix="initial")
    return builder.reshaped(part, (batch, size), "initial_state")


def _packed(builder: Builder, arrays: list[Array], axis: int, suffix: str) -> Array:
    return builder.emit("Pack", arrays, suffix=suffix, axis=axis)


def _scan(builder: Builder, node: Node, inputs: Inputs) -> tuple[()]:
    raise Unsupported("scans are not read; export the model unrolled")


TABLE: dict[str, Importer] = {
    "LSTM": _layer("LSTM", 4, _lstm_step, 2, ("Sigmoid", "Tanh", "Tanh")),
    "GRU": _layer("GRU", 3, _gru_step, 1, ("Sigmoid", "Tanh")),
    "RNN": _layer("RNN", 1, _rnn_step, 1, ("Tanh",)),
    "Scan": _scan,
}
