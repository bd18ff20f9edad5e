"""The keys under which bundles store the parts of partitioned variables: an encoding that sorts as its values do.

Facts of TensorFlow's ordered_code and tensor_slice helpers: a part's key is the number 0, the variable's name, its
rank, then start and length of each dimension.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Extents = tuple[tuple[int, int], ...]
"""A part of a tensor: start and length along each dimension; length -1 means all of it."""


def slice_key(name: str, extents: Sequence[tuple[int, int]]) -> bytes:
    """The key of the part `extents` of the variable `name`."""
    parts = [number(0), string(name.encode()), number(len(extents))]
    parts += [signed(value) for extent in extents for value in extent]
    return b"".join(parts)


def number(value: int) -> bytes:
    """A number that is not negative: its length in bytes, then its bytes, the highest first."""
    size = (value.bit_length() + 7) // 8
    return bytes([size]) + value.to_bytes(size, "big")


def string(value: bytes) -> bytes:
    """Bytes with their own 00 and FF escaped, ended by 00 01."""
    return re.sub(rb"[\x00\xff]", lambda found: found[0] + bytes([found[0][0] ^ 0xFF]), value) + b"\x00\x01"


def signed(value: int) -> bytes:
    """A signed number: two's complement in the fewest bytes, as many of the top bits inverted as there are bytes."""
    size = 1
    while (value if value >= 0 else ~value) >> (7 * size - 1):
        size += 1
    bits = 8 * size
    header = ((1 << size) - 1) << (bits - size)
    return ((value & (1 << bits) - 1) ^ header).to_bytes(size, "big")
