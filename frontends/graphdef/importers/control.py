"""Operators that pass their operand on, checks, and the primitives of conditionals."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, row, rows

_SAME = (
    "Identity",
    "CheckNumerics",
    "EnsureShape",
    "PlaceholderWithDefault",
    "PreventGradient",
    "Snapshot",
    "StopGradient",
)


def _identity_n(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    results = [builder.emit("Identity", inputs[:1]).outputs[0]] if inputs else []
    for k, array in enumerate(inputs[1:], 1):
        made = builder.graph.array(f"{node.name}:{k}", array.dtype, array.shape)
        builder.graph.emit("Identity", [array], name=made.name, outputs=[made], origin=builder.origin)
        results.append(made)
    return results


TABLE: dict[str, Row | ImporterFunction] = {
    **dict.fromkeys(_SAME, row("Identity")),
    **rows(("Assert", "NoOp", "Switch", "Merge")),
    "IdentityN": _identity_n,
}
