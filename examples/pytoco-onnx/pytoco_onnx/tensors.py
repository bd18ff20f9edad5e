"""Constants as ONNX's message has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper
from pytoco.compiler import DType

from .element_types import code_of


def tensor_of(value: NDArray[Any], name: str, dtype: DType | None) -> TensorProto:
    """The constant, its elements in C order and little-endian; `dtype` is needed for bfloat16, kept as its bits."""
    tensor = TensorProto(name=name, dims=value.shape)
    if value.dtype.kind == "O":
        tensor.data_type = TensorProto.STRING
        tensor.string_data.extend(v if isinstance(v, bytes) else str(v).encode() for v in value.reshape(-1))
        return tensor
    tensor.data_type = helper.np_dtype_to_tensor_dtype(value.dtype) if dtype is None else code_of(dtype, name)
    tensor.raw_data = np.ascontiguousarray(value.astype(value.dtype.newbyteorder("<"), copy=False)).tobytes()
    return tensor
