"""Scattering, stitching, and what is made of it: permutations turned round, tensors with slices added."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32
from ....compiler.ops.binary import BinaryAttrs
from ....compiler.ops.scatter import DynamicStitchAttrs
from ....compiler.ops.shape import ShapeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, flag, integer, narrowed, need_inputs, row


def _stitch(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    if not inputs or len(inputs) % 2:
        raise node.error(f"it has {len(inputs)} inputs, expected as many index as data arrays")
    return builder.emit("DynamicStitch", inputs, DynamicStitchAttrs(len(inputs) // 2)).outputs


def _invert(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """result[permutation[i]] = i: the positions, scattered."""
    need_inputs(node, inputs, 1)
    dtype = inputs[0].dtype
    shape = builder.emit("Shape", inputs, ShapeAttrs(dtype or INT32), suffix="shape").outputs[0]
    size = builder.emit("Reshape", [shape, builder.constant(np.zeros(0, np.int32), "scalar")], suffix="size").outputs[0]
    numpy = np.int32 if dtype is None else dtype.numpy
    ends = [builder.constant(np.array(v, numpy), name) for v, name in ((0, "start"), (1, "delta"))]
    places = builder.emit("Range", [ends[0], size, ends[1]], suffix="places").outputs[0]
    axis = builder.constant(np.array(-1, np.int32), "axis")
    index = builder.emit("ExpandDims", [inputs[0], axis], suffix="indices").outputs[0]
    return (_scattered(builder, index, places, shape),)


def _onto_tensor(kind: str) -> ImporterFunction:
    def import_scatter(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 3)
        tensor, index, updates = inputs
        shape = builder.emit("Shape", [tensor], ShapeAttrs(INT32), suffix="shape").outputs[0]
        change = _scattered(builder, index, updates, shape, "scattered")
        return builder.emit(kind, [tensor, change], BinaryAttrs()).outputs

    return import_scatter


def _scattered(builder: Builder, index: Array, updates: Array, shape: Array, suffix: str = "") -> Array:
    operands = [builder.narrow(index, "indices_32"), updates, builder.narrow(shape, "shape_32")]
    return builder.emit("ScatterNd", operands, suffix=suffix).outputs[0]


TABLE: dict[str, Row | ImporterFunction] = {
    "ScatterNd": narrowed(row("ScatterNd"), 0, 2),
    "SparseToDense": row("SparseToDense", validate_indices=flag("validate_indices", default=True)),
    "XlaDynamicUpdateSlice": row("DynamicUpdateSlice"),
    "DynamicPartition": row("DynamicPartition", num_partitions=integer("num_partitions")),
    "DynamicStitch": _stitch,
    "ParallelDynamicStitch": _stitch,
    "InvertPermutation": _invert,
    "TensorScatterAdd": _onto_tensor("Add"),
    "TensorScatterSub": _onto_tensor("Sub"),
}
