"""A text of a graph's structure in which only promised names count, so that two graphs can be compared."""

from __future__ import annotations

import hashlib
from typing import Any

from ..ir import Array, Dim, Graph, Op, Value
from ..ir.values import tiles

INLINE_ELEMENTS = 16


def canonical_text(graph: Graph) -> str:
    """The graph as text for comparison: equal for graphs that differ only in internal names and execution order.

    Operators come in the order in which the outputs need them, those that no output needs last. Internal arrays are
    numbered, unknown dimensions too; inputs, outputs and states keep their names. Floats are rounded to six digits.
    """
    return _Printer(graph).text()


class _Printer:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names: dict[Array, str] = {}
        self.dims: dict[Dim, str] = {}
        self.lines: list[str] = []

    def text(self) -> str:
        graph = self.graph
        for array in graph.inputs:
            self.lines.append(f"input {self.name(array)}{self.type(array)}")
        for state in graph.states:
            self.lines.append(f"state {self.name(state.array)}{self.type(state.array)} <- {state.source.name}")
        for op in _by_need(graph):
            operands = ", ".join("_" if a is None else self.operand(a) for a in _given(op))
            results = ", ".join(f"{self.name(a)}{self.type(a)}" for a in op.outputs)
            self.lines.append(f"{results}{' = ' if results else ''}{op.kind}({operands}){_attrs(op.attrs)}")
        for array in graph.outputs:
            self.lines.append(f"output {self.operand(array)}")
        return "\n".join(self.lines) + "\n"

    def operand(self, array: Array) -> str:
        if array in self.names:
            return self.names[array]
        name = self.name(array)
        if array.value is not None:
            self.lines.append(f"{name} = const{self.type(array)} {_value(array.value)}")
        return name

    def name(self, array: Array) -> str:
        if array not in self.names:
            self.names[array] = array.name if self.graph.is_pinned(array) else f"%{len(self.names)}"
        return self.names[array]

    def type(self, array: Array) -> str:
        shape = "*" if array.shape is None else ",".join(map(self.dim, array.shape))
        text = f": {array.dtype or '?'}[{shape}]"
        if array.minmax is not None:
            low, high, *more = array.minmax if array.minmax.axis is not None else array.minmax[:4]
            text += f" minmax({low:.6g}, {high:.6g}{f', {more}' if any(more) else ''})"
        if array.quantization is not None:
            scales, zeros, axis = array.quantization
            text += f" quant([{', '.join(f'{s:.6g}' for s in scales)}], {list(zeros)}, {axis})"
        return text

    def dim(self, d: int | Dim) -> str:
        return str(d) if isinstance(d, int) else self.dims.setdefault(d, f"?{len(self.dims)}")


def _by_need(graph: Graph) -> list[Op]:
    """Operators in post-order from the outputs, operands from left to right, then the rest in execution order."""
    order: dict[Op, None] = {}
    roots = [graph.producer(a) for a in (*graph.outputs, *(s.source for s in graph.states))]
    stack: list[tuple[Op, bool]] = []
    for root in [*roots, *graph.order()]:
        if root is not None:
            stack.append((root, False))
        while stack:
            op, ready = stack.pop()
            if ready:
                order[op] = None
            elif op not in order:
                stack.append((op, True))
                before = [graph.producer(a) for a in op.inputs if a is not None]
                stack.extend((p, False) for p in reversed(before) if p is not None and p not in order)
    return list(order)


def _given(op: Op) -> tuple[Array | None, ...]:
    """The operands; those left out at the end do not count."""
    inputs = op.inputs
    while inputs and inputs[-1] is None:
        inputs = inputs[:-1]
    return inputs


def _attrs(attrs: Any) -> str:
    if attrs is None:
        return ""
    return f" {{{', '.join(f'{k}={v!r}' for k, v in attrs._asdict().items())}}}"


def _value(value: Value) -> str:
    if value.size <= INLINE_ELEMENTS:
        items = [v for tile in tiles(value) for v in tile.reshape(-1).tolist()]
        return f"[{', '.join(map(_number, items))}]"
    digest = hashlib.sha256()
    seen: set[str] = set()
    for tile in tiles(value):
        for v in tile.reshape(-1).tolist():
            text = _number(v)
            if len(seen) < 2:
                seen.add(text)
            digest.update(text.encode() + b",")
    return f"splat {seen.pop()}" if len(seen) == 1 else f"hash {digest.hexdigest()[:16]}"


def _number(v: Any) -> str:
    return f"{v:.6g}" if isinstance(v, float) else repr(v)
