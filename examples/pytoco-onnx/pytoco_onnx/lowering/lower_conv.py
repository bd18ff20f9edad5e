"""Convolutions over channels-last arrays become ONNX's, between Transposes."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from pytoco.compiler import Array, Graph, Look, Op, Pass

from ..kinds.conv import ConvAttrs
from ..layouts import Inner, lowerable, surround, turned, vector
from .windows import window_of

_PERMS = {"Conv": (0, 3, 1, 2), "DepthwiseConv": (3, 0, 1, 2), "Conv3D": (4, 3, 0, 1, 2)}
"""From OHWI, 1HWO and DHWIO to [O,I/group,...]."""


class _Found(NamedTuple):
    data: Array
    attrs: ConvAttrs


class LowerConv(Pass):
    """Convolve channels first: the weights are seen in another order, input and result transposed.

    Before:
        graph main(x: float32[1,4,4,2]) -> y {
          w = const float32[3,1,1,2] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
          y = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}
        }
    After:
        graph main(x: float32[1,4,4,2]) -> y {
          w = const float32[3,2,1,1] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
          first = const int32[4] [0, 3, 1, 2]
          last = const int32[4] [0, 2, 3, 1]
          t = Transpose(x, first)
          c = OnnxConv(t, w) {strides=[2, 2], dilations=[1, 1], pads=[0, 0, 0, 0]}
          y = Transpose(c, last)
        }
    """

    name: ClassVar[str] = "onnx-lower-conv"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = tuple(_PERMS)
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> _Found | None:
        """Window and groups, where the extents of the weights and the depth of the input are known."""
        perm = _PERMS[op.kind]
        data, weights, a = lowerable(look, op, op.inputs[0], len(perm)), op.inputs[1], op.attrs
        if data is None or data.shape is None or weights is None or weights.shape is None:
            return look.fail("the shapes of {} are not known", op)
        kernel = [weights.shape[axis] for axis in perm[2:]]
        names = ("d", "h", "w")[-len(kernel) :]
        strides = [getattr(a, f"stride_{n}") for n in names]
        dilations = [getattr(a, f"dilation_{n}") for n in names]
        window = window_of(look, op, data.shape[1:-1], kernel, strides, dilations)
        depth, per_group = data.shape[-1], 1 if op.kind == "DepthwiseConv" else weights.shape[perm[1]]
        if window is None:
            return None
        if not isinstance(depth, int) or not isinstance(per_group, int) or not per_group:
            return look.fail("the number of input channels of {} is not known", op)
        return _Found(data, ConvAttrs(*window[1:], depth // per_group))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """Constant weights are another view, others are transposed at run time."""
        weights = op.inputs[1]
        assert weights is not None
        graph.remove(op)
        ordered = turned(graph, weights, _PERMS[op.kind], f"{weights.name}_onnx")
        bias = vector(graph, op.inputs[2], f"{op.name}_bias") if len(op.inputs) > 2 else None
        operands = (ordered,) if bias is None else (ordered, bias)
        surround(graph, op, found.data, Inner("OnnxConv", operands, found.attrs))
