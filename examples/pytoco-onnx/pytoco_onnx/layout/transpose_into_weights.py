"""A Transpose before a fully connected layer goes into the layer's weights."""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np
from pytoco.compiler import Array, Graph, Look, Op, Pass

from ..layouts import Perm, inverse, on_one_grid, permutation, to_last


class _Found(NamedTuple):
    steps: list[Op]
    source: Array
    depth: int
    weights: Any


class TransposeIntoWeights(Pass):
    """A layer over flattened pixels reads them channels first, with the columns of its weights in that order.

    Before:
        graph main(x: float32[1,2,1,2]) -> y {
          last = const int32[4] [0, 2, 3, 1]
          w = const float32[1,4] [1.0, 2.0, 3.0, 4.0]
          t = Transpose(x, last)
          y = FullyConnected(t, w)
        }
    After:
        graph main(x: float32[1,2,1,2]) -> y {
          s = const int32[2] [-1, 4]
          w = const float32[1,4] [1.0, 3.0, 2.0, 4.0]
          f = Reshape(x, s)
          y = FullyConnected(f, w)
        }
    """

    name: ClassVar[str] = "onnx-transpose-into-weights"
    stage: ClassVar[str] = "onnx-layout"
    roots: ClassVar[tuple[str, ...]] = ("FullyConnected",)
    after: ClassVar[tuple[str, ...]] = ("onnx-sink-transpose",)

    def match(self, op: Op, look: Look) -> _Found | None:
        """The Transpose, perhaps behind a Reshape, and the weights in the other order."""
        weights = op.inputs[1]
        value = None if weights is None else weights.value
        if weights is None or not isinstance(value, np.ndarray):
            return look.fail("the weights {} are computed", weights)
        if weights.quantization is not None and weights.quantization.axis == 1:
            return look.fail("the columns of {} have grids of their own", weights)
        steps: list[Op] = []
        flatten = look.producer(op, 0, "Reshape")
        if flatten is not None and look.unshared(flatten.outputs[0]) and flatten.outputs[0].rank == 2:
            steps.append(flatten)
        above = look.producer(steps[0] if steps else op, 0, "Transpose")
        perm = permutation(look, above)
        if above is None or perm is None or not look.unshared(above.outputs[0]) or perm != to_last(len(perm)):
            return look.fail("{} reads nothing that was transposed to channels-last", op)
        source, depth = above.inputs[0], value.shape[1]
        grids = [step.outputs[0].quantization for step in (*steps, above)]
        if source is None or any(grid != source.quantization for grid in grids):
            return look.fail("{} moves from one grid to another", above)
        inner = _inner(source)
        if inner is None or math.prod(inner) != depth or (op.attrs.keep_num_dims and not steps):
            return look.fail("the rows of {} are not whole images", op)
        return _Found([*steps, above], source, depth, _reordered(value, inner, perm))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """What was transposed is flattened as it is."""
        old = op.inputs[1]
        assert old is not None
        name, grid = f"{old.name}_channels_first", found.source.quantization
        weights = graph.constant(found.weights, name, old.dtype, quantization=old.quantization)
        shape = graph.constant(np.array([-1, found.depth], np.int32), f"{op.name}_rows")
        graph.remove(op)
        for step in found.steps:
            graph.remove(step)
        rows = graph.emit("Reshape", (found.source, shape), name=f"{op.name}_flat").outputs[0]
        if grid is not None:
            graph.update(rows, quantization=grid)
        graph.emit(op.kind, (rows, weights, *op.inputs[2:]), op.attrs, outputs=op.outputs, origin=op.origin)


def _inner(source: Array | None) -> list[int] | None:
    """The extents behind the first one, where they are known."""
    if source is None or source.shape is None or not on_one_grid(source):
        return None
    inner = [d for d in source.shape[1:] if isinstance(d, int)]
    return inner if len(inner) + 1 == len(source.shape) else None


def _reordered(weights: Any, inner: list[int], perm: Perm) -> Any:
    """Columns of pixels channels-last as columns of pixels channels-first."""
    last = [inner[axis - 1] for axis in perm[1:]]
    return weights.reshape(len(weights), *last).transpose(inverse(perm)).reshape(weights.shape)
