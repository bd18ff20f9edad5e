"""Assignments in a graph that is to be frozen: harmless where nothing reads the variable afterwards, else an error.

A converted model keeps no variables, so what a signature assigns is lost. That is the effect of training statistics and
counters, and said in a warning. A read that has to wait for an assignment, though, sees the assigned value, which the
frozen one is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...compiler.errors import UnsupportedError
from .freeze import REFERENCE, RESOURCE
from .functions import reached
from .names import canonical
from .nodes import Function, Node

_PASSING = ("Identity", "RefIdentity", "Enter", "RefEnter", "Switch", "RefSwitch")
_SHOWN = 5
_REFERENCE_WRITERS = re.compile(
    "Assign(Add|Sub)?|Scatter(Nd)?(Update|Add|Sub|Mul|Div|Min|Max)|CountUpTo|StridedSliceAssign|(Sparse)?Apply.*"
)
_RESOURCE_WRITERS = re.compile(r"Assign\w*VariableOp|Resource(?!Gather)\w+")


def check_assignments(
    nodes: Sequence[Node],
    whole: Sequence[Node],
    outputs: Iterable[str],
    inputs: Iterable[str],
    functions: Mapping[str, Function],
) -> list[str]:
    """A warning, or none, about assignments that the outputs cause and that do not change them.

    `nodes` are the wanted part of the graph, expanded; `whole` is the graph as it was, for what only control edges
    reach. Raises UnsupportedError naming variable and operator where an output depends on the assigned value.
    """
    known = {node.name: node for node in whole} | {node.name: node for node in nodes}
    by_data = {node.name for node in reached(nodes, outputs, inputs)}
    around = _around(by_data, known, set(inputs))
    handles = _handles(around)
    found = [(node, name) for node in around.values() for name in _assigned(node, handles, functions)]
    if not found:
        return []
    readers = _readers(around)
    for node, variable in found:
        later = _after(node.name, readers)
        reading = (n for n in around if n in by_data and n in later and variable in _variables(around[n], handles))
        reader = next(reading, None)
        if reader is not None:
            raise UnsupportedError(
                f"the outputs depend on the value that {node.op} {node.name!r} gives to the variable {variable!r}",
                hint="variables become constants: export a function that assigns nothing it reads afterwards",
                node=reader,
            )
    shown = ", ".join(f"{node.op} {node.name!r} to {variable!r}" for node, variable in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [f"a converted model keeps its variables as they are; these assignments have no effect: {shown}{more}"]


def origin(text: str, nodes: Mapping[str, Node]) -> tuple[str, int] | None:
    """The node, and its result, that a reference means, looking through nodes that pass their operand on."""
    reference = None if text[:1] == "^" else canonical(text, nodes)
    for _ in range(len(nodes)):
        if reference is None or nodes[reference[0]].op not in _PASSING or not nodes[reference[0]].inputs:
            break
        reference = canonical(nodes[reference[0]].inputs[0], nodes)
    return reference


def _around(by_data: Iterable[str], nodes: Mapping[str, Node], stop: set[str]) -> dict[str, Node]:
    """The nodes that those of `by_data` wait for, by control edges too, and they themselves."""
    found = dict.fromkeys(by_data)
    waiting = list(found)
    while waiting:
        for text in nodes[waiting.pop()].inputs:
            reference = canonical(text.removeprefix("^"), nodes)
            if reference is not None and reference[0] not in found and text.removesuffix(":0") not in stop:
                found[reference[0]] = None
                waiting.append(reference[0])
    return {name: node for name, node in nodes.items() if name in found}


def _readers(nodes: Mapping[str, Node]) -> dict[str, list[str]]:
    """The nodes that wait for each node, by data or control."""
    readers: dict[str, list[str]] = {}
    for name, node in nodes.items():
        for text in node.inputs:
            reference = canonical(text.removeprefix("^"), nodes)
            if reference is not None:
                readers.setdefault(reference[0], []).append(name)
    return readers


def _after(start: str, readers: Mapping[str, list[str]]) -> set[str]:
    """The node and all that wait for it."""
    seen = {start}
    waiting = [start]
    while waiting:
        for name in readers.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def _handles(nodes: Mapping[str, Node]) -> dict[str, str]:
    """The variable that a node stands for: itself, or one that it passes on."""
    found = {node.name: node.name for node in nodes.values() if node.op in (*REFERENCE, *RESOURCE)}
    for node in nodes.values():
        if node.op in _PASSING:
            reference = origin(node.name, nodes)
            if reference is not None and reference[0] in found:
                found[node.name] = reference[0]
    return found


def _variables(node: Node, handles: Mapping[str, str]) -> list[str]:
    """The variables among the node's operands."""
    found: dict[str, None] = {}
    for text in node.inputs:
        name = handles.get(text) or handles.get(text.rpartition(":")[0])
        if name is not None:
            found[name] = None
    return list(found)


def _assigned(node: Node, handles: Mapping[str, str], functions: Mapping[str, Function]) -> list[str]:
    """The variables that the node assigns to, or hands to a function that assigns to something."""
    variables = _variables(node, handles)
    if not variables or _RESOURCE_WRITERS.fullmatch(node.op) or _REFERENCE_WRITERS.fullmatch(node.op):
        return variables[:1]
    return variables if _assigns(called(node), functions) else []


def called(node: Node) -> list[str]:
    """The functions that the node's attributes name."""
    found: list[str] = []
    for _, value in sorted(node.message.attr.items()):
        case = value.WhichOneof("value")
        functions: Any = [value.func] if case == "func" else value.list.func if case == "list" else ()
        found.extend(function.name for function in functions)
    return found


def _assigns(names: Iterable[str], functions: Mapping[str, Function]) -> bool:
    """Whether one of these functions, or one that they run, assigns to a variable."""
    waiting = list(names)
    seen = set(waiting)
    while waiting:
        function = functions.get(waiting.pop())
        for node in function.nodes if function is not None else ():
            if _RESOURCE_WRITERS.fullmatch(node.op):
                return True
            fresh = [name for name in (*called(node), node.op) if name in functions and name not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
    return False
