"""The error function for targets that lack it."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytoco.compiler import Array, Graph, Look, Op, Pass, op_definition

from .images import from_onnx

_P = 0.3275911
_SERIES = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)


class ApproximateErf(Pass):
    """Erf becomes arithmetic that is within 1.5e-7 of it, where the target has no such operator.

    Formula 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions:
    `erf(x) = 1 - (a1 t + a2 t^2 + a3 t^3 + a4 t^4 + a5 t^5) exp(-x^2)` with `t = 1 / (1 + p x)` for x of at least 0. An
    Erf that is part of a Gelu is one operator before this pass runs.
    """

    name = "approximate-erf"
    stage = "lowering"
    roots = ("Erf",)
    needed = True
    tolerance = 1e-6

    def match(self, op: Op, look: Look) -> str | None:
        if not from_onnx(look):
            return None
        array = op.inputs[0]
        if array is None or array.dtype is None or array.dtype.name != "float32":
            return look.fail("{} is not float32", array)
        return self.context.target.supports(op) or look.fail("the target has an operator for it")

    def rewrite(self, op: Op, found: str, graph: Graph) -> None:
        (x,) = op.inputs
        graph.remove(op)

        def emit(kind: str, *operands: Array | None) -> Array:
            attrs_class: Any = op_definition(kind).Attrs
            attrs = None if attrs_class is None else attrs_class()
            return graph.emit(kind, operands, attrs, name=f"{op.name}_{kind.lower()}", origin=op.origin).outputs[0]

        def number(value: float) -> Array:
            return graph.constant(np.array(value, np.float32), f"{op.name}_number")

        size = emit("Abs", x)
        t = emit("Div", number(1), emit("Add", emit("Mul", size, number(_P)), number(1)))
        series = emit("Mul", t, number(_SERIES[0]))
        for term in _SERIES[1:]:
            series = emit("Mul", t, emit("Add", series, number(term)))
        tail = emit("Mul", series, emit("Exp", emit("Neg", emit("Square", size))))
        attrs = op_definition("Mul").Attrs()
        operands = (emit("Sign", x), emit("Sub", number(1), tail))
        graph.emit("Mul", operands, attrs, outputs=op.outputs, origin=op.origin)
