"""Fused activations become operators of their own: ONNX has none."""

from __future__ import annotations

from typing import ClassVar

from pytoco.compiler import Graph, Look, Op, Pass

_KINDS = {"RELU": "Relu", "RELU6": "Relu6", "RELU_N1_TO_1": "Relu1", "TANH": "Tanh"}


class SplitActivation(Pass):
    """Take the activation out of an operator; models of TensorFlow Lite have them fused.

    Before:
        graph main(x: float32[2], z: float32[2]) -> y {
          y = Add(x, z) {activation="RELU"}
        }
    After:
        graph main(x: float32[2], z: float32[2]) -> y {
          t = Add(x, z)
          y = Relu(t)
        }
    """

    name: ClassVar[str] = "onnx-split-activation"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = (
        "Conv", "DepthwiseConv", "TransposeConv", "Conv3D", "Conv3DTranspose", "FullyConnected", "Add", "Sub", "Mul",
        "Div", "AveragePool", "MaxPool", "L2Pool", "Concatenation", "BatchNormalization", "L2Normalization", "Svdf",
    )  # fmt: skip
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> str | None:
        """The kind of operator that the activation is."""
        return _KINDS.get(op.attrs.activation) or look.fail("{} has no activation, or one of its own", op)

    def rewrite(self, op: Op, found: str, graph: Graph) -> None:
        """The operator without it, then the activation."""
        graph.remove(op)
        attrs = op.attrs._replace(activation="NONE")
        plain = graph.emit(op.kind, op.inputs, attrs, name=f"{op.name}_linear", origin=op.origin).outputs[0]
        if op.outputs[0].quantization is not None:  # clipped on the same grid, as the fused kernel does
            graph.update(plain, quantization=op.outputs[0].quantization)
        graph.emit(found, (plain,), outputs=op.outputs, origin=op.origin)
