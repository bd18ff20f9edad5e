"""Reductions and arg-reductions. Old graphs write `keepdims`, newer ones `keep_dims`."""

from __future__ import annotations

from ....compiler.ir.types import INT64
from ..nodes import Node
from .base import element_type, row


def _keep_dims(node: Node) -> bool:
    return node.flag("keepdims" if node.has("keepdims") else "keep_dims", False)


_KINDS = {"Mean": "Mean", "Sum": "Sum", "Max": "ReduceMax", "Min": "ReduceMin", "Prod": "ReduceProd"}

TABLE = {
    **{name: row(kind, keep_dims=_keep_dims) for name, kind in _KINDS.items()},
    "Any": row("Any", keep_dims=_keep_dims),
    "All": row("All", keep_dims=_keep_dims),
    "ArgMax": row("ArgMax", output_type=element_type("output_type", INT64)),
    "ArgMin": row("ArgMin", output_type=element_type("output_type", INT64)),
}
