"""The index of a bundle: a sorted table of keys and values in LevelDB's public table format, read whole and checked.

A footer of 48 bytes points to an index block, whose values point to data blocks; a block is followed by its type and
its masked CRC-32C. Keys share prefixes with the key before them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ...compiler.errors import InvalidModelError, UnsupportedError
from ..graphdef.wire import WireFault, read_varint
from .crc import crc32c, masked

MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5  # the block's type and its checksum
_EXPANSION = 64  # a writer restarts every 16 keys, so keys spelled out are at most so many times as long


def read_table(data: memoryview, source: str) -> dict[bytes, memoryview]:
    """The table in `data`: values, as views of it, by key, in the order of the keys.

    Raises InvalidModelError naming `source`, the byte and the fault for anything but a sound table, UnsupportedError
    for a compressed one.
    """
    try:
        return _read(data, source)
    except WireFault as fault:
        hint = "the file is damaged, cut off, or no index of variables: copy or export it again"
        raise InvalidModelError(f"{source}: {fault}", hint=hint) from None


def _read(data: memoryview, source: str) -> dict[bytes, memoryview]:
    footer = len(data) - _FOOTER
    if footer < 0:
        raise WireFault(0, f"it has {len(data)} bytes; the footer alone has {_FOOTER}")
    (magic,) = struct.unpack_from("<Q", data, len(data) - 8)
    if magic != MAGIC:
        raise WireFault(len(data) - 8, f"the file ends with {magic:#018x} instead of the table's magic number")
    found: dict[bytes, memoryview] = {}
    last = None
    room = _EXPANSION * len(data)
    _, _, position = _handle(data, footer, len(data) - 8)  # that of the metaindex block, which bundles do not use
    for bound, at, end in _entries(data, *_block(data, position, len(data) - 8, source)):
        for key, start, stop in _entries(data, *_block(data, at, end, source)):
            if last is not None and key <= last:
                raise WireFault(start, f"the key {key!r} comes after {last!r}")
            if key > bound:
                raise WireFault(start, f"the key {key!r} is beyond {bound!r}, the last of its block")
            room -= len(key)
            if room < 0:
                raise WireFault(start, "the keys are far longer than their file")
            found[key] = data[start:stop]
            last = key
    return found


def _handle(data: memoryview, position: int, end: int) -> tuple[int, int, int]:
    """A block's offset and size, and the position behind them."""
    offset, position = read_varint(data, position, end)
    size, position = read_varint(data, position, end)
    return offset, size, position


def _block(data: memoryview, position: int, end: int, source: str) -> tuple[int, int]:
    """Where the block starts and ends whose handle is at `position`; its type and checksum are checked."""
    offset, size, _ = _handle(data, position, end)
    stop = offset + size
    if stop + _TRAILER > len(data):
        raise WireFault(position, f"a block of {size} bytes at {offset} is beyond the end, {len(data)} bytes")
    (stored,) = struct.unpack_from("<I", data, stop + 1)
    if masked(crc32c(data[offset : stop + 1])) != stored:
        raise WireFault(offset, f"the checksum of the block of {size} bytes is wrong")
    if data[stop]:
        what = "snappy" if data[stop] == 1 else f"type {data[stop]}"
        raise UnsupportedError(
            f"{source}: the block at byte {offset} is compressed ({what})",
            hint="TensorFlow writes variables without compression: save the model again",
        )
    return offset, stop


def _entries(data: memoryview, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """The keys of a block, and where in `data` their values start and end."""
    if stop - start < 4:
        raise WireFault(start, f"a block of {stop - start} bytes has no restarts")
    (restarts,) = struct.unpack_from("<I", data, stop - 4)
    end = stop - 4 - 4 * restarts
    if end < start:
        raise WireFault(stop - 4, f"a block of {stop - start} bytes claims {restarts} restarts")
    for place in struct.unpack_from(f"<{restarts}I", data, end):
        if place > end - start:
            raise WireFault(end, f"a restart at {place} is beyond the block's entries, {end - start} bytes")
    position = start
    key = b""
    while position < end:
        begin = position
        shared, position = read_varint(data, position, end)
        own, position = read_varint(data, position, end)
        length, position = read_varint(data, position, end)
        if shared > len(key):
            raise WireFault(begin, f"a key shares {shared} bytes with the one before it, which has {len(key)}")
        value = position + own
        if value + length > end:
            raise WireFault(begin, f"an entry of {own} + {length} bytes is beyond its block")
        key = key[:shared] + bytes(data[position:value])
        position = value + length
        yield key, value, position
