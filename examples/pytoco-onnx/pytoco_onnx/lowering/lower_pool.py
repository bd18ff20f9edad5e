"""Pooling over channels-last arrays becomes ONNX's, between Transposes."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from pytoco.compiler import Array, Graph, Look, Op, Pass

from ..kinds.window import Window
from ..layouts import Inner, lowerable, surround
from .windows import window_of

_KINDS = {"AveragePool": "OnnxAveragePool", "MaxPool": "OnnxMaxPool", "L2Pool": "OnnxAveragePool"}


class _Found(NamedTuple):
    data: Array
    window: Window


class LowerPool(Pass):
    """Pool channels first; what L2Pool computes is the root of the mean of squares.

    Before:
        graph main(x: float32[1,4,4,2]) -> y {
          y = MaxPool(x) {kernel_h=3, kernel_w=3, stride_h=2, stride_w=2, padding="SAME"}
        }
    After:
        graph main(x: float32[1,4,4,2]) -> y {
          first = const int32[4] [0, 3, 1, 2]
          last = const int32[4] [0, 2, 3, 1]
          t = Transpose(x, first)
          p = OnnxMaxPool(t) {kernel=[3, 3], strides=[2, 2], dilations=[1, 1], pads=[0, 0, 1, 1]}
          y = Transpose(p, last)
        }
    """

    name: ClassVar[str] = "onnx-lower-pool"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = tuple(_KINDS)
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> _Found | None:
        """The window."""
        data, a = lowerable(look, op, op.inputs[0], 4), op.attrs
        if data is None or data.shape is None:
            return None
        kernel, strides = (a.kernel_h, a.kernel_w), (a.stride_h, a.stride_w)
        window = window_of(look, op, data.shape[1:3], kernel, strides, (1, 1))
        return None if window is None else _Found(data, window)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """Square and root stand around an average."""
        inner = Inner(_KINDS[op.kind], (), found.window)
        if op.kind != "L2Pool":
            surround(graph, op, found.data, inner)
            return
        graph.remove(op)
        squares = graph.emit("Square", (found.data,), name=f"{op.name}_squares").outputs[0]
        mean = graph.emit("AveragePool", (squares,), op.attrs, name=f"{op.name}_mean").outputs[0]
        graph.emit("Sqrt", (mean,), outputs=op.outputs)
