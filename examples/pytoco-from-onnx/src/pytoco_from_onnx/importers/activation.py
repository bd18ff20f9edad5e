"""Activation functions: rows for those that the IR has, and the others in terms of these."""

from __future__ import annotations

import math
from collections.abc import Callable

from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required, row, rows

_SELU_ALPHA, _SELU_GAMMA = 1.67326319217681884765625, 1.05070102214813232421875
"""Defaults that ONNX gives for Selu."""


def _curved(builder: Builder, data: Array, alpha: float, gamma: float = 1.0) -> Array:
    """Gamma * (max(x, 0) + alpha * (exp(min(x, 0)) - 1))."""
    if alpha == gamma == 1:
        return builder.emit("Elu", [data])
    zero = builder.like(0, data, "zero")
    below = builder.emit("Elu", [builder.emit("Minimum", [data, zero], suffix="below")], suffix="elu")
    scaled = builder.emit("Mul", [below, builder.like(alpha * gamma, data, "alpha")], suffix="scaled")
    above = builder.emit("Relu", [data], suffix="above")
    if gamma != 1:
        above = builder.emit("Mul", [above, builder.like(gamma, data, "gamma")], suffix="stretched")
    return builder.emit("Add", [above, scaled])


def _elu(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    return (_curved(builder, required(node, inputs, 1)[0], node.real("alpha", 1.0)),)


def _selu(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    alpha, gamma = node.real("alpha", _SELU_ALPHA), node.real("gamma", _SELU_GAMMA)
    return (_curved(builder, required(node, inputs, 1)[0], alpha, gamma),)


def _celu(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    alpha = node.real("alpha", 1.0)
    inner = builder.emit("Div", [data, builder.like(alpha, data, "alpha")], suffix="inner")
    zero = builder.like(0, data, "zero")
    below = builder.emit("Elu", [builder.emit("Minimum", [inner, zero], suffix="below")], suffix="elu")
    scaled = builder.emit("Mul", [below, builder.like(alpha, data, "alpha")], suffix="scaled")
    return (builder.emit("Add", [builder.emit("Relu", [data], suffix="above"), scaled]),)


def softplus(builder: Builder, data: Array, suffix: str = "") -> Array:
    """log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)), which does not overflow."""
    away = builder.emit("Neg", [builder.emit("Abs", [data], suffix="abs")], suffix="neg")
    small = builder.emit("Exp", [away], suffix="exp")
    more = builder.emit("Log", [builder.emit("Add", [small, builder.like(1, data, "one")], suffix="sum")], suffix="log")
    return builder.emit("Add", [builder.emit("Relu", [data], suffix="relu"), more], suffix=suffix)


def _softplus(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    return (softplus(builder, required(node, inputs, 1)[0]),)


def _mish(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    gate = builder.emit("Tanh", [softplus(builder, data, "softplus")], suffix="tanh")
    return (builder.emit("Mul", [data, gate]),)


def _swish(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    alpha = node.real("alpha", 1.0)
    inner = data if alpha == 1 else builder.emit("Mul", [data, builder.like(alpha, data, "alpha")], suffix="inner")
    return (builder.emit("Mul", [data, builder.emit("Logistic", [inner], suffix="gate")]),)


def _softsign(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    size = builder.emit("Abs", [data], suffix="abs")
    return (builder.emit("Div", [data, builder.emit("Add", [size, builder.like(1, data, "one")], suffix="sum")]),)


def _hard_sigmoid(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    alpha, beta = node.real("alpha", 0.2), node.real("beta", 0.5)
    if abs(alpha - 1 / 6) < 1e-6 and beta == 0.5:  # relu6(x + 3) / 6, by which HardSwish is known
        moved = builder.emit("Add", [data, builder.like(3, data, "three")], suffix="moved")
        cut = builder.emit("Relu6", [moved], suffix="relu6")
        return (builder.emit("Mul", [cut, builder.like(1 / 6, data, "sixth")]),)
    scaled = builder.emit("Mul", [data, builder.like(alpha, data, "alpha")], suffix="scaled")
    moved = builder.emit("Add", [scaled, builder.like(beta, data, "beta")], suffix="moved")
    return (_clipped(builder, moved, 0.0, 1.0),)


def _thresholded(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    above = builder.emit("Greater", [data, builder.like(node.real("alpha", 1.0), data, "alpha")], suffix="above")
    return (builder.emit("SelectV2", [above, data, builder.like(0, data, "zero")]),)


def _p_relu(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, slope = required(node, inputs, 2)
    shape = builder.static(slope)
    if builder.rank(data) != 4:
        return (builder.emit("PRelu", [data, slope]),)
    if len(shape) > 3 and shape[0] != 1:
        raise Unsupported(f"its slope {list(shape)} goes over the batch")
    channels, height, width = (1,) * (3 - len(shape)) + shape[-3:]
    slope = builder.transposed(builder.reshaped(slope, (channels, height, width), "slope"), (1, 2, 0), "slope_nhwc")
    return (builder.nchw(builder.emit("PRelu", [builder.nhwc(data), slope], suffix="nhwc_result")),)


def _clipped(builder: Builder, data: Array, low: float, high: float) -> Array:
    known = {(0.0, 6.0): "Relu6", (-1.0, 1.0): "Relu1", (0.0, math.inf): "Relu"}.get((low, high))
    if known is not None and data.dtype is not None and data.dtype.is_float:
        return builder.emit(known, [data])
    if low > -math.inf:
        suffix = "at_least" if high < math.inf else ""
        data = builder.emit("Maximum", [data, builder.like(low, data, "low")], suffix=suffix)
    return builder.emit("Minimum", [data, builder.like(high, data, "high")]) if high < math.inf else data


def _clip(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, low, high = required(node, inputs, 1, 3)
    if node.opset < 11:
        return (_clipped(builder, data, _bound(node.real("min", -math.inf)), _bound(node.real("max", math.inf))),)
    ends = [builder.value(low), builder.value(high)]
    if any(array is not None and value is None for array, value in zip((low, high), ends, strict=True)):
        for kind, bound, suffix in (("Maximum", low, "at_least"), ("Minimum", high, "")):
            data = data if bound is None else builder.emit(kind, [data, bound], suffix=suffix)
        return (data,)
    if any(value is not None and value.size != 1 for value in ends):
        raise node.error("its bounds are no scalars")
    least, most = (None if v is None else float(v.reshape(-1)[0]) for v in ends)
    return (
        _clipped(
            builder, data, _bound(-math.inf if least is None else least), _bound(math.inf if most is None else most)
        ),
    )


def _bound(value: float) -> float:
    """A bound, infinite where it is the end of what float32 can say, as exporters write it."""
    return math.copysign(math.inf, value) if abs(value) >= 3.4028234e38 else value


def _gelu(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    return (builder.emit("Gelu", [data], approximate=node.text("approximate", "none") == "tanh"),)


def _softmax(kind: str) -> Importer:
    def import_softmax(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
        (data,) = required(node, inputs, 1)
        rank = builder.rank(data)
        old = node.opset < 13
        axis = builder.axis(node.integer("axis", 1 if old else -1), rank)
        if axis == rank - 1:
            return (builder.emit(kind, [data]),)
        if old:  # over all axes from that one on
            shape = builder.static(data)
            flat = builder.reshaped(data, (math.prod(shape[:axis]), math.prod(shape[axis:])), "flat")
            return (builder.reshaped(builder.emit(kind, [flat], suffix="flat_result"), shape),)
        perm = [*[i for i in range(rank) if i != axis], axis]
        moved = builder.nhwc(data) if rank == 4 and axis == 1 else builder.transposed(data, perm, "moved")
        made = builder.emit(kind, [moved], suffix="moved_result")
        return (builder.transposed(made, [perm.index(i) for i in range(rank)]),)

    return import_softmax


def _leaky() -> Callable[[Node], float]:
    return lambda node: node.real("alpha", 0.01)


TABLE: dict[str, Importer] = {
    **rows("Relu Tanh HardSwish"),
    "Sigmoid": row("Logistic"),
    "LeakyRelu": row("LeakyRelu", alpha=_leaky()),
    "PRelu": _p_relu,
    "Elu": _elu,
    "Selu": _selu,
    "Celu": _celu,
    "Softplus": _softplus,
    "Softsign": _softsign,
    "Mish": _mish,
    "Swish": _swish,
    "HardSigmoid": _hard_sigmoid,
    "Gelu": _gelu,
    "com.microsoft::Gelu": _gelu,
    "ThresholdedRelu": _thresholded,
    "Clip": _clip,
    "Softmax": _softmax("Softmax"),
    "LogSoftmax": _softmax("LogSoftmax"),
}
