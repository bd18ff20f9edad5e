"""Operators over what is not yet transposed, and the Transpose after them."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from pytoco.compiler import Array, Graph, Look, Op, Pass

from ..layouts import (
    Perm,
    drop_unused,
    identity,
    inverse,
    keeps_order,
    on_one_grid,
    perm_constant,
    permutation,
    to_last,
    turned,
)
from .moves import REDUCTIONS, RULES, Moved

_FAR, _WIDE = 12, 64
"""How many operators further down, and among how many, a Transpose is looked for that would cancel this one."""


class _Found(NamedTuple):
    moved: Moved
    perm: Perm
    operands: tuple[Array | None, ...]


class SinkTranspose(Pass):
    """An operator whose operands come from a Transpose to channels-last reads what is transposed there.

    Constants that broadcast are turned round, so that a chain of operators between two convolutions stays
    channels-first as a whole. Where others read the transposed array too, a Transpose more is made only if one further
    down is going to cancel it.

    Before:
        graph main(x: float32[1,3,2,2]) -> y {
          last = const int32[4] [0, 2, 3, 1]
          c = const float32[3] [1.0, 2.0, 3.0]
          t = Transpose(x, last)
          y = Mul(t, c)
        }
    After:
        graph main(x: float32[1,3,2,2]) -> y {
          last = const int32[4] [0, 2, 3, 1]
          c = const float32[1,3,1,1] [1.0, 2.0, 3.0]
          m = Mul(x, c)
          y = Transpose(m, last)
        }
    """

    name: ClassVar[str] = "onnx-sink-transpose"
    stage: ClassVar[str] = "onnx-layout"
    roots: ClassVar[tuple[str, ...]] = tuple(RULES)

    def match(self, op: Op, look: Look) -> _Found | None:
        """Which operands stand for which, and what else changes."""
        perm = _perm(look, op)
        if perm is None:
            return look.fail("no operand of {} comes from a Transpose to channels-last", op)
        if not on_one_grid(*op.inputs, *op.outputs):
            return look.fail("{} is quantised along an axis", op)
        moved = RULES[op.kind](op, perm, look)
        if moved is None:
            return None
        operands: list[Array | None] = list(op.inputs)
        shared, gone, strangers = len(op.outputs) > 1, 0, 0
        for position in moved.data:
            array, above = op.inputs[position], look.producer(op, position, "Transpose")
            if above is not None and permutation(look, above) == perm:
                operands[position] = above.inputs[0]
                lone = look.unshared(above.outputs[0])
                shared, gone = shared or not lone, gone + lone
            elif not _free(array, perm):
                if array is None or array.rank != len(perm):
                    return look.fail("{} cannot be transposed", array)
                strangers += 1
        if strangers:
            behind = any(permutation(look, user) != inverse(perm) for user in look.users(op)) or not look.users(op)
            if strangers + behind >= gone + (not behind):
                return look.fail("{} operands of {} would have to be transposed for {} that are", strangers, op, gone)
        elif shared and not _cancels(look, op, inverse(perm)):
            return look.fail("others read the transposed operands of {}, and no Transpose comes after it", op)
        return _Found(moved, perm, tuple(operands))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """New operands, results transposed."""
        moved, back = found.moved, inverse(found.perm)
        operands = list(found.operands)
        for position in moved.data:
            array = operands[position]
            if array is op.inputs[position] and array is not None:
                operands[position] = _turned(graph, array, back, f"{op.name}_operand{position}")
        for position, value in moved.constants.items():
            operands[position] = graph.constant(value, f"{op.name}_operand{position}")
        above = [graph.producer(a) for a in op.inputs if a is not None]
        graph.remove(op)
        if identity(moved.perm):
            graph.emit(op.kind, operands, moved.attrs, outputs=op.outputs, origin=op.origin)
        else:
            name = f"{op.name}_channels_first"
            made = graph.emit(op.kind, operands, moved.attrs, name=name, origin=op.origin)
            for result, array in zip(op.outputs, made.outputs, strict=True):
                if result.quantization is not None:
                    graph.update(array, dtype=result.dtype, quantization=result.quantization)
                perm = perm_constant(graph, moved.perm, result.name)
                graph.emit("Transpose", (array, perm), outputs=(result,), origin=op.origin)
        for transpose in dict.fromkeys(above):
            if transpose is not None and transpose.kind == "Transpose":
                drop_unused(graph, transpose)


def _perm(look: Look, op: Op) -> Perm | None:
    """The permutation of the first operand that is transposed to channels-last."""
    for position in range(len(op.inputs)):
        perm = permutation(look, look.producer(op, position, "Transpose"))
        if perm is not None and len(perm) > 2 and perm == to_last(len(perm)):
            return perm
    return None


def _free(array: Array | None, perm: Perm) -> bool:
    """Whether the operand costs nothing to turn: a constant, one element, or extents that move past no other."""
    if array is None or array.shape is None or len(array.shape) > len(perm):
        return False
    if array.value is not None or all(d == 1 for d in array.shape):
        return True
    unknown = sum(1 for d in array.shape if not isinstance(d, int))
    whole = len(array.shape) == len(perm) and unknown < 2 and 0 not in array.shape
    return whole and keeps_order(array.shape, inverse(perm))


def _turned(graph: Graph, array: Array, perm: Perm, name: str) -> Array:
    if array.shape is None or all(d == 1 for d in array.shape):
        return array
    if array.value is None and not keeps_order(array.shape, perm):
        return turned(graph, array, perm, name)
    if array.value is None:  # a reshape, which costs nothing, and is no Transpose that another rewrite would move
        extents = [array.shape[axis] for axis in perm]
        shape = np.array([d if isinstance(d, int) else -1 for d in extents], np.int32)
        made = graph.emit("Reshape", (array, graph.constant(shape, f"{name}_shape")), name=name).outputs[0]
        if array.quantization is not None:
            graph.update(made, quantization=array.quantization)
        return made
    value: Any = array.value
    if value.ndim < len(perm):
        value = np.reshape(array.numpy(), (*[1] * (len(perm) - value.ndim), *value.shape))
    return graph.constant(value.transpose(perm), name, array.dtype, quantization=array.quantization)


def _absorbs(look: Look, op: Op, perm: Perm) -> bool:
    """Whether the Transpose that `perm` undoes ends at `op`: a Transpose, or a reduction of all that it moves."""
    if op.kind == "Transpose":
        return permutation(look, op) == perm
    if op.kind not in REDUCTIONS or op.inputs[0] is None or op.inputs[0].rank != len(perm):
        return False
    moved = RULES[op.kind](op, inverse(perm), look)
    return moved is not None and identity(moved.perm)


def _cancels(look: Look, op: Op, perm: Perm) -> bool:
    """Whether what ends a Transpose that `perm` undoes comes after `op`, behind operators that let one through."""
    seen, reached = {op: None}, [op]
    for _ in range(_FAR):
        further: list[Op] = []
        for at in reached:
            for index in range(len(at.outputs)):
                further += [user for user in look.users(at, index) if user not in seen]
        if any(_absorbs(look, user, perm) for user in further):
            return True
        reached = [user for user in dict.fromkeys(further) if user.kind in RULES][:_WIDE]
        seen |= dict.fromkeys(reached)
    return False
