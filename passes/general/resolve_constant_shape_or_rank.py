"""Fold questions about shapes (TOCO's ResolveConstantShapeOrRank)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.errors import PytocoError
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops import get
from ..moving import drop_unused


class ResolveConstantShapeOrRank(Pass):
    """Replace a Shape or a Rank by its result as soon as that is known.

    Of a shape that is known in part, a Slice, StridedSlice or Gather is replaced if it reads known extents only.

    Before:
        graph main(x: float32[?b,3,4]) -> y {
          begin = const int32[1] [1]
          end = const int32[1] [3]
          step = const int32[1] [1]
          s = Shape(x)
          y = StridedSlice(s, begin, end, step)
        }
    After:
        graph main(x: float32[?b,3,4]) -> y {
          y = const int32[2] [3, 4]
        }
    """

    name = "resolve-constant-shape-or-rank"
    stage = "general"
    roots = ("Shape", "Rank", "Slice", "StridedSlice", "Gather")

    def match(self, op: Op, look: Look) -> NDArray[Any] | None:
        data, result = op.inputs[0], op.outputs[0]
        if data is None or result.dtype is None or result.dtype.numpy is None:
            return look.fail("the type of {} is not known", result)
        if op.kind == "Rank":
            if data.shape is None:
                return look.fail("the rank of {} is not known", data)
            return np.array(len(data.shape), result.dtype.numpy)
        places = None
        if op.kind != "Shape":
            shape_op = look.producer(op, 0, "Shape")
            data = None if shape_op is None else shape_op.inputs[0]
            if shape_op is None or data is None or data.shape is None:
                return look.fail("{} does not pick extents of an array of known rank", op)
            places = _places_read(op, look, len(data.shape))
            if places is None:
                return None
        return _known(data, places, result.dtype.numpy, look)

    def rewrite(self, op: Op, found: NDArray[Any], graph: Graph) -> None:
        result, earlier = op.outputs[0], None if op.inputs[0] is None else graph.producer(op.inputs[0])
        graph.remove(op)
        if result in graph:
            graph.update(result, shape=found.shape, value=found)
        if op.kind not in ("Shape", "Rank"):
            drop_unused(graph, earlier)


def _places_read(op: Op, look: Look, rank: int) -> NDArray[Any] | None:
    """Which elements of a vector of `rank` elements the operator reads, in the shape of its result."""
    operands: list[NDArray[Any] | None] = [np.arange(rank)]
    for index in range(1, len(op.inputs)):
        operands.append(look.constant(op, index))
        if operands[-1] is None:
            return None
    try:
        return np.asarray(get(op.kind).kernel(operands, op.attrs)[0])
    except PytocoError as error:
        return look.fail("{} cannot be computed: {}", op, error)


def _known(data: Array, places: NDArray[Any] | None, dtype: np.dtype[Any], look: Look) -> NDArray[Any] | None:
    """The extents of `data` at `places` (None: all), if every one of them is known."""
    if data.shape is None:
        return look.fail("the rank of {} is not known", data)
    if places is None:
        places = np.arange(len(data.shape))
    read = [data.shape[p] for p in places.reshape(-1)]
    if any(type(d) is not int for d in read):
        return look.fail("not every extent of {} that is asked for is known", data)
    return np.array(read, dtype).reshape(places.shape)
