"""Blocks of pixels and local response normalisation become ONNX's, between Transposes."""

from __future__ import annotations

from typing import Any, ClassVar

from pytoco.compiler import Array, Graph, Look, Op, Pass

from ..kinds.image import BlockAttrs, LrnAttrs
from ..layouts import Inner, lowerable, surround

_KINDS = {
    "SpaceToDepth": "OnnxSpaceToDepth",
    "DepthToSpace": "OnnxDepthToSpace",
    "LocalResponseNormalization": "OnnxLRN",
}


def _attrs(op: Op) -> Any:
    a = op.attrs
    if op.kind != "LocalResponseNormalization":
        return BlockAttrs(a.block_size)
    size = 2 * a.radius + 1
    return LrnAttrs(size, a.alpha * size, a.beta, a.bias)


class LowerImage(Pass):
    """Move blocks and normalise channels first; ONNX divides alpha by the window's channels, TensorFlow does not.

    Before:
        graph main(x: float32[1,2,2,4]) -> y {
          y = DepthToSpace(x) {block_size=2}
        }
    After:
        graph main(x: float32[1,2,2,4]) -> y {
          first = const int32[4] [0, 3, 1, 2]
          last = const int32[4] [0, 2, 3, 1]
          t = Transpose(x, first)
          d = OnnxDepthToSpace(t) {block_size=2}
          y = Transpose(d, last)
        }
    """

    name: ClassVar[str] = "onnx-lower-image"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = tuple(_KINDS)
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> Array | None:
        """The image, of floats: runtimes do not move blocks of anything else."""
        data = lowerable(look, op, op.inputs[0], 4)
        if data is None or data.dtype is None or not (data.dtype.is_float or data.quantization is not None):
            return look.fail("{} is not of floats", data)
        return data

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        """One for one."""
        surround(graph, op, found, Inner(_KINDS[op.kind], (), _attrs(op)))
