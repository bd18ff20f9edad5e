"""Convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .base import Exporter, type_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....compiler.ir import Op
    from .base import Operand

_DATA = "float32 | uint8 int8 int16"


def _window(op: Op) -> dict[str, Any]:
    a = op.attrs
    return {
        "padding": a.padding,
        "stride_w": a.stride_w,
        "stride_h": a.stride_h,
        "fused_activation_function": a.activation,
    }


def _dilated(op: Op) -> dict[str, Any]:
    return {**_window(op), "dilation_w_factor": op.attrs.dilation_w, "dilation_h_factor": op.attrs.dilation_h}


def _depthwise(op: Op) -> dict[str, Any]:
    return {**_dilated(op), "depth_multiplier": _multiplier(op)}


def _multiplier(op: Op) -> int:
    data, weights = op.inputs[0], op.inputs[1]
    if data is None or weights is None or not data.shape or not weights.shape:
        return 0
    depth, results = data.shape[-1], weights.shape[-1]
    return results // depth if isinstance(depth, int) and isinstance(results, int) and depth else 0


def _biased(op: Op) -> Sequence[Operand]:
    """The operands with a bias: the kernels want one."""
    if len(op.inputs) > 2 and op.inputs[2] is not None:
        return op.inputs
    results = op.outputs[0].shape
    depth = results[-1] if results else 0
    return (*op.inputs[:2], np.zeros(depth if isinstance(depth, int) else 0, np.float32))


def _check(op: Op) -> str | None:
    if (len(op.inputs) < 3 or op.inputs[2] is None) and type_of(op) != "float32":
        return "it has no bias, and the kernel wants one in its own scale"
    results = op.outputs[0].shape
    if not results or not isinstance(results[-1], int):
        return "the depth of its result is unknown"
    return _padding(op)


def _padding(op: Op) -> str | None:
    return "explicit padding; TFLite knows SAME and VALID" if op.attrs.padding == "EXPLICIT" else None


def _depthwise_check(op: Op) -> str | None:
    return _check(op) or (None if _multiplier(op) else "the depth of input or weights is unknown")


def _is_per_channel(op: Op) -> bool:
    weights = op.inputs[1]
    return weights is not None and weights.quantization is not None and len(weights.quantization.scale) > 1


def _is_grouped(op: Op) -> bool:
    data, weights = op.inputs[0], op.inputs[1]
    return bool(data and weights and data.shape and weights.shape and data.shape[-1] != weights.shape[-1])


def _conv_version(op: Op) -> int:
    if _is_grouped(op):
        return 6
    data, weights = type_of(op), type_of(op, 1)
    if data == "float32" and weights == "int8":
        return 5 if _is_per_channel(op) else 2
    return {"int8": 3, "int16": 4}.get(data, 1)


def _depthwise_version(op: Op) -> int:
    data, weights = type_of(op), type_of(op, 1)
    if data == "float32" and weights == "int8":
        return 6 if _is_per_channel(op) else 4
    if data in {"int8", "int16"}:
        return 3 if data == "int8" else 5
    return 2 if op.attrs.dilation_h != 1 or op.attrs.dilation_w != 1 else 1


def _transpose_version(op: Op) -> int:
    if op.attrs.activation != "NONE":
        return 4
    if len(op.inputs) > 3 and op.inputs[3] is not None:
        return 3
    return 2 if type_of(op, 2) == "int8" else 1


EXPORTERS = {
    "Conv": Exporter("CONV_2D", "Conv2DOptions", _dilated, _conv_version, _DATA, check=_check, operands=_biased),
    "DepthwiseConv": Exporter(
        "DEPTHWISE_CONV_2D",
        "DepthwiseConv2DOptions",
        _depthwise,
        _depthwise_version,
        _DATA,
        check=_depthwise_check,
        operands=_biased,
    ),
    "TransposeConv": Exporter(
        "TRANSPOSE_CONV", "TransposeConvOptions", _window, _transpose_version, _DATA, data=2, check=_padding
    ),
}
