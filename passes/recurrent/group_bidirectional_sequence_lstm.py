"""Join LSTM layers over a sequence and over its reverse (TOCO's GroupBidirectionalSequenceLstm)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..patterns import Identified, offered, put_in_place
from ..sequences import both_ways

KIND = "UnidirectionalSequenceLstm"


class GroupBidirectionalSequenceLstm(Pass):
    """Turn an LSTM layer, one between two reversals in time, and the Concatenation of both into one operator.

    The forward layer's channels must come first, as they do in the operator's result.

    Before:
        graph main(x: float32[4,1,2]) -> y {
          state fh: float32[1,1] <- fh
          state fc: float32[1,1] <- fc
          state bh: float32[1,1] <- bh
          state bc: float32[1,1] <- bc
          fw = const float32[1,2] [0.5, 0.5]
          fu = const float32[1,2] [0.75, 0.0]
          fv = const float32[1,2] [1.0, -0.5]
          fr = const float32[1,1] [0.5]
          fb = const float32[1] [0.25]
          bw = const float32[1,2] [-0.25, -0.25]
          bu = const float32[1,2] [0.0, -0.75]
          bv = const float32[1,2] [0.25, -1.25]
          br = const float32[1,1] [-0.25]
          bb = const float32[1] [-0.125]
          time = const int32[1] [0]
          f = UnidirectionalSequenceLstm(x, _, fw, fu, fv, _, fr, fr, fr, _, _, _, _, fb, fb, fb, _, _, fh, fc)
          r = ReverseV2(x, time)
          a = UnidirectionalSequenceLstm(r, _, bw, bu, bv, _, br, br, br, _, _, _, _, bb, bb, bb, _, _, bh, bc)
          b = ReverseV2(a, time)
          y = Concatenation(f, b) {axis=2}
        }
    After:
        graph main(x: float32[4,1,2]) -> y {
          state fh: float32[1,1] <- fh
          state fc: float32[1,1] <- fc
          state bh: float32[1,1] <- bh
          state bc: float32[1,1] <- bc
          fw = const float32[1,2] [0.5, 0.5]
          fu = const float32[1,2] [0.75, 0.0]
          fv = const float32[1,2] [1.0, -0.5]
          fr = const float32[1,1] [0.5]
          fb = const float32[1] [0.25]
          bw = const float32[1,2] [-0.25, -0.25]
          bu = const float32[1,2] [0.0, -0.75]
          bv = const float32[1,2] [0.25, -1.25]
          br = const float32[1,1] [-0.25]
          bb = const float32[1] [-0.125]
          y = BidirectionalSequenceLstm(x, _, fw, fu, fv, _, fr, fr, fr, _, _, _, _, fb, fb, fb, _, _, _, bw, bu, bv, _, br, br, br, _, _, _, _, bb, bb, bb, _, _, fh, fc, bh, bc)
        }
    """  # noqa: E501 - an operator is one line

    name = "group-bidirectional-sequence-lstm"
    stage = "recurrent"
    roots = ("Concatenation",)

    def match(self, op: Op, look: Look) -> Identified | None:
        found = both_ways(look, op, KIND)
        if found is None:
            return None
        forward, backward = found
        parts = (*forward.inputs[:18], *backward.inputs[1:18], *forward.inputs[18:], *backward.inputs[18:])
        return offered(look, self.context.target, op, Identified("BidirectionalSequenceLstm", parts))

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
