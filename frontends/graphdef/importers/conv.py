"""Convolutions: weights go from TensorFlow's HWIO and HWIM to the IR's layouts, NCHW images through transposes."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.conv import ConvAttrs, DepthwiseConvAttrs, TransposeConvAttrs
from ....compiler.ops.gather import GatherAttrs
from ....compiler.ops.layout import ReorderAxesAttrs
from ..nodes import Node
from .base import (
    TO_NHWC,
    Builder,
    ImporterFunction,
    Unsupported,
    emit_image_op,
    is_nchw,
    need_inputs,
    padding,
    spatial,
)

_ONES = (1, 1, 1, 1)


def _reordered(builder: Builder, weights: Array, source: str, target: str) -> Array:
    def make(name: str) -> Array:
        attrs = ReorderAxesAttrs(source, target)
        return builder.graph.emit("ReorderAxes", [weights], attrs, name=name, origin=builder.origin).outputs[0]

    # Keyed by the target too: one array may be the weights of both kinds of convolution.
    return builder.shared(weights, "reordered" if target == "OHWI" else "reordered_1HWO", make)


def _convolution(kind: str, attrs_class: type, source: str, target: str) -> ImporterFunction:
    def import_convolution(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 2)
        image, weights = inputs
        strides, dilations = spatial(node, "strides"), spatial(node, "dilations", _ONES)
        scheme, explicit = padding(node)
        if kind == "Conv":
            _refuse_groups(node, image, weights)
        attrs = attrs_class(*strides, scheme, *dilations, explicit=explicit)
        filters = _reordered(builder, weights, source, target)
        return (emit_image_op(builder, node, kind, [image, filters], attrs),)

    return import_convolution


def _refuse_groups(node: Node, image: Array, weights: Array) -> None:
    if image.rank != 4 or weights.rank != 4 or image.shape is None or weights.shape is None:
        return
    depth, group = image.shape[1 if is_nchw(node) else 3], weights.shape[2]
    if type(depth) is int and type(group) is int and 0 < group < depth and depth % group == 0:
        raise Unsupported(f"it is a grouped convolution ({depth // group} groups)")


def _transpose_conv(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 3)
    shape, weights, image = inputs
    strides = spatial(node, "strides")
    scheme, _ = padding(node)
    if scheme == "EXPLICIT":
        raise Unsupported("a transposed convolution has explicit paddings")
    if spatial(node, "dilations", _ONES) != (1, 1):
        raise Unsupported("a transposed convolution is dilated")
    if is_nchw(node):
        order = builder.constant(np.array(TO_NHWC, np.int32), "nhwc_order")
        shape = builder.emit("Gather", [shape, order], GatherAttrs(), suffix="nhwc_shape").outputs[0]
    filters = builder.transposed(weights, (2, 0, 1, 3), "weights")
    attrs = TransposeConvAttrs(*strides, scheme)
    return (emit_image_op(builder, node, "TransposeConv", [shape, filters, image], attrs, at=2),)


TABLE: dict[str, ImporterFunction] = {
    "Conv2D": _convolution("Conv", ConvAttrs, "HWIO", "OHWI"),
    "DepthwiseConv2dNative": _convolution("DepthwiseConv", DepthwiseConvAttrs, "HWIM", "1HWO"),
    "Conv2DBackpropInput": _transpose_conv,
}
