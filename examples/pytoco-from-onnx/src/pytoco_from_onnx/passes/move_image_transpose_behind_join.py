"""Operators of several operands on NHWC images, although others read the NCHW ones or an operand is no image."""

from __future__ import annotations

from typing import NamedTuple

from pytoco.compiler import Array, Graph, Look, Op, Pass

from .images import BACK, FORTH, drop_unused, from_onnx, image_transpose, permutation


class _Found(NamedTuple):
    transposes: list[Op | None]


class MoveImageTransposeBehindJoin(Pass):
    """A binary operator, Concatenation or SelectV2 reads images before they are transposed; its result is instead.

    Operands that are no transposed images are allowed where they are constants, or so small that transposing them the
    other way moves no element.

    Before:
        graph main(x: float32[1,2,2,3], k: float32[1,3,1,1]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          t = Transpose(x, perm)
          y = Mul(t, k)
        }
    After:
        graph main(x: float32[1,2,2,3], k: float32[1,3,1,1]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          forth = const int32[4] [0, 2, 3, 1]
          u = Transpose(k, forth)
          m = Mul(x, u)
          y = Transpose(m, perm)
        }
    """

    name = "move-image-transpose-behind-join"
    stage = "general"
    roots = (
        "Add", "Sub", "Mul", "Div", "FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference",
        "Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr",
        "AddN", "Concatenation", "SelectV2",
    )  # fmt: skip

    def match(self, op: Op, look: Look) -> _Found | None:
        if not from_onnx(look) or op.outputs[0].rank != 4 or op.outputs[0].quantization is not None:
            return look.fail("the result of {} is no image of an ONNX model", op)
        found: list[Op | None] = []
        for index, array in enumerate(op.inputs):
            above = image_transpose(look, op, index)
            if above is None and not _is_small(look, array, joins=op.kind == "Concatenation"):
                return None
            found.append(above)
        return _Found(found) if any(found) else look.fail("{} reads no transposed image", op)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        operands: list[Array | None] = []
        for array, transpose in zip(op.inputs, found.transposes, strict=True):
            operands.append(_forth(graph, array) if transpose is None else transpose.inputs[0])
        attrs = op.attrs
        if op.kind == "Concatenation":
            attrs = attrs._replace(axis=BACK[attrs.axis])
        graph.remove(op)
        moved = graph.emit(op.kind, operands, attrs, name=f"{op.name}_nhwc", origin=op.origin).outputs[0]
        transposes = [t for t in found.transposes if t is not None]
        graph.emit("Transpose", (moved, transposes[0].inputs[1]), outputs=op.outputs)
        drop_unused(graph, transposes)


def _is_small(look: Look, array: Array | None, *, joins: bool) -> bool:
    """Whether an operand that is no transposed image can be had channels last without moving elements at run time."""
    if array is not None and array.shape is not None and array.quantization is None and len(array.shape) <= 4:
        if array.value is not None and (not joins or len(array.shape) == 4):
            return True
        long = [i for i, d in enumerate(array.shape) if d != 1]
        if not joins and len(array.shape) in (0, 4) and [i for i in FORTH if i in long] == long:
            return True
    look.fail("{} is neither a transposed image nor small", array)
    return False


def _forth(graph: Graph, array: Array | None) -> Array | None:
    """A small operand, channels last."""
    if array is None or not array.shape:
        return array
    if array.value is not None:
        value = array.value
        if value.ndim < 4:
            value = value[(None,) * (4 - value.ndim)]
        return graph.constant(value.transpose(FORTH), f"{array.name}_nhwc", array.dtype)
    perm = permutation(graph, FORTH, f"{array.name}_nhwc")
    return graph.emit("Transpose", (array, perm), name=f"{array.name}_nhwc").outputs[0]
