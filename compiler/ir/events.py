"""What the mutators say they did: plain tuples, made on every change, cheap, and enough to undo and to replay it.

| code | tuple |
|---|---|
| ADD | `(ADD, graph, op, inputs, outputs, attrs, entered)` |
| REMOVE | `(REMOVE, graph, op, inputs, outputs, attrs, left)` |
| REWIRE | `(REWIRE, graph, op, old_inputs, new_inputs, entered, left)` |
| UPDATE | `(UPDATE, graph, item, field, old, new)` |
| RETARGET | `(RETARGET, graph, field, old, new, entered, left)` |

`entered` and `left` are the arrays that came into the graph, or went out of it, with the change.
"""

from __future__ import annotations

from typing import Any, TypeAlias

ADD, REMOVE, REWIRE, UPDATE, RETARGET = range(5)

Event: TypeAlias = tuple[Any, ...]


def describe(event: Event) -> str:
    """One line for people."""
    code, _, item = event[:3]
    if code == ADD:
        return f"add {item!r}"
    if code == REMOVE:
        return f"remove {item!r}"
    if code == REWIRE:
        return f"rewire {item!r}: {_names(event[3])} -> {_names(event[4])}"
    if code == UPDATE:
        return f"update {item!r}: {event[3]}"
    return f"retarget {item}: {_names(event[3])} -> {_names(event[4])}"


def _names(items: Any) -> str:
    return ", ".join(getattr(i, "name", str(i)) for i in items)
