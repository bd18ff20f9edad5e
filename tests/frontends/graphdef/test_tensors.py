"""TensorProto to numpy, for every element type and every way of writing the values down."""

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InvalidModelError
from pytoco.frontends.graphdef import protos
from pytoco.frontends.graphdef.nodes import Node
from pytoco.frontends.graphdef.tensors import decode
from tests.graphdefs import shape_proto

NODE = Node("weights", "Const", [], protos.NodeDef())
NUMERIC = [  # DataType number, name, list field, numpy dtype
    (1, "float32", "float_val", "<f4"),
    (2, "float64", "double_val", "<f8"),
    (3, "int32", "int_val", "<i4"),
    (4, "uint8", "int_val", "u1"),
    (5, "int16", "int_val", "<i2"),
    (6, "int8", "int_val", "i1"),
    (9, "int64", "int64_val", "<i8"),
    (10, "bool", "bool_val", "?"),
    (11, "qint8", "int_val", "i1"),
    (12, "quint8", "int_val", "u1"),
    (13, "qint32", "int_val", "<i4"),
    (15, "qint16", "int_val", "<i2"),
    (16, "quint16", "int_val", "<u2"),
    (17, "uint16", "int_val", "<u2"),
    (22, "uint32", "uint32_val", "<u4"),
    (23, "uint64", "uint64_val", "<u8"),
]


def proto(dtype: int, shape: tuple[int, ...] | None, **lists: Any) -> Any:
    return protos.TensorProto(dtype=dtype, tensor_shape=shape_proto(shape), **lists)


@pytest.mark.parametrize(("number", "name", "field", "numpy"), NUMERIC)
def test_numbers_come_from_bytes_and_from_lists(number: int, name: str, field: str, numpy: str) -> None:
    expected = np.array([[1, 0, 1], [0, 1, 1]], numpy)
    for message in (
        proto(number, (2, 3), tensor_content=expected.tobytes()),
        proto(number, (2, 3), **{field: expected.ravel().tolist()}),
    ):
        dtype, value = decode(message, None, NODE)
        assert (dtype.name, value.dtype) == (name, np.dtype(numpy))
        np.testing.assert_array_equal(value, expected)


def test_half_precision_lists_hold_bit_patterns() -> None:
    dtype, value = decode(proto(19, (2,), half_val=[0x3C00, 0xC000]), None, NODE)  # IEEE binary16: 1 and -2
    assert dtype.name == "float16"
    np.testing.assert_array_equal(value, np.array([1, -2], np.float16))
    dtype, value = decode(proto(14, (2,), half_val=[0x3F80, 0xC000]), None, NODE)  # bfloat16: 1 and -2
    assert dtype.name == "bfloat16"
    np.testing.assert_array_equal(value, np.array([0x3F80, 0xC000], np.uint16))


def test_complex_numbers_are_pairs() -> None:
    _, value = decode(proto(8, (2,), scomplex_val=[1, 2, 3, 4]), None, NODE)
    np.testing.assert_array_equal(value, np.array([1 + 2j, 3 + 4j], np.complex64))
    _, value = decode(proto(18, (), dcomplex_val=[1, -1]), None, NODE)
    assert value[()] == 1 - 1j
    with pytest.raises(InvalidModelError, match="pair"):
        decode(proto(8, (2,), scomplex_val=[1, 2, 3]), None, NODE)


def test_strings_are_objects_of_bytes() -> None:
    dtype, value = decode(proto(7, (2, 1), string_val=[b"a\0", b"\xff"]), None, NODE)
    assert (dtype.name, value.shape, value.tolist()) == ("string", (2, 1), [[b"a\0"], [b"\xff"]])
    assert decode(proto(7, (3,)), None, NODE)[1].tolist() == [b"", b"", b""]


def test_one_value_is_a_splat_that_takes_no_memory() -> None:
    _, value = decode(proto(1, (100_000, 100_000), float_val=[0.5]), None, NODE)
    assert value.shape == (100_000, 100_000)
    assert value.strides == (0, 0)
    assert value[99_999, 7] == 0.5


def test_a_short_list_repeats_its_last_value_and_an_empty_one_is_zeros() -> None:
    _, value = decode(proto(3, (2, 3), int_val=[1, 2, 3]), None, NODE)
    np.testing.assert_array_equal(value, [[1, 2, 3], [3, 3, 3]])
    _, value = decode(proto(3, (2, 2)), None, NODE)
    np.testing.assert_array_equal(value, np.zeros((2, 2)))


def test_content_wins_over_a_list() -> None:
    _, value = decode(proto(3, (1,), tensor_content=b"\7\0\0\0", int_val=[5]), None, NODE)
    assert value.tolist() == [7]


def test_empty_tensors() -> None:
    assert decode(proto(1, (0, 3)), None, NODE)[1].shape == (0, 3)
    assert decode(proto(1, (0, 3), float_val=[]), None, NODE)[1].size == 0


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (proto(1, (2, 2), tensor_content=bytes(15)), ["float32", r"\[2, 2\]", "16 bytes", "15"]),
        (proto(1, (2, 2), tensor_content=bytes(17)), ["16 bytes", "17"]),
        (proto(1, (2,), float_val=[1, 2, 3]), ["2 elements", "3 are given"]),
        (proto(1, (0,), float_val=[1]), ["0 elements", "1 are given"]),
        (proto(7, (3,), string_val=[b"a", b"b", b"c", b"d"]), ["3 elements", "4 are given"]),
        (proto(1, (-1,), float_val=[1]), ["no definite shape"]),
        (proto(1, (-7,), float_val=[1]), ["-7"]),
        (proto(1, None, float_val=[1]), ["no definite shape"]),
        (proto(1, (1 << 62, 1 << 62), float_val=[1]), ["larger than"]),
        (proto(1, (0, 1 << 62, 1 << 62)), ["larger than"]),
        (proto(1, (1,) * 255, float_val=[1]), ["255 dimensions"]),
        (proto(20, ()), ["resource"]),
        (proto(9999, ()), ["9999"]),
        (proto(0, ()), ["number 0"]),
    ],
)
def test_what_does_not_fit_is_told_with_the_node(message: Any, told: list[str]) -> None:
    for part in ["'weights'", *told]:
        with pytest.raises(InvalidModelError, match=part):
            decode(message, None, NODE)
