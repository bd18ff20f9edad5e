"""Keys of parts: bytes that TensorFlow wrote, and the order that the encoding is for."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pytoco.frontends.saved_model.ordered_code import number, signed, slice_key, string
from pytoco.frontends.saved_model.table import read_table

BUNDLES = Path(__file__).parents[2] / "data/saved_models/bundles"


def test_a_key_byte_by_byte() -> None:
    # Number 0, "net/w", its end, rank 2, then start and length of both dimensions.
    assert slice_key("net/w", [(0, 4), (0, 4)]) == bytes.fromhex("00 6e65742f77 0001 0102 80 84 80 84")


def test_tensorflow_uses_the_same_keys() -> None:
    for name in ("parts", "tf1"):
        index = read_table(memoryview((BUNDLES / f"{name}.index").read_bytes()), name)
        parts = [key for key in index if key.startswith(b"\0")]
        wanted = [slice_key("c", extents) for extents in (((0, 6), (0, 3)), ((0, 6), (3, 1)))]
        assert [key for key in parts if b"c" in key] == wanted
    assert slice_key("r", ((3, 3), (0, -1))) in read_table(memoryview((BUNDLES / "parts.index").read_bytes()), "parts")


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers_sort_as_they_should(a: int, b: int) -> None:
    assert (signed(a) < signed(b)) == (a < b)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_numbers_sort_as_they_should(a: int, b: int) -> None:
    assert (number(a) < number(b)) == (a < b)


@given(st.binary(max_size=6), st.binary(max_size=6))
def test_strings_sort_as_they_should_and_end(a: bytes, b: bytes) -> None:
    assert (string(a) < string(b)) == (a < b)
    assert b"\0\1" not in string(a)[:-2]


def test_sizes_of_signed_numbers() -> None:
    # n bytes hold 7n - 1 bits beside the sign.
    for size in range(1, 10):
        edge = 1 << (7 * size - 1)
        assert [len(signed(v)) for v in (edge - 1, edge, -edge, -edge - 1)] == [size, size + 1, size, size + 1]
