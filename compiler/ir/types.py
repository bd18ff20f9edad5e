"""Element types, dimensions, ranges and quantisation parameters: the small immutable values that arrays carry."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..errors import InvalidModelError


class DType:
    """An element type; one object per type, compared by identity.

    `numpy` is the dtype of a constant's values: strings are object arrays of `bytes`, bfloat16 is kept as its uint16
    bit pattern, resources and variants have no values and no numpy dtype. `itemsize` is in bytes (0 where there is
    none).
    """

    __slots__ = ("is_float", "is_integer", "is_quantized", "itemsize", "name", "numpy")

    def __init__(self, name: str, numpy: Any, kind: str = "") -> None:
        self.name = name
        self.numpy: np.dtype[Any] | None = None if numpy is None else np.dtype(numpy)
        self.itemsize: int = 0 if self.numpy is None or self.numpy.kind == "O" else self.numpy.itemsize
        self.is_float = kind == "f"
        self.is_integer = kind == "i"
        self.is_quantized = kind == "q"

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> str | tuple[Any, ...]:
        return dtype_named, (self.name,)


FLOAT32 = DType("float32", "<f4", "f")
FLOAT16 = DType("float16", "<f2", "f")
BFLOAT16 = DType("bfloat16", "<u2", "f")
FLOAT64 = DType("float64", "<f8", "f")
INT8 = DType("int8", "i1", "i")
INT16 = DType("int16", "<i2", "i")
INT32 = DType("int32", "<i4", "i")
INT64 = DType("int64", "<i8", "i")
UINT8 = DType("uint8", "u1", "i")
UINT16 = DType("uint16", "<u2", "i")
UINT32 = DType("uint32", "<u4", "i")
UINT64 = DType("uint64", "<u8", "i")
BOOL = DType("bool", "?")
STRING = DType("string", "O")
COMPLEX64 = DType("complex64", "<c8")
COMPLEX128 = DType("complex128", "<c16")
QINT8 = DType("qint8", "i1", "q")
QUINT8 = DType("quint8", "u1", "q")
QINT16 = DType("qint16", "<i2", "q")
QUINT16 = DType("quint16", "<u2", "q")
QINT32 = DType("qint32", "<i4", "q")
RESOURCE = DType("resource", None)
VARIANT = DType("variant", None)

DTYPES: dict[str, DType] = {d.name: d for d in tuple(globals().values()) if isinstance(d, DType)}
_BY_NUMPY: dict[tuple[str, int], DType] = {}
for _d in DTYPES.values():
    if _d.numpy is not None:
        _BY_NUMPY.setdefault((_d.numpy.kind, _d.numpy.itemsize), _d)
_BY_NUMPY[("u", 2)] = UINT16
for _kind in "SU":
    _BY_NUMPY[(_kind, 0)] = STRING


def dtype_named(name: str) -> DType:
    """The type called `name`, as in `float32`; raises InvalidModelError for an unknown one."""
    try:
        return DTYPES[name]
    except KeyError:
        raise InvalidModelError(f"unknown element type {name!r}", hint=f"one of {', '.join(DTYPES)}") from None


def dtype_of(numpy_dtype: Any) -> DType:
    """The type whose values have this numpy dtype; raises InvalidModelError where there is none."""
    d = np.dtype(numpy_dtype)
    found = _BY_NUMPY.get((d.kind, 0 if d.kind in "SU" else d.itemsize))
    if found is None:
        raise InvalidModelError(f"numpy type {d} has no counterpart in the IR")
    return found


class Dim:
    """An unknown dimension with identity: two arrays that share a Dim provably have equal extents there."""

    __slots__ = ("name",)

    def __init__(self, name: str = "?") -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


Shape: TypeAlias = tuple[int | Dim, ...] | None
"""Extents, outermost first; None is an unknown rank."""

InferredShape: TypeAlias = tuple[int | Dim | None, ...] | None
"""What inference returns: a None inside is a dimension about which nothing is known."""


class TensorType(NamedTuple):
    """Element type and shape of an operator's result, as far as known."""

    dtype: DType | None
    shape: InferredShape


class MinMax(NamedTuple):
    """The range of real values an array takes; `narrow` leaves the least code unused, `bits` are those trained with.

    With an `axis`, `lows` and `highs` are the ranges of the slices along it; `min` and `max` hold them all.
    """

    min: float
    max: float
    narrow: bool = False
    bits: int | None = None
    axis: int | None = None
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()

    def whole(self) -> MinMax:
        """The range without those of slices."""
        return self if self.axis is None else MinMax(self.min, self.max, self.narrow, self.bits)

    def moved(self, axis: int | None) -> MinMax:
        """The range of the same values with the slices along another axis; None: the slices are no more."""
        return self.whole() if axis is None or self.axis is None else self._replace(axis=axis)


class Quantization(NamedTuple):
    """Affine quantisation, real = scale * (q - zero_point); one pair per slice along `axis`, or one in all."""

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int | None = None


def is_static(shape: Shape) -> bool:
    """Whether rank and every extent are known."""
    if shape is None:
        return False
    for d in shape:  # noqa: SIM110 - a loop is three times as fast, and this is asked again and again
        if type(d) is not int:
            return False
    return True


def merge_shape(old: Shape, inferred: InferredShape) -> Shape:
    """`old` refined by `inferred`: a number wins over a symbol, and a symbol stays itself.

    Returns `old` itself (the same object) when nothing new is known. A dimension unknown to both becomes a fresh Dim.
    Raises ValueError when both are known and differ.
    """
    if inferred is None:
        return old
    if old is None:
        return tuple([Dim() if d is None else d for d in inferred]) if None in inferred else inferred  # type: ignore[return-value]
    if old == inferred:
        return old
    if len(old) != len(inferred):
        raise ValueError(f"rank {len(old)} against {len(inferred)}")
    merged: list[int | Dim] = []
    changed = False
    for a, b in zip(old, inferred, strict=True):
        if b is None or a is b or a == b:
            merged.append(a)
        elif type(a) is int:
            if type(b) is int:
                raise ValueError(f"extent {a} against {b}")
            merged.append(a)
        elif type(b) is int:
            merged.append(b)
            changed = True
        else:
            merged.append(a)
    return tuple(merged) if changed else old


def shape_text(shape: InferredShape) -> str:
    """`[1, 8, ?, 3]`, or `[*]` for an unknown rank."""
    if shape is None:
        return "[*]"
    return f"[{', '.join('?' if d is None else str(d) for d in shape)}]"
