"""TensorFlow's bundles of variables (`variables.index` and `variables.data-00000-of-00001`...), mapped, never copied.

The index is read whole; of the shards, those that values are asked of, when they are asked. Numbers are raw row-major
little-endian data, a string tensor is the lengths, their checksum, and the strings.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.errors import InvalidModelError
from ...compiler.ir.types import STRING
from ..graphdef.wire import WireFault, read_varint
from .crc import crc32c, is_fast, masked
from .entries import DAMAGED, Entries, Entry
from .files import contents, inside
from .ordered_code import Extents, slice_key
from .slices import fault, index_of, shown
from .table import read_table


class Bundle:
    """An opened bundle. `source` names its index file in errors, `entries` are its tensors by key.

    The data of a tensor are checked against their checksum when `verify` is set or where that costs next to nothing
    (see crc.py).
    """

    def __init__(self, prefix: Path, index: memoryview, *, verify: bool = False) -> None:
        self.prefix = prefix
        self.source = repr(f"{prefix}.index")
        self.entries = Entries(read_table(index, self.source), self.source)
        self._shards: dict[int, memoryview] = {}
        self._verify = verify or is_fast()

    @classmethod
    def open(cls, prefix: Path, *, verify: bool = False) -> Bundle:
        """The bundle whose files start with `prefix`, such as `<model>/variables/variables`.

        Raises FileError for an index that cannot be read, InvalidModelError or UnsupportedError for what it holds.
        """
        return cls(prefix, contents(inside(prefix.parent, f"{prefix.name}.index")), verify=verify)

    def value(self, key: str) -> NDArray[Any]:
        """A tensor: a view of its shard, read-only.

        bfloat16 as its uint16 patterns, strings as an object array of bytes. A partitioned variable is a view where its
        parts lie behind each other, and put together in memory otherwise. Raises KeyError for an unknown key, FileError
        for a missing shard, InvalidModelError where data and index do not fit.
        """
        entry = self.entries[key]
        if not entry.slices:
            return self._stored(entry)
        found = fault(entry.slices, entry.shape)
        if found:
            raise self._fault(entry, found)
        parts = [self._part_entry(entry, extents) for extents in entry.slices]
        values = [self._stored(part) for part in parts]
        joined = self._joined(entry, parts)
        if joined is not None:
            return joined
        whole = np.empty(entry.shape, entry.dtype.numpy)
        for extents, value in zip(entry.slices, values, strict=True):
            whole[index_of(extents, entry.shape)] = value
        return whole

    def part(self, key: str, extents: Extents) -> NDArray[Any]:
        """The part of a tensor that `extents` name: a view, unless it is spread over several stored parts.

        Raises what `value` raises, and InvalidModelError for a part outside of the tensor.
        """
        entry = self.entries[key]
        index = index_of(extents, entry.shape)
        if index is None:
            raise self._fault(entry, f"of shape {list(entry.shape)} has no part {shown(extents)}")
        for candidate in entry.slices:
            if index_of(candidate, entry.shape) == index:
                return self._stored(self._part_entry(entry, candidate))
        found: NDArray[Any] = self.value(key)[index]
        return found

    def text(self, key: str) -> bytes:
        """A scalar string; raises what `value` raises, and InvalidModelError for a tensor of another kind."""
        entry = self.entries[key]
        if entry.dtype is not STRING or entry.shape:
            raise self._fault(entry, f"is {entry.dtype} {list(entry.shape)} instead of one string")
        return bytes(self.value(key).item())

    @property
    def files(self) -> list[tuple[str, memoryview]]:
        """Path and bytes of the shards that values were asked of, which those values are views of."""
        return [(str(self._shard_path(number).absolute()), data) for number, data in self._shards.items()]

    def _fault(self, entry: Entry, text: str) -> InvalidModelError:
        return InvalidModelError(f"{self.source}: variable {entry.key!r} {text}", hint=DAMAGED)

    def _stored(self, entry: Entry) -> NDArray[Any]:
        shard = self._shard(entry.shard)
        if entry.offset + entry.size > len(shard):
            where = f"at {entry.offset} of shard {entry.shard}, which has {len(shard)} bytes"
            raise self._fault(entry, f"has {entry.size} bytes {where}")
        data = shard[entry.offset : entry.offset + entry.size]
        if entry.dtype is STRING:
            return self._strings(entry, data)
        if entry.dtype.numpy is None:
            raise self._fault(entry, f"is of type {entry.dtype}, which has no values")
        if entry.size != entry.nbytes:
            what = f"{entry.dtype} {list(entry.shape)} needs {entry.nbytes} bytes, but {entry.size} are stored"
            raise self._fault(entry, f"does not fit: {what}")
        if self._verify and masked(crc32c(data)) != entry.crc32c:
            raise self._fault(entry, "has a wrong checksum")
        return np.frombuffer(data, entry.dtype.numpy).reshape(entry.shape)

    def _strings(self, entry: Entry, data: memoryview) -> NDArray[Any]:
        count = math.prod(entry.shape)
        if count > len(data):  # every length takes at least one byte
            raise self._fault(entry, f"has {count} strings in {len(data)} bytes")
        sizes: list[int] = []
        position = 0
        try:
            for _ in range(count):
                size, position = read_varint(data, position, len(data))
                sizes.append(size)
        except WireFault as broken:
            raise self._fault(entry, f"has broken string lengths: {broken}") from None
        if position + 4 + sum(sizes) != len(data):
            raise self._fault(entry, f"has strings of {sum(sizes)} bytes in all, but {len(data) - position - 4} follow")
        # The lengths' checksum is that of fixed-size numbers, of four bytes or eight.
        crc = crc32c(b"".join(struct.pack("<Q" if size >> 32 else "<I", size) for size in sizes))
        (stored,) = struct.unpack_from("<I", data, position)
        if masked(crc) != stored:
            raise self._fault(entry, "has string lengths with a wrong checksum")
        if self._verify and masked(crc32c(data[position:], crc)) != entry.crc32c:
            raise self._fault(entry, "has a wrong checksum")
        position += 4
        found = np.empty(count, object)
        for k, size in enumerate(sizes):
            found[k] = bytes(data[position : position + size])
            position += size
        return found.reshape(entry.shape)

    def _part_entry(self, entry: Entry, extents: Extents) -> Entry:
        """The entry of a part, checked against the whole."""
        try:
            part = self.entries.stored(slice_key(entry.key, extents), f"{entry.key} {shown(extents)}")
        except KeyError:
            raise self._fault(entry, f"lacks its part {shown(extents)}") from None
        index = index_of(extents, entry.shape)
        if index is None or part.slices or part.shape != tuple(s.stop - s.start for s in index):
            raise self._fault(entry, f"{list(entry.shape)} has a part {shown(extents)} of shape {list(part.shape)}")
        if part.dtype is not entry.dtype:
            raise self._fault(entry, f"is {entry.dtype}, but its part {shown(extents)} is {part.dtype}")
        return part

    def _joined(self, entry: Entry, parts: list[Entry]) -> NDArray[Any] | None:
        """A partitioned variable as one view, where its parts are rows that lie behind each other in one shard."""
        first = parts[0]
        rows, offset = 0, first.offset
        for extents, part in zip(entry.slices, parts, strict=True):
            if not extents or part.shape[1:] != entry.shape[1:] or entry.dtype is STRING:
                return None
            if (max(extents[0][0], 0), part.offset, part.shard) != (rows, offset, first.shard):
                return None
            rows, offset = rows + part.shape[0], offset + part.size
        shard = self._shard(first.shard)
        return np.frombuffer(shard[first.offset : offset], entry.dtype.numpy).reshape(entry.shape)

    def _shard(self, number: int) -> memoryview:
        shard = self._shards.get(number)
        if shard is None:
            path = self._shard_path(number)
            shard = self._shards[number] = contents(inside(path.parent, path.name))
        return shard

    def _shard_path(self, number: int) -> Path:
        return self.prefix.with_name(f"{self.prefix.name}.data-{number:05d}-of-{self.entries.shards:05d}")
