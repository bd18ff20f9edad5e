"""Diagonals and bands of matrices. The later versions come in as long as they ask for no more than the first did."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, constant_int, need_inputs, rows


def _main_diagonal(builder: Builder, node: Node, k: Array) -> None:
    """Raise Unsupported unless the one diagonal meant is the main one."""
    value = builder.value(k)
    if value is None:
        raise Unsupported("which diagonal it means is computed, not constant")
    if value.dtype.kind not in "iu":
        raise node.error(f"its diagonals are {value.dtype}, expected integers")
    if value.any():
        raise Unsupported(f"it means the diagonals {value.reshape(-1).tolist()}, not the main one")


def _diag(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 5)
    diagonal, k, rows_, columns, padding = inputs
    _main_diagonal(builder, node, k)
    for array, what in ((rows_, "num_rows"), (columns, "num_cols")):
        if constant_int(builder, node, array, what) != -1:
            raise Unsupported(f"it sets {what}")
    filler = builder.value(padding)
    if filler is None or filler.any():
        raise Unsupported("its padding_value is not 0")
    return builder.emit("MatrixDiag", [diagonal]).outputs


def _set_diag(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 3)
    _main_diagonal(builder, node, inputs[2])
    return builder.emit("MatrixSetDiag", inputs[:2]).outputs


def _band(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """Everything outside of the band replaced by zeros; a negative width keeps that whole side."""
    need_inputs(node, inputs, 3)
    x = inputs[0]
    if x.shape is None or len(x.shape) < 2 or x.dtype is None or x.dtype.numpy is None:
        raise Unsupported("its rank or element type is unknown")
    m, n = x.shape[-2:]
    if type(m) is not int or type(n) is not int:
        raise Unsupported("the extents of its matrices are unknown")
    lower, upper = (constant_int(builder, node, a, "band") for a in inputs[1:])
    distance = np.arange(n) - np.arange(m)[:, np.newaxis]
    kept = ((lower < 0) | (-distance <= lower)) & ((upper < 0) | (distance <= upper))
    zero = builder.constant(np.zeros((), x.dtype.numpy), "zero")
    return builder.emit("SelectV2", [builder.constant(kept, "band"), x, zero]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("MatrixDiag", "MatrixSetDiag")),
    "MatrixDiagV2": _diag,
    "MatrixDiagV3": _diag,
    "MatrixSetDiagV2": _set_diag,
    "MatrixSetDiagV3": _set_diag,
    "MatrixBandPart": _band,
}
