"""Operators that change or ask for shapes, and those that make arrays out of little."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper
from pytoco.compiler import Array, Op, const_ints

from ..element_types import code_of, need_type
from ..nodes import Nodes
from ..operands import shape_of
from ..refusal import Refusal
from .base import Exporter, is_type
from .complex import pairs


def _reshape(op: Op, nodes: Nodes) -> None:
    """A 0 means an extent of 0 for TensorFlow; for ONNX it does with `allowzero`."""
    wanted = const_ints(op.inputs[1])
    if is_type(op, "complex64", "complex128") and wanted is not None:
        nodes.emit("Reshape", pairs(op.inputs[0], nodes), nodes.ints([*wanted, 2]), to=op.outputs[0])
        return
    attributes = {}
    if wanted is not None and 0 in wanted:
        nodes.need(14, "an extent of 0")
        attributes = {"allowzero": 1}
    nodes.emit("Reshape", op.inputs[0], nodes.int64(op.inputs[1]), to=op.outputs[0], attributes=attributes)


def _squeeze(op: Op, nodes: Nodes) -> None:
    axes = nodes.ints(op.attrs.axes, "axes") if op.attrs.axes else None
    nodes.emit("Squeeze", op.inputs[0], axes, to=op.outputs[0])


def _expand_dims(op: Op, nodes: Nodes) -> None:
    nodes.emit("Unsqueeze", op.inputs[0], nodes.int64(op.inputs[1]), to=op.outputs[0])


def _shape(op: Op, nodes: Nodes) -> None:
    if op.attrs.output_type.name == "int64":
        nodes.emit("Shape", op.inputs[0], to=op.outputs[0])
        return
    shape = nodes.emit("Shape", op.inputs[0])
    nodes.emit("Cast", shape, to=op.outputs[0], attributes={"to": code_of(op.attrs.output_type, op.name)})


def _rank(op: Op, nodes: Nodes) -> None:
    rank = nodes.emit("Size", nodes.emit("Shape", op.inputs[0]))
    nodes.emit("Cast", rank, to=op.outputs[0], attributes={"to": TensorProto.INT32})


def _with_shape(op_type: str) -> Exporter:
    """Tile and Expand: the other operand is a shape."""

    def export(op: Op, nodes: Nodes) -> None:
        nodes.emit(op_type, op.inputs[0], nodes.int64(op.inputs[1]), to=op.outputs[0])

    return export


def _broadcast_args(op: Op, nodes: Nodes) -> None:
    """The larger of both extents, the shorter shape filled up with ones, but 0 where either is 0."""
    lengths = []
    for array in op.inputs:
        extent = (*shape_of(array), 1)[0]
        if not isinstance(extent, int):
            raise Refusal("the rank of a shape is known only at run time")
        lengths.append(extent)
    shapes = []
    for array, length in zip(op.inputs, lengths, strict=True):
        ones = nodes.ints([1] * (max(lengths) - length))
        shape = nodes.int64(array)
        shapes.append(nodes.emit("Concat", ones, shape, attributes={"axis": 0}) if length < max(lengths) else shape)
    zero = nodes.ints([0])
    empty = nodes.emit("Equal", nodes.emit("Min", *shapes), zero)
    found = nodes.emit("Where", empty, zero, nodes.emit("Max", *shapes))
    nodes.emit("Cast", found, to=op.outputs[0], attributes={"to": code_of(op.outputs[0].dtype, op.name)})


def _fill(op: Op, nodes: Nodes) -> None:
    value = op.inputs[1]
    scalar = value if value is not None and value.rank == 0 else nodes.emit("Reshape", value, nodes.ints([]))
    nodes.emit("Expand", scalar, nodes.int64(op.inputs[0]), to=op.outputs[0])


def filled(nodes: Nodes, shape: str, value: float, dtype: np.dtype[np.generic], to: Array | None = None) -> str:
    """An array of a shape given by a vector of int64, with one value throughout."""
    tensor = helper.make_tensor("value", helper.np_dtype_to_tensor_dtype(dtype), [1], np.array([value], dtype))
    return nodes.emit("ConstantOfShape", shape, to=to, attributes={"value": tensor})


def _like(value: int) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        dtype = need_type(op.outputs[0]).numpy
        if dtype is None or dtype.kind == "O":
            raise Refusal("strings have no zero and no one")
        filled(nodes, nodes.emit("Shape", op.inputs[0]), value, dtype, op.outputs[0])

    return export


def _range(op: Op, nodes: Nodes) -> None:
    scalars = [a if a is not None and a.rank == 0 else nodes.emit("Reshape", a, nodes.ints([])) for a in op.inputs]
    nodes.emit("Range", *scalars, to=op.outputs[0])


def _reserved_list(op: Op, nodes: Nodes) -> None:
    """A list of tensors is an array with the elements along the first axis, all zeros to begin with."""
    shape = shape_of(op.outputs[0])
    if any(not isinstance(d, int) for d in shape[1:]):
        raise Refusal("the shape of its elements is not known")
    dtype = need_type(op.outputs[0]).numpy
    if dtype is None or dtype.kind == "O":
        raise Refusal("it holds no numbers")
    parts = [nodes.int64(op.inputs[1]), nodes.ints(shape[1:])]
    filled(nodes, nodes.emit("Concat", *parts, attributes={"axis": 0}), 0, dtype, op.outputs[0])


EXPORTERS: dict[str, Exporter] = {
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "ExpandDims": _expand_dims,
    "Shape": _shape,
    "Rank": _rank,
    "Tile": _with_shape("Tile"),
    "BroadcastTo": _with_shape("Expand"),
    "BroadcastArgs": _broadcast_args,
    "Fill": _fill,
    "Range": _range,
    "ZerosLike": _like(0),
    "OnesLike": _like(1),
    "TensorListReserve": _reserved_list,
}
