"""What kind of quantisation the options of a conversion ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..constants import DataType
from ..ir.types import FLOAT32, INT8, INT16, INT32, INT64, UINT8, DType

if TYPE_CHECKING:
    from ..options import Options


class Scheme(NamedTuple):
    """Element types of activations, weights and biases, and whether their grids are symmetric around 0.

    With `per_channel`, weights have a scale for each output channel where the target's kernel takes that.
    """

    activations: DType
    weights: DType
    bias: DType
    symmetric_activations: bool = False
    symmetric_weights: bool = False
    per_channel: bool = False


_SCHEMES = {
    DataType.QUANTIZED_UINT8: Scheme(UINT8, UINT8, INT32),
    DataType.INT8: Scheme(INT8, INT8, INT32, symmetric_weights=True, per_channel=True),
    DataType.QUANTIZED_INT16: Scheme(
        INT16, INT8, INT64, symmetric_activations=True, symmetric_weights=True, per_channel=True
    ),
}


def scheme_of(options: Options) -> Scheme | None:
    """The scheme for activations and weights together; None where activations stay float.

    It is that of the inference type. Where that is FLOAT, a representative dataset asks for int8 activations, or for
    those of the operator set, unless weights are to be float16.
    """
    found = _SCHEMES.get(options.inference_type)
    if found is not None or options.representative_dataset is None or options.quantize_to_float16:
        return found
    wanted = [ops.activations for ops in options.target_ops if ops.activations is not None]
    return _SCHEMES[wanted[0] if wanted else DataType.INT8]


def is_strict(options: Options) -> bool:
    """Whether no operator may stay in float: said, or no operator set has float kernels."""
    return options.strict_quantization or all(ops.activations is not None for ops in options.target_ops)


def input_dtype(options: Options) -> DType | None:
    """The integer type that real-valued inputs are to have; None where they stay float."""
    return _boundary(options, options.inference_input_type)


def output_dtype(options: Options) -> DType:
    """The type that real-valued outputs are to have."""
    return _boundary(options, options.inference_output_type) or FLOAT32


def _boundary(options: Options, wanted: DataType | None) -> DType | None:
    if wanted is None:
        wanted = options.inference_type
    return _SCHEMES[wanted].activations if wanted in _SCHEMES else None


WEIGHTS = Scheme(FLOAT32, INT8, FLOAT32, symmetric_weights=True, per_channel=True)
"""Weights alone, symmetric int8."""
