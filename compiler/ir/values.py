"""Values of constants that cost no memory until they are written.

A value is a numpy array of any strides, so that a view of a mapped file, its transpose and a splat
(`numpy.broadcast_to`) are free; or a `Lazy`: an element-wise combination of such views, as when a batch norm's factors
are folded into weights. The writer asks for `tiles`, C-ordered pieces of about a megabyte, and nothing else ever holds
the whole.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import UnsupportedError

NUMPY_BUDGET = 1 << 31
"""Bytes that one constant may take when it is really computed."""

LAZY_FROM = 1 << 14
"""Elements from which an element-wise result stays a recipe; below, computing it costs less than keeping the recipe."""


class Lazy:
    """`ufunc(a, b)`, not computed yet: `a` has the full shape, `b` broadcasts to it, both are views or recipes."""

    __slots__ = ("a", "b", "dtype", "shape", "ufunc")

    def __init__(self, ufunc: Callable[..., Any], a: Value, b: NDArray[Any]) -> None:
        self.ufunc = ufunc
        self.a = a
        self.b = np.broadcast_to(b, a.shape)
        self.shape: tuple[int, ...] = a.shape
        self.dtype: np.dtype[Any] = a.dtype

    @property
    def size(self) -> int:
        """Number of elements."""
        n = 1
        for d in self.shape:
            n *= d
        return n

    @property
    def ndim(self) -> int:
        """Rank."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes the computed value would take."""
        return self.size * self.dtype.itemsize

    def __getitem__(self, key: Any) -> Value:
        a = self.a[key]
        return Lazy(self.ufunc, a, self.b[key])

    def transpose(self, perm: Sequence[int]) -> Lazy:
        """The recipe with its axes permuted."""
        return Lazy(self.ufunc, self.a.transpose(perm), self.b.transpose(perm))

    def compute(self) -> NDArray[Any]:
        """The value, in memory."""
        a = self.a.compute() if isinstance(self.a, Lazy) else self.a
        with np.errstate(all="ignore"):
            result: NDArray[Any] = self.ufunc(a, self.b, dtype=self.dtype, order="C")
        return result


class Stored(Lazy):
    """A value that is somewhere else, which `load` gets. What a replayed journal has in place of large constants.

    `fingerprint` is what `fingerprint_of` gave for the value; `glimpse` are its first two and last two elements.
    """

    __slots__ = ("fingerprint", "glimpse", "load")

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        fingerprint: str,
        glimpse: NDArray[Any],
        load: Callable[[], NDArray[Any]],
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.fingerprint = fingerprint
        self.glimpse = glimpse
        self.load = load

    def __getitem__(self, key: Any) -> Any:
        return self.load()[key]

    def transpose(self, perm: Sequence[int]) -> Any:
        """The value with its axes permuted."""
        return self.load().transpose(perm)

    def compute(self) -> NDArray[Any]:
        """The value, from where it is; raises what `load` raises."""
        return self.load()


Value: TypeAlias = NDArray[Any] | Lazy


def read_only(value: Value) -> Value:
    """The value as constants hold it: an array that may be written to becomes a view that may not.

    The caller's own array stays as it is.
    """
    if isinstance(value, np.ndarray) and value.flags.writeable:
        value = value.view()
        value.flags.writeable = False
    return value


def materialize(value: Value, budget: int = NUMPY_BUDGET) -> NDArray[Any]:
    """The value as a numpy array (a view where it is one already).

    Raises UnsupportedError when a splat or a recipe would take more than `budget` bytes.
    """
    if isinstance(value, Lazy):
        if value.nbytes > budget:
            raise UnsupportedError(f"a constant of shape {list(value.shape)} would take {value.nbytes:,} bytes")
        return value.compute()
    return value


def is_splat(value: Value) -> bool:
    """Whether the value is one element repeated without memory of its own."""
    return not isinstance(value, Lazy) and value.size > 1 and not any(value.strides)


def transposed(value: Value, perm: Sequence[int]) -> Value:
    """The value with its axes permuted, never copied."""
    return value.transpose(tuple(perm))


def reshaped(value: Value, shape: Sequence[int]) -> Value:
    """The value in another shape; a view wherever numpy can make one."""
    shape = tuple(shape)
    if isinstance(value, Lazy):
        if value.shape == shape:
            return value
        if isinstance(value, Stored):
            return value.compute().reshape(shape)
        try:
            b = np.reshape(value.b, shape, copy=False)
            return Lazy(value.ufunc, reshaped(value.a, shape), b)
        except ValueError:
            return materialize(value).reshape(shape)
    if is_splat(value):
        return np.broadcast_to(value[(slice(0, 1),) * value.ndim].reshape(()), shape)
    if value.nbytes > NUMPY_BUDGET:
        return np.reshape(value, shape, copy=False)
    return value.reshape(shape)


def elementwise(ufunc: Callable[..., Any], a: Value, b: NDArray[Any]) -> Value:
    """`ufunc(a, b)` in `a`'s shape and dtype, where `b` broadcasts to `a`; a recipe when it is large."""
    if a.size >= LAZY_FROM:
        return Lazy(ufunc, a, b)
    with np.errstate(all="ignore"):
        result: NDArray[Any] = ufunc(materialize(a), b, dtype=a.dtype)
    return result


def tiles(value: Value, size: int = 1 << 20) -> Iterator[NDArray[Any]]:
    """The elements in C order, in contiguous pieces of about `size` bytes.

    Transposes are gathered in column blocks, which keeps the reads within the cache, and recipes computed upon what was
    gathered: on strided operands numpy's arithmetic is several times slower.
    """
    if isinstance(value, Stored):
        value = value.compute()
    if value.ndim == 0:
        yield np.ascontiguousarray(value.compute() if isinstance(value, Lazy) else value)
        return
    if not isinstance(value, Lazy) and value.flags.c_contiguous:
        flat = value.reshape(-1)
        step = max(1, size // value.itemsize)
        for start in range(0, flat.size, step):
            yield flat[start : start + step]
        return
    row = value.nbytes // max(1, value.shape[0])
    if row > 2 * size and value.ndim > 1:
        for i in range(value.shape[0]):
            yield from tiles(value[i], size)
        return
    step = max(1, size // max(1, row))
    for start in range(0, value.shape[0], step):
        yield _rows(value, start, start + step)[0]


def _rows(value: Value, start: int, stop: int) -> tuple[NDArray[Any], bool]:
    """Rows of the leading axis, contiguous, and whether they are a copy that may be overwritten."""
    if isinstance(value, Lazy):
        rows, own = _rows(value.a, start, stop)
        with np.errstate(all="ignore"):
            return value.ufunc(rows, value.b[start:stop], out=rows if own else None, dtype=value.dtype), True
    part = value[start:stop]
    if part.flags.c_contiguous:
        return part, False
    flat = _collapsed(part) if part.ndim > 1 else part
    if flat.ndim == 2 and flat.strides[0] < flat.strides[1]:
        return _gathered(flat).reshape(part.shape), True
    return np.ascontiguousarray(part), True


def _collapsed(value: NDArray[Any]) -> NDArray[Any]:
    """The same elements with fewer axes, as a view, if that is possible (HWIO seen as OHWI is a plain transpose)."""
    for axis in range(1, value.ndim):
        rows = math.prod(value.shape[:axis])
        try:
            return np.reshape(value, (rows, -1), copy=False)
        except ValueError:
            continue
    return value


def _gathered(part: NDArray[Any], columns: int = 256) -> NDArray[Any]:
    out = np.empty(part.shape, part.dtype)
    for start in range(0, part.shape[1], columns):
        out[:, start : start + columns] = part[:, start : start + columns]
    return out


SAMPLE = 512
"""Elements from which a fingerprint is taken; of larger values a regular sample that includes the last element."""


def fingerprint_of(value: Value) -> str:
    """16 hexadecimal digits by which people and journals know a value: cheap, and no proof of equality.

    The start of the SHA-256 of its elements in C order; above `SAMPLE` elements, of every so manieth along each axis.
    """
    if isinstance(value, Stored):
        return value.fingerprint
    size = value.size
    if size > SAMPLE:
        key = []
        for extent in value.shape:
            step = min(extent, -(-size // SAMPLE))
            key.append(slice((extent - 1) % step, None, step))
            size = size // extent * -(-extent // step)
        value = value[tuple(key)]
    part = value.compute() if isinstance(value, Lazy) else value
    data = repr(part.tolist()).encode() if part.dtype.kind == "O" else part.tobytes()
    return hashlib.sha256(data).hexdigest()[:16]


def ends_of(value: Value) -> NDArray[Any]:
    """The first two and the last two elements, in C order, each read alone; all of them when there are at most four."""
    if isinstance(value, Stored):
        return value.glimpse
    size = value.size
    if not isinstance(value, Lazy) and value.flags.c_contiguous:
        flat = value.reshape(-1)
        return flat if size <= 4 else np.concatenate((flat[:2], flat[-2:]))
    if size <= 4 or value.shape[-1] < 2:
        indexes = range(size) if size <= 4 else (0, 1, size - 2, size - 1)
        return np.array([_computed(value[np.unravel_index(i, value.shape)]) for i in indexes], value.dtype)
    outer = value.ndim - 1
    ends = (value[(0,) * outer + (slice(0, 2),)], value[(-1,) * outer + (slice(-2, None),)])
    return np.concatenate([_computed(end) for end in ends])


def _computed(value: Any) -> Any:
    return value.compute() if isinstance(value, Lazy) else value


def equal(a: Value, b: Value) -> bool:
    """Whether both have the same bytes: shape and dtype first, then a sample, then tile by tile."""
    if a is b:
        return True
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.size == 0:
        return True
    if a.dtype.kind == "O":
        return bool((materialize(a) == materialize(b)).all())
    for index in ((0,) * a.ndim, (-1,) * a.ndim):
        if _bytes(a[index]) != _bytes(b[index]):
            return False
    return all(x.tobytes() == y.tobytes() for x, y in zip(tiles(a), tiles(b), strict=True))


def _bytes(item: Any) -> bytes:
    if isinstance(item, Lazy):
        item = item.compute()
    return np.asarray(item).tobytes()
