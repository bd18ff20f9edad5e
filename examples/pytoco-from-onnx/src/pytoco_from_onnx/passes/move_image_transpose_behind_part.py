"""Parts, paddings and reductions of NHWC images, although others read the NCHW ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array, Graph, Look, Op, Pass

from .images import BACK, FORTH, drop_unused, from_onnx, image_transpose

_DATA = {"Split": 1}
_PLACES = {"Slice": (1, 2), "StridedSlice": (1, 2, 3), "Pad": (1,), "PadV2": (1,), "MirrorPad": (1,), "Tile": (1,)}
"""Operands with one number, or row of numbers, an axis."""
_AXES = {
    "Split": 0, "SplitV": 2, "Mean": 1, "Sum": 1, "ReduceMax": 1, "ReduceMin": 1, "ReduceProd": 1,
    "Cumsum": 1, "ReverseV2": 1,
}  # fmt: skip
"""The operand that names axes."""
_MASKS = ("begin_mask", "end_mask")


class _Found(NamedTuple):
    transpose: Op
    values: dict[int, NDArray[Any]]


class MoveImageTransposeBehindPart(Pass):
    """Slices, splits, paddings and reductions that keep all axes read an image before it is transposed.

    The numbers by axis that they go by are rearranged; their results are transposed instead.

    Before:
        graph main(x: float32[1,2,2,4]) -> y, z {
          perm = const int32[4] [0, 3, 1, 2]
          axis = const int32[] [1]
          t = Transpose(x, perm)
          y, z = Split(axis, t) {num=2}
        }
    After:
        graph main(x: float32[1,2,2,4]) -> y, z {
          perm = const int32[4] [0, 3, 1, 2]
          axis = const int32[] [3]
          u, v = Split(axis, x) {num=2}
          y = Transpose(u, perm)
          z = Transpose(v, perm)
        }
    """

    name = "move-image-transpose-behind-part"
    stage = "general"
    roots = (*_PLACES, *_AXES)

    def match(self, op: Op, look: Look) -> _Found | None:
        if not from_onnx(look):
            return None
        if any(a.rank != 4 or a.quantization is not None for a in op.outputs):
            return look.fail("{} does not keep all axes", op)
        attrs = op.attrs
        if op.kind == "StridedSlice" and (attrs.ellipsis_mask or attrs.new_axis_mask or attrs.shrink_axis_mask):
            return look.fail("{} does more than cut", op)
        above = image_transpose(look, op, _DATA.get(op.kind, 0))
        if above is None:
            return None
        values: dict[int, NDArray[Any]] = {}
        for index in _PLACES.get(op.kind, ()):
            value = look.constant(op, index)
            if value is None or value.shape[:1] != (4,):
                return look.fail("operand {} of {} is not constant", index, op)
            values[index] = value[list(FORTH)]
        if op.kind in _AXES:
            value = look.constant(op, _AXES[op.kind])
            if value is None:
                return None
            values[_AXES[op.kind]] = np.asarray(np.array(BACK, value.dtype)[value])
        return _Found(above, values)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        operands: list[Array | None] = list(op.inputs)
        operands[_DATA.get(op.kind, 0)] = found.transpose.inputs[0]
        for index, value in found.values.items():
            operands[index] = graph.constant(value, f"{op.name}_operand{index}_nhwc")
        attrs = op.attrs
        if op.kind == "StridedSlice":
            attrs = attrs._replace(**{name: _moved_bits(getattr(attrs, name), FORTH) for name in _MASKS})
        graph.remove(op)
        made = graph.emit(op.kind, operands, attrs, name=f"{op.name}_nhwc", origin=op.origin).outputs
        for moved, result in zip(made, op.outputs, strict=True):
            if result in graph:
                graph.emit("Transpose", (moved, found.transpose.inputs[1]), outputs=(result,))
        drop_unused(graph, [found.transpose])


def _moved_bits(mask: int, order: Sequence[int]) -> int:
    """The mask in which bit i is what bit order[i] was."""
    return sum((mask >> source & 1) << i for i, source in enumerate(order))
