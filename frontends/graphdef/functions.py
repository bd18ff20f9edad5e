"""Expands calls of library functions into the nodes of their bodies, before anything else looks at the graph.

A call is a node whose op is a function's name, or PartitionedCall and StatefulPartitionedCall with the attribute `f`.
The body's nodes come in as `<call>/<node>`, or under their own names where those are free and that is asked for; each
result of the call becomes an Identity under its old name (`call`, `call:1`), so that whoever names it, a user or
another node, still finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...compiler.errors import InvalidModelError
from . import protos
from .nodes import Function, Node
from .outputs import MAX_RESULTS, Result, result_offset, results

CALL_OPS = ("PartitionedCall", "StatefulPartitionedCall")
MAX_NODES = 4_000_000
"""Nodes after expansion at which we give up: functions that call each other twice grow without bound."""

Chain = tuple[str, Any]
"""Names of the functions around a node, innermost first, as a linked list."""


def expand(
    nodes: list[Node], functions: Mapping[str, Function], chain: Chain | None = None, *, short: bool = False
) -> list[Node]:
    """`nodes` without calls; the same list when there are none. `chain` names the functions that they are the body of.

    With `short`, the nodes of a body keep their names as long as no other node has them.

    Raises InvalidModelError for recursion, missing functions, and calls that do not fit the function's signature.
    """
    if not any(node.op in functions or node.op in CALL_OPS for node in nodes):
        return nodes
    taken = {node.name for node in nodes} if short else None
    out: list[Node] = []
    work: list[tuple[Node, Chain | None]] = [(node, chain) for node in reversed(nodes)]
    while work:
        node, around = work.pop()
        called = _callee(node, functions)
        if called is None:
            out.append(node)
        else:
            function, attributes = called
            refuse_recursion(node, function, around)
            call = Call(node, function, attributes, functions, f"{node.name}/", taken)
            inner = (function.name, around)
            work.extend((body, inner) for body in reversed(call.body()))
            out.extend(call.results())
        if len(out) + len(work) > MAX_NODES:
            raise InvalidModelError(f"expanding the function library gives more than {MAX_NODES} nodes", node=node.name)
    return out


def reached(nodes: Iterable[Node], arrays: Iterable[str], stop: Iterable[str] = ()) -> list[Node]:
    """The nodes that `arrays` need through data, in the order of `nodes`; the walk stops at the arrays of `stop`."""
    by_name = {node.name: node for node in nodes}
    ends = set(stop)
    waiting = [name for name in arrays if name not in ends]
    seen: set[str] = set()
    while waiting:
        reference = waiting.pop()
        name = reference if reference in by_name else reference.rpartition(":")[0]
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        waiting.extend([i for i in by_name[name].inputs if i[:1] != "^" and i.removesuffix(":0") not in ends])
    return [node for node in by_name.values() if node.name in seen]


def _callee(node: Node, functions: Mapping[str, Function]) -> tuple[Function, Mapping[str, Any]] | None:
    function = functions.get(node.op)
    if function is not None:
        return function, node.message.attr
    if node.op not in CALL_OPS:
        return None
    target = node.value("f", "func")
    function = functions.get(target.name)
    if function is None:
        raise node.error(f"it calls the function {target.name!r}, which the graph's library does not have")
    return function, target.attr


def refuse_recursion(node: Node, function: Function, chain: Chain | None) -> None:
    """Raise InvalidModelError naming the way round if `function`, which `node` needs, is one of those in `chain`."""
    names = [function.name]
    while chain is not None:
        names.append(chain[0])
        if chain[0] == function.name:
            path = " -> ".join(reversed(names))
            raise node.error(f"the function {function.name!r} calls itself ({path})", "recursion cannot be expanded")
        chain = chain[1]


class Call:
    """One call being expanded: where the callee's arguments come from, and its nodes under their new names.

    `node` is the call, whose inputs are the arguments; `prefix` goes before the names of the callee's nodes, with
    `taken`, the names that are in use, only where that is needed.
    """

    def __init__(
        self,
        node: Node,
        function: Function,
        attributes: Mapping[str, Any],
        functions: Mapping[str, Function],
        prefix: str,
        taken: set[str] | None = None,
    ) -> None:
        self.node = node
        self.function = function
        self.functions = functions
        self.prefix = prefix
        self.attributes = _with_defaults(function, attributes)
        self.control = [i for i in node.inputs if i.startswith("^")]
        self.arguments = self._bind([i for i in node.inputs if not i.startswith("^")])
        self.bodies: dict[str, Node] = {}
        self._results: dict[str, list[Result] | None] = {}
        self._taken = taken

    def _name(self, inner: str) -> str:
        """The name of a body's node in the graph."""
        taken, name = self._taken, f"{self.prefix}{inner}"
        if taken is None:
            return name
        if inner not in taken:
            name = inner
        while name in taken:
            name += "_"
        taken.add(name)
        return name

    def _bind(self, inputs: list[str]) -> dict[str, list[str]]:
        bound: dict[str, list[str]] = {}
        position = 0
        for argument in self.function.signature.input_arg:
            count = _count(argument, self.attributes, self.node)
            bound[argument.name] = inputs[position : position + count]
            position += count
        if position != len(inputs):
            raise self.node.error(f"it calls {self.function.name!r} with {len(inputs)} tensors, expected {position}")
        return bound

    def body(self) -> list[Node]:
        """The callee's nodes, renamed, rewired and with the call's attributes filled in."""
        for inner in self.function.nodes:
            message = _substituted(inner.message, self.attributes, self.node)
            if inner.name in self.bodies:
                raise self.node.error(f"the function {self.function.name!r} has two nodes {inner.name!r}")
            self.bodies[inner.name] = Node(self._name(inner.name), inner.op, [], message, inner.payloads)
        for inner in self.function.nodes:
            self.bodies[inner.name].inputs = [
                text for source in inner.inputs for text in self._translated(source, inner.name)
            ] + self.control
        return list(self.bodies.values())

    def _translated(self, source: str, reader: str) -> list[str]:
        """A reference inside the body (`argument`, `node:result:index`, `^node`) as references outside of it."""
        if source.startswith("^"):
            name = source[1:]
            return [f"^{self.bodies[name].name}"] if name in self.bodies else []
        name, *rest = source.split(":")
        if name in self.arguments:
            bound = self.arguments[name]
            if not rest:
                return bound
            index = _index(rest[-1])
            if index is not None and index < len(bound):
                return [bound[index]]
        elif name in self.bodies:
            producer = self.bodies[name]
            index = _index(rest[-1]) if rest else 0
            if index is not None and len(rest) <= 2:
                if len(rest) == 2:
                    index = self._offset(producer, rest[0], index)
                return [producer.name if index == 0 else f"{producer.name}:{index}"]
        where = f"in the function {self.function.name!r}, {reader!r} reads {source!r}"
        raise self.node.error(f"{where}, which is neither an argument nor a result of a node")

    def _offset(self, producer: Node, name: str, index: int) -> int:
        called = self.functions.get(producer.op)
        if called is None:
            if producer.name not in self._results:  # operators that restore a model have thousands of results
                self._results[producer.name] = results(producer)
            return result_offset(producer, self._results[producer.name], name, index)
        attributes = _with_defaults(called, producer.message.attr)
        offset = 0
        for result in called.signature.output_arg:
            if result.name == name:
                return offset + index
            offset += _count(result, attributes, producer)
        raise producer.error(f"the function it calls has no result {name!r}")

    def sources(self) -> list[str]:
        """Where the callee's results come from, in order, as references outside of it; `body` must have been asked."""
        found: list[str] = []
        for result in self.function.signature.output_arg:
            source = self.function.results.get(result.name)
            if source is None:
                text = f"the function {self.function.name!r} does not say where {result.name!r} comes from"
                raise self.node.error(text)
            found.extend(self._result_sources(source, _count(result, self.attributes, self.node), result.name))
        return found

    def results(self) -> list[Node]:
        """Identity nodes under the call's own output names; a NoOp for a call without results."""
        found = self.sources()
        control = self.control + [
            f"^{self.bodies[name].name}" for name in self.function.control_results.values() if name in self.bodies
        ]
        if not found:
            return [_made(self.node.name, "NoOp", control)]
        return [
            _made(self.node.name if not k else f"{self.node.name}:{k}", "Identity", [source, *control])
            for k, source in enumerate(found)
        ]

    def _result_sources(self, source: str, count: int, reader: str) -> list[str]:
        if count == 1 or source.partition(":")[0] in self.arguments:
            return self._translated(source, reader)
        stem, _, last = source.rpartition(":")
        first = _index(last)
        if first is None:
            stem, first = source, 0
        return [text for k in range(count) for text in self._translated(f"{stem}:{first + k}", reader)]


def _with_defaults(function: Function, attributes: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(attributes)
    for attr in function.signature.attr:
        if attr.name not in found and attr.HasField("default_value"):
            found[attr.name] = attr.default_value
    return found


def _count(argument: Any, attributes: Mapping[str, Any], call: Node) -> int:
    """How many tensors an argument or result of a signature stands for."""
    for attribute, case in ((argument.number_attr, "i"), (argument.type_list_attr, "list")):
        if attribute:
            value = attributes.get(attribute)
            if value is None or value.WhichOneof("value") != case:
                raise call.error(f"the function it calls needs the attribute {attribute!r}")
            return max(0, min(value.i, MAX_RESULTS)) if case == "i" else len(value.list.type)
    return 1


def _index(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _made(name: str, op: str, inputs: list[str]) -> Node:
    return Node(name, op, inputs, protos.NodeDef(name=name, op=op))


def _substituted(message: Any, attributes: Mapping[str, Any], call: Node) -> Any:
    """`message` with every placeholder attribute replaced by the call's value; itself when there is none.

    A call without attributes, which is what TensorFlow 2 writes, has nothing to replace them with.
    """
    if not attributes:
        return message
    for value in message.attr.values():
        # A function attribute may hide placeholders at any depth; copying such a node for nothing costs little.
        case = value.WhichOneof("value")
        if case in ("placeholder", "func") or (case == "list" and len(value.list.func)):
            break
    else:
        return message
    copy = protos.NodeDef()
    copy.CopyFrom(message)
    pending = [copy.attr]
    while pending:
        attrs = pending.pop()
        for name in sorted(attrs):
            value = attrs[name]
            case = value.WhichOneof("value")
            if case == "placeholder":
                given = attributes.get(value.placeholder)
                if given is None:
                    raise call.error(f"the function it calls needs the attribute {value.placeholder!r}")
                value.CopyFrom(given)
            elif case == "func":
                pending.append(value.func.attr)
            elif case == "list":
                pending.extend(func.attr for func in value.list.func)
    return copy
