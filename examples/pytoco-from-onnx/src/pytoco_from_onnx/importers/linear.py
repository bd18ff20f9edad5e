"""Matrix products."""

from __future__ import annotations

from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node
from ..rows import required


def _gemm(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    left, right, addend = required(node, inputs, 2, 3)
    alpha, beta = node.real("alpha", 1.0), node.real("beta", 1.0)
    added = addend is not None and beta != 0
    made = builder.emit(
        "MatMul",
        [left, right],
        suffix="product" if added or alpha != 1 else "",
        transpose_a=node.flag("transA"),
        transpose_b=node.flag("transB"),
    )
    if alpha != 1:
        made = builder.emit("Mul", [made, builder.like(alpha, left, "alpha")], suffix="scaled" if added else "")
    if not added:
        return (made,)
    if beta != 1:
        addend = builder.emit("Mul", [addend, builder.like(beta, left, "beta")], suffix="addend")
    return (builder.emit("Add", [made, addend]),)


def _mat_mul(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    left, right = required(node, inputs, 2)
    ranks = builder.rank(left), builder.rank(right)
    if min(ranks) < 1:
        raise node.error("an operand is a scalar")
    gone = []
    if ranks[0] == 1:
        left = builder.emit("ExpandDims", [left, builder.int32s([0], "row")], suffix="left")
        gone.append(-2)
    if ranks[1] == 1:
        right = builder.emit("ExpandDims", [right, builder.int32s([1], "column")], suffix="right")
        gone.append(-1)
    kind = "MatMul" if max(ranks) <= 2 else "BatchMatMul"
    made = builder.emit(kind, [left, right], suffix="product" if gone else "")
    if not gone:
        return (made,)
    return (builder.emit("Squeeze", [made], axes=tuple(builder.rank(made) + i for i in gone)),)


TABLE: dict[str, Importer] = {"Gemm": _gemm, "MatMul": _mat_mul}
