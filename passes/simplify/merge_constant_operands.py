"""Two constants added one after the other are added at once; so are factors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.driver.look import SMALL
from ...compiler.ir import Graph, Op, Value
from ...compiler.ir.values import elementwise, materialize
from ..patterns import plain

_INVERSE = {"Sub": "Add", "Div": "Mul"}
"""Kind -> the kind that it undoes."""

_UFUNCS = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}


class _Found(NamedTuple):
    earlier: Op
    side: int
    sign: str


class MergeConstantOperands(Pass):
    """Turn `(x + a) + b` into `x + (a + b)` and `(x * a) * b` into `x * (a * b)`, where a and b are constants.

    Subtraction and division count as well. One constant must broadcast to the other; the inner result must have no
    other reader and x no other shape. In a stage of its own: what knows a function by its constants must have had its
    turn.

    Before:
        graph main(x: float32[2]) -> y {
          a = const float32[2] [1.0, 2.0]
          b = const float32[] [0.5]
          t = Add(x, a)
          y = Sub(t, b) {activation="RELU"}
        }
    After:
        graph main(x: float32[2]) -> y {
          c = const float32[2] [0.5, 1.5]
          y = Add(x, c) {activation="RELU"}
        }
    """

    name = "merge-constant-operands"
    stage = "simplify"
    roots = ("Add", "Sub", "Mul", "Div")

    def match(self, op: Op, look: Look) -> _Found | None:
        side = _constant_side(look, op)
        if side is None:
            return None
        earlier = look.producer(op, 1 - side, ("Add", "Sub", "Mul", "Div"))
        if earlier is None or not plain(look, earlier) or not look.unshared(earlier.outputs[0]):
            return None
        if earlier.outputs[0].minmax is not None:
            return look.fail("{} has a recorded range", earlier.outputs[0])
        sign = _INVERSE.get(op.kind, op.kind)
        inner = _constant_side(look, earlier)
        if inner is None or _INVERSE.get(earlier.kind, earlier.kind) != sign:
            return look.fail("{} does something else than {}", earlier, op)
        a, b = earlier.inputs[inner], op.inputs[side]
        x = earlier.inputs[1 - inner]
        if a is None or b is None or x is None or a.value is None or b.value is None:
            return None
        if x.shape is None or x.shape != op.outputs[0].shape or x.shape != earlier.outputs[0].shape:
            return look.fail("{} or {} changes the shape of {}", earlier, op, x)
        if a.quantization or b.quantization or a.dtype is not b.dtype:
            return look.fail("{} or {} is quantized", a, b)
        small, large = sorted((a.value, b.value), key=lambda v: (v.size, v.ndim))
        if np.broadcast_shapes(small.shape, large.shape) != large.shape:
            return look.fail("neither {} nor {} broadcasts to the other", a, b)
        if not _is_tame(large) or not _is_tame(small):
            return look.fail("{} and {} are large, or hold numbers whose product may overflow", a, b)
        return _Found(earlier, inner, sign)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        earlier, inner, sign = found
        side = 1 - op.inputs.index(earlier.outputs[0])
        a, b = earlier.inputs[inner], op.inputs[side]
        assert a is not None
        assert b is not None
        assert a.value is not None
        assert b.value is not None
        inverted = (earlier.kind != sign, op.kind != sign)
        kind = sign
        if all(inverted):  # x - a - b is x - (a + b)
            kind, ufunc = op.kind, _UFUNCS[sign]
            value = _combined(ufunc, a.value, b.value)
        elif inverted[1]:
            value = _combined(_UFUNCS[op.kind], a.value, b.value)
        elif inverted[0]:
            value = _combined(_UFUNCS[earlier.kind], b.value, a.value)
        else:
            value = _combined(_UFUNCS[sign], a.value, b.value)
        x = earlier.inputs[1 - inner]
        constant = graph.constant(value, b.name, b.dtype)
        graph.remove(op)
        graph.remove(earlier)
        graph.emit(kind, (x, constant), op.attrs, outputs=op.outputs, origin=(*earlier.origin, *op.origin))


def _constant_side(look: Look, op: Op) -> int | None:
    """The operand that is constant; for Sub and Div only the second will do."""
    for side in (1, 0) if op.kind in ("Add", "Mul") else (1,):
        array = op.inputs[side]
        if array is not None and array.value is not None:
            dtype = op.outputs[0].dtype
            if dtype is not None and dtype.name == "float32":
                return side
    return look.fail("{} has no constant operand that can be merged", op)


def _is_tame(value: Value) -> bool:
    """Whether a constant is small, and its numbers so far from the ends of the range that products of two are, too."""
    if value.size > SMALL:
        return False
    size = np.abs(materialize(value))
    used = size[size != 0]
    return bool(np.isfinite(size).all() and (not used.size or (used.max() < 1e15 and used.min() > 1e-15)))


def _combined(ufunc: np.ufunc, a: Value, b: Value) -> Value:
    shape = np.broadcast_shapes(a.shape, b.shape)
    if a.shape == shape:
        return elementwise(ufunc, a, materialize(b))
    with np.errstate(all="ignore"):
        return np.asarray(ufunc(materialize(a), materialize(b)))
