"""Reductions and arg-reductions. Old graphs write `keepdims`, newer ones `keep_dims`."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32, INT64
from ....compiler.ops.elementwise import CastAttrs
from ....compiler.ops.reduce import ArgAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, narrowed, need_inputs, row


def _keep_dims(node: Node) -> bool:
    return node.flag("keepdims" if node.has("keepdims") else "keep_dims", False)


_KINDS = {"Mean": "Mean", "Sum": "Sum", "Max": "ReduceMax", "Min": "ReduceMin", "Prod": "ReduceProd",
          "Any": "Any", "All": "All"}  # fmt: skip


def _arg(kind: str) -> ImporterFunction:
    """Kernels give positions of 32 or 64 bits; narrower ones are converted."""

    def import_arg(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 2)
        wanted = node.dtype("output_type", INT64) or INT64
        if wanted in (INT32, INT64):
            return builder.emit(kind, inputs, ArgAttrs(wanted)).outputs
        position = builder.emit(kind, inputs, ArgAttrs(INT32), suffix="position").outputs
        return builder.emit("Cast", position, CastAttrs(wanted)).outputs

    return import_arg


TABLE: dict[str, Row | ImporterFunction] = {
    **{name: narrowed(row(kind, keep_dims=_keep_dims), 1) for name, kind in _KINDS.items()},
    "ArgMax": _arg("ArgMax"),
    "ArgMin": _arg("ArgMin"),
}
