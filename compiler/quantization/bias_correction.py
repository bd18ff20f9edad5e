"""What quantising weights does to the average result, so that the bias can make up for it.

The rounding errors of a channel's weights do not cancel: they shift its results by what the errors make of the average
operand, and layer after layer such shifts add up. With the average operand known the shift is known and can be taken
off the bias ("bias correction", Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction",
2019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..ir.values import materialize
from ..ops import get
from .grids import along, quantized
from .weights import weights_grid

if TYPE_CHECKING:
    from ..ir import Op
    from .rules import Rule
    from .scheme import Scheme


def shift_of(op: Op, rule: Rule, scheme: Scheme, axis: int | None, average: NDArray[Any]) -> NDArray[Any]:
    """By how much the results of each output channel are too small, on average, once the weights are quantised.

    `op` is linear in its operand: a convolution or a product with constant weights, quantised along `axis`. `average`
    is its average operand. Raises UsageError for weights that are not finite.
    """
    assert rule.weights is not None
    assert rule.bias is not None
    weights = op.inputs[rule.weights]
    assert weights is not None
    assert weights.value is not None
    value = np.asarray(materialize(weights.value), np.float32)
    grid = weights_grid(weights, scheme, axis)
    narrow = scheme.symmetric_weights or (weights.minmax is not None and weights.minmax.narrow)
    scale, zero = (along(value.ndim, grid.axis, part) for part in (grid.scale, grid.zero_point))
    lost = value - (quantized(value, grid, scheme.weights, narrow) - zero) * scale
    operands = [None if a is None or a.value is None else a.numpy() for a in op.inputs[: rule.bias]]
    operands[rule.weights], operands[rule.data] = lost.astype(np.float32), average.astype(np.float32)
    result = get(op.kind).kernel(operands, op.attrs._replace(activation="NONE"))[0]
    shift: NDArray[Any] = result.reshape(-1, result.shape[-1]).mean(0, dtype=np.float64)
    return shift
