"""Constants on their way into a file: which of them share a buffer, and their bytes, piece by piece.

Nothing here holds a large constant: values stay the views or recipes that they are until a tile of them is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import pack
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...compiler.errors import UnsupportedError
from ...compiler.ir.types import STRING, DType
from ...compiler.ir.values import NUMPY_BUDGET, Lazy, Value, is_splat, tiles

SMALL = 4096
"""Bytes up to which a constant is kept and compared as bytes."""

Content: TypeAlias = bytes | Value


def string_buffer(value: NDArray[Any]) -> bytes:
    """Strings as TFLite keeps them: an int32 count, count + 1 int32 offsets from the start, the bytes."""
    items = [item if isinstance(item, bytes) else str(item).encode() for item in value.reshape(-1).tolist()]
    position = 4 * (len(items) + 2)
    offsets = [position]
    for item in items:
        position += len(item)
        offsets.append(position)
    if position > 0x7FFFFFFF:
        raise UnsupportedError(f"string constants of {position:,} bytes in one tensor; TFLite counts them in 31 bits")
    return pack(f"<{len(items) + 2}i", len(items), *offsets) + b"".join(items)


def content_of(value: Value, dtype: DType | None) -> Content:
    """What is to be written for a constant: bytes when it is small or text, else the value itself.

    Raises UnsupportedError for one element repeated beyond 2 GB, which is a mistake in the model rather than weights.
    """
    if dtype is STRING or value.dtype.kind in "OSU":
        return string_buffer(value.compute() if isinstance(value, Lazy) else value)
    if value.nbytes <= SMALL:
        made = value.compute() if isinstance(value, Lazy) else value
        return _little(made).tobytes()
    if not isinstance(value, Lazy) and is_splat(value) and value.nbytes > NUMPY_BUDGET:
        raise UnsupportedError(f"one value repeated over shape {list(value.shape)} would take {value.nbytes:,} bytes")
    return value


def size_of(content: Content) -> int:
    """Bytes in the file."""
    return len(content) if isinstance(content, bytes) else content.nbytes


def pieces(content: Content) -> Iterator[Any]:
    """The bytes of a constant as a series of C-contiguous buffers of about a megabyte."""
    if isinstance(content, bytes):
        yield content
        return
    for tile in tiles(content):
        yield _little(tile).reshape(-1).view(np.uint8).data


def _little(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(array.dtype.newbyteorder("<")) if array.dtype.byteorder == ">" else array


class Pool:
    """The distinct contents of a model's constants, numbered from 1; buffer 0 is the empty one.

    Contents with equal bytes get one number, whatever their types. Large ones are compared by size, then by a sample,
    then in full, never hashed: hashing a gigabyte costs more than writing it.
    """

    __slots__ = ("_alike", "_lone", "_small", "contents")

    def __init__(self) -> None:
        self.contents: list[Content] = []
        self._small: dict[bytes, int] = {}
        self._lone: dict[int, int] = {}
        self._alike: dict[tuple[int, bytes], list[int]] = {}

    def number(self, content: Content) -> int:
        """The buffer number of this content."""
        if isinstance(content, bytes):
            found = self._small.get(content)
            if found is None:
                found = self._small[content] = self._append(content)
            return found
        size = content.nbytes
        lone = self._lone.get(size)
        if lone is None:  # the first of its size: no sample before there is something to compare with
            self._lone[size] = lone = self._append(content)
            return lone
        if lone:
            first = self.contents[lone - 1]
            assert not isinstance(first, bytes)  # those are told apart by their bytes, above
            self._alike[size, _sample(first)] = [lone]
            self._lone[size] = 0
        alike = self._alike.setdefault((size, _sample(content)), [])
        for number in alike:
            if _same(content, self.contents[number - 1]):
                return number
        alike.append(self._append(content))
        return alike[-1]

    def _append(self, content: Content) -> int:
        self.contents.append(content)
        return len(self.contents)


def _sample(value: Value) -> bytes:
    """Sixteen bytes from each of nine places, the same places for every value of this size."""
    step = max(1, 16 // value.dtype.itemsize)
    last = value.nbytes // 16 - 1
    picked = []
    for k in range(9):
        first = (last * k // 8) * step
        index = np.unravel_index(np.arange(first, first + step), value.shape)
        picked.append(_picked(value, index).tobytes())
    return b"".join(picked)


def _picked(value: Value, index: Any) -> NDArray[Any]:
    part = value[index]
    return part.compute() if isinstance(part, Lazy) else part


def _same(a: Content, b: Content) -> bool:
    """Whether two contents of one size have the same bytes; their tiles may be cut at different places."""
    if a is b:
        return True
    left, right = pieces(a), pieces(b)
    x = y = memoryview(b"")
    while True:
        if not x:
            x = memoryview(next(left, b""))
        if not y:
            y = memoryview(next(right, b""))
        n = min(len(x), len(y))
        if not n:
            return len(x) == len(y)
        if not np.array_equal(np.frombuffer(x[:n], np.uint8), np.frombuffer(y[:n], np.uint8)):
            return False
        x, y = x[n:], y[n:]
