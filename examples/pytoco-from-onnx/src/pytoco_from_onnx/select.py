"""Which nodes the outputs need, in an order in which they can run; no recursion, so that depth is no limit."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from pytoco.compiler import InvalidModelError

from .nodes import Node
from .source import Source


def select(source: Source, inputs: Iterable[str], outputs: Iterable[str]) -> tuple[list[Node], list[str]]:
    """The nodes between `inputs` and `outputs`, and the inputs of the model that they read besides.

    Raises InvalidModelError for values that nothing makes and for cycles.
    """
    cut = dict.fromkeys(inputs)
    own = dict.fromkeys(source.inputs)
    wanted: dict[int, None] = {}
    besides: dict[str, None] = {}
    pending = [(name, None) for name in outputs]
    seen: set[str] = set()
    reading: list[tuple[str, Node | None]] = list(pending)
    while reading:
        name, reader = reading.pop()
        if name in seen or name in cut or name in source.initializers:
            continue
        seen.add(name)
        if name in own:
            besides[name] = None
            continue
        place = source.producers.get(name)
        if place is None:
            if reader is None:
                raise InvalidModelError(f"nothing makes the output {name!r}", array=name)
            raise reader.error(f"it reads {name!r}, which nothing makes", "the file may be cut off")
        if place[0] not in wanted:
            wanted[place[0]] = None
            node = source.nodes[place[0]]
            reading += [(text, node) for text in _reads(node) if text]
    return _sorted(source, sorted(wanted), cut), [name for name in source.inputs if name in besides]


def _reads(node: Node) -> list[str]:
    return [*node.inputs, *node.captures]


def _sorted(source: Source, indexes: list[int], cut: dict[str, None]) -> list[Node]:
    """Producers first, otherwise in file order."""
    chosen = set(indexes)
    waiting: dict[int, int] = {}
    readers: dict[int, list[int]] = {i: [] for i in indexes}
    for i in indexes:
        places = [source.producers.get(name) for name in _reads(source.nodes[i]) if name not in cut]
        before = [p[0] for p in places if p is not None and p[0] in chosen]
        waiting[i] = len(before)
        for p in before:
            readers[p].append(i)
    ready = [i for i in indexes if not waiting[i]]
    heapify(ready)
    order: list[Node] = []
    while ready:
        i = heappop(ready)
        order.append(source.nodes[i])
        for reader in readers[i]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heappush(ready, reader)
    if len(order) < len(indexes):
        names = [source.nodes[i].name for i in indexes if waiting[i]]
        shown = ", ".join(map(repr, names[:8])) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        raise InvalidModelError(f"nodes in or behind a cycle: {shown}", node=names[0])
    return order
