"""What several passes need: taking an operator out of the way, and the anatomy of affine operators."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..compiler.ir import Array, Graph, Op, Value
from ..compiler.ir.types import FLOAT32
from ..compiler.ir.values import materialize


def bypass(graph: Graph, op: Op, kept: Array) -> None:
    """Let the readers of `op`'s first result read `kept` instead, and remove `op`; a recorded range is carried over.

    The match must have asked `graph.can_replace(op.outputs[0], kept)`.
    """
    result = op.outputs[0]
    if kept.minmax is None and result.minmax is not None:
        graph.update(kept, minmax=result.minmax)
    graph.replace(result, kept)
    graph.remove(op)


class Affine(NamedTuple):
    """Where an affine kind keeps its parts: operand indices, and the weights' axes of output and input channels.

    `depth_axis` is None for depthwise convolutions, whose output channel `c * multiplier + m` reads input channel `c`.
    """

    data: int
    weights: int
    bias: int
    units_axis: int
    depth_axis: int | None


AFFINE: dict[str, Affine] = {
    "Conv": Affine(data=0, weights=1, bias=2, units_axis=0, depth_axis=3),
    "DepthwiseConv": Affine(data=0, weights=1, bias=2, units_axis=3, depth_axis=None),
    "FullyConnected": Affine(data=0, weights=1, bias=2, units_axis=0, depth_axis=1),
    "TransposeConv": Affine(data=2, weights=1, bias=3, units_axis=0, depth_axis=3),
}

AFFINE_KINDS = tuple(AFFINE)
BIASED_KINDS = ("Conv", "DepthwiseConv", "FullyConnected")
"""Those whose oldest versions demand a bias; that of TransposeConv came later, and may be left out."""


def bias_of(op: Op) -> tuple[bool, Value | None]:
    """Whether the bias of an affine operator can be changed, and its value (None where it has none: all zeros)."""
    index = AFFINE[op.kind].bias
    array = op.inputs[index] if index < len(op.inputs) else None
    if array is None:
        return True, None
    return array.value is not None and array.quantization is None, array.value


def with_parts(op: Op, graph: Graph, weights: Value | None, bias: NDArray[Any] | None) -> tuple[Array | None, ...]:
    """The operands of an affine operator with new weights or a new bias, as new constants (None: as they are)."""
    place = AFFINE[op.kind]
    inputs = list(op.inputs) + [None] * (place.bias + 1 - len(op.inputs))
    if weights is not None:
        old = inputs[place.weights]
        assert old is not None
        inputs[place.weights] = graph.constant(weights, old.name, FLOAT32)
    if bias is not None:
        old = inputs[place.bias]
        inputs[place.bias] = graph.constant(bias, old.name if old is not None else f"{op.name}_bias", FLOAT32)
    return tuple(inputs)


def per_channel(value: NDArray[Any], channels: int) -> NDArray[Any] | None:
    """A constant operand as a vector over the last axis: from one number, or from `[..1, channels]`; None otherwise."""
    if value.size == 1:
        return np.broadcast_to(value.reshape(()), (channels,))
    if value.size == channels and value.shape[-1] == channels:
        return value.reshape(channels)
    return None


def is_finite_factor(kind: str, value: NDArray[Any]) -> bool:
    """Whether arithmetic with a constant keeps finite values finite, for a Div of the constant as divisor."""
    return bool(np.isfinite(value).all() and (kind != "Div" or value.all()))


def along(vector: NDArray[Any], axis: int, rank: int) -> NDArray[Any]:
    """A vector shaped so that it broadcasts along `axis` of an array of that rank."""
    return vector.reshape(tuple(-1 if i == axis else 1 for i in range(rank)))


def as_float64(value: Value) -> NDArray[Any]:
    """A small value in double precision."""
    return materialize(value).astype(np.float64)
