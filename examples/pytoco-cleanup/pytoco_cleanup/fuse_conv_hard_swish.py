"""Fuse HardSwish into the convolution before it."""

from pytoco.compiler import FLOAT32, Graph, Look, Op, Pass

from .conv_hard_swish import ConvHardSwishAttrs


class FuseConvHardSwish(Pass):
    """Let one operator do both, for a runtime that has a kernel for it.

    Before:
        graph main(x: float32[1,4,4,2], w: float32[3,1,1,2]) -> y {
          c = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}
          y = HardSwish(c)
        }
    After:
        graph main(x: float32[1,4,4,2], w: float32[3,1,1,2]) -> y {
          y = ConvHardSwish(x, w) {stride_h=2, stride_w=2}
        }
    """

    name = "fuse-conv-hard-swish"
    stage = "fusion"
    roots = ("HardSwish",)
    after = ("fuse-activation-functions",)

    def match(self, op: Op, look: Look) -> Op | None:
        """The convolution."""
        conv = look.producer(op, 0, kind="Conv")
        if conv is None:
            return None
        if conv.attrs.activation != "NONE":
            return look.fail("{} applies {} already", conv, conv.attrs.activation)
        if conv.attrs.padding == "EXPLICIT":
            return look.fail("the padding of {} is neither SAME nor VALID", conv)
        if op.outputs[0].dtype is not FLOAT32:
            return look.fail("{} is not float32", op.outputs[0])
        return conv if look.unshared(conv.outputs[0]) else None

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        """The new operator makes the array that the HardSwish made."""
        attrs = ConvHardSwishAttrs(*(getattr(found.attrs, field) for field in ConvHardSwishAttrs._fields))
        graph.remove(op)
        graph.remove(found)
        graph.emit("ConvHardSwish", found.inputs, attrs, outputs=op.outputs, origin=(*found.origin, *op.origin))
