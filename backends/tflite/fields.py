"""The schema, looked up by name: fields of tables with their slots, types and defaults, and codes of enumerations.

`schema/tables.py` spells each table as one line of text, so that importing it costs next to nothing; a line is parsed
when its table is first needed. Field types are spelt in one or a few characters: a `struct` code for a number (`?` for
a truth value), `s` for a string, `*Name` for a table, `|Name` for a union, and any of these after `[` for a vector. A
type code of an enumeration is followed by `/Name`; `=value` is a default other than zero.
"""

from __future__ import annotations

from struct import pack
from typing import Any, NamedTuple

import numpy as np

from ...compiler.errors import InternalError
from .schema.tables import ENUMS, TABLES, UNIONS

SIZES = {"?": 1, "b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "q": 8, "Q": 8, "f": 4, "d": 8}
"""Bytes of each number type, by its `struct` code."""


class Field(NamedTuple):
    """One field of a table; `slot` is its position in the vtable, `enum` the enumeration that names its codes."""

    name: str
    slot: int
    type: str
    default: Any
    enum: str

    @property
    def is_inline(self) -> bool:
        """Whether the value stands in the table itself; otherwise there is an offset to it."""
        return self.type in SIZES


_FIELDS: dict[str, dict[str, Field]] = {}
_NAMES: dict[str, dict[int, str]] = {}


def fields(table: str) -> dict[str, Field]:
    """The fields of a table by name, in slot order. Raises InternalError for a table that the schema does not have."""
    found = _FIELDS.get(table)
    if found is None:
        if table not in TABLES:
            raise InternalError(f"the TFLite schema has no table {table!r}")
        found = _FIELDS[table] = {}
        for slot, text in enumerate(TABLES[table].split()):
            if text == "-":
                continue
            name, _, kind = text.partition(":")
            kind, _, default = kind.partition("=")
            kind, _, enum = kind.partition("/")
            found[name] = Field(name, slot, kind, _default(kind, default), enum)
    return found


def _default(kind: str, text: str) -> Any:
    if kind not in SIZES:
        return None
    if kind == "?":
        return text == "1"
    return float(text or 0) if kind in "fd" else int(text or 0)


def code(enum: str, name: str) -> int:
    """The number of a name in an enumeration or union: `code("Padding", "VALID")`. Raises InternalError if unknown."""
    table = UNIONS.get(enum) or ENUMS[enum]
    try:
        return table[name]
    except KeyError:
        raise InternalError(f"{name!r} is not in the schema's {enum}") from None


def name_of(enum: str, number: int) -> str:
    """The name of a code, or the number itself as text when this schema does not know it."""
    table = _NAMES.get(enum)
    if table is None:
        table = _NAMES[enum] = {v: k for k, v in (UNIONS.get(enum) or ENUMS[enum]).items()}
    return table.get(number, str(number))


class Layout:
    """How a table with a certain set of fields present lies in the file: its vtable, and where each field goes.

    Wide fields come first, so that nothing needs padding; the four bytes of the vtable offset are before them. `places`
    are positions relative to the table; `references` those of the fields that hold an offset to another object.
    """

    __slots__ = ("_formats", "align", "places", "references", "size", "vtable")

    def __init__(self, table: str, names: tuple[str, ...]) -> None:
        known = fields(table)
        chosen = sorted((known[n] for n in names), key=lambda f: (-SIZES.get(f.type, 4), f.slot))
        self.align = max([4, *(SIZES.get(f.type, 4) for f in chosen)])
        self.places: dict[str, int] = {}
        position = 4
        entries = [0] * (1 + max((f.slot for f in chosen), default=-1))
        for field in chosen:
            self.places[field.name] = entries[field.slot] = position
            position += SIZES.get(field.type, 4)
        self.size = position
        self.vtable = pack(f"<{len(entries) + 2}H", 4 + 2 * len(entries), position, *entries)
        self.references = {f.name: self.places[f.name] for f in chosen if not f.is_inline}
        self._formats = {f.name: f"<{f.type}" if f.is_inline else "<u4" for f in chosen}

    def rows(self, stride: int) -> np.dtype[np.void]:
        """The numpy type of such tables side by side, each `stride` bytes long."""
        return np.dtype(
            {
                "names": ["vtable", *self._formats],
                "formats": ["<i4", *self._formats.values()],
                "offsets": [0, *(self.places[name] for name in self._formats)],
                "itemsize": stride,
            }
        )
