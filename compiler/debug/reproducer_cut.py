"""Cuts operators with their neighbourhood out of a graph, without any large constant's values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from ..ir import Array, Graph, Model, Op, Value
from ..ir.extract import copy_part
from ..ir.printing import print_graph
from ..ir.subgraphs import called

MOST_OPS = 400
"""Operators at which a neighbourhood stops growing."""


def neighbourhood(graph: Graph, ops: Iterable[Op], hops: int) -> dict[Op, None]:
    """`ops` and the operators within so many steps of them, along or against the flow of data, up to `MOST_OPS`."""
    found = dict.fromkeys(ops)
    ring = list(found)
    for _ in range(hops):
        following: list[Op] = []
        for op in ring:
            around = [graph.producer(a) for a in op.inputs if a is not None]
            around += [user for a in op.outputs for user in graph.users(a)]
            for other in around:
                if other is not None and other not in found:
                    if len(found) >= MOST_OPS:
                        return found
                    found[other] = None
                    following.append(other)
        ring = following
    return found


def cut(graph: Graph, ops: Iterable[Op]) -> Model:
    """A new model whose main graph has only these operators, and the graphs that they run.

    What they read from others becomes an input, what others read of them an output; names, types and attributes stay.
    """
    chosen = dict.fromkeys(ops)
    made = {array: None for op in chosen for array in op.outputs}
    read = dict.fromkeys(a for op in chosen for a in op.inputs if a is not None)
    states = {s: None for s in graph.states if s.array in read and s.source in made}
    given = {s.array for s in states}
    sources = [a for a in graph.inputs if a in read]
    sources += [a for a in read if a not in made and a.value is None and a not in given and a not in graph.inputs]
    sinks = [a for a in graph.outputs if a in made or (a in read and a.value is not None)]
    sinks += [a for a in made if a not in graph.outputs and _leaves(graph, a, chosen)]
    model = Model()
    copy_part(graph, model, sources, sinks, chosen, states)
    main = model.graphs.pop(graph.name)
    main.name = "main"
    model.graphs["main"] = main
    waiting = [name for op in chosen for name in called(op)]
    while waiting:
        name = waiting.pop()
        if name not in model.graphs:
            part = graph.model.graphs[name]
            copy_part(part, model, part.inputs, part.outputs, dict.fromkeys(part.ops()), dict.fromkeys(part.states))
            waiting.extend(n for op in part.ops() for n in called(op))
    return model


def _leaves(graph: Graph, array: Array, chosen: dict[Op, None]) -> bool:
    """Whether somebody outside needs the array."""
    return any(user not in chosen for user in graph.users(array)) or any(s.source is array for s in graph.states)


def anonymous_text(model: Model) -> str:
    """The text form, in which large constants are random numbers, by seeds, or zeros where they are no floats."""
    seeds = count(1)

    def stand_in(value: Value) -> str:
        kind = value.dtype.kind
        if kind == "f":
            return f"seed {next(seeds)}"
        return {"O": 'splat {"b64": ""}', "b": "splat false", "c": 'splat {"complex": [0.0, 0.0]}'}.get(kind, "splat 0")

    return "\n".join(print_graph(graph, large=stand_in) for graph in model.graphs.values())
