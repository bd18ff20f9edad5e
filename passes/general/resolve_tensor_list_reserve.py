"""Make lists that loops fill, once the shape of their elements is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Dim, Graph, Op, Shape
from ...compiler.ops.base import const_ints
from ...compiler.ops.join import PackAttrs
from ...compiler.ops.shape import ShapeAttrs
from ...compiler.ops.slice import StridedSliceAttrs
from ..moving import int32_constant


class _Found(NamedTuple):
    shape: tuple[int | Dim, ...]
    sources: dict[Dim, tuple[Array, int]]


class ResolveTensorListReserve(Pass):
    """Replace a TensorListReserve by zeros; the shape of the elements may be that of what is put in, by a loop, too.

    An extent that stays open, such as that of a batch, is asked of an input of the graph that has it.

    Before:
        graph main(x: float32[1,4], i: int32[]) -> y {
          any = const int32[] [-1]
          n = const int32[] [2]
          zero = const int32[] [0]
          list = TensorListReserve(any, n)
          at = Pack(i, zero) {axis=0}
          y = DynamicUpdateSlice(list, x, at)
        }
    After:
        graph main(x: float32[1,4], i: int32[]) -> y {
          list = const float32[2,4] [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
          zero = const int32[] [0]
          at = Pack(i, zero) {axis=0}
          y: float32[*] = DynamicUpdateSlice(list, x, at)
        }
    """

    name = "resolve-tensor-list-reserve"
    stage = "general"
    roots = ("TensorListReserve",)
    needed = True

    def match(self, op: Op, look: Look) -> _Found | None:
        number = const_ints(op.inputs[1])
        shape = op.outputs[0].shape
        for element in [None if shape is None else shape[1:], *_put_in(op, look)]:
            if number is not None and element is not None:
                whole = (*number, *element)
                sources = {d: _source(look.graph, d) for d in element if isinstance(d, Dim)}
                if None not in sources.values():
                    return _Found(whole, {d: source for d, source in sources.items() if source is not None})
        return look.fail("the number or the shape of the elements of {} is not known", op)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        result = op.outputs[0]
        graph.remove(op)
        if result not in graph:
            return
        zero = np.zeros((), op.attrs.dtype.numpy)
        if not found.sources:
            extents = tuple([d for d in found.shape if type(d) is int])
            graph.update(result, shape=extents, value=np.broadcast_to(zero, extents))
            return
        known: dict[int | Dim, Array] = {}
        for d in found.shape:
            if isinstance(d, Dim) and d not in known:
                array, axis = found.sources[d]
                shape = graph.emit("Shape", [array], ShapeAttrs(), name=f"{array.name}/shape").outputs[0]
                at = [int32_constant(graph, [k], f"{op.name}/axis") for k in (axis, axis + 1, 1)]
                attrs = StridedSliceAttrs(shrink_axis_mask=1)
                known[d] = graph.emit("StridedSlice", [shape, *at], attrs, name=f"{op.name}/extent").outputs[0]
            elif type(d) is int and d not in known:
                known[d] = graph.constant(np.int32(d), f"{op.name}/extent")
        sizes = graph.emit("Pack", [known[d] for d in found.shape], PackAttrs(0), name=f"{op.name}/shape").outputs[0]
        graph.update(result, shape=found.shape)
        graph.emit("Fill", [sizes, graph.constant(zero, f"{op.name}/zero")], outputs=[result], origin=op.origin)


def _source(graph: Graph, symbol: Dim) -> tuple[Array, int] | None:
    """An input of the graph, and its axis, that has this extent."""
    for array in graph.inputs:
        for axis, d in enumerate(array.shape or ()):
            if d is symbol:
                return array, axis
    return None


def _put_in(op: Op, look: Look) -> list[Shape]:
    """The shapes of elements that are put into the list, here or in loops."""
    found: list[Shape] = []
    lists: list[tuple[Graph, Array, list[Op]]] = [(look.graph, op.outputs[0], look.users(op))]
    for graph, array, users in lists:
        for user in users:
            if user.kind == "DynamicUpdateSlice" and user.inputs[0] is array:
                update = user.inputs[1]
                found.append(None if update is None or update.shape is None else update.shape[1:])
            elif user.kind == "While":
                body = graph.model.graphs[user.attrs.body_graph]
                inner = [own for own, given in zip(body.inputs, user.inputs, strict=True) if given is array]
                lists.extend((body, own, body.users(own)) for own in inner)
    return found
