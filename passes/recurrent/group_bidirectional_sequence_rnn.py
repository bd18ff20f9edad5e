"""Join plain recurrent layers over a sequence and over its reverse (TOCO's GroupBidirectionalSequenceRnn)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..patterns import Identified, offered, put_in_place
from ..sequences import both_ways

KIND = "UnidirectionalSequenceRnn"


class GroupBidirectionalSequenceRnn(Pass):
    """Turn a layer, a layer between two reversals in time, and the Concatenation of both into one operator.

    The forward layer's channels must come first, as they do in the operator's result.

    Before:
        graph main(x: float32[4,1,2]) -> y {
          state fh: float32[1,1] <- fh
          state bh: float32[1,1] <- bh
          fw = const float32[1,2] [0.5, 1.0]
          fr = const float32[1,1] [0.25]
          fb = const float32[1] [0.125]
          bw = const float32[1,2] [-0.5, 1.0]
          br = const float32[1,1] [0.75]
          bb = const float32[1] [-0.125]
          time = const int32[1] [0]
          f = UnidirectionalSequenceRnn(x, fw, fr, fb, fh)
          r = ReverseV2(x, time)
          a = UnidirectionalSequenceRnn(r, bw, br, bb, bh)
          b = ReverseV2(a, time)
          y = Concatenation(f, b) {axis=2}
        }
    After:
        graph main(x: float32[4,1,2]) -> y {
          state fh: float32[1,1] <- fh
          state bh: float32[1,1] <- bh
          fw = const float32[1,2] [0.5, 1.0]
          fr = const float32[1,1] [0.25]
          fb = const float32[1] [0.125]
          bw = const float32[1,2] [-0.5, 1.0]
          br = const float32[1,1] [0.75]
          bb = const float32[1] [-0.125]
          y = BidirectionalSequenceRnn(x, fw, fr, fb, fh, bw, br, bb, bh)
        }
    """

    name = "group-bidirectional-sequence-rnn"
    stage = "recurrent"
    roots = ("Concatenation",)

    def match(self, op: Op, look: Look) -> Identified | None:
        found = both_ways(look, op, KIND)
        if found is None:
            return None
        forward, backward = found
        layer = Identified("BidirectionalSequenceRnn", (*forward.inputs, *backward.inputs[1:]))
        return offered(look, self.context.target, op, layer)

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
