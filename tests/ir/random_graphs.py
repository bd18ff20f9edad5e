"""Random graphs and random changes of them for property tests, drawn with hypothesis."""

from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from pytoco.compiler.ir import Array, Dim, Graph, MinMax, Model, Op, Quantization, State, dtype_named
from pytoco.compiler.ir.verify import verify

FLOAT32 = dtype_named("float32")
SHAPE = (2, 3)
UNARY = ("Abs", "Neg", "Relu", "Identity")
BINARY = ("Add", "Mul", "Sub")

NAMES = st.one_of(
    st.text(min_size=1, max_size=6),
    st.sampled_from(["a", "a_1", "_", "state", "graph", "const", "}", "{", "->", "-", "x:0", "x:0:1", "a # b", "#", '"',
                     "\\", "a\nb", "a/b", "seed", "splat", "1", "é", "\u2028", "Abs(x)", "?", "*", "[1]", "\udcff"]),
)  # fmt: skip
ROLES = (
    "unary",
    "binary",
    "many",
    "constant",
    "rewire",
    "replace",
    "rename",
    "fields",
    "outputs",
    "inputs",
    "states",
    "remove",
)


def empty() -> Graph:
    """A graph of one input `x`, which is the output too by way of an operator."""
    graph = Model().graph()
    x = graph.array("x", FLOAT32, SHAPE)
    graph.retarget(inputs=[x])
    graph.retarget(outputs=[graph.emit("Identity", [x], name="y").outputs[0]])
    return graph


def _downstream(graph: Graph, item: Array | Op) -> set[Any]:
    return nx.descendants(graph.view, item) | {item}


class Changes:
    """Draws changes of a graph; each keeps it well-formed. `draw` is hypothesis' `data.draw`."""

    def __init__(self, draw: Any, graph: Graph) -> None:
        self.draw = draw
        self.graph = graph

    def array(self, without: set[Any] | None = None) -> Array | None:
        """An array to read, none of `without`."""
        found = [a for a in self.graph.arrays() if not without or a not in without]
        return self.draw(st.sampled_from(found)) if found else None

    def some(self, count: int) -> list[Array | None]:
        return [self.array() for _ in range(count)]

    def change(self) -> str:
        """One change; returns what sort of change was chosen."""
        role: str = self.draw(st.sampled_from(ROLES))
        getattr(self, f"do_{role}")()
        return role

    def do_unary(self) -> None:
        self.graph.emit(self.draw(st.sampled_from(UNARY)), self.some(1), name=self.draw(NAMES))

    def do_binary(self) -> None:
        self.graph.emit(self.draw(st.sampled_from(BINARY)), self.some(2), name=self.draw(NAMES))

    def do_many(self) -> None:
        self.graph.emit("AddN", self.some(self.draw(st.integers(1, 4))), name=self.draw(NAMES))

    def do_constant(self) -> None:
        value = np.full(SHAPE, self.draw(st.floats(width=32, allow_nan=False)), np.float32)
        constant = self.graph.constant(value, self.draw(NAMES))
        self.graph.emit("Mul", [self.array(), constant])

    def do_rewire(self) -> None:
        if not self.graph.ops():
            return
        op = self.draw(st.sampled_from(self.graph.ops()))
        allowed = _downstream(self.graph, op)
        operands = [self.array(allowed) for _ in op.inputs]
        if None not in operands:
            self.graph.rewire(op, operands)

    def do_replace(self) -> None:
        old = self.array()
        assert old is not None
        new = self.array(_downstream(self.graph, old))
        if new is not None and self.graph.can_replace(old, new):
            self.graph.replace(old, new)

    def do_rename(self) -> None:
        array = self.array()
        assert array is not None
        if not self.graph.is_pinned(array):
            self.graph.update(array, name=self.graph.unique_name(self.draw(NAMES)))

    def do_fields(self) -> None:
        array = self.array()
        assert array is not None
        self.graph.update(
            array,
            minmax=self.draw(st.sampled_from([None, MinMax(-1.0, 0.5), MinMax(0.0, float("inf"))])),
            quantization=self.draw(st.sampled_from([None, Quantization((0.5, 2.0), (0, 3), 1)])),
        )
        if array.value is None:
            self.graph.update(array, shape=self.draw(st.sampled_from([SHAPE, (Dim("n"), 3), None])))

    def do_outputs(self) -> None:
        chosen = dict.fromkeys((self.array(), *self.graph.outputs[: self.draw(st.integers(0, 2))]))
        self.graph.retarget(outputs=[a for a in chosen if a is not None and a not in self.graph.inputs])

    def do_inputs(self) -> None:
        new = self.graph.array(self.draw(NAMES), FLOAT32, SHAPE)
        self.graph.retarget(inputs=[*self.graph.inputs, new])

    def do_states(self) -> None:
        state = self.graph.array(self.draw(NAMES), FLOAT32, SHAPE)
        source = self.array(set(self.graph.inputs))
        if source is not None:
            op = self.graph.emit("Add", [source, state])
            self.graph.retarget(states=[*self.graph.states, State(state, op.outputs[0])])

    def do_remove(self) -> None:
        ops = [
            op for op in self.graph.ops() if not any(self.graph.users(a) or self.graph.is_pinned(a) for a in op.outputs)
        ]
        if ops:
            self.graph.remove(self.draw(st.sampled_from(ops)))


def check(graph: Graph) -> None:
    """Every invariant of a graph, checked against the operators themselves rather than against the index."""
    verify(graph.model)
    ops, arrays = graph.ops(), graph.arrays()
    used = Counter((a, op) for op in ops for a in dict.fromkeys(op.inputs) if a is not None)
    defined = Counter((op, a) for op in ops for a in op.outputs)
    assert Counter(list(graph.view.edges())) == used + defined
    assert Counter(list(graph.view.nodes())) == Counter([*ops, *arrays])
    for array in arrays:
        assert Counter(graph.users(array)) == Counter(op for op in ops if array in op.inputs)
        assert graph.user_count(array) == len(graph.users(array))
        assert [op for op in (graph.producer(array),) if op] == [op for op in ops if array in op.outputs]
    assert graph.kinds() == Counter(op.kind for op in ops)
    assert all(graph.ops(kind) == [op for op in ops if op.kind == kind] for kind in graph.kinds())
    assert len({a.name for a in arrays}) == len(arrays)
    roles = {*graph.inputs, *graph.outputs, *(a for s in graph.states for a in (s.array, s.source))}
    assert roles == {a for a in arrays if graph.is_pinned(a)}
    named = {a for op in ops for a in (*op.inputs, *op.outputs) if a is not None}
    assert named | roles == set(arrays), "an orphan"
    seen: set[Any] = set()
    for op in graph.order():
        assert all(graph.producer(a) is None or graph.producer(a) in seen for a in op.inputs if a is not None)
        seen.add(op)
    assert seen == set(ops)
