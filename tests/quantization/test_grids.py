"""Grids: the numbers that TOCO gives for the same ranges, and what is done with ranges that are none."""

import math

import numpy as np
import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.types import INT8, INT16, UINT8, MinMax, Quantization
from pytoco.compiler.quantization.grids import grid_for, quantized, range_of, representable


@pytest.mark.parametrize(
    ("low", "high", "scale", "zero"),
    [
        # TensorFlow 1.15's TOCO: mean 128, deviation 127, and mean and deviation 127.5
        (-128 / 127, 1.0, 1 / 127, 128),
        (-1.0, 1.0, 2 / 255, 128),
        (0.0, 6.0, 6 / 255, 0),
        (-6.0, 0.0, 6 / 255, 255),
        # by hand: a zero point between two codes goes to the nearer one, 85.0 + 0.425 / 0.01 = 42.5 up
        (-0.425, 2.125, 0.01, 43),
        # a range without 0 is widened to it
        (2.0, 5.1, 0.02, 0),
        (-5.1, -2.0, 0.02, 255),
    ],
)
def test_uint8_grids_are_tocos(low: float, high: float, scale: float, zero: int) -> None:
    grid = grid_for(MinMax(low, high), UINT8)
    assert grid.scale == pytest.approx((scale,), rel=1e-12)
    assert grid.zero_point == (zero,)


def test_a_narrow_range_has_one_code_less() -> None:
    grid = grid_for(MinMax(-1.27, 1.27, narrow=True), UINT8)
    assert grid.scale == pytest.approx((2.54 / 254,))
    assert grid.zero_point == (128,)
    assert representable(grid, UINT8, narrow=True)[:2] == pytest.approx((-1.27, 1.27))


@pytest.mark.parametrize(("dtype", "most"), [(INT8, 127), (INT16, 32767)])
def test_symmetric_grids_have_zero_in_the_middle(dtype: object, most: int) -> None:
    grid = grid_for(MinMax(-2.0, 0.5), dtype, symmetric=True)  # type: ignore[arg-type]
    assert grid == Quantization((2.0 / most,), (0,))


def test_zeros_have_a_grid_too() -> None:
    for dtype in (UINT8, INT8):
        grid = grid_for(MinMax(0.0, 0.0), dtype)
        np.testing.assert_array_equal(quantized(np.zeros(3), grid, dtype), np.full(3, grid.zero_point[0]))


@pytest.mark.parametrize(
    "range_",
    [
        MinMax(math.nan, 1.0),
        MinMax(-1.0, math.inf),
        MinMax(-math.inf, math.inf),
        MinMax(3.0, 1.0),
        MinMax(0.0, 5e-322),
        MinMax(-1e308, 1e308),
        MinMax(0.0, 1e41),
        MinMax(0.0, 1e-37),
    ],
)
def test_what_is_no_range_is_refused(range_: MinMax) -> None:
    with pytest.raises(UsageError, match=r"quantized"):
        grid_for(range_, UINT8)


def test_values_are_rounded_away_from_zero_and_clamped() -> None:
    grid = Quantization((0.5,), (10,))
    values = np.array([0.25, -0.25, 0.24, 1000.0, -1000.0, np.nan, np.inf, -np.inf])
    np.testing.assert_array_equal(quantized(values, grid, UINT8), [11, 9, 10, 255, 0, 10, 255, 0])
    np.testing.assert_array_equal(quantized(values[3:5], grid, UINT8, narrow=True), [255, 1])


def test_a_grid_with_an_axis_has_a_scale_for_each_slice() -> None:
    grid = Quantization((1.0, 0.5), (0, 0), 1)
    np.testing.assert_array_equal(quantized(np.array([[3.0, 3.0], [-1.0, -1.0]]), grid, INT8), [[3, 6], [-1, -2]])


def test_the_range_of_constants_contains_zero() -> None:
    assert range_of(np.array([2.0, 3.0]))[:2] == (0.0, 3.0)
    assert range_of(np.array([-2.0, -1.0]))[:2] == (-2.0, 0.0)
    assert range_of(np.zeros(4))[:2] == (0.0, 1.0)  # as TOCO has it
    for bad in (np.nan, np.inf):
        with pytest.raises(UsageError, match="NaN or infinity"):
            range_of(np.array([1.0, bad]))
