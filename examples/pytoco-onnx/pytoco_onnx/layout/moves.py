"""What becomes of an operator when its transposed operands are read before they are transposed.

One rule a kind: given the permutation, it says which operands must be transposed so, how constants and attributes
change, and how the results are transposed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Look, Op

from ..layouts import Perm


class Moved(NamedTuple):
    """The operator over other operands: `data` are the positions of those, `constants` take the place of others."""

    data: tuple[int, ...]
    constants: dict[int, NDArray[Any]]
    attrs: Any
    perm: Perm


Rule: TypeAlias = Callable[[Op, Perm, Look], Moved | None]


def _elementwise(op: Op, perm: Perm, look: Look) -> Moved:
    return Moved(tuple(range(len(op.inputs))), {}, op.attrs, perm)


def _along(op: Op, perm: Perm, look: Look) -> Moved:
    """Operators of many operands along the axis of their attributes."""
    return Moved(tuple(range(len(op.inputs))), {}, op.attrs._replace(axis=perm[op.attrs.axis]), perm)


def _gather(op: Op, perm: Perm, look: Look) -> Moved | None:
    if op.inputs[1] is None or op.inputs[1].rank != 1 or op.attrs.batch_dims:
        return look.fail("{} does more than pick slices", op)
    return Moved((0,), {}, op.attrs._replace(axis=perm[op.attrs.axis]), perm)


def _axis_operand(data: int, axis: int) -> Rule:
    """Operators with the axis, a constant, as an operand."""

    def rule(op: Op, perm: Perm, look: Look) -> Moved | None:
        value = look.constant(op, axis)
        if value is None:
            return None
        return Moved((data,), {axis: np.array(perm, value.dtype)[value]}, op.attrs, perm)

    return rule


def _per_axis(*positions: int) -> Rule:
    """Operators with one row for each axis in some constant operands."""

    def rule(op: Op, perm: Perm, look: Look) -> Moved | None:
        back = [perm.index(axis) for axis in range(len(perm))]
        constants = {}
        for position in positions:
            value = look.constant(op, position)
            if value is None:
                return None
            constants[position] = value.reshape(len(perm), -1)[back].reshape(value.shape)
        return Moved((0,), constants, op.attrs, perm)

    return rule


def _strided(op: Op, perm: Perm, look: Look) -> Moved | None:
    a = op.attrs
    count = 0 if op.inputs[1] is None else op.inputs[1].size
    if a.ellipsis_mask or a.new_axis_mask or a.shrink_axis_mask or count != len(perm):
        return look.fail("{} does more than cut each axis", op)
    moved = _per_axis(1, 2, 3)(op, perm, look)
    if moved is None:
        return None
    masks = {name: _moved_bits(getattr(a, name), perm) for name in ("begin_mask", "end_mask")}
    return moved._replace(attrs=a._replace(**masks))


def _moved_bits(mask: int, perm: Perm) -> int:
    return sum(1 << perm[axis] for axis in range(len(perm)) if mask >> axis & 1)


def _reduction(op: Op, perm: Perm, look: Look) -> Moved | None:
    value = look.constant(op, 1)
    if value is None:
        return None
    axes = sorted({perm[int(axis)] for axis in value.reshape(-1)})
    constants = {1: np.array(axes, value.dtype).reshape(value.shape if value.size == len(axes) else -1)}
    if getattr(op.attrs, "keep_dims", False):
        return Moved((0,), constants, op.attrs, perm)
    left = [axis for axis in perm if axis not in axes]
    return Moved((0,), constants, op.attrs, tuple(sorted(left).index(axis) for axis in left))


UNARY = (
    "Abs", "Cast", "Ceil", "Cos", "Erf", "Erfc", "Exp", "Floor", "Log", "LogicalNot", "Neg", "Round", "Rsqrt", "Sign",
    "Sin", "Sqrt", "Square", "Relu", "Relu1", "Relu6", "Elu", "LeakyRelu", "Logistic", "Tanh", "HardSwish", "Gelu",
    "ZerosLike", "OnesLike", "Identity", "FakeQuant",
)  # fmt: skip
BROADCAST = (
    "Add", "Sub", "Mul", "Div", "FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference", "Atan2",
    "Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr", "AddN", "PRelu",
    "SelectV2",
)  # fmt: skip
REDUCTIONS = ("Mean", "Sum", "ReduceMax", "ReduceMin", "ReduceProd", "Any", "All", "ArgMax", "ArgMin")
RULES: dict[str, Rule] = {
    **dict.fromkeys((*UNARY, *BROADCAST), _elementwise),
    **dict.fromkeys(REDUCTIONS, _reduction),
    **dict.fromkeys(("Pad", "PadV2", "MirrorPad", "Tile"), _per_axis(1)),
    "Concatenation": _along,
    "Gather": _gather,
    "ReverseV2": _axis_operand(0, 1),
    "Cumsum": _axis_operand(0, 1),
    "Slice": _per_axis(1, 2),
    "Split": _axis_operand(1, 0),
    "SplitV": _axis_operand(0, 2),
    "StridedSlice": _strided,
}
"""Rules by kind. FakeQuant is here for its form with constant attributes; its other operands are scalars."""
