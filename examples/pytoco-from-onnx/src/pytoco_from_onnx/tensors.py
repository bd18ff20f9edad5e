"""Values of ONNX's TensorProto as numpy views, and its element types."""

from __future__ import annotations

import math
import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import DType, FileError, InvalidModelError, UnsupportedError, dtype_named

from .nodes import text_of

_NAMES = (
    "", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "float64",
    "uint32", "uint64", "complex64", "complex128", "bfloat16",
)  # fmt: skip
"""Element types by their number in TensorProto.DataType."""

_FIELDS = {
    "float32": "float_data", "complex64": "float_data", "float64": "double_data", "complex128": "double_data",
    "int64": "int64_data", "uint32": "uint64_data", "uint64": "uint64_data",
}  # fmt: skip
_EXTERNAL = 1


def dtype_by_number(number: int, what: str) -> DType:
    """The type of that TensorProto.DataType; raises UnsupportedError for those that the IR does not have."""
    if not 0 < number < len(_NAMES):
        raise UnsupportedError(f"{what} has ONNX's element type {number}, which pytoco does not know")
    return dtype_named(_NAMES[number])


class Files:
    """The files of external data beside a model, mapped when first needed; `mapped` has them by path."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.mapped: dict[str, memoryview] = {}

    def part(self, entries: dict[str, str], size: int, what: str) -> memoryview:
        """The bytes that an initializer's `external_data` names, `size` of them.

        Raises UnsupportedError without a folder, InvalidModelError for places outside of it or of the file.
        """
        location = entries.get("location", "")
        if self.folder is None:
            raise UnsupportedError(
                f"{what} is in another file, {location!r}", hint="give the model as a path, not as bytes"
            )
        try:
            offset, length = int(entries.get("offset") or 0), int(entries.get("length") or size)
        except ValueError:
            raise InvalidModelError(f"{what}: offset or length of its external data is no number") from None
        data = self._file(location, what)
        if offset < 0 or length != size or offset + size > len(data):
            raise InvalidModelError(
                f"{what}: its {size:,} bytes do not lie at {offset:,}+{length:,} of the {len(data):,} of {location!r}"
            )
        return data[offset : offset + size]

    def _file(self, location: str, what: str) -> memoryview:
        assert self.folder is not None
        root = self.folder.resolve()
        try:
            path = (root / location).resolve()
        except (OSError, ValueError, RuntimeError):
            raise InvalidModelError(f"{what}: {location!r} is no file name") from None
        if not location or Path(location).is_absolute() or not path.is_relative_to(root):
            raise InvalidModelError(f"{what}: its external data {location!r} lies outside of the model's folder")
        key = str(path)
        if key not in self.mapped:
            try:
                if not path.is_file():
                    raise FileError(f"{what}: its external data {location!r} is not there", hint=f"expected at {path}")
                with path.open("rb") as stream:
                    self.mapped[key] = (
                        memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
                        if path.stat().st_size
                        else memoryview(b"")
                    )
            except (OSError, ValueError) as error:
                if isinstance(error, FileError):
                    raise
                raise FileError(f"{what}: its external data {location!r} cannot be read: {error}") from None
        return self.mapped[key]


def decode(tensor: Any, files: Files, what: str) -> tuple[DType, NDArray[Any]]:
    """Element type and value of a TensorProto: a view of its bytes, or of the file that they are in.

    Raises InvalidModelError when dimensions and data do not go together.
    """
    dtype = dtype_by_number(tensor.data_type, what)
    dims = tuple(tensor.dims)
    if any(not 0 <= d < 1 << 31 for d in dims):
        raise InvalidModelError(f"{what} has the dimensions {list(dims)}")
    count = math.prod(dims)
    if dtype.name == "string":
        return dtype, _strings(tensor, count, what).reshape(dims)
    assert dtype.numpy is not None
    if tensor.data_location == _EXTERNAL:
        entries = {text_of(entry.key): text_of(entry.value) for entry in tensor.external_data}
        data: Any = files.part(entries, count * dtype.itemsize, what)
    elif tensor.HasField("raw_data"):
        data = tensor.raw_data
    else:
        return dtype, _listed(tensor, dtype, count, what).reshape(dims)
    if len(data) != count * dtype.itemsize:
        raise InvalidModelError(f"{what}: {dtype} {list(dims)} is not what {len(data):,} bytes hold")
    return dtype, np.frombuffer(data, dtype.numpy).reshape(dims)


def _listed(tensor: Any, dtype: DType, count: int, what: str) -> NDArray[Any]:
    """The value in one of the lists of numbers; 16-bit floats stand there as their bits."""
    assert dtype.numpy is not None
    field = _FIELDS.get(dtype.name, "int32_data")
    numbers = getattr(tensor, field)
    if dtype.name.startswith("complex"):
        found = np.array(numbers, np.float32 if field == "float_data" else np.float64).view(dtype.numpy)
    elif dtype.name == "float16":
        found = _fitting(numbers, np.dtype("<u2"), what).view(dtype.numpy)
    else:
        found = _fitting(numbers, dtype.numpy, what)
    if found.size != count:
        raise InvalidModelError(f"{what}: {found.size:,} elements where its dimensions say {count:,}")
    return found


def _fitting(numbers: Any, dtype: np.dtype[Any], what: str) -> NDArray[Any]:
    try:
        return np.array(numbers, dtype)
    except OverflowError:
        raise InvalidModelError(f"{what} has elements that are no {dtype}") from None


def _strings(tensor: Any, count: int, what: str) -> NDArray[Any]:
    found = np.empty(len(tensor.string_data), object)
    found[:] = list(tensor.string_data)
    if found.size != count:
        raise InvalidModelError(f"{what}: {found.size:,} texts where its dimensions say {count:,}")
    return found
