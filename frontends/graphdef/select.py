"""Which part of a GraphDef is wanted, and in which order: names, reachability, cuts at inputs, cycles.

Everything here works on names in flat dictionaries and lists, with no recursion, so that the depth of a graph is no
limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from ...compiler.errors import InvalidModelError, UnsupportedError, UsageError
from .names import array_name, canonical, cleaned, did_you_mean
from .nodes import Node
from .options import ImportOptions
from .outputs import results

NEXT_ITERATION = ("NextIteration", "RefNextIteration")
EXIT = ("Exit", "RefExit")
_INPUT_OPS = ("Placeholder", "PlaceholderV2", "LegacyFedInput")
_NO_RESULT_OPS = ("NoOp", "Assert", "Const", *_INPUT_OPS)

NodeMap = dict[str, Node]


def by_name(nodes: Sequence[Node]) -> NodeMap:
    """Nodes by name; raises InvalidModelError for empty and repeated names."""
    found = {node.name: node for node in nodes}
    if len(found) != len(nodes) or "" in found:
        seen: dict[str, Node] = {}
        for node in nodes:
            if not node.name:
                raise InvalidModelError(f"a node ({node.op or 'no op'}) has no name")
            if node.name in seen:
                both = f"{seen[node.name].op} and {node.op}"
                raise InvalidModelError(f"two nodes are called {node.name!r} ({both})", node=node.name)
            seen[node.name] = node
    return found


def is_input(node: Node) -> bool:
    """Whether the node stands for something that the caller feeds."""
    return node.op in _INPUT_OPS


def named_arrays(given: Iterable[str], nodes: NodeMap, what: str, *, tolerate: bool) -> dict[str, str]:
    """Array names by the spelling that the caller used; names that do not exist are left out when `tolerate`.

    Raises UsageError naming all missing arrays, with a suggestion for the first.
    """
    found: dict[str, str] = {}
    missing: list[str] = []
    for spelling in given:
        name = cleaned(spelling)
        reference = canonical(spelling, nodes) or canonical(name, nodes)
        if reference is not None and _exists(nodes[reference[0]], reference[1]):
            found[spelling] = array_name(*reference)
        elif not tolerate:
            missing.append(name)
    if missing:
        names = ", ".join(repr(name) for name in missing)
        hint = did_you_mean(missing[0], nodes) or "`pytoco inspect` lists a model's arrays"
        raise UsageError(f"{what}: the graph has no array {names}", hint=hint, array=missing[0])
    return found


def _exists(node: Node, index: int) -> bool:
    known = results(node) if index or node.op in ("NoOp", "Assert") else None
    return known is None or index < sum(len(result.types) for result in known)


def check_roles(inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Raise UsageError for an array that is named twice among the inputs, or both as input and output."""
    twice = next((name for i, name in enumerate(inputs) if name in inputs[:i]), None)
    if twice is not None:
        raise UsageError(f"array {twice!r} is given twice in input_arrays", array=twice)
    both = [name for name in outputs if name in inputs]
    if both:
        names = ", ".join(repr(name) for name in both)
        hint = "there is nothing to convert between them"
        raise UsageError(f"array {names} is both an input and an output", hint=hint)


class Selection:
    """The nodes to import in execution order, with what each reads.

    `reads` holds, by node name, the arrays (`name`, `name:k`) that the node reads, control edges left out; `consumed`
    the number of results, where more than one, that readers need of a node; `back_edges` the array of a NextIteration
    by (reader, position) where it was taken out.
    """

    __slots__ = ("back_edges", "consumed", "order", "reads")

    def __init__(self) -> None:
        self.order: list[Node] = []
        self.reads: dict[str, list[str]] = {}
        self.consumed: dict[str, int] = {}
        self.back_edges: dict[tuple[str, int], str] = {}


def select(nodes: NodeMap, inputs: Iterable[str], outputs: Iterable[str], options: ImportOptions) -> Selection:
    """What `outputs` need, not going past `inputs`; both are array names.

    Raises InvalidModelError for missing producers and cycles, UnsupportedError for while loops (unless `keep_loops`).
    """
    chosen = Selection()
    producers = _collect(chosen, nodes, dict.fromkeys(inputs), outputs, options)
    order = [node for name, node in nodes.items() if name in producers]
    seen: set[str] = set()
    in_order = True
    for node in order:
        for producer in producers[node.name]:
            if producer not in seen:
                in_order = False
                break
        seen.add(node.name)
    chosen.order = order if in_order else _sorted(order, producers)
    return chosen


def _collect(
    chosen: Selection, nodes: NodeMap, cut: dict[str, None], outputs: Iterable[str], options: ImportOptions
) -> dict[str, list[str]]:
    """Fill `chosen.reads` and `chosen.consumed`; the producers that each wanted node waits for, by node name."""
    producers: dict[str, list[str]] = {}
    reads, consumed = chosen.reads, chosen.consumed
    pending: list[str] = []
    for output in outputs:
        reference = canonical(output, nodes)
        if reference is not None and output not in cut:
            pending.append(reference[0])
            if reference[1]:
                consumed[reference[0]] = max(consumed.get(reference[0], 0), reference[1] + 1)
    while pending:
        name = pending.pop()
        if name in producers:
            continue
        node = nodes[name]
        waits: list[str] = []
        producers[name] = waits
        arrays: list[str] = []
        reads[name] = arrays
        for text in node.inputs:
            if text in nodes:
                producer = text
            elif text[:1] == "^":
                if not options.drop_control_dependency:
                    source = text[1:]
                    if source not in nodes:
                        raise node.error(f"it waits for {source!r}, which the graph does not have")
                    waits.append(source)
                    pending.append(source)
                continue
            else:
                reference = canonical(text, nodes)
                if reference is None:
                    raise _missing_producer(node, text, nodes)
                producer, index = reference
                text = array_name(producer, index)
                if index and text not in cut:
                    consumed[producer] = max(consumed.get(producer, 0), index + 1)
            if text not in cut:
                if options.keep_loops and nodes[producer].op in NEXT_ITERATION:
                    chosen.back_edges[name, len(arrays)] = text
                else:
                    waits.append(producer)
                pending.append(producer)
            arrays.append(text)
    return producers


def _missing_producer(node: Node, text: str, nodes: NodeMap) -> InvalidModelError:
    what = "an empty name" if not text else f"{text!r}, which no node of the graph produces"
    hint = did_you_mean(text, nodes) if text else ""
    return node.error(f"it reads {what}", hint or "the file may be cut off")


def _sorted(order: list[Node], producers: dict[str, list[str]]) -> list[Node]:
    """The nodes so that producers come first, otherwise in file order."""
    place = {node.name: i for i, node in enumerate(order)}
    waiting = [0] * len(order)
    readers: list[list[int]] = [[] for _ in order]
    for i, node in enumerate(order):
        for producer in producers[node.name]:
            readers[place[producer]].append(i)
            waiting[i] += 1
    ready = [i for i, n in enumerate(waiting) if not n]
    heapify(ready)
    done: list[Node] = []
    while ready:
        i = heappop(ready)
        done.append(order[i])
        for reader in readers[i]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heappush(ready, reader)
    if len(done) < len(order):
        left = {order[i].name: order[i] for i, n in enumerate(waiting) if n}
        raise _cycle_error(left, producers, order)
    return done


def _cycle_error(left: NodeMap, producers: dict[str, list[str]], nodes: list[Node]) -> Exception:
    loops = [name for name, node in left.items() if node.op in NEXT_ITERATION]
    if loops:
        around = dict.fromkeys(p for name in left for p in (name, *producers[name]))
        frames = {node.text("frame_name", ""): None for node in nodes if node.name in around and node.has("frame_name")}
        frames |= dict.fromkeys(name.rpartition("/")[0] or name for name in loops)
        named = ", ".join(repr(frame) for frame in list(frames)[:5] if frame)
        return UnsupportedError(
            f"the graph has a while loop in {named}: {', '.join(map(repr, loops[:3]))} goes back to an earlier node",
            hint="unroll the loop before freezing, or cut it out with input and output arrays",
            node=loops[0],
        )
    name = next(iter(left))
    path: dict[str, None] = {}
    while name not in path:
        path[name] = None
        name = next(p for p in producers[name] if p in left)
    cycle = list(path)[list(path).index(name) :][::-1]
    shown = " -> ".join(repr(n) for n in [*cycle[:8], *(["..."] if len(cycle) > 8 else []), cycle[0]])
    return InvalidModelError(f"{len(cycle)} nodes feed each other in a cycle: {shown}", node=name)


def guess(nodes: NodeMap) -> tuple[list[str], list[str]]:
    """The arrays that look like a graph's inputs (its placeholders) and outputs (what nobody reads), in file order.

    Values that leave a loop and are not read are no outputs, unless there is nothing else.
    """
    read: set[str] = set()
    for node in nodes.values():
        for text in node.inputs:
            if text in nodes:
                read.add(text)
            elif text[:1] != "^":
                reference = canonical(text, nodes)
                if reference is not None:
                    read.add(reference[0])
    inputs = [name for name, node in nodes.items() if is_input(node)]
    ends = [node for name, node in nodes.items() if name not in read and node.op not in _NO_RESULT_OPS]
    outputs: list[str] = []
    for node in [node for node in ends if node.op not in EXIT] or ends:
        known = results(node)
        count = 1 if known is None or node.op.startswith("FusedBatchNorm") else sum(len(r.types) for r in known)
        outputs.extend(array_name(node.name, k) for k in range(count))
    return inputs, outputs
