"""Reads flatbuffers by the schema, distrusting every offset: what is out of bounds is an InvalidModelError.

Nothing is copied but numbers and names: byte vectors are memory views, tables are their positions until asked for.
"""

from __future__ import annotations

from struct import Struct, error, unpack_from
from typing import Any, TypeAlias

from ...compiler.errors import InvalidModelError
from .fields import SIZES, fields

TABLE_BUDGET = 4_000_000
"""Tables that one file may make us visit; a small file can refer to the same ones again and again."""

_Plan: TypeAlias = tuple[dict[str, Any], list[tuple[str, Any, str, int]]]

_U32 = Struct("<I").unpack_from
_HEADS = Struct("<HH").unpack_from


class FlatReader:
    """A flatbuffer file. `data` is anything with the buffer protocol, such as bytes or a memory map.

    `root` is the position of the root table. Raises InvalidModelError when the file does not begin like a flatbuffer
    with this `identifier` at byte 4.
    """

    __slots__ = ("_plans", "data", "left", "root", "size")

    def __init__(self, data: Any, identifier: bytes = b"TFL3") -> None:
        self.data = memoryview(data).cast("B")
        self.size = len(self.data)
        self.left = TABLE_BUDGET
        self._plans: dict[tuple[str, bytes], _Plan] = {}
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
            (back,) = unpack_from("<i", data, position)
            vtable = position - back
            if vtable < 0:
                raise self._outside(vtable)
            length, extent = _HEADS(data, vtable)
        except error:
            raise self._outside(position) from None
        if length < 4 or length % 2 or vtable + length > self.size or extent < 4 or position + extent > self.size:
            raise InvalidModelError(f"broken {name} table at byte {position}")
        key = (name, bytes(data[vtable : vtable + length]))
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(name, key[1], position)
        defaults, present = plan
        values = defaults.copy()
        for field, unpack, kind, place in present:
            if unpack is not None:
                values[field] = unpack(data, position + place)[0]
            elif kind == "s":
                values[field] = self._text(self.offset(position + place))
            elif kind[0] == "[":
                values[field] = self._vector(kind[1:], self.offset(position + place))
            else:
                values[field] = self.offset(position + place)
        return values

    def _plan(self, name: str, vtable: bytes, position: int) -> _Plan:
        """Defaults of all fields, and how to read those that tables with this vtable have."""
        entries = unpack_from(f"<{len(vtable) // 2}H", vtable)
        defaults, present = {}, []
        for field in fields(name).values():
            defaults[field.name] = field.default
            place = entries[field.slot + 2] if field.slot + 2 < len(entries) else 0
            if place:
                if not 4 <= place <= entries[1] - SIZES.get(field.type, 4):
                    raise InvalidModelError(f"broken {name} table at byte {position}: {field.name!r} lies outside it")
                unpack = Struct(f"<{field.type}").unpack_from if field.is_inline else None
                present.append((field.name, unpack, field.type, place))
        return defaults, present

    def _text(self, position: int) -> str:
        return str(self._vector("B", position), "utf-8", "replace")

    def _vector(self, kind: str, position: int) -> Any:
        data = self.data
        (count,) = _U32(data, position)
        start = position + 4
        width = SIZES.get(kind, 4)
        if count * width > self.size - start:
            raise InvalidModelError(f"a vector of {count:,} elements at byte {position} runs past the end of the file")
        if kind == "B":
            return data[start : start + count]
        if kind in SIZES:
            return unpack_from(f"<{count}{kind}", data, start)
        targets = [start + 4 * k + step for k, step in enumerate(unpack_from(f"<{count}I", data, start))]
        for target in targets:
            if not start <= target <= self.size - 4:
                raise self._outside(target)
        return [self._text(t) for t in targets] if kind == "s" else targets

    def _outside(self, position: int) -> InvalidModelError:
        return InvalidModelError(f"an offset points to byte {position:,} of a file of {self.size:,}")
