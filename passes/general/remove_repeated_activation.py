"""Remove activations of values that are in their range already."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops import get
from ..moving import drop_unused, let_through, quantized, same_type

_UNCHANGED: dict[str, tuple[str, ...]] = {
    "Relu": ("Relu", "Relu6", "RELU", "RELU6"),
    "Relu1": ("Relu1", "RELU_N1_TO_1"),
    "Relu6": ("Relu6", "RELU6"),
    "Abs": ("Abs",),
    "Ceil": ("Ceil", "Floor", "Round"),
    "Floor": ("Ceil", "Floor", "Round"),
    "Round": ("Ceil", "Floor", "Round"),
    "Sign": ("Sign",),
}
"""Operator -> the operators, and the fused activations, whose results it leaves as they are."""

_STRONGER = {"Relu6": "Relu"}
"""Operator -> the operator that makes no difference before it."""


class RemoveRepeatedActivation(Pass):
    """Remove a Relu of a Relu or Relu6, a Relu6 of a Relu6, a Floor of a Ceil and the like; and the Relu under a Relu6.

    The weaker one goes, except that a Relu with other readers stays before a Relu6.

    Before:
        graph main(x: float32[2]) -> y {
          a = Relu(x)
          b = Relu6(a)
          y = Relu(b)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Relu6(x)
        }
    """

    name = "remove-repeated-activation"
    stage = "general"
    roots = tuple(_UNCHANGED)

    def match(self, op: Op, look: Look) -> Op | None:
        earlier = look.producer(op)
        if earlier is None:
            return None
        known = _UNCHANGED[op.kind]
        fused = earlier.attrs.activation if get(earlier.kind).activated else "NONE"
        if earlier.kind in known or fused in known:
            return op if same_type(look, earlier.outputs[0], op.outputs[0]) else None
        if earlier.kind != _STRONGER.get(op.kind):
            return look.fail("{} changes the results of {}", op, earlier)
        if quantized(look, earlier.inputs[0], op.inputs[0], op.outputs[0]) or not look.unshared(earlier.outputs[0]):
            return None
        return earlier

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        kept = found.inputs[0]
        assert kept is not None
        if found is op:
            let_through(graph, op, kept)
        else:
            graph.rewire(op, (kept,))
            drop_unused(graph, found)
