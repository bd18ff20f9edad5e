"""Grids of weights: one scale a channel, and what tiny, unused and heavily biased channels get."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.constants import DataType
from pytoco.compiler.ir import Graph, Model
from pytoco.compiler.ir.types import MinMax, Quantization
from pytoco.compiler.options import Options
from pytoco.compiler.quantization.scheme import Scheme, scheme_of
from pytoco.compiler.quantization.weights import bias_grid, weights_grid


def scheme(kind: DataType = DataType.INT8) -> Scheme:
    found = scheme_of(Options(inference_type=kind))
    assert found is not None
    return found


def grid(rows: Any, axis: int | None = 0, kind: DataType = DataType.INT8, **more: Any) -> Quantization:
    main: Graph = Model().graph("main")
    return weights_grid(main.constant(np.asarray(rows, np.float32), "w"), scheme(kind), axis, **more)


def test_each_channel_has_the_scale_of_its_largest_weight() -> None:
    found = grid([[1.27, -0.5], [0.1, -2.54]])
    np.testing.assert_allclose(found.scale, [0.01, 0.02], rtol=1e-6)
    assert (found.zero_point, found.axis) == ((0, 0), 0)


def test_a_channel_of_zeros_has_the_scale_of_the_largest_one() -> None:
    np.testing.assert_allclose(grid([[0, 0], [1.27, 0]]).scale, [0.01, 0.01], rtol=1e-6)
    np.testing.assert_allclose(grid([[0, 0]]).scale, [1 / 127])


def test_a_channel_of_zeros_with_a_bias_holds_it_exactly() -> None:
    data = Quantization((1.0,), (0,), None)
    found = bias_grid(data, grid([[0, 0], [127e-6, 0]], bias=np.array([0.003, 0.5]), data=data))
    codes = np.array([0.003, 0.5]) / found.scale
    assert abs(codes[0]) == pytest.approx(2**24)


def test_tiny_channels_keep_a_scale_that_runtimes_can_multiply() -> None:
    found = grid([[1.27, 0], [1e-30, 0]])
    assert found.scale[1] == pytest.approx(found.scale[0] / 2**20)


@pytest.mark.parametrize(
    ("kind", "bits"), [(DataType.INT8, 30), (DataType.QUANTIZED_INT16, 45), (DataType.QUANTIZED_UINT8, 30)]
)
@pytest.mark.parametrize("axis", [0, None])
def test_weights_become_coarser_where_the_bias_would_overflow(kind: DataType, bits: int, axis: int | None) -> None:
    data = Quantization((1e-6,), (0,), None)
    bias = np.array([1e12, 0.0], np.float32)
    found = grid([[0.5, 0.25], [0.5, 0.5]], axis, kind, bias=bias, data=data)
    scale = bias_grid(data, found).scale[0]
    assert float(bias[0]) / scale <= 2**bits * (1 + 1e-9)
    assert found.scale[-1] == pytest.approx(0.5 / 127) or len(found.scale) == 1


def test_learned_ranges_count_more_than_values() -> None:
    main = Model().graph("main")
    weights = main.constant(np.ones((1, 2), np.float32), "w", minmax=MinMax(-2.54, 1.0))
    np.testing.assert_allclose(weights_grid(weights, scheme(), None).scale, [0.02])
