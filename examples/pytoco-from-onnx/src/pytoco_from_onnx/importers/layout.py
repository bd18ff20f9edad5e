"""Operators that move elements: between depth and space, and between axes."""

from __future__ import annotations

import numpy as np
from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required


def _image(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array, int]:
    (data,) = required(node, inputs, 1)
    if builder.rank(data) != 4:
        raise node.error(f"its operand has rank {builder.rank(data)}, expected 4")
    return builder.nhwc(data), node.integer("blocksize")


def _depth_to_space(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    image, size = _image(builder, node, inputs)
    if _is_crd(node):
        depth = builder.inner(image)[2]
        if size < 1 or depth % (size * size):
            raise node.error(f"{depth} channels cannot make blocks of {size}")
        order = np.arange(depth, dtype=np.int32).reshape(-1, size * size).T.reshape(-1)
        image = builder.emit("Gather", [image, builder.constant(order, "order")], suffix="ordered", axis=3)
    return (builder.nchw(builder.emit("DepthToSpace", [image], suffix="nhwc_result", block_size=size)),)


def _space_to_depth(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    image, size = _image(builder, node, inputs)
    crd = _is_crd(node)
    made = builder.emit("SpaceToDepth", [image], suffix="blocks" if crd else "nhwc_result", block_size=size)
    if crd:
        order = np.arange(builder.inner(made)[2], dtype=np.int32).reshape(size * size, -1).T.reshape(-1)
        made = builder.emit("Gather", [made, builder.constant(order, "order")], suffix="nhwc_result", axis=3)
    return (builder.nchw(made),)


def _is_crd(node: Node) -> bool:
    """Whether the place within the block is the inner part of the channel, not the outer as in the IR."""
    mode = node.text("mode", "DCR")
    if mode not in ("DCR", "CRD"):
        raise node.error(f"its mode is {mode!r}")
    return mode == "CRD"


def _transpose(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    if data.shape is None and not node.has("perm"):
        raise Unsupported(f"the rank of {data.name!r} is unknown")
    perm = node.ints("perm", tuple(reversed(range(len(data.shape or ())))))
    if sorted(perm) != list(range(len(perm))) or (data.shape is not None and len(perm) != len(data.shape)):
        raise node.error(f"perm {list(perm)} is no permutation of the axes of {data.name!r}")
    return (builder.transposed(data, perm),)


TABLE: dict[str, Importer] = {
    "DepthToSpace": _depth_to_space,
    "SpaceToDepth": _space_to_depth,
    "Transpose": _transpose,
}
