"""Weights whose reordering nothing has folded are reordered at run time: no runtime has a ReorderAxes."""

from __future__ import annotations

from typing import Any

from ...compiler.driver import Look
from ...compiler.ir import Op
from ..general.convert_reorder_axes import ConvertReorderAxes


class LowerReorderAxes(ConvertReorderAxes):
    """Turn a ReorderAxes that is still there, of constant weights too, into a Transpose or a Reshape.

    A whole conversion has folded those of constants; one that stops early has not.

    Before:
        graph main(x: float32[1,2,2,1]) -> y {
          w = const float32[1,1,1,2] [1.0, 2.0]
          ordered = ReorderAxes(w) {source="HWIO", target="OHWI"}
          y = Conv(x, ordered) {stride_h=1, stride_w=1, padding="SAME"}
        }
    After:
        graph main(x: float32[1,2,2,1]) -> y {
          w = const float32[1,1,1,2] [1.0, 2.0]
          perm = const int32[4] [3, 0, 1, 2]
          ordered = Transpose(w, perm)
          y = Conv(x, ordered) {stride_h=1, stride_w=1, padding="SAME"}
        }
    """

    name = "lower-reorder-axes"
    stage = "lowering"
    needed = True

    def match(self, op: Op, look: Look) -> Any:
        return self.conversion(op, look)
