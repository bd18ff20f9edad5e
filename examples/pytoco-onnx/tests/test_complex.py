"""Fourier transforms and complex numbers between other operators."""

import pytest
from parity import assert_parity, graph, protocol
from pytoco.compiler import UnsupportedError

PARTS = ("c = RFFT2D(x, n)", "r = Real(c)", "i = Imag(c)", "a = ComplexAbs(c)")


@pytest.mark.parametrize("opset", [17, 20])
@pytest.mark.parametrize("lengths", [[4, 8], [2, 4], [8, 16], [1, 8]])
def test_transforms(lengths: list[int], opset: int) -> None:
    text = graph("x: float32[3,4,8]", f"n = const int32[2] {lengths}", *PARTS, outputs="r, i, a")
    assert_parity(text, opset=opset)


def test_transforms_of_vectors_are_reshaped() -> None:
    lines = (
        "n = const int32[2] [1, 8]",
        "s = const int32[3] [3, 1, 8]",
        "m = Reshape(x, s)",
        "c = RFFT2D(m, n)",
        "t = const int32[2] [3, 5]",
        "v = Reshape(c, t)",
        "y = ComplexAbs(v)",
    )
    assert_parity(graph("x: float32[3,8]", *lines))


def test_parts_make_a_number() -> None:
    lines = ("c = Complex(x, z)", "r = Real(c)", "i = Imag(c)", "a = ComplexAbs(c)")
    assert_parity(graph("x: float32[5], z: float32[5]", *lines, outputs="r, i, a"))


def test_what_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="DFT needs opset 17"):
        protocol(graph("x: float32[3,4,8]", "n = const int32[2] [4, 8]", *PARTS, outputs="a"), 16)
    with pytest.raises(UnsupportedError, match="no complex inputs"):
        protocol(graph("x: complex64[5]", "y = Real(x)"))
    with pytest.raises(UnsupportedError, match="no operators on complex"):
        protocol(graph("x: float32[5]", "c = Complex(x, x)", "d = Neg(c)", "y = Real(d)"))
