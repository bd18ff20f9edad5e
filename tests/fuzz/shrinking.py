"""Makes a failing graph small: fewer outputs, inputs cut off, operators left out, while it fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from numpy.typing import NDArray

from pytoco.compiler.errors import PytocoError
from pytoco.compiler.ir import Array, Graph
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.text import print_graph
from pytoco.compiler.testing import evaluate

from .checking import Failure

Values = Mapping[str, NDArray[Any]]
Test = Callable[[Graph, Values], Failure | None]


def shrink(graph: Graph, values: Values, failure: Failure, test: Test) -> tuple[Graph, Values, Failure]:
    """The smallest graph found for which `test` gives a failure of the same kind, its inputs, and that failure.

    Greedy: takes the first smaller graph that still fails, until none does.
    """
    while True:
        everything = _all_values(graph, values)
        for smaller in _candidates(graph):
            inputs = {a.name: everything[a.name] for a in smaller.inputs}
            try:
                found = test(smaller, inputs)
            except (PytocoError, KeyError):
                continue
            if found is not None and found.kind == failure.kind:
                graph, values, failure = smaller, inputs, found
                break
        else:
            return graph, {a.name: values[a.name] for a in graph.inputs}, failure


def _all_values(graph: Graph, values: Values) -> dict[str, NDArray[Any]]:
    names = [a.name for op in graph.order() for a in op.outputs]
    return {**values, **evaluate(extract(graph, outputs=names).main, values)}


def _candidates(graph: Graph) -> Iterator[Graph]:
    outputs = [a.name for a in graph.outputs]
    if len(outputs) > 1:
        for name in outputs:
            yield _part(graph, [], [name])
    for op in graph.order():  # an earlier result as the only output
        for array in op.outputs:
            if array.name not in outputs:
                yield _part(graph, [], [array.name])
    for op in reversed(graph.order()):  # an operator's results as inputs
        names = [a.name for a in op.outputs]
        if not any(a in graph.outputs for a in op.outputs):
            yield _part(graph, names, outputs)
    for op in graph.order():  # an operator's operand in the place of its result
        for operand in op.inputs:
            if operand is not None and _alike(operand, op.outputs[0]) and op.outputs[0] not in graph.outputs:
                made = extract(graph).main
                old, new = made.find(op.outputs[0].name), made.find(operand.name)
                if old is not None and new is not None and made.can_replace(old, new):
                    made.replace(old, new)
                    yield _part(made, [], outputs)


def _alike(a: Array, b: Array) -> bool:
    return a.dtype is b.dtype and a.shape == b.shape and a.value is None


def _part(graph: Graph, cuts: list[str], outputs: list[str]) -> Graph:
    """What `outputs` need, with the arrays `cuts` as further inputs; inputs that nobody reads are left out."""
    made = extract(graph, [*(a.name for a in graph.inputs), *cuts], outputs).main
    made.retarget(inputs=[a for a in made.inputs if made.user_count(a)])
    return made


def snippet(graph: Graph, values: Values, failure: Failure, arguments: Mapping[str, Any]) -> str:
    """A pytest function that fails as the graph does; constants of more than 16 elements come along."""
    sidecar: dict[str, NDArray[Any]] = {}
    text = print_graph(graph, sidecar)
    lines = ["import numpy as np", ""]
    lines += ["from pytoco.compiler.ir.text import parse", "from tests.fuzz.checking import check"]
    lines += ["", "TEXT = '''", text.rstrip(), "'''", "CONSTANTS = {"]
    lines += [f"    {name!r}: {_literal(value)}," for name, value in sidecar.items()]
    lines += ["}", "INPUTS = {", *(f"    {name!r}: {_literal(value)}," for name, value in values.items()), "}"]
    lines += ["", "", "def test_found_by_fuzzing() -> None:"]
    how = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    lines += [f"    assert check(parse(TEXT, CONSTANTS).main, INPUTS, {how}) is None"]
    return "\n".join(lines) + f"\n\n# {failure.kind}: " + failure.text.replace("\n", "\n# ") + "\n"


def _literal(value: NDArray[Any]) -> str:
    return f"np.array({value.tolist()}, {value.dtype.name!r})"
