"""Protobuf's wire format by hand: fields of a message in a buffer, and where exactly a damaged message breaks.

Used where protobuf itself cannot be: on weights that must not be copied, on files beyond 2 GB, and to say what is wrong
at which byte when protobuf only says that parsing failed. Format: protobuf's public encoding guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_FIXED_SIZE = {FIXED64: 8, FIXED32: 4}
MAX_DEPTH = 100
"""Nesting at which protobuf's own parsers give up."""


class WireFault(Exception):
    """What is wrong at which byte; callers turn it into an InvalidModelError that names the file."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"byte {offset} (0x{offset:x}): {reason}")
        self.offset = offset
        self.reason = reason


class Field(NamedTuple):
    """One field: its number and wire type, where its tag starts, and the bytes of its value."""

    number: int
    wire_type: int
    tag_start: int
    start: int
    end: int


def read_varint(data: Any, position: int, end: int) -> tuple[int, int]:
    """The unsigned varint at `position` and the position behind it; raises WireFault when cut off or over 10 bytes."""
    value = shift = 0
    start = position
    while position < end:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64:
                raise WireFault(start, "a number does not fit 64 bits")
            return value, position
        shift += 7
        if shift == 70:
            raise WireFault(start, "a number is longer than 10 bytes")
    raise WireFault(start, "the data end inside a number")


def read_field(data: Any, position: int, end: int) -> Field:
    """The field whose tag is at `position`; raises WireFault for anything protobuf does not allow there."""
    tag, start = read_varint(data, position, end)
    number, wire_type = tag >> 3, tag & 7
    if number == 0 or tag >> 32:
        raise WireFault(position, f"field number {number} is not allowed")
    if wire_type == LENGTH:
        size, start = read_varint(data, start, end)
        stop = start + size
    elif wire_type == VARINT:
        _, stop = read_varint(data, start, end)
    elif wire_type in _FIXED_SIZE:
        stop = start + _FIXED_SIZE[wire_type]
    else:
        raise WireFault(position, f"field {number} has wire type {wire_type}, which no TensorFlow message uses")
    if stop > end:
        raise WireFault(position, f"field {number} claims {stop - start} bytes, but only {end - start} are left")
    return Field(number, wire_type, position, start, stop)


def fields(data: Any, start: int, end: int) -> Iterator[Field]:
    """The fields of the message in `data[start:end]`, in order; raises WireFault at the first broken one."""
    position = start
    while position < end:
        field = read_field(data, position, end)
        yield field
        position = field.end


def varint_bytes(value: int) -> bytes:
    """`value` (not negative) as a varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def length_field(number: int, pieces: list[Any]) -> list[Any]:
    """The pieces of a length-delimited field that holds `pieces`, one after the other."""
    return [varint_bytes(number << 3 | LENGTH), varint_bytes(sum(map(len, pieces))), *pieces]


def find_fault(data: Any, start: int, end: int, descriptor: Any) -> WireFault | None:
    """The first thing in `data[start:end]` that keeps it from being a message of this kind; None if all is well."""
    stack = [(start, end, descriptor, 0)]
    while stack:
        start, end, message, depth = stack.pop()
        if depth > MAX_DEPTH:
            return WireFault(start, f"messages are nested more than {MAX_DEPTH} deep")
        inner = []
        try:
            for field in fields(data, start, end):
                known = message.fields_by_number.get(field.number)
                if known is None or field.wire_type != LENGTH:
                    continue
                if known.message_type is not None:
                    inner.append((field.start, field.end, known.message_type, depth + 1))
                elif known.type == known.TYPE_STRING:
                    try:
                        bytes(data[field.start : field.end]).decode()
                    except UnicodeDecodeError as error:
                        text = f"{known.name!r} of {message.name} is not valid UTF-8 text"
                        return WireFault(field.start + error.start, text)
        except WireFault as fault:
            return fault
        stack.extend(reversed(inner))
    return None
