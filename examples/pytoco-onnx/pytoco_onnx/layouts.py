"""Channels-first and channels-last: permutations, and putting an operator between the Transposes of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeGuard

import numpy as np
from pytoco.compiler import Array, Graph, Look, Op, Quantization

Perm = tuple[int, ...]


def to_first(rank: int) -> Perm:
    """The permutation from N,...,C to N,C,...."""
    return (0, rank - 1, *range(1, rank - 1))


def to_last(rank: int) -> Perm:
    """The permutation from N,C,... to N,...,C."""
    return (0, *range(2, rank), 1)


def inverse(perm: Perm) -> Perm:
    """The permutation that undoes `perm`."""
    return tuple(perm.index(axis) for axis in range(len(perm)))


def identity(perm: Perm) -> bool:
    """Whether the permutation leaves every axis in its place."""
    return perm == tuple(range(len(perm)))


def permutation(look: Look, op: Op | None) -> Perm | None:
    """The constant permutation of a Transpose."""
    if op is None or op.kind != "Transpose":
        return None
    perm = look.constant(op, 1)
    return None if perm is None else tuple(int(p) for p in perm.reshape(-1))


def keeps_order(shape: Sequence[Any] | None, perm: Perm) -> bool:
    """Whether a Transpose of an array of that shape moves no element past another, so that it is a reshape."""
    if shape is None:
        return False
    long = [axis for axis, extent in enumerate(shape) if extent != 1]
    return [axis for axis in perm if axis in long] == long


def turned(graph: Graph, array: Array, perm: Perm, name: str) -> Array:
    """The array with its axes permuted: a constant as another view of its value, anything else by a Transpose."""
    if identity(perm):
        return array
    grid = moved_grid(array.quantization, perm)
    if array.value is not None:
        return graph.constant(array.value.transpose(perm), name, array.dtype, quantization=grid)
    reader = graph.producer(array) if array in graph else None
    if reader is not None and reader.kind == "Dequantize" and _is_constant(reader.inputs[0]):
        stored = turned(graph, reader.inputs[0], perm, f"{name}_stored")  # weights in another type, turned as they are
        drop_unused(graph, reader)
        return graph.emit("Dequantize", (stored,), name=name).outputs[0]
    made = graph.emit("Transpose", (array, perm_constant(graph, perm, name)), name=name).outputs[0]
    if grid is not None:
        graph.update(made, quantization=grid)
    return made


def drop_unused(graph: Graph, op: Op | None) -> None:
    """Take out an operator whose one result nobody reads, and no name promises."""
    if op is not None and op in graph and not graph.user_count(op.outputs[0]) and not graph.is_pinned(op.outputs[0]):
        graph.remove(op)


def _is_constant(array: Array | None) -> TypeGuard[Array]:
    return array is not None and array.value is not None


def moved_grid(grid: Quantization | None, perm: Perm) -> Quantization | None:
    """The grid of an array whose axes are permuted."""
    return grid if grid is None or grid.axis is None else grid._replace(axis=perm.index(grid.axis))


def perm_constant(graph: Graph, perm: Perm, name: str) -> Array:
    """A permutation as the operand of a Transpose."""
    return graph.constant(np.array(perm, np.int32), f"{name}_perm")


class Inner(NamedTuple):
    """The channels-first operator that stands for a channels-last one: its kind, other operands, and attributes."""

    kind: str
    operands: tuple[Array | None, ...]
    attrs: Any


def surround(graph: Graph, op: Op, data: Array, inner: Inner) -> None:
    """Put `inner` over the channels-first `data` in the place of `op`, whose result is transposed back.

    The rank of `data` must be known. `op` may have been taken out already.
    """
    rank = data.rank
    assert rank is not None
    if op in graph:
        graph.remove(op)
    first = turned(graph, data, to_first(rank), f"{op.name}_input")
    operands = (first, *inner.operands)
    if rank < 3:
        graph.emit(inner.kind, operands, inner.attrs, outputs=op.outputs, origin=op.origin)
        return
    made = graph.emit(inner.kind, operands, inner.attrs, name=f"{op.name}_channels_first", origin=op.origin).outputs[0]
    result = op.outputs[0]
    if result.quantization is not None:
        graph.update(made, dtype=result.dtype, quantization=result.quantization)
    perm = perm_constant(graph, to_last(rank), op.name)
    graph.emit("Transpose", (made, perm), outputs=op.outputs, origin=op.origin)


def lowerable(look: Look, op: Op, data: Array | None, rank: int = 0) -> Array | None:
    """`data` of an operator that can be surrounded: its rank is known, and no activation is fused into `op`."""
    if data is None or data.rank is None or (rank and data.rank != rank):
        return look.fail("the rank of {} is not known, or another one", data)
    if not on_one_grid(data, op.outputs[0]):
        return look.fail("{} is quantised along an axis", op)
    if getattr(op.attrs, "activation", "NONE") != "NONE":
        return look.fail("{} has a fused activation", op)
    return data


def on_one_grid(*arrays: Array | None) -> bool:
    """Whether none of the arrays has a grid for each slice along an axis."""
    return not any(a is not None and a.quantization is not None and a.quantization.axis is not None for a in arrays)


def vector(graph: Graph, array: Array | None, name: str) -> Array | None:
    """A bias as a vector: a constant of another shape is reshaped."""
    if array is None or array.rank == 1 or array.value is None:
        return array
    return graph.constant(array.numpy().reshape(-1), name, array.dtype)
