"""Make Softshrink of operators that every TensorFlow Lite runtime has."""

import numpy as np
from pytoco.compiler import FLOAT32, Graph, Look, Op, Pass, op_definition


class LowerSoftshrink(Pass):
    """Softshrink is what remains of x when the nearest value of the interval is taken from it: x - clip(x).

    Before:
        graph main(x: float32[2,3]) -> y {
          y = Softshrink(x) {lower=-1.0, upper=2.0}
        }
    After:
        graph main(x: float32[2,3]) -> y {
          low = const float32[] [-1.0]
          a = Maximum(x, low)
          high = const float32[] [2.0]
          b = Minimum(a, high)
          y = Sub(x, b)
        }
    """

    name = "lower-softshrink"
    stage = "lowering"
    roots = ("Softshrink",)
    needed = True  # without it the result cannot run where it is meant to

    def match(self, op: Op, look: Look) -> bool | None:
        """Only float32: Maximum and Minimum of quantised numbers would want one grid for all."""
        if op.inputs[0] is None or op.inputs[0].dtype is not FLOAT32:
            return look.fail("{} is not float32", op.inputs[0])
        return True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        """The last of the three operators makes the array that the Softshrink made."""
        graph.remove(op)
        (x,) = op.inputs
        low = graph.constant(np.float32(op.attrs.lower), f"{op.name}/lower")
        high = graph.constant(np.float32(op.attrs.upper), f"{op.name}/upper")
        above = graph.emit("Maximum", (x, low), name=f"{op.name}/above", origin=op.origin)
        clipped = graph.emit("Minimum", (*above.outputs, high), name=f"{op.name}/clipped", origin=op.origin)
        graph.emit("Sub", (x, *clipped.outputs), op_definition("Sub").Attrs(), outputs=op.outputs, origin=op.origin)
