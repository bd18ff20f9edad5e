"""Complex numbers and Fourier transforms."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.join import ConcatenationAttrs
from ....compiler.ops.shape import SqueezeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, need_inputs, rows


def _parts(builder: Builder, inputs: list[Array]) -> tuple[Array, Array]:
    real, imaginary = (builder.emit(kind, inputs, suffix=kind.lower()).outputs[0] for kind in ("Real", "Imag"))
    return real, imaginary


def _angle(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    real, imaginary = _parts(builder, inputs)
    return builder.emit("Atan2", [imaginary, real]).outputs


def _conjugate(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    if inputs[0].dtype is not None and not inputs[0].dtype.name.startswith("complex"):
        return builder.emit("Identity", inputs).outputs
    real, imaginary = _parts(builder, inputs)
    negative = builder.emit("Neg", [imaginary], suffix="negative").outputs[0]
    return builder.emit("Complex", [real, negative]).outputs


def _rfft(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """The transform of rows, as that of images of one row."""
    need_inputs(node, inputs, 2)
    axis = builder.constant(np.array(-2, np.int32), "row")
    image = builder.emit("ExpandDims", [inputs[0], axis], suffix="image").outputs[0]
    one = builder.constant(np.ones(1, np.int32), "one")
    lengths = builder.emit("Concatenation", [one, inputs[1]], ConcatenationAttrs(0), suffix="lengths").outputs[0]
    result = builder.emit("RFFT2D", [image, lengths], suffix="transformed").outputs[0]
    return builder.emit("Squeeze", [result], SqueezeAttrs((-2,))).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Complex", "ComplexAbs", "Real", "Imag", "RFFT2D")),
    "Angle": _angle,
    "Conj": _conjugate,
    "RFFT": _rfft,
}
