"""The difference of two models as text for people and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..ir import Op
from .diff import GraphDiff, ModelDiff, Row

COLOURS = {"-": "\033[31m", "+": "\033[32m", "?": "\033[33m", "@": "\033[36m"}
PLAIN = "\033[0m"


def diff_text(diff: ModelDiff, before: str, after: str, *, context: int = 0, colour: bool = False) -> str:
    """A unified diff in the text form: `-` is what was, `+` what is, `?` says what changed between the two.

    `before` and `after` are the titles. `context` lines that are the same are shown around each change. The empty text
    when nothing differs.
    """
    if diff.is_same:
        return ""
    lines = [f"--- {before}", f"+++ {after}"]
    lines += [f"? {change}" for change in diff.signatures]
    for graph in diff.graphs:
        if not graph.is_same:
            lines += _graph_lines(graph, context)
    if colour:
        lines = [f"{COLOURS[line[0]]}{line}{PLAIN}" if line[0] in COLOURS else line for line in lines]
    return "\n".join(lines) + "\n"


def _graph_lines(graph: GraphDiff, context: int) -> Iterator[str]:
    yield f"@@ graph {graph.name}: {summary(graph)} @@"
    yield from (f"? {change}" for change in graph.boundary)
    last = -1
    for k in _shown(graph.rows, context):
        if last >= 0 and k > last + 1 and context:
            yield "  ..."
        last = k
        yield from _row_lines(graph, graph.rows[k])
    yield from (f"? renamed: {old.name} -> {new.name}" for old, new in graph.renamed)


def _shown(rows: list[Row], context: int) -> list[int]:
    """Numbers of the rows that changed, and of those around them."""
    near: dict[int, None] = {}
    for k, row in enumerate(rows):
        if row.status != "same":
            near.update(dict.fromkeys(range(max(0, k - context), min(len(rows), k + context + 1))))
    return sorted(near)


def _row_lines(graph: GraphDiff, row: Row) -> Iterator[str]:
    if row.status == "same":
        yield f"  {graph.line(row.after, after=True)}"  # type: ignore[arg-type]  # only what was removed has none
        return
    if row.before is not None:
        yield f"- {graph.line(row.before, after=False)}"
    if row.after is not None:
        yield f"+ {graph.line(row.after, after=True)}"
    if row.changes:
        yield f"?   {'; '.join(map(str, row.changes))}"


def summary(graph: GraphDiff) -> str:
    """How much differs, in words."""
    if graph.before is None or graph.after is None:
        return "added" if graph.before is None else "removed"
    counts: dict[tuple[str, str], int] = {}
    for row in graph.rows:
        if row.status != "same":
            key = ("operator" if isinstance(row.before or row.after, Op) else "array", row.status)
            counts[key] = counts.get(key, 0) + 1
    if graph.renamed:
        counts["array", "renamed"] = len(graph.renamed)
    parts = [f"{n} {what}{'s' * (n > 1)} {status}" for (what, status), n in sorted(counts.items(), reverse=True)]
    return ", ".join(parts) or "the boundary differs"


def diff_data(diff: ModelDiff) -> dict[str, Any]:
    """The difference as values that JSON can hold.

    `same`, `signatures`, and `graphs`, each with `name`, `same`, `boundary`, `renamed` (pairs of names) and `changes`:
    `status`, `item` ("operator" or "array"), `kind`, `before` and `after` (names), `lines` of the text form, `changes`.
    """
    return {
        "same": diff.is_same,
        "signatures": [change._asdict() for change in diff.signatures],
        "graphs": [
            {
                "name": graph.name,
                "same": graph.is_same,
                "boundary": [change._asdict() for change in graph.boundary],
                "renamed": [[a.name, b.name] for a, b in graph.renamed],
                "changes": [_row_data(graph, row) for row in graph.rows if row.status != "same"],
            }
            for graph in diff.graphs
        ],
    }


def _row_data(graph: GraphDiff, row: Row) -> dict[str, Any]:
    item = row.after if row.after is not None else row.before
    is_op = isinstance(item, Op)
    data: dict[str, Any] = {"status": row.status, "item": "operator" if is_op else "array"}
    if isinstance(item, Op):
        data["kind"] = item.kind
    for side, there, after in (("before", row.before, False), ("after", row.after, True)):
        if there is not None:
            data[side] = there.name
            data.setdefault("lines", {})[side] = graph.line(there, after=after)
    data["changes"] = [change._asdict() for change in row.changes]
    return data
