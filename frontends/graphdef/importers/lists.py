"""Lists and arrays of tensors, by which loops collect results: arrays with the elements along the first axis.

TensorFlow 2's lists are values; a TensorFlow 1 TensorArray is a resource with a `flow` that stands for its content at a
time, so that the flow is what becomes the array, and the handle nothing.
"""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import FLOAT32, INT32
from ....compiler.ops.gather import GatherAttrs
from ....compiler.ops.join import PackAttrs
from ....compiler.ops.lists import TensorListReserveAttrs
from ....compiler.ops.shape import ShapeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Unsupported, need_inputs


def _reserve(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 2)
    attrs = TensorListReserveAttrs(node.dtype("element_dtype") or FLOAT32)
    return [*builder.emit("TensorListReserve", inputs, attrs).outputs]


def _whole(position: int) -> ImporterFunction:
    """The importer of a node that gives on all elements at once: input number `position`."""

    def importer(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
        if len(inputs) <= position:
            raise node.error(f"it has {len(inputs)} inputs")
        return [*builder.emit("Identity", [inputs[position]]).outputs]

    return importer


def _get(builder: Builder, elements: Array, index: Array) -> list[Array]:
    return [
        *builder.emit("Gather", [elements, builder.narrow(index, "index")], GatherAttrs(axis=0, batch_dims=0)).outputs
    ]


def _set(builder: Builder, elements: Array, index: Array, item: Array) -> list[Array]:
    """The list with one element exchanged."""
    rank = item.rank if item.rank is not None else None if elements.rank is None else elements.rank - 1
    if rank is None:
        raise Unsupported("the rank of the element is not known")
    zero = builder.constant(np.int32(0), "zero")
    start = builder.emit(
        "Pack", [builder.narrow(index, "index"), *[zero] * rank], PackAttrs(0), suffix="start"
    ).outputs[0]
    axis = builder.constant(np.int32(0), "axis")
    row = builder.emit("ExpandDims", [item, axis], suffix="element").outputs[0]
    return [*builder.emit("DynamicUpdateSlice", [elements, row, start]).outputs]


def _length(builder: Builder, elements: Array) -> list[Array]:
    shape = builder.emit("Shape", [elements], ShapeAttrs(INT32), suffix="shape").outputs[0]
    first = builder.constant(np.int32(0), "first")
    return [*builder.emit("Gather", [shape, first], GatherAttrs(axis=0, batch_dims=0)).outputs]


def _is_all(builder: Builder, indices: Array) -> bool:
    """Whether the indices are 0, 1, 2, ...: all elements, which is what `stack` and `unstack` say."""
    value = builder.value(indices)
    if value is not None:
        return bool((value == np.arange(value.size)).all())
    op = builder.graph.producer(indices) if indices in builder.graph else None
    if op is None or op.kind != "Range":
        return False
    start, delta = (None if a is None else builder.value(a) for a in (op.inputs[0], op.inputs[2]))
    return start is not None and delta is not None and not start.any() and bool((delta == 1).all())


def _list_get(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 3)
    return _get(builder, inputs[0], inputs[1])


def _list_set(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 3)
    if node.flag("resize_if_index_out_of_bounds", False):
        raise Unsupported("the list grows while it is filled")
    return _set(builder, *inputs)


def _list_length(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 1)
    return _length(builder, inputs[0])


def _array(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 1)
    if node.flag("dynamic_size", False):
        raise Unsupported("the TensorArray has no fixed size")
    shape = node.shape("element_shape")
    sizes = np.int32(-1) if shape is None else np.array([-1 if d is None else d for d in shape], np.int32)
    attrs = TensorListReserveAttrs(node.dtype("dtype") or FLOAT32)
    operands = [builder.constant(sizes, "element_shape"), builder.narrow(inputs[0], "size")]
    elements = builder.emit("TensorListReserve", operands, attrs, suffix="elements").outputs[0]
    return [builder.constant(np.int32(0), "handle"), elements]


def _array_scatter(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 4)
    if not _is_all(builder, inputs[1]):
        raise Unsupported("it fills a TensorArray in parts")
    return [*builder.emit("Identity", [inputs[2]]).outputs]


def _array_gather(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 3)
    if _is_all(builder, inputs[1]):
        return [*builder.emit("Identity", [inputs[2]]).outputs]
    return _get(builder, inputs[2], inputs[1])


def _array_read(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 3)
    return _get(builder, inputs[2], inputs[1])


def _array_write(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 4)
    return _set(builder, inputs[3], inputs[1], inputs[2])


def _array_size(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    need_inputs(node, inputs, 2)
    return _length(builder, inputs[1])


TABLE: dict[str, ImporterFunction] = {
    "TensorListReserve": _reserve,
    "TensorListFromTensor": _whole(0),
    "TensorListGetItem": _list_get,
    "TensorListSetItem": _list_set,
    "TensorListStack": _whole(0),
    "TensorListLength": _list_length,
    "TensorArrayV3": _array,
    "TensorArrayScatterV3": _array_scatter,
    "TensorArrayGatherV3": _array_gather,
    "TensorArrayReadV3": _array_read,
    "TensorArrayWriteV3": _array_write,
    "TensorArraySizeV3": _array_size,
}
