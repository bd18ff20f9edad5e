"""Convolutions: weights go from ONNX's OIHW to the IR's layouts as views, images through transposes."""

from __future__ import annotations

from collections.abc import Sequence

from pytoco.compiler import INT32, Array

from ..builder import Builder, Inputs, Node, Unsupported
from ..rows import required
from ..windows import from_image, to_image, window


def _filters(builder: Builder, weights: Array, perm: Sequence[int]) -> Array:
    """Weights with their axes permuted; those of one spatial axis have a height of 1 first."""
    if builder.rank(weights) == 3:
        o, i, w = builder.static(weights)
        weights = builder.reshaped(weights, (o, i, 1, w), "weights_2d")
    return builder.transposed(weights, perm, "filters")


def _checked(node: Node, inputs: Inputs) -> Inputs:
    """Data, weights and bias; raises InvalidModelError unless they have one element type."""
    data, weights, bias = required(node, inputs, 2, 3)
    if weights.dtype is not data.dtype or (bias is not None and bias.dtype is not data.dtype):
        raise node.error(f"its weights are {weights.dtype}, its data {data.dtype}")
    return [data, weights, bias]


def _conv(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, weights, bias = _checked(node, inputs)
    rank = builder.rank(data)
    depth_out, depth_in, *kernel = builder.static(weights)
    places = window(builder, node, data, tuple(kernel))
    groups = node.integer("group", 1)
    depth = data.shape[1]
    if groups < 1 or (type(depth) is int and depth != depth_in * groups) or depth_out % groups:
        raise node.error(f"group {groups}, weights {[depth_out, depth_in, *kernel]} and {depth} channels disagree")
    (stride_h, stride_w), (dilation_h, dilation_w) = places.strides, places.dilations
    depthwise = groups > 1 and depth_in == 1
    image = to_image(builder, data)
    filters = _filters(builder, weights, (1, 2, 3, 0) if depthwise else (0, 2, 3, 1))
    made = builder.emit(
        "DepthwiseConv" if depthwise else "Conv",
        [image, filters] if bias is None else [image, filters, bias],
        suffix="nhwc_result",
        stride_h=stride_h,
        stride_w=stride_w,
        dilation_h=dilation_h,
        dilation_w=dilation_w,
        **places.scheme,
    )
    return (from_image(builder, made, rank),)


def _conv_transpose(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, weights, bias = _checked(node, inputs)
    rank = builder.rank(data)
    depth_in, per_group, *kernel = builder.static(weights)
    groups = node.integer("group", 1)
    n = rank - 2
    if n not in (1, 2):
        raise Unsupported(f"it has {n} spatial axes; 1 and 2 are supported")
    if any(d != 1 for d in node.ints("dilations", (1,) * n)):
        raise Unsupported("it is dilated")
    channels, *extents = builder.inner(data)
    if groups < 1 or channels != depth_in or depth_in % groups or len(kernel) != n:
        raise node.error(f"group {groups}, weights {[depth_in, per_group, *kernel]} and data {data.shape} disagree")
    places = _transposed_window(node, extents, tuple(kernel))
    image = to_image(builder, data)
    if groups == 1:
        made = _gradient(builder, image, weights, bias, places, "nhwc_result")
    else:
        made = _grouped_gradient(builder, image, weights, bias, places, groups)
    return (from_image(builder, made, rank),)


class _Places:
    """Extents of the whole result and of the part that is wanted, for height and width."""

    __slots__ = ("begin", "same", "strides", "wanted", "whole")

    def __init__(self) -> None:
        self.strides: list[int] = []
        self.whole: list[int] = []
        self.begin: list[int] = []
        self.wanted: list[int] = []
        self.same = True


def _transposed_window(node: Node, extents: Sequence[int], kernel: tuple[int, ...]) -> _Places:
    n = len(kernel)
    strides = node.ints("strides", (1,) * n)
    extra = node.ints("output_padding", (0,) * n)
    pads = node.ints("pads", (0,) * (2 * n))
    shape = node.ints("output_shape", ())
    if not len(strides) == len(extra) == n or len(pads) != 2 * n or len(shape) not in (0, n) or min(strides) < 1:
        raise node.error(f"its attributes do not go with {n} spatial axes")
    auto = node.text("auto_pad", "NOTSET")
    found = _Places()
    for i in range(n):
        ends = (extents[i] - 1) * strides[i] + kernel[i]
        before, after = pads[i], pads[i + n]
        if shape or auto in ("SAME_UPPER", "SAME_LOWER"):
            wanted = shape[i] if shape else extents[i] * strides[i]
            total = ends + extra[i] - wanted
            before = total // 2 if auto == "SAME_UPPER" else total - total // 2
        else:
            before, after = (0, 0) if auto == "VALID" else (before, after)
            wanted = ends + extra[i] - before - after
        if before < 0 or wanted < 1:
            raise Unsupported(f"its pads {list(pads)} and result extent {wanted} ask for a border")
        spare = max(0, before + wanted - ends)
        if spare >= strides[i] and spare:
            raise Unsupported(f"its result goes {spare} elements past the last window, strides are {list(strides)}")
        found.strides.append(strides[i])
        found.whole.append(ends + spare)
        found.begin.append(before)
        found.wanted.append(wanted)
        found.same &= wanted == extents[i] * strides[i] and before == max(0, ends - wanted) // 2
    if n == 1:
        for values, first in ((found.strides, 1), (found.whole, 1), (found.begin, 0), (found.wanted, 1)):
            values.insert(0, first)
    return found


def _gradient(
    builder: Builder, image: Array, weights: Array, bias: Array | None, places: _Places, suffix: str
) -> Array:
    """One TransposeConv, of which the padding is cut off unless it is as SAME would."""
    filters = _filters(builder, weights, (1, 2, 3, 0))
    depth = builder.static(filters)[0]
    shape = places.wanted if places.same else places.whole
    operands = [_image_shape(builder, image, [*shape, depth], suffix), filters, image]
    whole = shape == places.wanted
    made = builder.emit(
        "TransposeConv",
        operands if bias is None else [*operands, bias],
        suffix=suffix if whole else f"{suffix}_whole",
        stride_h=places.strides[0],
        stride_w=places.strides[1],
        padding="SAME" if places.same else "VALID",
    )
    if whole:
        return made
    begin = builder.int32s([0, *places.begin, 0], f"{suffix}_begin")
    size = builder.int32s([-1, *places.wanted, depth], f"{suffix}_size")
    return builder.emit("Slice", [made, begin, size], suffix=suffix)


def _image_shape(builder: Builder, image: Array, inner: list[int], suffix: str) -> Array:
    """A shape with the batch of `image`, which is looked up when the model runs where it is unknown."""
    batch = image.shape[0] if image.shape else None
    if type(batch) is int:
        return builder.int32s([batch, *inner], f"{suffix}_shape")
    whole = builder.emit("Shape", [image], suffix=f"{suffix}_image_shape", output_type=INT32)
    first = builder.emit("Slice", [whole, builder.int32s([0], "zero"), builder.int32s([1], "one")], suffix="batch")
    return builder.emit("Concatenation", [first, builder.int32s(inner, "inner")], suffix=f"{suffix}_shape", axis=0)


def _grouped_gradient(
    builder: Builder, image: Array, weights: Array, bias: Array | None, places: _Places, groups: int
) -> Array:
    """One TransposeConv a group, concatenated."""
    depth_in, per_group = builder.static(weights)[:2]
    if weights.value is None or (bias is not None and bias.value is None):
        raise Unsupported("it is grouped, and its weights are computed")
    rows = depth_in // groups
    parts = []
    for g in range(groups):
        begin = builder.int32s([0, 0, 0, g * rows], f"group{g}_begin")
        size = builder.int32s([-1, -1, -1, rows], f"group{g}_size")
        part = builder.emit("Slice", [image, begin, size], suffix=f"group{g}")
        own = builder.graph.constant(
            weights.value[g * rows : (g + 1) * rows], builder.helper_name(f"{weights.name}_{g}"), weights.dtype
        )
        shift = None
        if bias is not None and bias.value is not None:
            value = bias.value[g * per_group : (g + 1) * per_group]
            shift = builder.graph.constant(value, builder.helper_name(f"{bias.name}_{g}"), bias.dtype)
        parts.append(_gradient(builder, part, own, shift, places, f"group{g}_result"))
    return builder.emit("Concatenation", parts, suffix="nhwc_result", axis=3)


TABLE = {"Conv": _conv, "ConvTranspose": _conv_transpose}
