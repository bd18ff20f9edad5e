"""Sqrt of Square is Abs."""

from typing import Any, ClassVar

from pytoco.compiler.driver import Look, Pass
from pytoco.compiler.ir import Graph, Op


class DropSqrtOfSquare(Pass):
    """Sqrt of Square is Abs."""

    name: ClassVar[str] = "drop-sqrt-of-square"
    stage: ClassVar[str] = "general"
    roots: ClassVar[tuple[str, ...]] = ("Sqrt",)

    def match(self, op: Op, look: Look) -> Any:
        """The Square before the Sqrt."""
        return look.producer(op, 0, kind="Square")

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        """Put Abs there."""
        graph.remove(op)
        graph.emit("Abs", found.inputs[:1], outputs=op.outputs)
