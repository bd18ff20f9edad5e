"""Element-wise operators of one operand."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.binary import BinaryAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, element_type, need_inputs, row, rows


def _reciprocal(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    dtype = inputs[0].dtype
    if dtype is None or not dtype.is_float or dtype.name == "bfloat16":
        raise Unsupported(f"its element type is {dtype}")
    one = builder.constant(np.ones((), dtype.numpy), "one")
    return builder.emit("Div", [one, inputs[0]], BinaryAttrs()).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Abs", "Ceil", "Cos", "Erf", "Erfc", "Exp", "Floor", "Log", "LogicalNot", "Neg")),
    **rows(("Round", "Rsqrt", "Sign", "Sin", "Sqrt", "Square")),
    "Rint": row("Round"),
    "Cast": row("Cast", dtype=element_type("DstT", None)),
    "Reciprocal": _reciprocal,
    "Inv": _reciprocal,
}
