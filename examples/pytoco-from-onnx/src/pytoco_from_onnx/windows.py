"""Sliding windows of convolutions and pools: kernel, strides, dilations and padding of one or two spatial axes."""

from __future__ import annotations

from typing import Any, NamedTuple

from pytoco.compiler import Array

from .builder import Builder, Node, Unsupported

Pair = tuple[int, int]


class Window(NamedTuple):
    """Two numbers each, for height and width; `pads` (top, bottom, left, right); `same`: as TensorFlow's SAME pads."""

    kernel: Pair
    strides: Pair
    dilations: Pair
    pads: tuple[int, int, int, int]
    same: bool

    @property
    def scheme(self) -> dict[str, Any]:
        """The padding of the IR's convolutions: fields `padding` and `explicit`."""
        if self.same:
            return {"padding": "SAME", "explicit": ()}
        return {"padding": "EXPLICIT", "explicit": self.pads} if any(self.pads) else {"padding": "VALID"}


def window(builder: Builder, node: Node, image: Array, kernel: tuple[int, ...]) -> Window:
    """The window of a node over `image` (NCW or NCHW).

    Raises Unsupported for other ranks and negative padding, InvalidModelError for attributes that make no sense.
    """
    rank = builder.rank(image)
    if rank not in (3, 4):
        raise Unsupported(f"it has {rank - 2} spatial axes; 1 and 2 are supported")
    n = rank - 2
    if node.ints("kernel_shape", kernel) != kernel or len(kernel) != n or min(kernel) < 1:
        raise node.error(f"kernel_shape {list(node.ints('kernel_shape', kernel))} does not go with its operands")
    strides, dilations = (_positive(node, name, n) for name in ("strides", "dilations"))
    extents = [image.shape[2 + i] for i in range(n)]  # type: ignore[index]  # the rank is known
    auto = node.text("auto_pad", "NOTSET")
    same = auto == "SAME_UPPER"
    if auto == "NOTSET":
        pads = node.ints("pads", (0,) * (2 * n))
        if len(pads) != 2 * n:
            raise node.error(f"pads {list(pads)} do not go with {n} spatial axes")
        if min(pads) < 0:
            raise Unsupported(f"its pads {list(pads)} are negative")
        around = [(pads[i], pads[i + n]) for i in range(n)]
        same = any(pads) and all(
            type(d) is int and _same(d, k, s, e) == pair
            for d, k, s, e, pair in zip(extents, kernel, strides, dilations, around, strict=True)
        )
    elif auto in ("SAME_UPPER", "SAME_LOWER"):
        around = [(0, 0)] * n
        if all(type(d) is int for d in extents):
            found = [_same(int(d), k, s, e) for d, k, s, e in zip(extents, kernel, strides, dilations, strict=True)]  # type: ignore[arg-type]
            around = found if same else [(after, before) for before, after in found]
            same = same or around == found
        elif not same:
            raise Unsupported("auto_pad is SAME_LOWER, and the extents are unknown")
    elif auto == "VALID":
        around = [(0, 0)] * n
    else:
        raise node.error(f"auto_pad is {auto!r}")
    flat = [p for pair in around for p in pair]
    four = (0, 0, *flat) if n == 1 else (*flat,)
    return Window(_pair(kernel), _pair(strides), _pair(dilations), four, same)  # type: ignore[arg-type]  # four of them


def _positive(node: Node, name: str, n: int) -> tuple[int, ...]:
    found = node.ints(name, (1,) * n)
    if len(found) != n or min(found) < 1:
        raise node.error(f"{name} {list(found)} are not {n} positive numbers")
    return found


def _pair(values: tuple[int, ...]) -> Pair:
    return (1, values[0]) if len(values) == 1 else (values[0], values[1])


def _same(extent: int, kernel: int, stride: int, dilation: int) -> Pair:
    """Padding before and after by which the result has ceil(extent / stride) elements, the odd one after."""
    total = max(0, (-(-extent // stride) - 1) * stride + (kernel - 1) * dilation + 1 - extent)
    return total // 2, total - total // 2


# Images ---------------------------------------------------------------------------------------------------------------


def to_image(builder: Builder, array: Array) -> Array:
    """NCW or NCHW as the NHWC image that the IR's operators read; a row of height 1 for the former."""
    if builder.rank(array) == 4:
        return builder.nhwc(array)
    return builder.shared(array, "nhwc", lambda: _row_image(builder, array))


def _row_image(builder: Builder, array: Array) -> Array:
    last = builder.transposed(array, (0, 2, 1), "nwc")
    return builder.emit("ExpandDims", [last, builder.int32s([1], "row")], suffix="nhwc")


def from_image(builder: Builder, image: Array, rank: int) -> Array:
    """The node's result in ONNX's layout again; `rank` is that of the operand that `to_image` was given."""
    if rank == 4:
        return builder.nchw(image)
    flat = builder.emit("Squeeze", [image], suffix="nwc_result", axes=(1,))
    return builder.transposed(flat, (0, 2, 1))
