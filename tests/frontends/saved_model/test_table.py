"""Index tables: those that TensorFlow wrote, blocks and prefixes of all sizes, and damaged ones."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bundle import block, put, table
from pytoco.compiler.errors import InvalidModelError, PytocoError, UnsupportedError
from pytoco.frontends.graphdef.wire import varint_bytes
from pytoco.frontends.saved_model.crc import crc32c, masked
from pytoco.frontends.saved_model.table import MAGIC, read_table

BUNDLES = Path(__file__).parents[2] / "data/saved_models/bundles"
ITEMS = [(f"layer_{i:03d}/kernel".encode(), bytes([i])) for i in range(100)]


def read(data: bytes) -> dict[bytes, bytes]:
    return {key: bytes(value) for key, value in read_table(memoryview(data), "'x.index'").items()}


def test_tensorflow_s_own_index() -> None:
    found = read((BUNDLES / "many.index").read_bytes())
    assert list(found) == [b"", *(f"layer_{i:04d}/kernel/.ATTRIBUTES/VARIABLE_VALUE".encode() for i in range(1000))]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=300), max_size=60), st.sampled_from([1, 40, 1 << 18]))
def test_any_keys_in_any_number_of_blocks(items: dict[bytes, bytes], size: int) -> None:
    assert read(table(sorted(items.items()), size)) == items


def index_of(*contents: bytes, keys: list[bytes] | None = None, kind: int = 0) -> bytes:
    """A table of these data blocks, with right checksums; `kind` is the type that the first one claims."""
    out = bytearray()
    handles = []
    for number, content in enumerate(contents):
        start = len(out)
        handles.append((keys[number] if keys else b"\xff" * (number + 1), put(out, content)))
        if kind and not number:
            out[-5] = kind
            out[-4:] = struct.pack("<I", masked(crc32c(bytes(out[start:-4]))))
    footer = put(out, block([])) + put(out, block(handles))
    return bytes(out) + footer.ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def entry(shared: int, key: bytes, value: bytes = b"", length: int | None = None) -> bytes:
    sizes = (shared, len(key), len(value) if length is None else length)
    return b"".join(map(varint_bytes, sizes)) + key + value


RESTART = struct.pack("<II", 0, 1)
GOOD = table(ITEMS)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it has 0 bytes; the footer alone has 48"),
    "magic": (GOOD[:-1] + b"\0", "instead of the table's magic number"),
    "handle": (
        GOOD[:-48] + b"\0\0" + b"\xff\xff\x7f\x05" + GOOD[-42:],
        "a block of 5 bytes at 2097151 is beyond the end",
    ),
    "long handle": (GOOD[:-48] + b"\xff" * 11 + GOOD[-37:], "a number is longer than 10 bytes"),
    "size": (GOOD[:-48] + b"\0\0" + b"\0" + b"\xff" * 9 + b"\1" + GOOD[-35:], "is beyond the end"),
    "checksum": (b"\1" + GOOD[1:], "byte 0 (0x0): the checksum of the block"),
    "restarts": (index_of(entry(0, b"a") + struct.pack("<II", 0, 1 << 30)), "claims 1073741824 restarts"),
    "restart": (index_of(entry(0, b"a") + struct.pack("<II", 99, 1)), "a restart at 99 is beyond"),
    "no restarts": (index_of(b"\0\0"), "a block of 2 bytes has no restarts"),
    "shared": (
        index_of(entry(0, b"ab") + entry(3, b"c") + RESTART),
        "shares 3 bytes with the one before it, which has 2",
    ),
    "order": (index_of(entry(0, b"b") + entry(0, b"a") + RESTART), "the key b'a' comes after b'b'"),
    "twice": (index_of(entry(0, b"b") + entry(1, b"") + RESTART), "the key b'b' comes after b'b'"),
    "order of blocks": (index_of(entry(0, b"b") + RESTART, entry(0, b"a") + RESTART), "the key b'a' comes after b'b'"),
    "bound": (index_of(entry(0, b"b") + RESTART, keys=[b"a"]), "the key b'b' is beyond b'a', the last of its block"),
    "value": (index_of(entry(0, b"a", b"v", length=9999) + RESTART), "an entry of 1 + 9999 bytes is beyond its block"),
    "keys": (
        index_of(entry(0, b"k" * 4000) + b"".join(entry(4000 + i, b"k") for i in range(3000)) + RESTART),
        "the keys are far longer than their file",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_wrong_is_said(case: str) -> None:
    data, message = HOSTILE[case]
    with pytest.raises(InvalidModelError) as caught:
        read(data)
    assert str(caught.value).startswith("'x.index': byte ")
    assert message in str(caught.value)


@pytest.mark.parametrize(("kind", "name"), [(1, "snappy"), (4, "type 4")])
def test_compressed_blocks_are_refused(kind: int, name: str) -> None:
    with pytest.raises(UnsupportedError, match=rf"the block at byte 0 is compressed \({name}\)"):
        read(index_of(entry(0, b"a") + RESTART, kind=kind))


def test_a_file_cut_off_anywhere_is_a_clear_error() -> None:
    data = table(ITEMS[:5])
    for size in range(len(data)):
        with pytest.raises(PytocoError, match=r"'x\.index': "):
            read(data[:size])


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]


@pytest.mark.parametrize("damage", [_flip, lambda data, place: data[:place] + data[place + 1 :]])
def test_no_damage_is_worse_than_an_error(damage: Callable[[bytes, int], bytes]) -> None:
    data = table(ITEMS[:5])
    for place in range(len(data)):
        try:
            assert read(damage(data, place)) == dict(ITEMS[:5])
        except PytocoError as error:
            assert "'x.index': " in str(error)  # noqa: PT017 - either outcome is right
