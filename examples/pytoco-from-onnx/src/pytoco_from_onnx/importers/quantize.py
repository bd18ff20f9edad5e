"""QuantizeLinear and DequantizeLinear with constant scales: arrays with a grid; FakeQuant where both follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array, DType, Quantization, dtype_named, op_definition

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required

_BITS = {"int8": 8, "uint8": 8, "int16": 16, "uint16": 16}


def _grid(builder: Builder, node: Node, data: Array, scale: Array, zero: Array | None) -> Quantization:
    """The grid of the quantised array; raises Unsupported for computed scales and for scales by block."""
    scales, zeros = builder.value(scale), builder.value(zero)
    if scales is None or (zero is not None and zeros is None):
        raise Unsupported("its scale or zero point is computed, not constant")
    if node.integer("block_size", 0) or scales.ndim > 1:
        raise Unsupported("its scales go by block")
    steps = tuple(float(s) for s in scales.reshape(-1))
    points = (0,) * len(steps) if zeros is None else tuple(int(z) for z in zeros.reshape(-1))
    if len(points) != len(steps) or not all(np.isfinite(s) and s > 0 for s in steps):
        raise node.error(f"{len(steps)} scales and {len(points)} zero points")
    if scales.ndim == 0 or len(steps) == 1:
        return Quantization(steps, points)
    axis = builder.axis(node.integer("axis", 1), builder.rank(data))
    if data.shape is not None and data.shape[axis] != len(steps):
        raise node.error(f"{len(steps)} scales for the axis {axis} of {data.name!r}, which has {data.shape[axis]}")
    return Quantization(steps, points, axis)


def _quantize(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, scale, zero = required(node, inputs, 2, 3)
    dtype: DType = dtype_named("uint8") if zero is None else zero.dtype
    if dtype.name not in _BITS:
        raise Unsupported(f"its result is {dtype}")
    grid = _grid(builder, node, data, scale, zero)
    made = builder.graph.array(builder.base, dtype, data.shape)
    builder.graph.update(made, quantization=grid)
    attrs = op_definition("Quantize").Attrs(dtype=dtype)
    builder.graph.emit("Quantize", [data], attrs, outputs=[made], origin=builder.origin)
    return (made,)


def _dequantize(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, scale, zero = required(node, inputs, 2, 3)
    grid = _grid(builder, node, data, scale, zero)
    if data.value is not None:
        return (builder.graph.constant(_reals(data, grid), builder.graph.unique_name(builder.base)),)
    above = builder.graph.producer(data) if data in builder.graph else None
    if above is not None and above.kind == "Quantize" and data.quantization == grid and grid.axis is None:
        return (_faked(builder, above.inputs[0], data, grid),)
    if data.quantization is None and data in builder.graph.inputs:
        builder.graph.update(data, quantization=grid)
    if data.quantization != grid:
        raise Unsupported(f"{data.name!r} has another scale, or none, where it is made")
    return (builder.emit("Dequantize", [data]),)


def _reals(codes: Array, grid: Quantization) -> NDArray[np.float32]:
    """What the codes of a constant mean: this copies it."""
    value = codes.numpy()
    spread = [1] * value.ndim
    if grid.axis is not None:
        spread[grid.axis] = -1
    steps = np.array(grid.scale, np.float32).reshape(spread)
    points = np.array(grid.zero_point, np.int64).reshape(spread)
    reals: NDArray[np.float32] = (value.astype(np.int64) - points).astype(np.float32) * steps
    return reals


def _faked(builder: Builder, real: Array | None, codes: Array, grid: Quantization) -> Array:
    """What quantising and going back makes of real values, in one operator that the quantiser knows as well."""
    assert codes.dtype is not None
    bits, (step,), (zero,) = _BITS[codes.dtype.name], grid.scale, grid.zero_point
    first = -(1 << (bits - 1)) if codes.dtype.name.startswith("int") else 0
    low, high = (first - zero) * step, (first + (1 << bits) - 1 - zero) * step
    return builder.emit("FakeQuant", [real], min=low, max=high, num_bits=bits)


TABLE: dict[str, Importer] = {"QuantizeLinear": _quantize, "DequantizeLinear": _dequantize}
