"""TensorFlow 1's while loops, made of Enter, Merge, Switch, NextIteration and Exit, as TensorFlow 2's While nodes.

A frame is what the paper "Dynamic Control Flow in Large-Scale Machine Learning" (Yu et al., EuroSys 2018) calls one:
each loop variable enters by an Enter and comes round by a NextIteration, which a Merge joins; a Switch on the LoopCond
sends it to the body or to its Exit. Other Enters bring in what the loop only reads. A frame that looks different, or
whose nodes are tied up with others', is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import protos
from .names import array_name, canonical
from .nodes import Function, Node

ENTER = ("Enter", "RefEnter")
MERGE = ("Merge", "RefMerge")
SWITCH = ("Switch", "RefSwitch")
_NEXT = ("NextIteration", "RefNextIteration")
_EXIT = ("Exit", "RefExit")
OF_FRAMES = (*ENTER, *_EXIT, *_NEXT, "LoopCond")

NodesByName = dict[str, Node]


class Irregular(Exception):
    """Nodes of control flow are not put together as TensorFlow does it, or hold others that are not converted yet."""


def without_frames(
    nodes: list[Node], functions: Mapping[str, Function], asked: Sequence[str] = ()
) -> tuple[list[Node], Mapping[str, Function]]:
    """The nodes with a While for each regular frame, inner ones first, and the library with the bodies of those.

    A frame stays where one of the arrays `asked` for is inside of it.
    """
    enters = [node for node in nodes if node.op in ENTER]
    if not enters:
        return nodes, functions
    frames: dict[str, list[Node]] = {}
    for enter in enters:
        frames.setdefault(enter.text("frame_name", ""), []).append(enter)
    present = {node.name: node for node in nodes}
    library = dict(functions)
    wanted = {name for array in asked for name in (array, node_name(array))}
    again = True
    while again and frames:
        again = False
        for name in list(frames):
            try:
                loop = _Loop(frames[name], present)
                if not wanted.isdisjoint(loop.gone):
                    continue
            except Irregular:
                continue
            loop.put_in_place(present, library)
            del frames[name]
            again = True
    return list(present.values()), library


class _Loop:
    """A frame taken apart. Raises Irregular where it cannot be."""

    def __init__(self, enters: list[Node], nodes: NodesByName) -> None:
        self.nodes = nodes
        by_name = {enter.name: enter for enter in enters}
        self.variables: list[tuple[Node, Node, Node]] = []  # Enter, Merge, NextIteration
        for node in nodes.values():
            if node.op in MERGE:
                pair = [nodes.get(node_name(text)) for text in node.inputs if text[:1] != "^"]
                entering = [p for p in pair if p is not None and p.name in by_name]
                coming = [p for p in pair if p is not None and p.op in _NEXT]
                if len(entering) == 1 and len(coming) == 1 and len(pair) == 2:
                    self.variables.append((entering[0], node, coming[0]))
        inside = {enter.name for enter, _, _ in self.variables}
        self.captured = [enter for enter in enters if enter.name not in inside]
        merges = {merge.name: k for k, (_, merge, _) in enumerate(self.variables)}
        self.switches: dict[str, int] = {}
        conditions: dict[str, None] = {}
        for node in nodes.values():
            if node.op in SWITCH and len(node.inputs) > 1:
                variable = merges.get(node_name(node.inputs[0]))
                decider = nodes.get(node_name(node.inputs[1]))
                if variable is not None and decider is not None and decider.op == "LoopCond":
                    self.switches[node.name] = variable
                    conditions[decider.name] = None
        if len(conditions) != 1:
            raise Irregular
        (self.condition,) = (nodes[name] for name in conditions)
        if not self.condition.inputs:
            raise Irregular
        self.exits = [
            n for n in nodes.values() if n.op in _EXIT and n.inputs and node_name(n.inputs[0]) in self.switches
        ]
        reads = {merge.name: merge.name for _, merge, _ in self.variables}
        reads |= {enter.name: enter.name for enter in self.captured}
        self.cond_nodes = self._needed([self.condition.inputs[0]], reads)
        own = [merge.name for _, merge, _ in self.variables]
        reads |= {array_name(switch, 1): own[k] for switch, k in self.switches.items()}
        self.reads = reads
        self.body_nodes = self._needed([coming.inputs[0] for _, _, coming in self.variables if coming.inputs], reads)
        self.gone = [*self.switches, self.condition.name]  # names of the nodes that the loop takes the place of
        self.gone += [node.name for parts in self.variables for node in parts]
        self.gone += [node.name for node in self.captured]
        inner = (*self.cond_nodes.values(), *self.body_nodes.values())
        self.gone += [node.name for node in inner if node.op != "Const"]

    def _needed(self, arrays: Sequence[str], reads: Mapping[str, str]) -> NodesByName:
        """The nodes that compute the arrays from those that the frame's graphs take."""
        found: dict[str, None] = {}
        waiting = list(arrays)
        while waiting:
            text = waiting.pop()
            if text[:1] == "^":
                continue
            reference = canonical(text, self.nodes)
            if reference is None or array_name(*reference) in reads:
                continue
            node = self.nodes[reference[0]]
            if node.op in OF_FRAMES or node.name in self.switches or node.op.startswith("Placeholder"):
                raise Irregular
            if node.name not in found:
                found[node.name] = None
                waiting.extend(node.inputs)
        return {name: self.nodes[name] for name in self.nodes if name in found}

    def put_in_place(self, nodes: NodesByName, library: dict[str, Function]) -> None:
        """Exchange the frame's nodes for a While, and put its functions into the library."""
        name = free_name(self.condition.name.rpartition("/")[0] or "while", nodes)
        order = [merge.name for _, merge, _ in self.variables] + [enter.name for enter in self.captured]
        message = protos.NodeDef(name=name, op="While")
        for part, inner, results in (
            ("cond", self.cond_nodes, [self.condition.inputs[0]]),
            ("body", self.body_nodes, [c.inputs[0] for _, _, c in self.variables] + [e.name for e in self.captured]),
        ):
            function = function_of(free_name(f"{name}/{part}", library), order, inner, results, self.reads, nodes)
            library[function.name] = function
            message.attr[part].func.name = function.name
        entering = [enter for enter, _, _ in self.variables] + self.captured
        types = message.attr["T"].list.type
        types.extend(enter.value("T", "type", 0) for enter in entering)
        loop = Node(name, "While", [enter.inputs[0] for enter in entering], message)
        exits = [
            Node(e.name, "Identity", [array_name(name, self.switches[node_name(e.inputs[0])])], _identity(e.name))
            for e in self.exits
        ]
        for each in self.gone:
            nodes.pop(each, None)
        nodes[name] = loop
        nodes.update({e.name: e for e in exits})


def function_of(
    name: str,
    arguments: Sequence[str],
    inner: NodesByName,
    results: Sequence[str],
    reads: Mapping[str, str],
    nodes: NodesByName,
) -> Function:
    """A function of these nodes, with what they read of the frame as arguments of the same names."""
    message: Any = protos.FunctionDef()
    message.signature.name = name
    for argument in arguments:
        message.signature.input_arg.add(name=argument)
    for k, result in enumerate(results):
        message.signature.output_arg.add(name=f"result_{k}")
        message.ret[f"result_{k}"] = _read(result, reads, nodes)
    made = [
        Node(node.name, node.op, [_read(text, reads, nodes) for text in node.inputs], node.message, node.payloads)
        for node in inner.values()
    ]
    return Function(message, made)


def _read(text: str, reads: Mapping[str, str], nodes: NodesByName) -> str:
    reference = None if text[:1] == "^" else canonical(text, nodes)
    if reference is None:
        return text
    array = array_name(*reference)
    return reads.get(array, array)


def node_name(text: str) -> str:
    """The node of an array `name` or `name:k`."""
    return text.rpartition(":")[0] or text if text[-1:].isdigit() and ":" in text else text


def _identity(name: str) -> Any:
    return protos.NodeDef(name=name, op="Identity")


def free_name(name: str, taken: Mapping[str, Any]) -> str:
    """`name`, or a numbered variant of it that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
