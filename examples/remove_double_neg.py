"""A plugin in one file: a pass of its own for conversions that ask for it.

pytoco convert MODEL -p examples/remove_double_neg.py
pytoco passes -p examples/remove_double_neg.py

A package with tests, settings and operators of its own: examples/pytoco-cleanup, examples/pytoco-shrink.
"""

from collections.abc import Iterator

from pytoco.compiler import Graph, Look, Op, Pass, hookimpl


class RemoveDoubleNeg(Pass):
    """Neg of Neg is the value itself."""

    name = "remove-double-neg"
    stage = "general"
    roots = ("Neg",)

    def match(self, op: Op, look: Look) -> Op | None:
        """Return the first Neg of the two."""
        first = look.producer(op, 0, kind="Neg")
        if first is None:
            return None
        value = first.inputs[0]
        if value is None or not look.graph.can_replace(op.outputs[0], value):
            return look.fail("{} and {} are both promised names", value, op.outputs[0])
        return first

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        """Let the readers of the second Neg read what the first one reads."""
        value = found.inputs[0]
        assert value is not None
        graph.replace(op.outputs[0], value)
        graph.remove(op)


@hookimpl
def register_passes() -> Iterator[type[Pass]]:
    """Offer the pass."""
    yield RemoveDoubleNeg
