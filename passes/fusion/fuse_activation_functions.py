"""Fuse an activation into the operator before it (TOCO's FuseActivationFunctions)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ir.types import FLOAT32

_ACTIVATIONS = {"Relu": "RELU", "Relu1": "RELU_N1_TO_1", "Relu6": "RELU6"}


class FuseActivationFunctions(Pass):
    """Let the producer apply a Relu, Relu1 or Relu6 itself, where the target's operator can carry it.

    In a stage of its own: whatever could still absorb the producer must have had its turn.

    Before:
        graph main(x: float32[2], z: float32[2]) -> y {
          t = Add(x, z)
          y = Relu6(t)
        }
    After:
        graph main(x: float32[2], z: float32[2]) -> y {
          y = Add(x, z) {activation="RELU6"}
        }
    """

    name = "fuse-activation-functions"
    stage = "fusion"
    roots = tuple(_ACTIVATIONS)

    def match(self, op: Op, look: Look) -> Op | None:
        producer = look.producer(op)
        if producer is None:
            return None
        if getattr(producer.attrs, "activation", None) != "NONE":
            return look.fail("{} cannot carry an activation, or has one", producer)
        if not self.context.target.can_fuse(producer.kind, _ACTIVATIONS[op.kind]):
            return look.fail("the target's {} does not carry {}", producer.kind, _ACTIVATIONS[op.kind])
        if op.outputs[0].dtype is not FLOAT32:
            return look.fail("{} is not float32", op.outputs[0])
        return producer if look.unshared(producer.outputs[0]) else None

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        graph.remove(op)
        graph.remove(found)
        attrs = found.attrs._replace(activation=_ACTIVATIONS[op.kind])
        graph.emit(found.kind, found.inputs, attrs, outputs=op.outputs, origin=(*found.origin, *op.origin))
