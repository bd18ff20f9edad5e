"""Remove operands of conditionals and loops that nothing depends on."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops import get
from ..graphs import own_graphs


class _Found(NamedTuple):
    operands: frozenset[int]
    results: frozenset[int]
    graphs: tuple[Graph, Graph]


class RemoveUnusedVariable(Pass):
    """Remove what no result of an If or a While that is read depends on: operands, and results with their outputs.

    Before:
        graph main(c: bool[], x: float32[2], z: float32[2]) -> y {
          y: float32[2], t: float32[2] = If(c, x, z) {then_graph="one", else_graph="other"}
        }
        graph one(a: float32[2], k: float32[2]) -> b, e {
          b = Neg(a)
          e = Exp(k)
        }
        graph other(a: float32[2], k: float32[2]) -> b, e {
          b = Abs(a)
          e = Neg(k)
        }
    After:
        graph main(c: bool[], x: float32[2], z: float32[2]) -> y {
          y: float32[2] = If(c, x) {then_graph="one", else_graph="other"}
        }
    """

    name = "remove-unused-variable"
    stage = "general"
    roots = ("If", "While")

    def match(self, op: Op, look: Look) -> _Found | None:
        graphs = own_graphs(op, look)
        if graphs is None:
            return None
        read = {k for k, array in enumerate(op.outputs) if look.is_needed(array)}
        if not read:
            return look.fail("nothing of {} is read", op)
        needed = _of_loop(graphs, read) if op.kind == "While" else _of_branches(graphs, read)
        first = 1 if op.kind == "If" else 0
        operands = frozenset(k for k in range(first, len(op.inputs)) if k - first not in needed)
        results = operands if op.kind == "While" else frozenset(k for k in range(len(op.outputs)) if k not in read)
        if not operands and not results:
            return look.fail("everything that {} takes and gives is needed", op)
        return _Found(operands, results, graphs)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        first = 1 if op.kind == "If" else 0
        for part in found.graphs:
            if op.kind == "If" or part.name == op.attrs.body_graph:
                part.retarget(outputs=[a for k, a in enumerate(part.outputs) if k not in found.results])
            _without_unread(part)
            part.retarget(inputs=[a for k, a in enumerate(part.inputs) if k + first not in found.operands])
        graph.remove(op)
        operands = [a for k, a in enumerate(op.inputs) if k not in found.operands]
        results = [a for k, a in enumerate(op.outputs) if k not in found.results]
        graph.emit(op.kind, operands, op.attrs, outputs=results, origin=op.origin)


def _of_loop(graphs: tuple[Graph, Graph], read: set[int]) -> set[int]:
    """The variables that the condition reads, or those that are read afterwards, or in turn variables of those."""
    condition, body = graphs
    needed = read | _inputs_of(condition, list(condition.outputs))
    while True:
        more = _inputs_of(body, [body.outputs[k] for k in sorted(needed)]) - needed
        if not more:
            return needed
        needed |= more


def _of_branches(graphs: tuple[Graph, Graph], read: set[int]) -> set[int]:
    needed: set[int] = set()
    for part in graphs:
        needed |= _inputs_of(part, [part.outputs[k] for k in sorted(read)])
    return needed


def _inputs_of(part: Graph, arrays: list[Array]) -> set[int]:
    """The positions of the inputs that these arrays, and operators with effects, are computed from."""
    waiting = [*arrays, *(a for op in part.ops() if get(op.kind).effects for a in op.inputs if a is not None)]
    seen = dict.fromkeys(waiting)
    while waiting:
        producer = part.producer(waiting.pop())
        for array in () if producer is None else producer.inputs:
            if array is not None and array not in seen:
                seen[array] = None
                waiting.append(array)
    return {k for k, array in enumerate(part.inputs) if array in seen}


def _without_unread(part: Graph) -> None:
    """Take out what no output needs any more."""
    for op in reversed(part.order()):
        if (
            not get(op.kind).effects
            and op.outputs
            and not any(part.user_count(a) or part.is_pinned(a) for a in op.outputs)
        ):
            part.remove(op)
