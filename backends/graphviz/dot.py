"""Graphs drawn in the DOT language in TOCO's classic style, at the cost of what changed since the last drawing.

Operators are red boxes, the heavy ones darker, unless their class says another colour; arrays are octagons: constants
blue, inputs and outputs dark grey, recurrent states dark green and what feeds them light green, all others light grey.
Nodes are called after the ids of the items (`op00017`, `a00012`), which are never reused and survive renaming, so that
two drawings of one model can be compared line by line; the whole name of an array is in its tooltip. Nodes are listed
by id: first what was imported, in that order, then what rewrites made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ...compiler.errors import UsageError
from ...compiler.ir import Array, Graph, Model, Op
from ...compiler.ir.events import RETARGET, REWIRE, UPDATE, Event
from ...compiler.ops.labels import colour_of, definition_of
from .labels import array_lines, op_lines, op_notes

if TYPE_CHECKING:
    from ...compiler.plugins.descriptors import Given

OPERATOR = "#DB4437"
HEAVY_OPERATOR = "#C53929"
CONSTANT = "#4285F4"
BOUNDARY = "#9E9E9E"
STATE = "#0F9D58"
STATE_SOURCE = "#B7E1CD"
INTERNAL = "#F5F5F5"

_SPECIAL = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})


def quoted(lines: Iterable[str]) -> str:
    """Lines of plain text as one quoted string that Graphviz shows literally, whatever characters it holds.

    In a quoted string Graphviz gives a meaning to backslashes and to HTML entities; characters that cannot be seen are
    written as Python escapes.
    """
    return '"' + "\\n".join(_literal(line) for line in lines) + '"'


def _literal(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text.translate(_SPECIAL)


def font_colour(fill: str) -> str:
    """Black on light and white on dark colours (`#RRGGBB`), by the relative luminance of ITU-R BT.709."""
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000DD" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128 else "#FFFFFFDD"


def _look(shape: str, fill: str) -> str:
    return f'shape={shape}, style=filled, fillcolor="{fill}", fontcolor="{font_colour(fill)}"'


_LOOKS = {fill: _look("octagon", fill) for fill in (CONSTANT, BOUNDARY, STATE, STATE_SOURCE, INTERNAL)}
_OPERATORS = {fill: _look("box", fill) for fill in (OPERATOR, HEAVY_OPERATOR)}


def _op_look(op: Op) -> str:
    fill = colour_of(op) or (HEAVY_OPERATOR if definition_of(op.kind).heavy else OPERATOR)
    found = _OPERATORS.get(fill)
    if found is None:
        found = _OPERATORS[fill] = _look("box", fill)
    return found


def _array_block(array: Array, fill: str, note: str | None) -> bytes:
    lines = array_lines(array) if note is None else [*array_lines(array), note]
    text = f"  a{array.id:05d} [label={quoted(lines)}, {_LOOKS[fill]}, tooltip={quoted([array.name])}];\n"
    return text.encode()


def _op_block(op: Op) -> bytes:
    name = f"op{op.id:05d}"
    lines = [f"  {name} [label={quoted(op_lines(op))}, {_op_look(op)}, tooltip={quoted(op_notes(op))}];\n"]
    lines.extend(f"  a{array.id:05d} -> {name};\n" for array in op.inputs if array is not None)
    lines.extend(f"  {name} -> a{array.id:05d};\n" for array in op.outputs)
    return "".join(lines).encode()


class _GraphDrawing:
    """The text of one graph, a block for each item, made when it is asked for after the item was marked."""

    def __init__(self, graph: Graph, bounds: tuple[str, str] | None) -> None:
        self._graph = graph
        self._bounds = bounds
        self._ends: tuple[Array, Array] | None = None
        self._blocks: dict[int, bytes] = {}
        self._ids: list[int] = []
        self._marked: dict[Array | Op, None] = dict.fromkeys((*graph.arrays(), *graph.ops()))
        self._roles: dict[Array, str] | None = None
        self._notes: dict[Array, str] = {}

    def annotate(self, notes: Mapping[Array, str]) -> None:
        """A further line for the labels of these arrays."""
        self._notes.update((array, note) for array, note in notes.items() if array in self._graph)
        self._marked.update(dict.fromkeys(self._notes))

    def mark(self, event: Event) -> None:
        """Take note of what an event changed."""
        marked = self._marked
        code = event[0]
        if code == RETARGET:
            if self._roles is not None:
                marked.update(dict.fromkeys(self._roles))
            self._roles = None
        else:
            marked[event[2]] = None
        if code in (REWIRE, RETARGET):
            marked.update(dict.fromkeys((*event[5], *event[6])))
        elif code != UPDATE:
            marked.update(dict.fromkeys(event[6]))

    @property
    def is_partial(self) -> bool:
        """Whether only what lies between the bounds was drawn."""
        return self._ends is not None

    def text(self) -> bytes:
        """The statements of the graph, ends of lines included."""
        self._refresh()
        blocks, ids = self._blocks, self._ids
        if self._ends is not None:
            shown = _between(self._graph, *self._ends)
            ids = [i for i in ids if i in shown]
            states = [s for s in self._graph.states if s.array.id in shown and s.source.id in shown]
        else:
            states = list(self._graph.states)
        edges = "".join(f'  a{s.source.id:05d} -> a{s.array.id:05d} [color="{STATE}"];\n' for s in states)
        return b"".join([*map(blocks.__getitem__, ids), edges.encode()])

    def _refresh(self) -> None:
        graph, blocks = self._graph, self._blocks
        ends = _ends(graph, self._bounds)
        if ends != self._ends:
            self._marked.update(dict.fromkeys((*(self._ends or ()), *(ends or ()))))
            self._ends, self._roles = ends, None
        if self._roles is None:
            self._roles = self._find_roles()
            self._marked.update(dict.fromkeys(self._roles))
        known = len(blocks)
        gone = 0
        for item in self._marked:
            if item not in graph:
                gone += blocks.pop(item.id, None) is not None
            elif isinstance(item, Op):
                blocks[item.id] = _op_block(item)
            else:
                blocks[item.id] = _array_block(item, self._fill(item), self._notes.get(item))
        self._marked.clear()
        if gone or len(blocks) != known:
            self._ids = sorted(blocks)

    def _find_roles(self) -> dict[Array, str]:
        graph = self._graph
        roles = dict.fromkeys((*graph.inputs, *graph.outputs, *(self._ends or ())), BOUNDARY)
        roles.update(dict.fromkeys([s.source for s in graph.states], STATE_SOURCE))
        roles.update(dict.fromkeys([s.array for s in graph.states], STATE))
        return roles

    def _fill(self, array: Array) -> str:
        assert self._roles is not None
        role = self._roles.get(array, INTERNAL)
        return CONSTANT if array.value is not None and role in (BOUNDARY, INTERNAL) else role


class Drawing:
    """A model as DOT text. Give `update` the events of every change; `render` then costs what changed, plus a copy.

    `bounds` names two arrays of the main graph: only what lies between them is drawn, the second and everything it is
    computed from, back to the first. While the graph does not have both of them, everything is drawn.
    """

    def __init__(self, model: Model, bounds: tuple[str, str] | None = None) -> None:
        self._model = model
        self._bounds = bounds
        self._graphs: dict[Graph, _GraphDrawing] = {}

    def update(self, events: Iterable[Event]) -> None:
        """Take note of changes; fit to be a listener of the model."""
        for event in events:
            drawing = self._graphs.get(event[1])
            if drawing is not None:
                drawing.mark(event)

    def annotate(self, notes: Mapping[Array, str]) -> None:
        """Show a further line, such as a place in memory, in the labels of arrays."""
        for name, graph in self._model.graphs.items():
            self._of(graph, self._bounds if name == "main" else None).annotate(notes)

    def render(self, title: str) -> bytes:
        """The drawing as UTF-8 text under `title`; graphs other than the main one come as named clusters."""
        parts = [f"digraph Computegraph {{\n  label={quoted([title])}; labelloc=t;\n".encode()]
        main, *others = sorted(self._model.graphs.values(), key=lambda graph: graph.name != "main")
        parts.append(self._of(main, self._bounds).text())
        if not self._of(main).is_partial:
            for number, graph in enumerate(others):
                parts.append(f"subgraph cluster_{number} {{\n  label={quoted([graph.name])};\n".encode())
                parts.extend((self._of(graph).text(), b"}\n"))
        parts.append(b"}\n")
        return b"".join(parts)

    def _of(self, graph: Graph, bounds: tuple[str, str] | None = None) -> _GraphDrawing:
        drawing = self._graphs.get(graph)
        if drawing is None:
            self._graphs[graph] = drawing = _GraphDrawing(graph, bounds)
        return drawing


def bounds_of(given: Given, model: Model) -> tuple[str, str] | None:
    """The names that `graphviz_first_array` and `graphviz_last_array` give, None when they are not given.

    Raises UsageError for a name that the main graph does not have, unless `allow_nonexistent_arrays` is set.
    """
    first, last = given.get("graphviz_first_array"), given.get("graphviz_last_array")
    if not first or not last:
        return None
    if not given.get("allow_nonexistent_arrays"):
        for flag, name in (("graphviz_first_array", first), ("graphviz_last_array", last)):
            if model.main.find(name) is None:
                raise UsageError(
                    f"--{flag}: the graph has no array {name!r}",
                    hint="choose one that is there; rewrites keep only the names of inputs and outputs",
                )
    return first, last


def _ends(graph: Graph, bounds: tuple[str, str] | None) -> tuple[Array, Array] | None:
    if bounds is None:
        return None
    first, last = graph.find(bounds[0]), graph.find(bounds[1])
    return None if first is None or last is None else (first, last)


def _between(graph: Graph, first: Array, last: Array) -> dict[int, None]:
    """Ids of the items between two arrays, both included."""
    shown: dict[int, None] = {first.id: None, last.id: None}
    waiting = [last]
    while waiting:
        array = waiting.pop()
        producer = None if array is first else graph.producer(array)
        if producer is not None and producer.id not in shown:
            shown[producer.id] = None
            operands = [a for a in producer.inputs if a is not None]
            shown.update(dict.fromkeys(a.id for a in (*operands, *producer.outputs)))
            waiting.extend(operands)
    return shown
