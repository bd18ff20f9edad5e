"""Constants in every element type, in raw bytes and in lists of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from parity import convert, model, random

from pytoco_from_onnx.tensors import Files, decode

TYPES = "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128"


@pytest.mark.parametrize("name", TYPES.split())
@pytest.mark.parametrize("raw", [True, False])
def test_numbers(name: str, raw: bool) -> None:
    value = np.array([[0, 1, 2], [3, 4, 100]]).astype(name)
    number = helper.np_dtype_to_tensor_dtype(value.dtype)
    content: Any = value.tobytes() if raw else value.reshape(-1)
    dtype, found = decode(helper.make_tensor("t", number, value.shape, content, raw=raw), Files(None), "t")
    assert dtype.name == name
    np.testing.assert_array_equal(found, value)


def test_bfloat16_is_kept_as_its_bits() -> None:
    bits = np.array([0x3F80, 0x4000], np.uint16)
    tensor = TensorProto(dims=[2], data_type=TensorProto.BFLOAT16, raw_data=bits.tobytes())
    dtype, found = decode(tensor, Files(None), "t")
    assert dtype.name == "bfloat16"
    np.testing.assert_array_equal(found, bits)


def test_texts() -> None:
    dtype, found = decode(numpy_helper.from_array(np.array(["a", "bc"], object)), Files(None), "t")
    assert dtype.name == "string"
    assert found.tolist() == [b"a", b"bc"]


def test_a_scalar_and_nothing() -> None:
    for value in (np.float32(3), np.zeros((0, 4), np.float32)):
        found = decode(numpy_helper.from_array(np.asarray(value)), Files(None), "t")[1]
        assert found.shape == value.shape


def test_weights_are_views_of_the_file_until_they_are_written() -> None:
    weights = random(64, 32, 3, 3)
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"])]
    result = convert(model(nodes, {"x": random(1, 32, 8, 8)}, ["y"], {"w": weights}))
    (op,) = result.model.main.ops("Conv")
    kept = op.inputs[1].value
    assert kept.base is not None
    assert not kept.flags.c_contiguous
    np.testing.assert_array_equal(kept, weights.transpose(0, 2, 3, 1))
