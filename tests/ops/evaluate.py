"""Running one operator in a test: infer and kernel together, held against each other."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from pytoco.compiler import ops
from pytoco.compiler.ir import Array, Quantization, Shape
from pytoco.compiler.ir.types import FLOAT32, DType, InferredShape, TensorType, dtype_of
from pytoco.compiler.ops.base import check_operands

_ids = count()

SIZED_BY_DATA = ("Where", "Unique")
"""Kinds whose results have as many elements as the values make, which inference does not look at."""


def array(*shape: Any, dtype: DType | None = FLOAT32, quantization: Quantization | None = None) -> Array:
    """An activation; `array(None)` has an unknown rank."""
    number = next(_ids)
    extents: Shape = None if shape == (None,) else shape
    return Array(number, f"a{number}", dtype, extents, quantization=quantization)


def const(value: Any, dtype: Any = None) -> Array:
    """A constant; Python ints become int32, floats float32."""
    v = np.asarray(value)
    if dtype is None and not isinstance(value, (np.ndarray, np.generic)):
        dtype = {"i": np.int32, "f": np.float32, "b": np.bool_}[v.dtype.kind]
    v = v.astype(dtype, copy=False) if dtype is not None else v
    number = next(_ids)
    return Array(number, f"c{number}", dtype_of(v.dtype), v.shape, v)


def infer(kind: str, *inputs: Array | None, attrs: Any = None) -> list[TensorType]:
    """The inferred types, after the check of the operands."""
    definition = ops.get(kind)
    check_operands(definition, inputs)
    return definition.infer(inputs, attrs)


def shape(kind: str, *inputs: Array | None, attrs: Any = None) -> InferredShape:
    """The inferred shape of the only result."""
    (result,) = infer(kind, *inputs, attrs=attrs)
    return result.shape


def evaluate(kind: str, *values: Any, attrs: Any = None) -> list[np.ndarray[Any, Any]]:
    """The kernel's results, checked to be what inference says about constant and about unknown operands."""
    operands = [None if v is None else const(v) for v in values]
    blind = [None if c is None else array(*(c.shape or ()), dtype=c.dtype) for c in operands]
    results = ops.get(kind).kernel([None if c is None else c.value for c in operands], attrs)
    for inferred, exact in ((infer(kind, *operands, attrs=attrs), True), (infer(kind, *blind, attrs=attrs), False)):
        assert len(inferred) == len(results)
        for t, out in zip(inferred, results, strict=True):
            assert isinstance(out, np.ndarray)
            assert t.dtype is dtype_of(out.dtype), f"{kind}: {t.dtype} inferred, {out.dtype} computed"
            if t.shape is None:
                assert not exact
                continue
            assert len(t.shape) == out.ndim
            assert all(d == n for d, n in zip(t.shape, out.shape, strict=True) if isinstance(d, int))
            assert not exact or kind in SIZED_BY_DATA or None not in t.shape
    return results


def one(kind: str, *values: Any, attrs: Any = None) -> np.ndarray[Any, Any]:
    """The only result of `evaluate`."""
    (result,) = evaluate(kind, *values, attrs=attrs)
    return result
