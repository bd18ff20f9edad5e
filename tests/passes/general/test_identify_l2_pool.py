"""The root of the mean of squares."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_l2_pool import IdentifyL2Pool
from tests.passes.graphs import graph

REWRITES = {
    "Square": (
        graph(
            "x: float32[1,4,4,2]",
            "y",
            "a = Square(x)",
            'b = AveragePool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
            "y = Sqrt(b)",
        ),
        graph(
            "x: float32[1,4,4,2]",
            "y",
            'y = L2Pool(x) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
        ),
    ),
    "x * x": (
        graph(
            "x: float32[1,4,4,2]",
            "y",
            "a = Mul(x, x)",
            'b = AveragePool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
            "y = Sqrt(b)",
        ),
        graph(
            "x: float32[1,4,4,2]",
            "y",
            'y = L2Pool(x) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
        ),
    ),
}

NEAR_MISSES = {
    "a maximum": graph(
        "x: float32[1,4,4,2]",
        "y",
        "a = Square(x)",
        'b = MaxPool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
        "y = Sqrt(b)",
    ),
    "a product": graph(
        "x: float32[1,4,4,2], z: float32[1,4,4,2]",
        "y",
        "a = Mul(x, z)",
        'b = AveragePool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
        "y = Sqrt(b)",
    ),
    "the mean has other readers": graph(
        "x: float32[1,4,4,2]",
        "y, b",
        "a = Square(x)",
        'b = AveragePool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}',
        "y = Sqrt(b)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyL2Pool)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyL2Pool)
