"""Element-wise operators on the NHWC image, although others read the NCHW one."""

from __future__ import annotations

from pytoco.compiler import Graph, Look, Op, Pass

from .images import drop_unused, from_onnx, image_transpose


class MoveImageTransposeBehindUnary(Pass):
    """An element-wise operator reads an image before it is transposed; its result is transposed instead.

    pytoco's own reorder-elementwise-unary does so for a Transpose that nobody else reads. An image that is multiplied
    by its own sigmoid, say, has two readers, each of which moves its own copy of the Transpose on.

    Before:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          t = Transpose(x, perm)
          s = Logistic(t)
          y = Mul(t, s)
        }
    After:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          t = Transpose(x, perm)
          u = Logistic(x)
          s = Transpose(u, perm)
          y = Mul(t, s)
        }
    """

    name = "move-image-transpose-behind-unary"
    stage = "general"
    roots = (
        "Relu", "Relu1", "Relu6", "Elu", "LeakyRelu", "Logistic", "Tanh", "HardSwish", "Gelu",
        "Abs", "Cast", "Ceil", "Cos", "Erf", "Exp", "Floor", "Log", "Neg", "Round", "Rsqrt", "Sign", "Sin", "Sqrt",
        "Square", "FakeQuant",
    )  # fmt: skip

    def match(self, op: Op, look: Look) -> Op | None:
        if not from_onnx(look) or len([a for a in op.inputs if a is not None]) != 1:
            return look.fail("{} has more operands, or is not from ONNX", op)
        return image_transpose(look, op)

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        image, perm = found.inputs
        graph.remove(op)
        moved = graph.emit(op.kind, (image,), op.attrs, name=f"{op.name}_nhwc", origin=op.origin).outputs[0]
        graph.emit("Transpose", (moved, perm), outputs=op.outputs, origin=found.origin)
        drop_unused(graph, [found])
