"""Copies of graphs and of the parts between chosen arrays."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import UsageError
from .graph import Graph
from .items import Array, Op, State
from .model import Model
from .subgraphs import called


def extract(graph: Graph, inputs: Sequence[str] | None = None, outputs: Sequence[str] | None = None) -> Model:
    """A new model holding only what `outputs` need, cut off at `inputs`; constants share their values.

    Left out, the graph's own inputs and outputs are taken. Names, types, attributes and origins are kept. Raises
    UsageError for a name that is not there, or when an output needs one of the graph's inputs that is not given.
    """
    sources = graph.inputs if inputs is None else tuple(_named(graph, n) for n in inputs)
    sinks = graph.outputs if outputs is None else tuple(_named(graph, n) for n in outputs)
    cut = dict.fromkeys(sources)
    needed: dict[Op, None] = {}
    waiting: list[Array] = list(sinks)
    states: dict[State, None] = {}
    while waiting:
        array = waiting.pop()
        if array in cut:
            continue
        producer = graph.producer(array)
        if producer is None:
            if array in graph.inputs:
                raise UsageError(
                    f"the outputs need input {array.name!r}", hint="name it among the inputs", array=array.name
                )
            for state in graph.states:
                if state.array is array and state not in states:
                    states[state] = None
                    waiting.append(state.source)
        elif producer not in needed:
            needed[producer] = None
            waiting.extend(a for a in producer.inputs if a is not None)

    model = Model()
    copy_part(graph, model, sources, sinks, needed, states)
    waiting_for = [name for op in needed for name in called(op)]
    while waiting_for:  # what they run comes along whole
        name = waiting_for.pop()
        if name not in model.graphs:
            part = graph.model.graphs[name]
            everything = dict.fromkeys(part.ops())
            copy_part(part, model, part.inputs, part.outputs, everything, dict.fromkeys(part.states))
            waiting_for.extend(n for op in everything for n in called(op))
    return model


def copy_part(
    graph: Graph,
    model: Model,
    sources: Sequence[Array],
    sinks: Sequence[Array],
    needed: dict[Op, None],
    states: dict[State, None],
) -> None:
    """Put a copy of these operators, inputs, outputs and states into a new graph of `model` of the same name."""
    target = model.graph(graph.name)
    copies: dict[Array, Array] = {}

    def copy(array: Array, constant: bool = True) -> Array:
        made = copies.get(array)
        if made is None:
            value = array.value if constant else None
            copies[array] = made = Array(
                model.new_id(), array.name, array.dtype, array.shape, value, array.minmax, array.quantization
            )
        return made

    target.retarget(inputs=[copy(a, constant=False) for a in sources])
    for op in graph.order():
        if op in needed:
            operands = tuple(None if a is None else copy(a) for a in op.inputs)
            results = tuple(copy(a, constant=False) for a in op.outputs)
            target.add(Op(model.new_id(), op.kind, operands, results, op.attrs, op.origin, op.rank))
    target.retarget(
        outputs=[copy(a) for a in sinks],
        states=[State(copy(s.array), copy(s.source), s.discardable) for s in graph.states if s in states],
    )


def _named(graph: Graph, name: str) -> Array:
    array = graph.find(name)
    if array is None:
        raise UsageError(f"graph {graph.name!r} has no array {name!r}", array=name)
    return array
