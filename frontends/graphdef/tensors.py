"""TensorProto to numpy: every element type, never a copy of big data, and compressed constants stay compressed.

TensorFlow's rules (tensor.proto): `tensor_content` wins and must fit exactly; otherwise the typed list, of which the
last value fills the rest, so that one value is a splat of any size; an empty list is zeros.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.ir.types import FLOAT16, STRING, DType
from .nodes import Node, Payload, dtype_by_number, shape_of

MAX_RANK = 32
"""numpy 1.x's limit; TensorFlow's kernels stop at 8."""


class _Storage(NamedTuple):
    field: str
    held: str  # numpy dtype of the list's elements
    group: int = 1  # list elements per tensor element


_INT = _Storage("int_val", "<i4")
_STORAGE = {
    "float32": _Storage("float_val", "<f4"),
    "float64": _Storage("double_val", "<f8"),
    "float16": _Storage("half_val", "<i4"),
    "bfloat16": _Storage("half_val", "<i4"),
    "complex64": _Storage("scomplex_val", "<f4", 2),
    "complex128": _Storage("dcomplex_val", "<f8", 2),
    "int64": _Storage("int64_val", "<i8"),
    "uint32": _Storage("uint32_val", "<u4"),
    "uint64": _Storage("uint64_val", "<u8"),
    "bool": _Storage("bool_val", "?"),
    "string": _Storage("string_val", "O"),
    **dict.fromkeys(("int32", "int16", "int8", "uint16", "uint8"), _INT),
    **dict.fromkeys(("qint32", "qint16", "qint8", "quint16", "quint8"), _INT),
}
_PAYLOAD_OF = {5: "float_val", 6: "double_val"}


def decode(message: Any, payload: Payload | None, node: Node) -> tuple[DType, NDArray[Any]]:
    """The element type and value of a TensorProto, whose big data may be in `payload`.

    Strings are object arrays of bytes, bfloat16 its uint16 patterns. Raises InvalidModelError naming the node, dtype,
    shape and sizes where they do not fit together, or where the dtype has no values (resources, variants).
    """
    dtype = dtype_by_number(message.dtype)
    if dtype is None or dtype.numpy is None or dtype.name not in _STORAGE:
        what = f"element type number {message.dtype}" if dtype is None else f"element type {dtype}"
        raise node.error(f"its tensor has {what}, which has no constant values in pytoco")
    shape = _static_shape(message, node, dtype)
    content: Any = payload.data if payload is not None and payload.field == 4 else message.tensor_content
    if len(content):
        return dtype, _from_content(content, dtype, shape, node)
    storage = _STORAGE[dtype.name]
    if payload is not None and _PAYLOAD_OF.get(payload.field) == storage.field:
        values: NDArray[Any] = np.frombuffer(payload.data, storage.held)
    else:
        values = _listed(getattr(message, storage.field), storage)
    return dtype, _filled(_converted(values, dtype, storage, node), dtype, shape, node)


def _static_shape(message: Any, node: Node, dtype: DType) -> tuple[int, ...]:
    shape = shape_of(message.tensor_shape, node)
    if shape is None or None in shape:
        raise node.error(f"its {dtype} tensor has no definite shape")
    sizes: tuple[int, ...] = tuple(shape)  # type: ignore[arg-type]
    if len(sizes) > MAX_RANK:
        raise node.error(f"its {dtype} tensor has {len(sizes)} dimensions; at most {MAX_RANK} are possible")
    # numpy multiplies the non-zero extents even where another one is zero
    if math.prod(d or 1 for d in sizes) * max(dtype.itemsize, 8) >= 1 << 63:
        raise node.error(f"its {dtype} tensor of shape {list(sizes)} is larger than 2^63 bytes")
    return sizes


def _from_content(content: Any, dtype: DType, shape: tuple[int, ...], node: Node) -> NDArray[Any]:
    if dtype is STRING:
        raise node.error("its string tensor has tensor_content, which is only defined for numbers")
    needed = math.prod(shape) * dtype.itemsize
    if len(content) != needed:
        raise node.error(
            f"its {dtype} tensor of shape {list(shape)} needs {needed} bytes, but tensor_content has {len(content)}"
        )
    return np.frombuffer(content, dtype.numpy).reshape(shape)


def _listed(values: Any, storage: _Storage) -> NDArray[Any]:
    if storage.held == "O":
        made = np.empty(len(values), object)
        made[:] = list(values)
        return made
    return np.fromiter(values, storage.held, len(values))


def _converted(values: NDArray[Any], dtype: DType, storage: _Storage, node: Node) -> NDArray[Any]:
    if storage.group == 2:
        if len(values) % 2:
            raise node.error(f"its {dtype} tensor lists {len(values)} numbers, which do not pair up")
        return values.view(dtype.numpy or values.dtype)
    if storage.field == "half_val":
        bits = values.astype("<u2")
        return bits.view("<f2") if dtype is FLOAT16 else bits
    return values if values.dtype == dtype.numpy else values.astype(dtype.numpy)


def _filled(values: NDArray[Any], dtype: DType, shape: tuple[int, ...], node: Node) -> NDArray[Any]:
    size, count = math.prod(shape), len(values)
    if count == size:
        return values.reshape(shape)
    if count == 0:
        zero: Any = np.array(b"" if dtype is STRING else 0, dtype.numpy)
        return np.broadcast_to(zero, shape)
    if count > size:
        raise node.error(f"its {dtype} tensor of shape {list(shape)} has {size} elements, but {count} are given")
    if count == 1:
        return np.broadcast_to(values.reshape(()), shape)
    if size > 1 << 28:
        raise node.error(f"its {dtype} tensor of shape {list(shape)} is far larger than the {count} values given")
    made = np.empty(size, values.dtype)
    made[:count] = values
    made[count:] = values[-1]
    return made.reshape(shape)
