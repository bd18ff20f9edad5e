"""Two models in one drawing: what was added green, what was removed red, what changed yellow, the rest pale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...compiler.ir import Array, Op
from .dot import font_colour, quoted
from .labels import array_lines, op_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...compiler.debug.diff import Change, GraphDiff, ModelDiff

ADDED = "#34A853"
REMOVED = "#EA4335"
CHANGED = "#FBBC04"
SAME = "#F5F5F5"

_GONE = f' [color="{REMOVED}"]'
_FILLS = {"added": ADDED, "removed": REMOVED, "changed": CHANGED, "same": SAME}


def draw_difference(difference: ModelDiff, title: str) -> bytes:
    """The drawing as UTF-8 text in the DOT language. Tooltips say what changed.

    What is in the second model has its ids there (`op00017`, `a00012`); what only the first one has is called after its
    ids in that one, with `old_` before it. Graphs other than the main one are named clusters.
    """
    parts = [f"digraph Difference {{\n  label={quoted([title])}; labelloc=t;\n"]
    for number, graph in enumerate(sorted(difference.graphs, key=lambda g: g.name != "main")):
        statements = "".join(_statements(graph))
        if graph.name != "main":
            statements = f"subgraph cluster_{number} {{\n  label={quoted([graph.name])};\n{statements}}}\n"
        parts.append(statements)
    parts.append("}\n")
    return "".join(parts).encode()


def _statements(graph: GraphDiff) -> Iterator[str]:
    rows = {item: row for row in graph.rows for item in (row.before, row.after) if item is not None}
    arrays = graph.matching.arrays
    for array in () if graph.after is None else graph.after.arrays():
        row = rows.get(array)
        status, changes = (_status_of(array, graph), ()) if row is None else (row.status, row.changes)
        yield _node(array, status, changes, False)
    for array in () if graph.before is None else graph.before.arrays():
        if array not in arrays:
            yield _node(array, "removed", (), True)
    for row in graph.rows:
        if isinstance(row.after, Op):
            yield _node(row.after, row.status, row.changes, False)
            yield from _edges(row.after, graph, is_old=False)
            for array in row.before.outputs if isinstance(row.before, Op) else ():
                if array not in arrays:  # what it gave before
                    yield f"  {_id(row.after, False)} -> {_id(array, True)}{_GONE};\n"
        elif isinstance(row.before, Op):
            yield _node(row.before, "removed", (), True)
            yield from _edges(row.before, graph, is_old=True)


def _status_of(result: Array, graph: GraphDiff) -> str:
    """Whether the result of an operator is new, has another name, or is as it was."""
    before = graph.matching.known.get(result)
    if before is None:
        return "added"
    return "same" if before.name == result.name else "changed"


def _node(item: Array | Op, status: str, changes: tuple[Change, ...], is_old: bool) -> str:
    fill = _FILLS[status]
    shape, lines = ("box", op_lines(item)) if isinstance(item, Op) else ("octagon", array_lines(item))
    notes = [item.name, status, *map(str, changes)]
    look = f'shape={shape}, style=filled, fillcolor="{fill}", fontcolor="{font_colour(fill)}"'
    return f"  {_id(item, is_old)} [label={quoted(lines)}, {look}, tooltip={quoted(notes)}];\n"


def _edges(op: Op, graph: GraphDiff, *, is_old: bool) -> Iterator[str]:
    """Edges of an operator; those of a removed one begin and end at what its arrays have become."""
    partner = graph.matching.arrays if is_old else {}
    colour = _GONE if is_old else ""
    name = _id(op, is_old)
    for array in op.inputs:
        if array is not None:
            yield f"  {_id(partner.get(array, array), is_old and array not in partner)} -> {name}{colour};\n"
    for array in op.outputs:
        yield f"  {name} -> {_id(partner.get(array, array), is_old and array not in partner)}{colour};\n"


def _id(item: Array | Op, is_old: bool) -> str:
    return f"{'old_' if is_old else ''}{'op' if isinstance(item, Op) else 'a'}{item.id:05d}"
