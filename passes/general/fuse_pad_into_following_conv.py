"""Let a convolution pad its input itself, where that is SAME padding."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import drop_unused, quantized
from ..windows import named_padding, own_padding, window_of


class _Found(NamedTuple):
    pad: Op | None
    data: Array
    attrs: Any


class FusePadIntoFollowingConv(Pass):
    """A Pad before a convolution, or explicit padding, that is exactly what SAME would pad, becomes SAME.

    As Keras writes convolutions with a stride of 2. The Pad goes with its last reader.

    Before:
        graph main(x: float32[1,4,4,1]) -> y {
          p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]
          w = const float32[1,3,3,1] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
          t = Pad(x, p)
          y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}
        }
    After:
        graph main(x: float32[1,4,4,1]) -> y {
          w = const float32[1,3,3,1] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
          y = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}
        }
    """

    name = "fuse-pad-into-following-conv"
    stage = "general"
    roots = ("Conv", "DepthwiseConv")

    def match(self, op: Op, look: Look) -> _Found | None:
        pad = look.producer(op, 0, "Pad")
        if pad is None and op.attrs.padding != "EXPLICIT":
            return look.fail("{} has a padding that runtimes know", op)
        data = op.inputs[0] if pad is None else pad.inputs[0]
        kernel = window_of(op.inputs[1])
        if data is None or kernel is None or data.rank != 4 or quantized(look, data, op.inputs[0]):
            return look.fail("the shapes of {} are not known", op)
        (_, height, width, _), (_, inner_h, inner_w, _) = data.shape, op.inputs[0].shape  # type: ignore[misc,union-attr]
        if type(height) is not int or type(width) is not int or type(inner_h) is not int or type(inner_w) is not int:
            return look.fail("the extents of {} are not known", data)
        top, bottom, left, right = own_padding(op.attrs, (inner_h, inner_w), kernel)
        if pad is not None:
            amounts = look.constant(pad, 1)
            if amounts is None:
                return None
            around = [int(n) for n in amounts.reshape(-1)]
            if any(around[:2]) or any(around[6:]):
                return look.fail("{} pads more than height and width", pad)
            top, bottom, left, right = top + around[2], bottom + around[3], left + around[4], right + around[5]
        attrs = named_padding(op.attrs, (height, width), kernel, (top, bottom, left, right))
        if attrs.padding == "EXPLICIT":
            return look.fail("{} is not padded as SAME would pad it", op)
        return _Found(pad, data, attrs)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        graph.remove(op)
        graph.emit(op.kind, (found.data, *op.inputs[1:]), found.attrs, outputs=op.outputs)
        drop_unused(graph, found.pad)
