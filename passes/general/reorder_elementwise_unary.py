"""Element-wise operators first, data movement after (TOCO's ReorderElementwiseUnary)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import quantized, supported

_MOVERS = ("Reshape", "Squeeze", "ExpandDims", "Transpose", "SpaceToDepth", "DepthToSpace")


class ReorderElementwiseUnary(Pass):
    """Move an element-wise operator of one operand before the operator that only moves its operand's elements.

    Element-wise first is the normal form, so that activations meet the operator that they can be fused into. The
    intermediate must have no other reader, and the target must be able to move elements of the new type.

    Before:
        graph main(x: float32[2,3]) -> y {
          shape = const int32[1] [6]
          t = Reshape(x, shape)
          y = Relu(t)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          shape = const int32[1] [6]
          t = Relu(x)
          y = Reshape(t, shape)
        }
    """

    name = "reorder-elementwise-unary"
    stage = "general"
    roots = (
        "Relu", "Relu1", "Relu6", "Elu", "LeakyRelu", "Logistic", "Tanh", "HardSwish", "Gelu",
        "Abs", "Cast", "Ceil", "Cos", "Exp", "Floor", "Log", "LogicalNot", "Neg", "Round", "Rsqrt", "Sign", "Sin",
        "Sqrt", "Square",
    )  # fmt: skip

    def match(self, op: Op, look: Look) -> Op | None:
        mover = look.producer(op, 0, _MOVERS)
        if mover is None or not look.unshared(mover.outputs[0]):
            return None
        source = mover.inputs[0]
        if source is None or source.value is not None:
            return look.fail("{} is constant and will be folded", source)
        result = op.outputs[0]
        if result.dtype is not source.dtype:
            moved = Array(0, result.name, result.dtype, source.shape)
            if not supported(look, self.context.target, mover, (moved, *mover.inputs[1:])):
                return None
        return None if quantized(look, source, mover.outputs[0], op.outputs[0]) else mover

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        source, middle, result = found.inputs[0], found.outputs[0], op.outputs[0]
        assert source is not None
        graph.remove(op)
        graph.remove(found)
        moved = graph.emit(op.kind, (source,), op.attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        if result.minmax is not None:
            graph.update(moved, minmax=result.minmax)
        if source.minmax is None and middle.minmax is not None:
            graph.update(source, minmax=middle.minmax)
        graph.emit(found.kind, (moved, *found.inputs[1:]), found.attrs, outputs=(result,), origin=found.origin)
