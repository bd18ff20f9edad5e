"""What passes about data movement share: reshapes as constants, permutations, and taking operators out safely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compiler.ir import Array, DType, Graph, Lazy, Op, Shape
from ..compiler.ir.types import BFLOAT16
from ..compiler.ir.values import is_splat, tiles
from .support import bypass

if TYPE_CHECKING:
    from ..compiler.driver import Look
    from ..compiler.plugins.target import Target

LOW_RANK = 4
"""The rank up to which every runtime moves and broadcasts data."""


def same_type(look: Look, a: Array | None, b: Array | None) -> bool:
    """Whether two arrays provably have the same element type, shape (unknown extents by identity) and quantisation."""
    if a is None or b is None or a.dtype is not b.dtype:
        look.fail("{} and {} differ in type", a, b)
        return False
    if a.shape is None or a.shape != b.shape:
        look.fail("the shapes of {} and {} differ, or are not known to be the same", a, b)
        return False
    if a.quantization != b.quantization:
        look.fail("{} and {} are quantized differently", a, b)
        return False
    return True


def quantized(look: Look, *arrays: Array | None) -> bool:
    """Whether any of the arrays is quantised, so that moving an operator across it would change its grid."""
    for array in arrays:
        if array is not None and array.quantization is not None:
            look.fail("{} is quantized", array)
            return True
    return False


def let_through(graph: Graph, op: Op, kept: Array) -> None:
    """Take out `op`, whose first result is no more than `kept`: where both names are promised an Identity stays."""
    if graph.can_replace(op.outputs[0], kept):
        bypass(graph, op, kept)
    else:
        graph.remove(op)
        graph.emit("Identity", (kept,), outputs=op.outputs)


def stand_in(graph: Graph, result: Array, data: Array) -> None:
    """Let `data` stand in for `result`, which has lost its producer; an Identity carries a name that cannot move."""
    if result not in graph:
        return
    if data.quantization == result.quantization and graph.can_replace(result, data):
        if data.minmax is None and result.minmax is not None:
            graph.update(data, minmax=result.minmax)
        graph.replace(result, data)
    else:
        graph.emit("Identity", (data,), outputs=(result,))


def drop_unused(graph: Graph, op: Op | None) -> None:
    """Remove an operator of which nothing is read or promised any more."""
    if op is not None and op in graph and not any(graph.user_count(a) or graph.is_pinned(a) for a in op.outputs):
        graph.remove(op)


def written_shape(shape: Shape) -> tuple[int, ...] | None:
    """The shape as the constant operand of a Reshape, one unknown extent as -1; None where that cannot say it."""
    if shape is None:
        return None
    written = tuple([d if type(d) is int else -1 for d in shape])
    unknown = written.count(-1)
    return None if unknown > 1 or (unknown and 0 in written) else written


def emit_reshape(graph: Graph, op: Op, data: Array, shape: Sequence[int]) -> None:
    """Put a Reshape of `data` in the place of `op`."""
    wanted = int32_constant(graph, shape, f"{op.name}_shape")
    graph.remove(op)
    graph.emit("Reshape", (data, wanted), outputs=op.outputs, origin=op.origin)


def int32_constant(graph: Graph, values: Sequence[int], name: str) -> Array:
    """A vector of int32."""
    return graph.constant(np.array(values, np.int32).reshape(-1), name)


def permutation(look: Look, op: Op) -> list[int] | None:
    """The constant permutation of a Transpose whose input has a known rank."""
    perm = look.constant(op, 1)
    data = op.inputs[0]
    if perm is None:
        return None
    if data is None or data.shape is None or perm.size != len(data.shape):
        return look.fail("the rank of {} is unknown", data)
    return [int(p) for p in perm.reshape(-1)]


def lone_transpose(look: Look, op: Op, index: int = 0) -> Op | None:
    """The Transpose that makes operand `index` for nobody else.

    Unless it is about to be something else: composed with one before it, or a Reshape because it moves no elements.
    """
    found = look.producer(op, index, "Transpose")
    if found is None or not look.unshared(found.outputs[0]):
        return None
    if not moves_elements(look, found) and written_shape(found.outputs[0].shape) is not None:
        return look.fail("{} is a reshape", found)
    earlier = look.producer(found, 0, "Transpose")
    return found if earlier is None else look.fail("{} comes after {}", found, earlier)


def extents(look: Look, array: Array | None) -> tuple[int, ...] | None:
    """The shape of an array all of whose extents are known."""
    if array is None or array.size is None:
        return look.fail("the shape of {} is not known", array)
    shape: Any = array.shape
    return tuple(shape)


def long_axes(shape: Sequence[Any]) -> list[int]:
    """The axes whose extent is not known to be 1: those that a reshape cannot move past each other."""
    return [i for i, d in enumerate(shape) if d != 1]


def moves_elements(look: Look, transpose: Op) -> bool:
    """Whether a Transpose changes the order of elements, as far as its permutation and shape are known."""
    perm, data = permutation(look, transpose), transpose.inputs[0]
    if perm is None or data is None or data.shape is None:
        return True
    long = long_axes(data.shape)
    return [p for p in perm if p in long] != long


def supported(look: Look, target: Target, op: Op, inputs: Sequence[Array | None]) -> bool:
    """Whether the target can run `op` on other operands, given that it may not be able to run `op` as it is."""
    objection = target.supports(Op(op.id, op.kind, tuple(inputs), op.outputs, op.attrs, op.origin, op.rank))
    if objection is not None:
        look.fail("the target cannot run it: {}", objection)
    return objection is None


def filled_with(look: Look, array: Array | None, number: int) -> bool:
    """Whether a constant is that number throughout; a recipe is not computed to find out."""
    value = None if array is None else array.value
    if array is None or value is None or isinstance(value, Lazy) or not _is_plain(array.dtype) or not value.size:
        look.fail("{} is not a constant of plain numbers", array)
        return False
    if value[(0,) * value.ndim] != number:
        look.fail("{} does not begin with {}", array, number)
        return False
    if not is_splat(value) and not all((tile == number).all() for tile in tiles(value)):
        look.fail("{} is not {} throughout", array, number)
        return False
    return True


def _is_plain(dtype: DType | None) -> bool:
    return dtype is not None and dtype is not BFLOAT16 and (dtype.is_float or dtype.is_integer)
