"""Pools: explicit padding becomes a Pad, and a mean over fewer elements than the window has is scaled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required
from ..windows import Window, from_image, to_image, window


def _max_pool(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    if len([name for name in node.outputs if name]) > 1:
        raise Unsupported("the indices of its maxima are wanted")
    places = window(builder, node, data, node.ints("kernel_shape"))
    if places.dilations != (1, 1):
        raise Unsupported("it is dilated")
    image = to_image(builder, data)
    around = _around(builder, node, image, places)
    if around is not None:
        if image.dtype is None or image.dtype.numpy is None or not image.dtype.is_float:
            raise Unsupported(f"it is padded, and of {image.dtype}")
        lowest = builder.like(float(np.finfo(image.dtype.numpy).min), image, "lowest")
        image = builder.emit("PadV2", [image, _paddings(builder, around), lowest], suffix="padded")
    made = _pool(builder, "MaxPool", image, places, "SAME" if around is None and places.same else "VALID")
    return (from_image(builder, made, builder.rank(data)),)


def _average_pool(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    places = window(builder, node, data, node.ints("kernel_shape"))
    if places.dilations != (1, 1):
        raise Unsupported("it is dilated")
    image = to_image(builder, data)
    inside = not node.flag("count_include_pad")
    around = _around(builder, node, image, places, padded_too=not inside)
    if around is None:
        made = _pool(builder, "AveragePool", image, places, "SAME" if places.same else "VALID")
        return (from_image(builder, made, builder.rank(data)),)
    extents = builder.static(image)[1:3]
    image = builder.emit("Pad", [image, _paddings(builder, around)], suffix="padded")
    made = _pool(builder, "AveragePool", image, places, "VALID", suffix="mean")
    factor = _factor(places, around, extents, builder.static(made)[1:3], inside=inside)
    if factor.size != 1 or factor.reshape(-1)[0] != 1:
        made = builder.emit("Mul", [made, builder.constant(factor, "factor", image.dtype)], suffix="scaled")
    return (from_image(builder, made, builder.rank(data)),)


def _pool(
    builder: Builder, kind: str, image: Array, places: Window, padding: str, suffix: str = "nhwc_result"
) -> Array:
    (kernel_h, kernel_w), (stride_h, stride_w) = places.kernel, places.strides
    return builder.emit(
        kind, [image], suffix=suffix, kernel_h=kernel_h, kernel_w=kernel_w,
        stride_h=stride_h, stride_w=stride_w, padding=padding,
    )  # fmt: skip


def _around(
    builder: Builder, node: Node, image: Array, places: Window, *, padded_too: bool = False
) -> tuple[int, ...] | None:
    """Padding that must be done beforehand (top, bottom, left, right); None where SAME or VALID says it.

    With `padded_too` padding counts in means, as it does not in SAME.
    """
    pads = list(places.pads)
    if node.flag("ceil_mode"):
        _, height, width, _ = builder.static(image)
        for k, extent in ((0, height), (1, width)):
            stride, kernel = places.strides[k], places.kernel[k]
            room = extent + pads[2 * k] + pads[2 * k + 1] - kernel
            steps = -(-room // stride)
            if steps * stride >= extent + pads[2 * k]:  # the last window would begin behind the image
                steps -= 1
            pads[2 * k + 1] += max(0, steps * stride - room)
    if not any(pads) or (places.same and tuple(pads) == places.pads and not padded_too):
        return None
    return tuple(pads)


def _paddings(builder: Builder, around: tuple[int, ...]) -> Array:
    top, bottom, left, right = around
    return builder.constant(np.array([[0, 0], [top, bottom], [left, right], [0, 0]], np.int32), "paddings")


def _factor(
    places: Window, around: tuple[int, ...], extents: tuple[int, ...], steps: tuple[int, ...], *, inside: bool
) -> NDArray[np.float32]:
    """Window size over the number of elements that count, [1,H',W',1], or one number where that is all the same.

    Padding that is there for `ceil_mode` alone never counts, the node's own where `inside` is false.
    """
    counts = []
    for k in (0, 1):
        before = around[2 * k]
        start, end = (before, before + extents[k]) if inside else (0, before + extents[k] + places.pads[2 * k + 1])
        first = np.arange(steps[k]) * places.strides[k]
        counts.append(np.minimum(first + places.kernel[k], end) - np.maximum(first, start))
    size = places.kernel[0] * places.kernel[1]
    factor: NDArray[np.float32] = (size / np.maximum(1, np.outer(counts[0], counts[1]))).astype(np.float32)
    if (factor == factor.flat[0]).all():
        return factor.reshape(-1)[:1].reshape(())
    return factor.reshape(1, *steps, 1)


def _global(kind: str) -> Importer:
    def import_global(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
        (data,) = required(node, inputs, 1)
        rank = builder.rank(data)
        if rank != 4:
            axes = builder.int32s(range(2, rank), "axes")
            return (builder.emit(kind, [data, axes], keep_dims=True),)
        image = builder.nhwc(data)
        axes = builder.int32s([1, 2], "axes")
        return (builder.nchw(builder.emit(kind, [image, axes], suffix="nhwc_result", keep_dims=True)),)

    return import_global


TABLE: dict[str, Importer] = {
    "MaxPool": _max_pool,
    "AveragePool": _average_pool,
    "GlobalAveragePool": _global("Mean"),
    "GlobalMaxPool": _global("ReduceMax"),
}
