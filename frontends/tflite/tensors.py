"""Tensors of a file as arrays of the IR: types, shapes, scales, and constants that stay views of the file."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from struct import unpack_from
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...backends.tflite.fields import name_of
from ...backends.tflite.schema.tables import ENUMS
from ...compiler.errors import InvalidModelError, UnsupportedError
from ...compiler.ir.types import DTYPES, STRING, DType, MinMax, Quantization

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...backends.tflite.flat_reader import FlatReader

DTYPE_BY_CODE: dict[int, DType] = {
    ENUMS["TensorType"][name.upper()]: d for name, d in DTYPES.items() if name.upper() in ENUMS["TensorType"]
}
MOST_DIMENSIONS = 64
_INT32 = 0x7FFFFFFF


class Tensor(NamedTuple):
    """A tensor as the file describes it; -1 in `shape` is an unknown extent, and None an unknown rank.

    `shape_is_given` is false where an empty shape may mean a scalar or nothing known, as in files before `has_rank`.
    """

    name: str
    dtype: DType
    shape: tuple[int, ...]
    shape_is_given: bool
    has_rank: bool
    buffer: int
    is_variable: bool
    quantization: Quantization | None
    minmax: MinMax | None


def read_tensor(reader: FlatReader, position: int) -> Tensor:
    """The tensor at `position`. Raises UnsupportedError for what arrays of the IR cannot be, naming the tensor."""
    table = reader.table("Tensor", position)
    name: str = table["name"] or ""
    dtype = DTYPE_BY_CODE.get(table["type"])
    if dtype is None:
        raise UnsupportedError(
            f"tensor {name!r} is {name_of('TensorType', table['type'])}, which the IR lacks", array=name
        )
    for field, what in (("sparsity", "sparse"), ("external_buffer", "in a buffer outside the file")):
        if table[field]:
            raise UnsupportedError(f"tensor {name!r} is {what}, which is not read", array=name)
    shape: tuple[int, ...] = table["shape"] or ()
    signature: tuple[int, ...] = table["shape_signature"] or shape
    if min(shape, default=0) < -1 or min(signature, default=0) < -1 or len(signature) != len(shape):
        raise InvalidModelError(f"tensor {name!r} has shape {list(shape)} and signature {list(signature)}", array=name)
    if len(shape) > MOST_DIMENSIONS:
        raise InvalidModelError(f"tensor {name!r} has {len(shape)} dimensions", array=name)
    scales, minmax = (None, None) if table["quantization"] is None else _scales(reader, table["quantization"], name)
    if scales is not None and len(scales.scale) > 1:
        axis = scales.axis or 0
        if not 0 <= axis < len(shape) or shape[axis] != len(scales.scale):
            raise InvalidModelError(
                f"tensor {name!r} has {len(scales.scale)} scales along axis {axis} of shape {list(shape)}", array=name
            )
    return Tensor(
        name,
        dtype,
        signature,
        bool(shape) or table["has_rank"],
        table["has_rank"],
        table["buffer"],
        table["is_variable"],
        scales,
        minmax,
    )


def _scales(reader: FlatReader, position: int, name: str) -> tuple[Quantization | None, MinMax | None]:
    table = reader.table("QuantizationParameters", position)
    if table["details_type"]:
        kind = name_of("QuantizationDetails", table["details_type"])
        raise UnsupportedError(f"tensor {name!r} has {kind}, which is not read", array=name)
    low, high = table["min"] or (), table["max"] or ()
    ends = (*low, *high)
    minmax = MinMax(ends[0], ends[1]) if len(low) == len(high) == 1 and all(map(isfinite, ends)) else None
    scales: tuple[float, ...] = table["scale"] or ()
    if not scales:
        return None, minmax
    zeros: tuple[int, ...] = table["zero_point"] or (0,)
    if len(zeros) == 1:
        zeros *= len(scales)
    if len(zeros) != len(scales):
        raise InvalidModelError(f"tensor {name!r} has {len(scales)} scales but {len(zeros)} zero points", array=name)
    axis: int = table["quantized_dimension"]
    return Quantization(scales, zeros, axis if len(scales) > 1 or axis else None), minmax


def constant(data: memoryview, tensor: Tensor) -> NDArray[Any]:
    """The value of a constant: a view of `data`, but for text. Raises InvalidModelError when its size is not right."""
    shape = tensor.shape
    count = 1
    for d in shape:
        count *= d
    if min(shape, default=0) < 0:
        raise InvalidModelError(f"the shape {list(shape)} of constant {tensor.name!r} is not known", array=tensor.name)
    if tensor.dtype is STRING:
        return _strings(data, count, tensor.name).reshape(shape)
    if tensor.dtype.numpy is None:
        raise InvalidModelError(f"constant {tensor.name!r} is a {tensor.dtype}, which has no value", array=tensor.name)
    if count * tensor.dtype.itemsize != len(data):
        raise InvalidModelError(
            f"constant {tensor.name!r} has {len(data):,} bytes, not {tensor.dtype.itemsize} for each of {count:,} "
            "elements",
            array=tensor.name,
        )
    return np.frombuffer(data, tensor.dtype.numpy).reshape(shape)


def _strings(data: memoryview, count: int, name: str) -> NDArray[Any]:
    """Strings: an int32 count, count + 1 int32 offsets from the start, the bytes."""
    found = unpack_from("<i", data)[0] if len(data) >= 4 else -1
    if found != count or 4 * (count + 2) > len(data):
        raise InvalidModelError(f"text constant {name!r} has {found} items for {count} elements", array=name)
    offsets: Sequence[int] = unpack_from(f"<{count + 1}i", data, 4)
    made = np.empty(count, object)
    position = 4 * (count + 2)
    for k in range(count):
        start, end = offsets[k], offsets[k + 1]
        if not position <= start <= end <= len(data):
            raise InvalidModelError(f"text constant {name!r}: item {k} lies at {start} to {end}", array=name)
        made[k] = bytes(data[start:end])
        position = end
    return made
