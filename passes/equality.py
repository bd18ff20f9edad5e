"""Which constants have equal contents: types, ranges and quantisation must agree as well."""

from __future__ import annotations

from ..compiler.ir import Array, Value
from ..compiler.ir.values import equal, is_splat, materialize


class Constants:
    """Groups constants by content; contents are compared only where shape and a sample agree."""

    __slots__ = ("_first", "_groups")

    def __init__(self) -> None:
        self._groups: dict[object, list[Array]] = {}
        self._first: dict[Array, Array] = {}

    def first(self, array: Array) -> Array:
        """The first constant asked for that equals this one: the array itself when there was none before."""
        known = self._first.get(array)
        if known is None:
            known = self._first[array] = self._search(array)
        return known

    def _search(self, array: Array) -> Array:
        value = array.value
        assert value is not None
        key = (array.dtype, array.shape, is_splat(value), array.minmax, array.quantization, _sample(value))
        same = self._groups.setdefault(key, [])
        for other in same:
            if other.value is not None and equal(other.value, value):
                return other
        same.append(array)
        return array


def _sample(value: Value) -> bytes:
    """A few elements from all over the value."""
    part = materialize(value[tuple(slice(d // 7, None, d // 3 + 1) for d in value.shape)])
    return repr(part.tolist()).encode() if part.dtype.kind == "O" else part.tobytes()
