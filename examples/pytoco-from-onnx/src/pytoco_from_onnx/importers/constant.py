"""Constants, filled tensors and ranges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import STRING, Array, DType, dtype_of

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required
from ..tensors import Files, decode


def _constant(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    required(node, inputs, 0)
    dtype: DType
    value: NDArray[Any]
    if node.has("value"):
        dtype, value = decode(node.tensor("value"), Files(None), f"node {node.name!r}")
        return (builder.graph.array(builder.base, dtype, value.shape, value),)
    if node.has("value_float") or node.has("value_floats"):
        value = np.array(node.reals("value_floats") if node.has("value_floats") else node.real("value_float"), "<f4")
    elif node.has("value_int") or node.has("value_ints"):
        value = np.array(node.ints("value_ints") if node.has("value_ints") else node.integer("value_int"), "<i8")
    elif node.has("value_string"):
        value = np.array(node.text("value_string").encode(), object)
    else:
        raise Unsupported("its value is sparse, or missing")
    dtype = STRING if value.dtype.kind == "O" else dtype_of(value.dtype)
    return (builder.graph.array(builder.base, dtype, value.shape, value),)


def _constant_of_shape(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (shape,) = required(node, inputs, 1)
    dtype, value = dtype_of(np.float32), np.zeros(1, np.float32)
    if node.has("value"):
        dtype, value = decode(node.tensor("value"), Files(None), f"node {node.name!r}")
    if value.size != 1:
        raise node.error(f"its value has {value.size} elements, expected one")
    dims = builder.value(shape)
    if dims is None:
        scalar = builder.constant(value.reshape(()), "value", dtype)
        return (builder.emit("Fill", [builder.int32(shape, "dims"), scalar]),)
    extents = tuple(int(d) for d in dims.reshape(-1))
    if any(not 0 <= d < 1 << 31 for d in extents) or math.prod(extents) >= 1 << 40:
        raise node.error(f"{list(extents)} is not a shape")
    splat = np.broadcast_to(value.reshape(()), extents)  # takes no memory
    return (builder.graph.array(builder.base, dtype, splat.shape, splat),)


def _range(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    scalars = [builder.reshaped(a, (), f"scalar{k}") for k, a in enumerate(required(node, inputs, 3))]
    return (builder.emit("Range", scalars),)


TABLE: dict[str, Importer] = {"Constant": _constant, "ConstantOfShape": _constant_of_shape, "Range": _range}
