"""Diagonals of matrices, which are the last two dimensions: MatrixDiag and MatrixSetDiag."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import OpDef, Operands, Values, merge_shapes, same_dtype


@register
class MatrixDiag(OpDef):
    """Square matrices with the input's last dimension as their main diagonal, and zeros elsewhere."""

    kind = "MatrixDiag"
    operands = ("input",)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[..., n] -> [..., n, n]."""
        x = inputs[0]
        if x.shape is None:
            return [TensorType(x.dtype, None)]
        if not x.shape:
            raise ShapeError("MatrixDiag: the input must have a dimension, not shape []")
        return [TensorType(x.dtype, (*x.shape, x.shape[-1]))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        x = values[0]
        n = x.shape[-1]
        out = np.zeros((*x.shape, n), x.dtype)
        out[..., np.arange(n), np.arange(n)] = x
        return [out]


@register
class MatrixSetDiag(OpDef):
    """The input with the main diagonals of its matrices replaced."""

    kind = "MatrixSetDiag"
    operands = ("input", "diagonal")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[..., m, n] and [..., min(m, n)] -> the input's own type."""
        x, diagonal = inputs
        dtype = same_dtype("MatrixSetDiag", inputs)
        if x.shape is not None:
            if len(x.shape) < 2:
                raise ShapeError(f"MatrixSetDiag: the input must be matrices, not of shape {shape_text(x.shape)}")
            m, n = x.shape[-2:]
            shortest = min(m, n) if type(m) is int and type(n) is int else m if m is n else None
            merge_shapes("MatrixSetDiag", diagonal.shape, (*x.shape[:-2], shortest))
        return [TensorType(dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        x, diagonal = values
        out = x.copy()
        places = np.arange(min(x.shape[-2:]))
        out[..., places, places] = diagonal
        return [out]
