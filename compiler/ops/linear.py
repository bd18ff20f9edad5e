"""Matrix products: FullyConnected (weights [units, depth]), MatMul and BatchMatMul."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import InferredShape, TensorType, shape_text
from . import register
from .base import OpDef, Operands, Values, broadcast_shapes, need_rank, operand, quotient, same_dtype
from .numeric import activate, wide


class FullyConnectedAttrs(NamedTuple):
    """With `keep_num_dims` the result keeps the input's leading dimensions, otherwise it has rank 2."""

    activation: str = "NONE"
    keep_num_dims: bool = False


class MatMulAttrs(NamedTuple):
    """Whether to transpose an operand first."""

    transpose_a: bool = False
    transpose_b: bool = False


class BatchMatMulAttrs(NamedTuple):
    """Whether to take the adjoint of the last two dimensions of an operand first."""

    adj_x: bool = False
    adj_y: bool = False


@register
class FullyConnected(OpDef):
    """out = input @ weights^T + bias, the input seen as rows of `depth` elements."""

    kind = "FullyConnected"
    operands = ("input", "weights", "bias?")
    Attrs = FullyConnectedAttrs
    heavy = True

    @staticmethod
    def infer(inputs: Operands, attrs: FullyConnectedAttrs) -> list[TensorType]:
        """[..., depth], [units, depth] -> [elements / depth, units], or [..., units] with keep_num_dims."""
        x, w = inputs[0], inputs[1]
        units, depth = need_rank("FullyConnected", w.shape, 2, "the weights")
        bias = operand(inputs, 2)
        if bias is not None and type(units) is int and bias.size not in (None, units):
            raise ShapeError(f"FullyConnected: a bias of shape {shape_text(bias.shape)} for {units} units")
        shape = x.shape
        if attrs.keep_num_dims:
            if shape is None:
                return [TensorType(x.dtype, None)]
            if not shape or (type(shape[-1]) is int and type(depth) is int and shape[-1] != depth):
                raise ShapeError(
                    f"FullyConnected: input {shape_text(shape)} and weights {shape_text(w.shape)} disagree"
                )
            return [TensorType(x.dtype, (*shape[:-1], units))]
        if type(depth) is not int:
            rows = shape[0] if shape is not None and len(shape) == 2 else None
            return [TensorType(x.dtype, (rows, units))]
        rows = quotient("FullyConnected", shape, depth) if depth else None
        return [TensorType(x.dtype, (rows, units))]

    @staticmethod
    def kernel(values: Values, attrs: FullyConnectedAttrs) -> list[NDArray[Any]]:
        """One matrix product in at least float32."""
        x, w, bias = wide(values[0]), wide(values[1]), operand(values, 2)
        if not attrs.keep_num_dims:
            x = x.reshape(-1, w.shape[1]) if w.shape[1] else x.reshape(x.shape[0], 0)
        out = x @ w.T
        if bias is not None:
            out = out + bias.reshape(-1)
        return [activate(out, attrs.activation).astype(values[0].dtype, copy=False)]


@register
class MatMul(OpDef):
    """a @ b of two matrices, either transposed first."""

    kind = "MatMul"
    operands = ("a", "b")
    Attrs = MatMulAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: MatMulAttrs) -> list[TensorType]:
        """[m,k], [k,n] -> [m,n]."""
        m, k1 = need_rank("MatMul", inputs[0].shape, 2, "the first operand")
        k2, n = need_rank("MatMul", inputs[1].shape, 2, "the second operand")
        if attrs.transpose_a:
            m, k1 = k1, m
        if attrs.transpose_b:
            k2, n = n, k2
        if type(k1) is int and type(k2) is int and k1 != k2:
            raise ShapeError(
                f"MatMul: {shape_text(inputs[0].shape)} and {shape_text(inputs[1].shape)} (transposed: "
                f"{bool(attrs.transpose_a)}, {bool(attrs.transpose_b)}) do not fit"
            )
        return [TensorType(same_dtype("MatMul", inputs), (m, n))]

    @staticmethod
    def kernel(values: Values, attrs: MatMulAttrs) -> list[NDArray[Any]]:
        """One matrix product in at least float32."""
        a, b = wide(values[0]), wide(values[1])
        out = (a.T if attrs.transpose_a else a) @ (b.T if attrs.transpose_b else b)
        return [out.astype(values[0].dtype, copy=False)]


@register
class BatchMatMul(OpDef):
    """x @ y of the last two dimensions, the leading ones broadcast; the adjoint is the conjugated transpose."""

    kind = "BatchMatMul"
    operands = ("x", "y")
    Attrs = BatchMatMulAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: BatchMatMulAttrs) -> list[TensorType]:
        """[...,m,k], [...,k,n] -> [...,m,n]."""
        dtype = same_dtype("BatchMatMul", inputs)
        x: InferredShape = inputs[0].shape
        y: InferredShape = inputs[1].shape
        if x is None or y is None:
            return [TensorType(dtype, None)]
        if len(x) < 2 or len(y) < 2:
            raise ShapeError(f"BatchMatMul: operands must have rank 2 or more, not {shape_text(x)} and {shape_text(y)}")
        m, k1 = x[-2:][::-1] if attrs.adj_x else x[-2:]
        k2, n = y[-2:][::-1] if attrs.adj_y else y[-2:]
        if type(k1) is int and type(k2) is int and k1 != k2:
            raise ShapeError(
                f"BatchMatMul: {shape_text(x)} and {shape_text(y)} (adjoint: {bool(attrs.adj_x)}, {bool(attrs.adj_y)}) "
                "do not fit"
            )
        batch = broadcast_shapes("BatchMatMul", x[:-2], y[:-2])
        return [TensorType(dtype, (*(batch or ()), m, n))]

    @staticmethod
    def kernel(values: Values, attrs: BatchMatMulAttrs) -> list[NDArray[Any]]:
        """One stacked matrix product in at least float32."""
        x, y = wide(values[0]), wide(values[1])
        x = np.conj(x.swapaxes(-1, -2)) if attrs.adj_x else x
        y = np.conj(y.swapaxes(-1, -2)) if attrs.adj_y else y
        return [np.asarray(x @ y).astype(values[0].dtype, copy=False)]
