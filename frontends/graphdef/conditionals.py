"""TensorFlow 1's conditionals, made of Switch and Merge, as TensorFlow 2's If nodes.

What a branch reads comes through a Switch on the condition, by its first result if that is false and by the second if
it is true; a Merge joins the two. Conditionals on constants are left to the passes, and so is what looks different.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import protos
from .frames import MERGE, OF_FRAMES, SWITCH, Irregular, NodesByName, free_name, function_of, node_name
from .names import array_name, canonical
from .nodes import Function, Node


def without_switches(
    nodes: list[Node], functions: Mapping[str, Function], asked: Sequence[str] = ()
) -> tuple[list[Node], Mapping[str, Function]]:
    """The nodes with an If for each plain conditional, inner ones first, and the library with their branches.

    A conditional stays where one of the arrays `asked` for is inside of a branch.
    """
    merges = [node for node in nodes if node.op in MERGE]
    if not merges:
        return nodes, functions
    present = {node.name: node for node in nodes}
    library = dict(functions)
    wanted = {name for array in asked for name in (array, node_name(array))}
    done: dict[str, None] = {}
    again = True
    while again:
        again = False
        groups: dict[str, list[_Join]] = {}
        for merge in merges:
            try:
                join = _Join(merge, present)
            except Irregular:
                continue
            if wanted.isdisjoint(join.inside):
                groups.setdefault(join.condition, []).append(join)
        for joins in groups.values():
            for part in [joins] if _independent(joins, present) else [[join] for join in joins]:
                _put_in_place(part, present, library)
            done.update(dict.fromkeys(name for join in joins for name in (*join.inside, *join.copies)))
            again = True
        merges = [merge for merge in merges if present[merge.name] is merge]
    if not done:
        return nodes, functions
    done.update(dict.fromkeys(_pivots(present)))
    return _still_read(present, [name for name in done if name not in wanted]), library


class _Join:
    """A Merge with the branches that come to it. Raises Irregular where they are not those of one condition.

    `sides` has for false and true the array that the branch gives; `branches` the nodes of each; `switches` those that
    they read, and `copies` the Identity nodes between the condition and those.
    """

    def __init__(self, merge: Node, nodes: NodesByName) -> None:
        self.merge = merge
        self.nodes = nodes
        self.switches: dict[str, None] = {}
        self.conditions: dict[str, None] = {}
        self.copies: dict[str, None] = {}
        inputs = [text for text in merge.inputs if text[:1] != "^"]
        if len(inputs) != 2:
            raise Irregular
        found = [self._branch(text) for text in inputs]
        sides = [side for _, side in found]
        known = [side for side in sides if side is not None]
        if len(known) == 1:  # the other branch is made of constants
            sides = [1 - known[0] if side is None else side for side in sides]
        if sorted(side for side in sides if side is not None) != [0, 1] or len(self.conditions) != 1:
            raise Irregular
        (self.condition,) = self.conditions
        source = canonical(self.condition, nodes)
        if source is None or nodes[source[0]].op == "Const":
            raise Irregular
        order = [sides.index(0), sides.index(1)]
        self.sides = [inputs[k] for k in order]
        self.branches = [found[k][0] for k in order]
        self.inside = dict.fromkeys([*self.switches, *self.branches[0], *self.branches[1]])

    def _branch(self, array: str) -> tuple[NodesByName, int | None]:
        """The nodes that compute an array from results of Switches, and which results those are."""
        found: dict[str, None] = {}
        sides: dict[int, None] = {}
        waiting = [array]
        while waiting:
            text = waiting.pop()
            if text[:1] == "^":
                self._pivot(text[1:], sides)
                continue
            reference = canonical(text, self.nodes)
            if reference is None:
                raise Irregular
            node = self.nodes[reference[0]]
            if node.op in SWITCH:
                self._switch(node, reference[1], sides)
                self.switches[node.name] = None
            elif node.op in MERGE or node.op in OF_FRAMES or node.op.startswith("Placeholder"):
                raise Irregular
            elif node.name not in found:
                found[node.name] = None
                waiting.extend(node.inputs)
        if len(sides) > 1:
            raise Irregular
        return {name: self.nodes[name] for name in found}, next(iter(sides), None)

    def _switch(self, node: Node, index: int, sides: dict[int, None]) -> None:
        if len(node.inputs) < 2:
            raise Irregular
        self.conditions[self._origin(node.inputs[1])] = None
        sides[index] = None

    def _pivot(self, name: str, sides: dict[int, None]) -> None:
        """Take note of the side of a constant, which waits for a copy of what a Switch makes of the condition."""
        node, index = self.nodes.get(name), 0
        for _ in range(4):
            if node is None or not node.inputs or node.op != "Identity":
                break
            reference = canonical(node.inputs[0], self.nodes)
            node, index = (None, 0) if reference is None else (self.nodes[reference[0]], reference[1])
        if node is not None and node.op in SWITCH:
            self._switch(node, index, sides)

    def _origin(self, array: str) -> str:
        """The array that this one is a mere copy of."""
        for _ in range(len(self.nodes)):
            reference = canonical(array, self.nodes)
            if reference is None:
                raise Irregular
            array = array_name(*reference)
            node = self.nodes[reference[0]]
            if node.op != "Identity" or not node.inputs:
                break
            self.copies[node.name] = None
            array = node.inputs[0]
        return array


def _independent(joins: Sequence[_Join], nodes: NodesByName) -> bool:
    """Whether none of the joins needs the result of another one of them."""
    if len(joins) == 1:
        return True
    waiting = [text for join in joins for name in join.switches for text in nodes[name].inputs]
    ends = {join.merge.name for join in joins}
    seen: set[str] = set()
    while waiting:
        reference = canonical(waiting.pop().removeprefix("^"), nodes)
        if reference is None or reference[0] in seen:
            continue
        if reference[0] in ends:
            return False
        seen.add(reference[0])
        waiting.extend(nodes[reference[0]].inputs)
    return True


def _put_in_place(joins: Sequence[_Join], nodes: NodesByName, library: dict[str, Function]) -> None:
    """Add an If and its functions, and let each Merge be one of its results."""
    name = free_name(joins[0].merge.name.rpartition("/")[0] or "cond", nodes)
    switches = list(dict.fromkeys(switch for join in joins for switch in join.switches))
    message = protos.NodeDef(name=name, op="If")
    for side, part in enumerate(("else", "then")):
        inner = {own: node for join in joins for own, node in join.branches[side].items()}
        reads = {array_name(switch, side): switch for switch in switches}
        results = [join.sides[side] for join in joins]
        function = function_of(free_name(f"{name}/{part}", library), switches, inner, results, reads, nodes)
        library[function.name] = function
        message.attr[f"{part}_branch"].func.name = function.name
    for join in joins:
        message.attr["Tout"].list.type.append(join.merge.value("T", "type", 0))
    nodes[name] = Node(name, "If", [joins[0].condition, *(nodes[switch].inputs[0] for switch in switches)], message)
    for k, join in enumerate(joins):
        own = join.merge.name
        nodes[own] = Node(own, "Identity", [array_name(name, k)], protos.NodeDef(name=own, op="Identity"))


def _pivots(nodes: NodesByName) -> list[str]:
    """What constants in branches wait for: Switches of a condition on itself, and copies of their results."""
    found = {
        n.name: None for n in nodes.values() if n.op in SWITCH and len(n.inputs) > 1 and n.inputs[0] == n.inputs[1]
    }
    for node in nodes.values():
        if node.op == "Identity" and node.inputs and node_name(node.inputs[0]) in found:
            found[node.name] = None
    return list(found)


def _still_read(nodes: NodesByName, names: Sequence[str]) -> list[Node]:
    """The nodes without those of these names that nothing else reads."""
    inside = dict.fromkeys(names)
    waiting = [node for name, node in nodes.items() if name not in inside]
    kept: set[str] = set()
    while waiting:
        for text in waiting.pop().inputs:
            reference = canonical(text.removeprefix("^"), nodes)
            if reference is not None and reference[0] in inside and reference[0] not in kept:
                kept.add(reference[0])
                waiting.append(nodes[reference[0]])
    return [node for name, node in nodes.items() if name not in inside or name in kept]
