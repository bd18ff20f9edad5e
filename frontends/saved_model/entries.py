"""The tensors that a bundle's index lists: TensorFlow's BundleHeaderProto and BundleEntryProto, checked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...compiler.errors import InvalidModelError, UnsupportedError
from ...compiler.ir.types import STRING, DType
from ..graphdef import protos
from ..graphdef.nodes import dtype_by_number
from ..graphdef.tensors import MAX_RANK
from ..graphdef.wire import find_fault
from .ordered_code import Extents

DAMAGED = "the variables are damaged or incomplete: copy or export the model again"
_VERSION = 1  # of the format, tensor_bundle.cc's kTensorBundleVersion


class Entry(NamedTuple):
    """What the index says of a tensor.

    `shape` is that of the whole variable; one stored in parts has `slices`, each a (start, length) pair a dimension,
    and no data of its own. `offset` and `size` are bytes in the shard, `crc32c` is the masked checksum of them.
    """

    key: str
    dtype: DType
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc32c: int
    slices: tuple[Extents, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of the whole tensor in memory; for strings, of their stored form."""
        return self.size if self.dtype is STRING else math.prod(self.shape) * self.dtype.itemsize


class Entries(Mapping[str, Entry]):
    """The tensors of an index by key, each looked at when it is asked for; parts of partitioned ones do not count."""

    def __init__(self, table: dict[bytes, memoryview], source: str) -> None:
        """Raises InvalidModelError for a missing or broken header, UnsupportedError for one of another format."""
        self._table = table
        self._source = source
        self.shards = _shards(table.get(b""), source)
        self._keys: dict[str, None] | None = None
        self._seen: dict[bytes, Entry] = {}

    def __iter__(self) -> Iterator[str]:
        if self._keys is None:
            raw = [key for key in self._table if key and key[0]]
            try:
                self._keys = {key.decode(): None for key in raw}
            except UnicodeDecodeError as error:
                raise InvalidModelError(f"{self._source}: the key {error.object!r} is not UTF-8 text") from None
        return iter(self._keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key != "" and key.encode(errors="surrogatepass") in self._table

    def __getitem__(self, key: str) -> Entry:
        if key not in self:
            raise KeyError(key)
        return self.stored(key.encode(), key)

    def stored(self, raw: bytes, key: str) -> Entry:
        """The entry under the key's bytes, called `key`; raises KeyError, or InvalidModelError for a broken one."""
        entry = self._seen.get(raw)
        if entry is None:
            message = _parsed(protos.BundleEntryProto, self._table[raw], f"{self._source}: the entry of {key!r}")
            entry = self._seen[raw] = _entry(key, message, self._source, self.shards)
        return entry


def _parsed(cls: Any, data: memoryview, what: str) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return cls.FromString(bytes(data))
    except DecodeError as error:
        fault = find_fault(data, 0, len(data), cls.DESCRIPTOR)
        raise InvalidModelError(f"{what} is broken: {fault or error}", hint=DAMAGED) from None


def _shards(data: memoryview | None, source: str) -> int:
    """The number of shards that the header names."""
    if data is None:
        raise InvalidModelError(f"{source} has no header: it is an index, but not one of variables")
    header = _parsed(protos.BundleHeaderProto, data, f"{source}: the header")
    if header.endianness:
        raise UnsupportedError(
            f"{source}: the variables are stored big-endian", hint="save the model again on a little-endian machine"
        )
    if header.version.min_consumer > _VERSION:
        raise UnsupportedError(
            f"{source}: the variables are in version {header.version.producer} of their format, readable from version "
            f"{header.version.min_consumer} on; pytoco knows {_VERSION}"
        )
    if header.num_shards < 1:
        raise InvalidModelError(f"{source}: the header names {header.num_shards} shards", hint=DAMAGED)
    return int(header.num_shards)


def _entry(key: str, message: Any, source: str, shards: int) -> Entry:
    def fault(text: str) -> InvalidModelError:
        return InvalidModelError(f"{source}: variable {key!r} has {text}", hint=DAMAGED)

    dtype = dtype_by_number(message.dtype)
    if dtype is None or message.dtype > 100:
        raise fault(f"the element type number {message.dtype}, which pytoco does not know")
    shape = tuple(dim.size for dim in message.shape.dim)
    if message.shape.unknown_rank or any(size < 0 for size in shape):
        raise fault(f"the shape {list(shape)}, which is not definite")
    if len(shape) > MAX_RANK or math.prod(size or 1 for size in shape) * max(dtype.itemsize, 8) >= 1 << 63:
        raise fault(f"the shape {list(shape)}, which is too large")
    if message.offset < 0 or message.size < 0:
        raise fault(f"{message.size} bytes at {message.offset}")
    if not 0 <= message.shard_id < shards:
        raise fault(f"its data in shard {message.shard_id}, but there are only {shards}")
    slices = tuple(
        tuple((extent.start, extent.length if extent.HasField("length") else -1) for extent in part.extent)
        for part in message.slices
    )
    return Entry(key, dtype, shape, message.shard_id, message.offset, message.size, message.crc32c, slices)
