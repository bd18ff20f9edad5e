"""Matrix products."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ops.linear import BatchMatMulAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, flag, need_inputs, row

_BATCH = row("BatchMatMul", adj_x=flag("adj_x"), adj_y=flag("adj_y"))


def _mixed(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """The version whose operands and result may have three element types."""
    need_inputs(node, inputs, 2)
    types = {str(node.dtype(name, None)) for name in ("Ta", "Tb", "Tout")}
    if len(types) > 1:
        raise Unsupported(f"its operands and result have different element types ({', '.join(sorted(types))})")
    return builder.emit(
        "BatchMatMul", inputs, BatchMatMulAttrs(node.flag("adj_x", False), node.flag("adj_y", False))
    ).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    "MatMul": row("MatMul", transpose_a=flag("transpose_a"), transpose_b=flag("transpose_b")),
    "BatchMatMul": _BATCH,
    "BatchMatMulV2": _BATCH,
    "BatchMatMulV3": _mixed,
}
