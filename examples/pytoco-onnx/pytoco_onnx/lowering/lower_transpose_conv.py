"""Transposed convolutions over channels-last arrays become ONNX's, between Transposes."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from pytoco.compiler import Array, Graph, Look, Op, Pass, const_ints

from ..kinds.conv import ConvTransposeAttrs
from ..layouts import Inner, lowerable, surround, turned, vector

_PERMS = {"TransposeConv": (3, 0, 1, 2), "Conv3DTranspose": (4, 3, 0, 1, 2)}
"""From OHWI and DHWOI to [I,O,...]."""


class _Found(NamedTuple):
    data: Array
    attrs: ConvTransposeAttrs


class LowerTransposeConv(Pass):
    """Say the result's extents by ONNX's `pads` and `output_padding`; the constant weights are seen in another order.

    Before:
        graph main(x: float32[1,2,2,1]) -> y {
          s = const int32[4] [1, 4, 4, 1]
          w = const float32[1,2,1,1] [1.0, 2.0]
          y = TransposeConv(s, w, x) {stride_h=2, stride_w=2, padding="SAME"}
        }
    After:
        graph main(x: float32[1,2,2,1]) -> y {
          w = const float32[1,1,2,1] [1.0, 2.0]
          first = const int32[4] [0, 3, 1, 2]
          last = const int32[4] [0, 2, 3, 1]
          t = Transpose(x, first)
          c = OnnxConvTranspose(t, w) {strides=[2, 2], dilations=[1, 1], pads=[0, 0, 0, 0], output_padding=[0, 1]}
          y = Transpose(c, last)
        }
    """

    name: ClassVar[str] = "onnx-lower-transpose-conv"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = tuple(_PERMS)
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> _Found | None:
        """Where the spatial extents of input and result are known."""
        perm, a = _PERMS[op.kind], op.attrs
        data, weights = lowerable(look, op, op.inputs[2], len(perm)), op.inputs[1]
        if data is None or data.shape is None or weights is None or weights.shape is None:
            return look.fail("the shapes of {} are not known", op)
        names = ("d", "h", "w")[5 - len(perm) :]
        strides = [getattr(a, f"stride_{n}") for n in names]
        dilations = [getattr(a, f"dilation_{n}", 1) for n in names]
        kernel: list[Any] = [weights.shape[axis] for axis in perm[2:]]
        extents: list[Any] = list(data.shape[1:-1])
        wanted = _wanted(look, op, len(extents))
        if wanted is None or any(not isinstance(d, int) for d in (*extents, *kernel)):
            return look.fail("the extents of input, weights or result of {} are not known", op)
        before, behind, more = [], [], []
        for d, k, s, dilation, target in zip(extents, kernel, strides, dilations, wanted, strict=True):
            left_over = (d - 1) * s + (k - 1) * dilation + 1 - target
            first = max(0, left_over) // 2 if a.padding == "SAME" else 0
            before.append(first)
            behind.append(max(0, left_over) - first)
            more.append(max(0, -left_over))
        attrs = ConvTransposeAttrs(tuple(strides), tuple(dilations), (*before, *behind), tuple(more))
        return _Found(data, attrs)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """The operand that says the shape is no longer needed."""
        weights = op.inputs[1]
        assert weights is not None
        graph.remove(op)
        ordered = turned(graph, weights, _PERMS[op.kind], f"{weights.name}_onnx")
        bias = vector(graph, op.inputs[3], f"{op.name}_bias") if len(op.inputs) > 3 else None
        operands = (ordered,) if bias is None else (ordered, bias)
        surround(graph, op, found.data, Inner("OnnxConvTranspose", operands, found.attrs))


def _wanted(look: Look, op: Op, rank: int) -> list[int] | None:
    """The result's spatial extents: by its shape, or as far as the operand is put together from constants."""
    shape = op.outputs[0].shape
    found: list[Any] = list(shape[1:-1]) if shape is not None else [None] * rank
    if all(isinstance(d, int) for d in found):
        return found
    shape_maker = look.producer(op, 0, "Pack")
    if shape_maker is None or len(shape_maker.inputs) != rank + 2:
        return None
    parts = [const_ints(a) for a in shape_maker.inputs[1:-1]]
    return None if None in parts else [part[0] for part in parts if part]
