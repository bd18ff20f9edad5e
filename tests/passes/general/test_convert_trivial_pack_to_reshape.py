"""Pack of one operand becomes Reshape."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_trivial_pack_to_reshape import ConvertTrivialPackToReshape
from tests.passes.graphs import graph

REWRITES = {
    "axis 0": (
        graph("x: float32[2,3]", "y", "y = Pack(x)"),
        graph("x: float32[2,3]", "y", "s = const int32[3] [1, 2, 3]", "y = Reshape(x, s)"),
    ),
    "a negative axis": (
        graph("x: float32[2,3]", "y", "y = Pack(x) {axis=-2}"),
        graph("x: float32[2,3]", "y", "s = const int32[3] [2, 1, 3]", "y = Reshape(x, s)"),
    ),
    "a scalar": (
        graph("x: int32[]", "y", "y = Pack(x)"),
        graph("x: int32[]", "y", "s = const int32[1] [1]", "y = Reshape(x, s)"),
    ),
    "one unknown extent": (
        graph("x: float32[?b]", "y", "y = Pack(x) {axis=1}"),
        graph("x: float32[?b]", "y", "s = const int32[2] [-1, 1]", "y = Reshape(x, s)"),
    ),
}

NEAR_MISSES = {
    "two operands": graph("a: float32[2], b: float32[2]", "y", "y = Pack(a, b)"),
    "unknown rank": graph("x: float32[*]", "y", "y = Pack(x)"),
    "a quantized array": graph(
        "x: uint8[2] quant[[0.5], [0], null]", "y", "y: uint8[1,2] quant[[0.25], [0], null] = Pack(x)"
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertTrivialPackToReshape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertTrivialPackToReshape)
