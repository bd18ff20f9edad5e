"""The package's own channels-first kinds; those of TensorFlow are left only where they could not become these."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytoco.compiler import Op

from ..element_types import need_type
from ..kinds.conv import kernel_of
from ..kinds.window import SAME
from ..nodes import Nodes, Operand
from ..operands import shape_of
from .base import Exporter, refused


def _pads(attrs: Any) -> dict[str, Any]:
    moves = {"strides": attrs.strides, "dilations": attrs.dilations}
    return moves | ({"auto_pad": SAME} if attrs.auto_pad == SAME else {"pads": attrs.pads})


def _conv(op: Op, nodes: Nodes) -> None:
    assert op.inputs[1] is not None
    attributes = _pads(op.attrs) | {"group": op.attrs.group, "kernel_shape": kernel_of(op.inputs[1])}
    nodes.emit("Conv", *op.inputs, to=op.outputs[0], attributes=attributes)


def _conv_transpose(op: Op, nodes: Nodes) -> None:
    assert op.inputs[1] is not None
    attributes = op.attrs._asdict() | {"kernel_shape": kernel_of(op.inputs[1])}
    nodes.emit("ConvTranspose", *op.inputs, to=op.outputs[0], attributes=attributes)


def _pool(op_type: str) -> Exporter:
    """Pooling; windows that are not dilated do not say so, which old operator sets cannot.

    No padding is written as VALID, not as zeros: onnxruntime 1.31 takes a Pad of zeros before a MaxPool that has `pads`
    for more of these, but there it pads with the lowest value. So it is given such a Pad where both have some.
    """

    def export(op: Op, nodes: Nodes) -> None:
        x: Operand = op.inputs[0]
        attributes = _pads(op.attrs) | {"kernel_shape": op.attrs.kernel, "dilations": None}
        pads = attributes.get("pads", ())
        if any(pads) and op_type == "MaxPool" and nodes.made_by.get(nodes.operand(x)) == "Pad":
            half = len(pads) // 2
            edges = nodes.ints([0, 0, *pads[:half], 0, 0, *pads[half:]], "pads")
            dtype = need_type(op.inputs[0]).numpy
            assert dtype is not None
            lowest = np.finfo(dtype).min if dtype.kind == "f" else np.iinfo(dtype).min
            x, pads = nodes.emit("Pad", x, edges, nodes.number(lowest, op.inputs[0])), ()
        if "pads" in attributes and not any(pads):
            attributes |= {"pads": None, "auto_pad": "VALID"}
        nodes.emit(op_type, x, to=op.outputs[0], attributes=attributes)

    return export


def _resize(op: Op, nodes: Nodes) -> None:
    """Sizes of all four axes: before opset 18 there is no other way to say them."""
    data, size = op.inputs
    attributes = {"mode": op.attrs.mode, "coordinate_transformation_mode": op.attrs.coordinates}
    if op.attrs.mode == "nearest":
        attributes["nearest_mode"] = op.attrs.nearest
    outer = shape_of(data)[:2]
    if all(isinstance(d, int) for d in outer):
        lead = nodes.ints([d for d in outer if isinstance(d, int)])
    else:
        whole = nodes.emit("Shape", data)
        lead = nodes.emit("Slice", whole, nodes.ints([0]), nodes.ints([2]), nodes.ints([0]))
    sizes = nodes.emit("Concat", lead, nodes.int64(size), attributes={"axis": 0})
    nodes.emit("Resize", data, None, None, sizes, to=op.outputs[0], attributes=attributes)


def _blocks(op_type: str) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        nodes.emit(op_type, op.inputs[0], to=op.outputs[0], attributes={"blocksize": op.attrs.block_size})

    return export


def _lrn(op: Op, nodes: Nodes) -> None:
    nodes.emit("LRN", op.inputs[0], to=op.outputs[0], attributes=op.attrs._asdict())


def _batch_normalization(op: Op, nodes: Nodes) -> None:
    nodes.emit("BatchNormalization", *op.inputs, to=op.outputs[0], attributes={"epsilon": op.attrs.epsilon})


LOWERED = (
    "Conv", "DepthwiseConv", "TransposeConv", "Conv3D", "Conv3DTranspose", "AveragePool", "MaxPool", "L2Pool",
    "ResizeBilinear", "ResizeNearestNeighbor", "LocalResponseNormalization",
    "BatchNormalization", "ReorderAxes",
)  # fmt: skip
"""Kinds that the stage `onnx-lowering` turns into others; one that is left could not be."""

_LEFT = "shapes that ONNX needs to know are known only at run time, or it has a fused activation or quantised operands"

EXPORTERS: dict[str, Exporter] = {
    "OnnxConv": _conv,
    "OnnxConvTranspose": _conv_transpose,
    "OnnxAveragePool": _pool("AveragePool"),
    "OnnxMaxPool": _pool("MaxPool"),
    "OnnxResize": _resize,
    "OnnxSpaceToDepth": _blocks("SpaceToDepth"),
    "OnnxDepthToSpace": _blocks("DepthToSpace"),
    "OnnxLRN": _lrn,
    "OnnxBatchNormalization": _batch_normalization,
    **dict.fromkeys(LOWERED, refused(_LEFT)),
}
