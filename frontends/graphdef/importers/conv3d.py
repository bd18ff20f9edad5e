"""Convolution and pooling of volumes; channels first goes through transposes.

TFLite pools images only. Both the maximum and the mean over a box are those over its rows and columns first and over
its depth then: also with SAME padding, where the elements that count make a box again.
"""

from __future__ import annotations

import math

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.conv3d import Conv3DAttrs
from ....compiler.ops.gather import GatherAttrs
from ....compiler.ops.pool import PoolAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Unsupported, narrowed, need_inputs

_LAST, _FIRST = (0, 2, 3, 4, 1), (0, 4, 1, 2, 3)
_ONES = (1, 1, 1, 1, 1)


def _is_first(node: Node) -> bool:
    layout = node.text("data_format", "NDHWC")
    if layout not in ("NDHWC", "NCDHW"):
        raise Unsupported(f"data_format {layout} is neither NDHWC nor NCDHW")
    return layout == "NCDHW"


def _spatial(node: Node, name: str, default: tuple[int, ...] | None = None) -> tuple[int, int, int]:
    values = node.ints(name) if default is None else node.ints(name, default)
    if len(values) != 5 or min(values) < 1:
        raise node.error(f"attribute {name!r} is {list(values)}, expected five positive numbers")
    d, h, w = values[2:] if _is_first(node) else values[1:4]
    if math.prod(values) != d * h * w:
        raise Unsupported(f"{name} {list(values)} goes over batch or depth")
    return d, h, w


def _padding(node: Node) -> str:
    scheme = node.text("padding")
    if scheme not in ("SAME", "VALID"):
        raise node.error(f"padding is {scheme!r}, expected SAME or VALID")
    return scheme


def _attrs(node: Node) -> Conv3DAttrs:
    return Conv3DAttrs(*_spatial(node, "strides"), _padding(node), *_spatial(node, "dilations", _ONES))


def _last(builder: Builder, node: Node, volume: Array) -> Array:
    return builder.transposed(volume, _LAST, "ndhwc") if _is_first(node) else volume


def _placed(builder: Builder, node: Node, kind: str, operands: list[Array], attrs: Conv3DAttrs) -> tuple[Array, ...]:
    if not _is_first(node):
        return builder.emit(kind, operands, attrs).outputs
    result = builder.emit(kind, operands, attrs, suffix=kind).outputs[0]
    return (builder.transposed(result, _FIRST),)


def _convolution(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 2)
    return _placed(builder, node, "Conv3D", [_last(builder, node, inputs[0]), inputs[1]], _attrs(node))


def _gradient(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 3)
    shape, weights, volume = inputs
    if _is_first(node):
        order = builder.constant(np.array(_LAST, np.int32), "ndhwc_order")
        shape = builder.emit("Gather", [shape, order], GatherAttrs(), suffix="ndhwc_shape").outputs[0]
    operands = [shape, weights, _last(builder, node, volume)]
    return _placed(builder, node, "Conv3DTranspose", operands, _attrs(node))


def _pool(kind: str) -> ImporterFunction:
    def import_pool(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 1)
        (kd, kh, kw), (sd, sh, sw) = _spatial(node, "ksize"), _spatial(node, "strides")
        scheme = _padding(node)
        x = _last(builder, node, inputs[0])
        if x.shape is None or any(type(d) is not int for d in x.shape[1:]):
            raise Unsupported("the extents of its volumes are unknown")
        _, depth, height, width, channels = x.shape

        def reshaped(array: Array, shape: tuple[object, ...], suffix: str) -> Array:
            wanted = builder.constant(np.array(shape, np.int32), f"{suffix or 'volumes'}_shape")
            return builder.emit("Reshape", [array, wanted], suffix=suffix).outputs[0]

        flat = reshaped(x, (-1, height, width, channels), "slices")
        flat = builder.emit(kind, [flat], PoolAttrs(kh, kw, sh, sw, scheme), suffix="pooled").outputs[0]
        assert flat.shape is not None
        _, rows, columns, _ = flat.shape
        assert isinstance(rows, int)
        assert isinstance(columns, int)
        deep = reshaped(flat, (-1, depth, rows * columns, channels), "columns")
        deep = builder.emit(kind, [deep], PoolAttrs(kd, 1, sd, 1, scheme), suffix="pooled_deep").outputs[0]
        assert deep.shape is not None
        first = _is_first(node)
        result = reshaped(deep, (-1, deep.shape[1], rows, columns, channels), "volumes" if first else "")
        return (builder.transposed(result, _FIRST),) if first else (result,)

    return import_pool


TABLE: dict[str, ImporterFunction] = {
    "Conv3D": _convolution,
    "Conv3DBackpropInputV2": narrowed(_gradient, 0),
    "MaxPool3D": _pool("MaxPool"),
    "AvgPool3D": _pool("AveragePool"),
}
