"""Fold FakeQuant operators over constants (TOCO's ResolveConstantFakeQuant)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.errors import PytocoError, UsageError
from ...compiler.ir import Graph, Op, Value
from ...compiler.ir.values import LAZY_FROM, Lazy, materialize
from ...compiler.ops.base import compute
from ...compiler.ops.quantize import FakeQuant
from ..quantizing import fake_quant_ends, fake_quant_range


class _Found(NamedTuple):
    value: Value
    ends: tuple[list[float], list[float]]


class ResolveFakeQuant(Pass):
    """Replace a FakeQuant of constant weights by the weights on its grid, and record the range.

    Large weights stay a recipe that the writer evaluates. A range for each channel is recorded as that.

    Before:
        graph main(x: float32[2]) -> y {
          w = const float32[2] [0.4, 2.0]
          v = FakeQuant(w) {min=0.0, max=3.0, num_bits=2}
          y = Mul(x, v)
        }
    After:
        graph main(x: float32[2]) -> y {
          v = const float32[2] minmax(0.0, 3.0, false, 2) [0.0, 2.0]
          y = Mul(x, v)
        }
    """

    name = "resolve-fake-quant"
    stage = "general"
    roots = ("FakeQuant",)
    needed = True

    def match(self, op: Op, look: Look) -> _Found | None:
        value = look.value(op, 0)
        ends = None if value is None else fake_quant_ends(op, look)
        if value is None or ends is None:
            return None
        if not all(low < high or low == high == 0 for low, high in zip(*ends, strict=True)):
            return _Found(value, ends)  # to be refused
        attrs, lows, highs = op.attrs, *(np.asarray(end, np.float32) for end in ends)

        def on_grid(values: object, _: object, out: object = None, **__: object) -> object:
            made = compute(FakeQuant, [values, lows, highs], attrs._replace(min=None, max=None))[0]
            if out is None:
                return made
            np.copyto(out, made)  # type: ignore[arg-type]  # as a ufunc's out
            return out

        if value.size >= LAZY_FROM and not attrs.per_channel:  # tiles have no channels
            return _Found(Lazy(on_grid, value, np.zeros((), value.dtype)), ends)
        try:
            return _Found(np.asarray(on_grid(materialize(value), None)), ends)
        except PytocoError as error:
            return look.fail("{} cannot be computed: {}", op, error)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        range_ = fake_quant_range(op, found.ends)
        for low, high in zip(*found.ends, strict=True):
            if low == high != 0:
                message = f"{op.kind} {op.name!r} puts constants on a grid whose range is empty, {low:g} to {high:g}"
                raise UsageError(message, op=op.name)
        result = op.outputs[0]
        graph.remove(op)
        if result in graph:
            graph.update(result, shape=tuple(found.value.shape), value=found.value, minmax=range_)
