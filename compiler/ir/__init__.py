"""The intermediate representation: models, graphs, operators and arrays, their text form and their verifier."""

from __future__ import annotations

from .graph import Graph
from .items import Array, Op, Signature, State
from .model import Model
from .opaque import OpaqueAttrs
from .types import (
    Dim,
    DType,
    MinMax,
    Quantization,
    Shape,
    TensorType,
    dtype_named,
    dtype_of,
    is_static,
    merge_shape,
    shape_text,
)
from .values import Lazy, Value

__all__ = [
    "Array",
    "DType",
    "Dim",
    "Graph",
    "Lazy",
    "MinMax",
    "Model",
    "Op",
    "OpaqueAttrs",
    "Quantization",
    "Shape",
    "Signature",
    "State",
    "TensorType",
    "Value",
    "dtype_named",
    "dtype_of",
    "is_static",
    "merge_shape",
    "shape_text",
]
