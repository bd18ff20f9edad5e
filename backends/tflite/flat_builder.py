"""Builds flatbuffers by the schema, back to front, in one pass over the model and without a buffer that grows.

The `flatbuffers` package builds field by field in Python, several seconds for 50,000 operators. Here
tables that have the same fields are made all at once, by columns, with a layout computed once. An object is known by
its distance from the end of the file, which does not change while more is put in front of it; what is referred to is
made first.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct, pack
from typing import Any

import numpy as np

from .fields import SIZES, Layout, fields

_ENDS = (b"\0\0\0\0", b"\0\0\0", b"\0\0", b"\0")
_STRUCTS: dict[tuple[str, int], Struct] = {}


class FlatBuilder:
    """A flatbuffer in the making. Methods that make an object return its distance from the end, its reference.

    Equal vtables are shared; sharing of other objects is up to the caller, who may use a reference any number of times.
    """

    __slots__ = ("_layouts", "_parts", "_vtables", "size")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0
        self._vtables: dict[bytes, int] = {}
        self._layouts: dict[tuple[str, tuple[str, ...]], Layout] = {}

    def _put(self, data: bytes, align: int, lead: int) -> int:
        """Put `data` in front so that what follows its first `lead` bytes is aligned."""
        end = self.size + len(data)
        padding = (lead - end) % align
        if padding:
            self._parts.append(bytes(padding))
        self._parts.append(data)
        self.size = end = end + padding
        return end

    def string(self, text: str) -> int:
        """A string; in the file it ends with a zero byte that its length does not count."""
        return self.strings((text,))[0]

    def strings(self, texts: Sequence[str]) -> list[int]:
        """Many strings; returns their references."""
        padding = -self.size % 4
        if padding:
            self._parts.append(bytes(padding))
        end, parts, ends = self.size + padding, self._parts, []
        for text in texts:
            data = text.encode("utf-8", "surrogateescape")
            length = len(data)
            data = length.to_bytes(4, "little") + data + _ENDS[length & 3]
            end += len(data)
            parts.append(data)
            ends.append(end)
        self.size = end
        return ends

    def data(self, data: bytes, align: int = 4) -> int:
        """A vector of bytes, whose first byte is aligned to `align` (in the file, when the end of this part is)."""
        return self._put(pack("<I", len(data)) + data, align, 4)

    def numbers(self, kind: str, values: Sequence[Any]) -> int:
        """A vector of numbers; `kind` is their `struct` code."""
        key = (kind, len(values))
        made = _STRUCTS.get(key)
        if made is None:
            made = _STRUCTS[key] = Struct(f"<I{len(values)}{kind}")
        return self._put(made.pack(len(values), *values), max(4, SIZES[kind]), 4)

    def references(self, targets: Sequence[int]) -> int:
        """A vector of references to tables or strings."""
        count = len(targets)
        end = self.size + 4 + 4 * count
        first = end + -end % 4 - 4
        offsets = np.arange(first, first - 4 * count, -4, dtype=np.int64) - np.asarray(targets, np.int64)
        return self._put(pack("<I", count) + offsets.astype("<u4").tobytes(), 4, 4)

    def table(self, name: str, /, **values: Any) -> int:
        """A table with these fields; None and numbers equal to the field's default are left out."""
        known = fields(name)
        present = {k: v for k, v in values.items() if v is not None and v != known[k].default}
        return self.tables(name, tuple(present), [[v] for v in present.values()], 1)[0]

    def tables(self, name: str, names: tuple[str, ...], columns: Sequence[Sequence[Any]], count: int) -> list[int]:
        """`count` tables that all have just these fields, the values given by field; returns their references.

        Values are numbers, or references for fields that are not numbers themselves.
        """
        layout = self._layouts.get((name, names))
        if layout is None:
            layout = self._layouts[name, names] = Layout(name, names)
        vtable = self._vtables.get(layout.vtable)
        if vtable is None:
            vtable = self._vtables[layout.vtable] = self._put(layout.vtable, 2, 0)
        stride = layout.size + -layout.size % layout.align
        padding = (4 - self.size) % layout.align
        ends = np.arange(self.size + padding + stride * count, self.size + padding, -stride, dtype=np.int64)
        rows = np.zeros(count, layout.rows(stride))
        rows["vtable"] = vtable - ends
        for field, values in zip(names, columns, strict=True):
            place = layout.references.get(field)
            rows[field] = values if place is None else ends - place - np.asarray(values, np.int64)
        if padding:
            self._parts.append(bytes(padding))
        self._parts.append(rows.tobytes())
        self.size += padding + stride * count
        return ends.tolist()

    def finish(self, root: int, identifier: bytes = b"TFL3") -> bytearray:
        """The whole flatbuffer, a multiple of 16 bytes long, beginning with the offset to `root` and the identifier."""
        padding = -(self.size + 8) % 16
        if padding:
            self._parts.append(bytes(padding))
        self.size += padding + 8
        self._parts.append(pack("<I4s", self.size - root, identifier))
        self._parts.reverse()
        return bytearray(b"".join(self._parts))
