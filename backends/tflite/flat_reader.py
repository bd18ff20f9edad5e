"""Reads flatbuffers by the schema, distrusting every offset: what is out of bounds is an InvalidModelError.

Nothing is copied but numbers and names: byte vectors are memory views, tables are their positions until asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct, error, unpack_from
from typing import Any, NamedTuple

from ...compiler.errors import InvalidModelError
from .fields import SIZES, fields

TABLE_BUDGET = 4_000_000
"""Tables that one file may make us visit; a small file can refer to the same ones again and again."""

MOST_KEPT = 64
"""Elements up to which a number vector is kept for the next table that refers to it."""

_U32 = Struct("<I").unpack_from
_I32 = Struct("<i").unpack_from
_HEADS = Struct("<HH").unpack_from


class _Plan(NamedTuple):
    """How to read tables that share a vtable: their extent in bytes, the defaults of all fields, and the present ones.

    `unpack` gives one number for each of `names`, for references their relative offset; `references` are (name, type,
    place in the table).
    """

    extent: int
    defaults: dict[str, Any]
    names: tuple[str, ...]
    unpack: Callable[[Any, int], tuple[Any, ...]]
    references: list[tuple[str, str, int]]


class FlatReader:
    """A flatbuffer file. `data` is anything with the buffer protocol, such as bytes or a memory map.

    `root` is the position of the root table. Raises InvalidModelError when the file does not begin like a flatbuffer
    with this `identifier` at byte 4.
    """

    __slots__ = ("_numbers", "_plans", "data", "left", "root", "size")

    def __init__(self, data: Any, identifier: bytes = b"TFL3") -> None:
        self.data = memoryview(data).cast("B")
        self.size = len(self.data)
        self.left = TABLE_BUDGET
        self._plans: dict[tuple[str, int], _Plan] = {}
        self._numbers: dict[tuple[str, int], tuple[Any, ...]] = {}
        if self.size < 8 or bytes(self.data[4:8]) != identifier:
            found = bytes(self.data[4:8])
            raise InvalidModelError(
                f"not a {identifier.decode()} file: bytes 4 to 8 are {found!r}", hint="expected a .tflite model"
            )
        self.root = self.offset(0)

    def offset(self, position: int) -> int:
        """Where the unsigned offset at `position` points."""
        try:
            target: int = position + _U32(self.data, position)[0]
        except error:
            raise self._outside(position) from None
        if not position < target <= self.size - 4:
            raise self._outside(target)
        return target

    def table(self, name: str, position: int) -> dict[str, Any]:
        """The fields of the table at `position`, by name, absent ones with their defaults.

        Strings come as str, byte vectors as memoryview, other number vectors as tuples, tables as positions (read them
        with another call), vectors of tables as lists of positions; an absent reference is None.
        """
        self.left -= 1
        if self.left < 0:
            raise InvalidModelError(f"the file refers to more than {TABLE_BUDGET:,} tables")
        data = self.data
        try:
            vtable = position - _I32(data, position)[0]
        except error:
            raise self._outside(position) from None
        plan = self._plans.get((name, vtable))
        if plan is None:
            plan = self._plans[name, vtable] = self._plan(name, vtable, position)
        if position + plan.extent > self.size:
            raise InvalidModelError(f"broken {name} table at byte {position}")
        values = plan.defaults.copy()
        values.update(zip(plan.names, plan.unpack(data, position), strict=True))
        for field, kind, place in plan.references:
            start = position + place
            target = start + values[field]
            if not start < target <= self.size - 4:
                raise self._outside(target)
            if kind == "s":
                values[field] = self._text(target)
            elif kind[0] == "[":
                values[field] = self._vector(kind[1:], target)
            else:
                values[field] = target
        return values

    def _plan(self, name: str, vtable: int, position: int) -> _Plan:
        """How to read the tables called `name` that have this vtable; `position` is the one at hand, for messages."""
        try:
            if vtable < 0:
                raise self._outside(vtable)
            length, extent = _HEADS(self.data, vtable)
            if length < 4 or length % 2 or extent < 4:
                raise InvalidModelError(f"broken {name} table at byte {position}")
            entries = unpack_from(f"<{length // 2}H", self.data, vtable)
        except error:
            raise self._outside(position) from None
        defaults = {}
        places: list[tuple[int, str, str, bool]] = []
        for field in fields(name).values():
            defaults[field.name] = field.default
            place = entries[field.slot + 2] if field.slot + 2 < len(entries) else 0
            if place:
                if not 4 <= place <= extent - SIZES.get(field.type, 4):
                    raise InvalidModelError(f"broken {name} table at byte {position}: {field.name!r} lies outside it")
                places.append((place, field.name, field.type, field.is_inline))
        places.sort()
        layout, end = "<", 0
        for place, field_name, kind, inline in places:
            if place < end:
                raise InvalidModelError(f"broken {name} table at byte {position}: {field_name!r} lies in another field")
            layout += f"{place - end}x{kind if inline else 'I'}"
            end = place + (SIZES[kind] if inline else 4)
        references = [(field_name, kind, place) for place, field_name, kind, inline in places if not inline]
        return _Plan(extent, defaults, tuple([p[1] for p in places]), Struct(layout).unpack_from, references)

    def _text(self, position: int) -> str:
        data = self._vector("B", position)
        self._charge(len(data) >> 6)
        return str(data, "utf-8", "replace")

    def _charge(self, work: int) -> None:
        """Count what long vectors cost, too: many tables may refer to the same one."""
        self.left -= work
        if self.left < 0:
            raise InvalidModelError("the file refers to its long vectors or texts again and again")

    def _vector(self, kind: str, position: int) -> Any:
        known = self._numbers.get((kind, position))  # writers share vectors, shapes above all
        if known is not None:
            return known
        data = self.data
        (count,) = _U32(data, position)
        start = position + 4
        width = SIZES.get(kind, 4)
        if count * width > self.size - start:
            raise InvalidModelError(f"a vector of {count:,} elements at byte {position} runs past the end of the file")
        if kind == "B":
            return data[start : start + count]
        self._charge(count >> 3)
        if kind in SIZES:
            numbers = unpack_from(f"<{count}{kind}", data, start)
            if count <= MOST_KEPT:
                self._numbers[kind, position] = numbers
            return numbers
        targets = [start + 4 * k + step for k, step in enumerate(unpack_from(f"<{count}I", data, start))]
        for target in targets:
            if not start <= target <= self.size - 4:
                raise self._outside(target)
        return [self._text(t) for t in targets] if kind == "s" else targets

    def _outside(self, position: int) -> InvalidModelError:
        return InvalidModelError(f"an offset points to byte {position:,} of a file of {self.size:,}")
