"""Let branches and bodies have the constants that they are given on every run."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..graphs import drop_places, own_graphs
from ..moving import stand_in


class _Found(NamedTuple):
    places: frozenset[int]
    graphs: tuple[Graph, Graph]


class MoveConstantIntoGraph(Pass):
    """Replace constant operands of an If, and of a While those that its body returns as they are, by constants inside.

    Before:
        graph main(c: bool[], x: float32[2]) -> y {
          k = const float32[2] [1.0, 2.0]
          y: float32[2] = If(c, x, k) {then_graph="plus", else_graph="minus"}
        }
        graph plus(a: float32[2], k: float32[2]) -> b {
          b = Add(a, k)
        }
        graph minus(a: float32[2], k: float32[2]) -> b {
          b = Sub(a, k)
        }
    After:
        graph main(c: bool[], x: float32[2]) -> y {
          y: float32[2] = If(c, x) {then_graph="plus", else_graph="minus"}
        }
    """

    name = "move-constant-into-graph"
    stage = "general"
    roots = ("If", "While")

    def match(self, op: Op, look: Look) -> _Found | None:
        constant = [k for k, array in enumerate(op.inputs) if array is not None and array.value is not None]
        if op.kind == "If":
            constant = [k for k in constant if k]
        else:
            body = look.graph.model.graphs[op.attrs.body_graph]
            constant = [k for k in constant if body.outputs[k] is body.inputs[k]]
        if not constant:
            return look.fail("no operand of {} is the same constant on every run", op)
        graphs = own_graphs(op, look)
        return None if graphs is None else _Found(frozenset(constant), graphs)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        first = 1 if op.kind == "If" else 0
        given = {k - first: array for k in sorted(found.places) if (array := op.inputs[k]) is not None}
        for part in found.graphs:
            _fix(part, given, is_body=op.kind == "While" and part.name == op.attrs.body_graph)
        drop_places(op, found.places, graph, outputs=op.kind == "While")
        if op.kind == "While":
            for k, constant in given.items():
                stand_in(graph, op.outputs[k], constant)


def _fix(part: Graph, given: dict[int, Array], is_body: bool) -> None:
    """Give a graph constants for its inputs at some places; a body loses its outputs there, too."""
    old = {k: part.inputs[k] for k in given}
    if is_body:
        part.retarget(outputs=[a for k, a in enumerate(part.outputs) if k not in given])
    still = list(part.outputs)
    for k, array in old.items():
        told = given[k]
        fixed = part.constant(
            told.value, f"{array.name}_value", told.dtype, minmax=told.minmax, quantization=told.quantization
        )
        for user in part.users(array):
            part.rewire(user, [fixed if a is array else a for a in user.inputs])
        still = [fixed if a is array else a for a in still]
    part.retarget(outputs=still)
    part.retarget(inputs=[a for k, a in enumerate(part.inputs) if k not in given])
