"""A plugin in one file: a pass of its own for conversions that ask for it.

pytoco convert MODEL -p examples/remove_double_neg.py
pytoco passes -p examples/remove_double_neg.py
"""

from collections.abc import Iterator

from pytoco.compiler.driver import Look, Pass
from pytoco.compiler.ir import Graph, Op
from pytoco.compiler.plugins import hookimpl


class RemoveDoubleNeg(Pass):
    """Neg of Neg is the value itself."""

    name = "remove-double-neg"
    stage = "general"
    roots = ("Neg",)

    def match(self, op: Op, look: Look) -> Op | None:
        """Return the first Neg of the two."""
        return look.producer(op, 0, kind="Neg")

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        """Let the readers of the second Neg read what the first one reads."""
        value = found.inputs[0]
        assert value is not None
        graph.replace(op.outputs[0], value)


@hookimpl
def register_passes() -> Iterator[type[Pass]]:
    """Offer the pass."""
    yield RemoveDoubleNeg
